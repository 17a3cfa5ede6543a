"""`ivr webcall test` as it is called: what leaves, what is printed, and how it ends."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

from tests.cli.process import run
from tests.webcall.certificates import Authority
from tests.webcall.peer import Peer, answer, by_path, echo, peer, says

PASSWORD = "hunter2222"
GONE = says(answer(b"gone", status="404 Not Found"))


def flow(url: str) -> dict[str, Any]:
    who = {"type": "basic", "user": "anna", "password": PASSWORD}
    call = {"type": "external_web_call", "url": url, "authentication": who}
    blocks = [
        {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 2}},
        {"number": 2, "action": call, "exits": {"success": 3, "failure": 3}},
        {"number": 3, "action": {"type": "end_call"}},
    ]
    return {"id": "t", "name": "t", "blocks": blocks}


async def printed(folder: Path, api: Peer, *pairs: str, **settings: str) -> tuple[int, str]:
    """How the command ended and what it printed. It has a data folder of its own."""
    file = folder / "flow.json"
    file.write_text(json.dumps(flow(f"{api.url}$Where?old=$EXTCALL_7.id")))
    sets = [word for pair in pairs for word in ("--set", pair)]
    done = await run(
        folder, "webcall", "test", str(file), "2", *sets, env={"IVR_EGRESS_ALLOW": "127.0.0.1", **settings}
    )
    return done.code, done.out + done.err


async def test_a_success_ends_with_nought_and_shows_no_password(tmp_path: Path) -> None:
    async with peer(echo) as api:
        code, shown = await printed(tmp_path, api, "Where=here", "EXTCALL_7.id=a b")
    assert api.paths == ["/here?old=a%20b"]
    assert api.header("Authorization") == "Basic " + b64encode(f"anna:{PASSWORD}".encode()).decode()
    assert (code, "Port “success”: status 200" in shown, "has no value" in shown) == (0, True, False)
    assert PASSWORD not in shown
    assert b64encode(f"anna:{PASSWORD}".encode()).decode() not in shown
    assert "  Authorization: Basic •••" in shown, "the API sent back what it got"


async def test_a_failure_ends_with_one_and_says_why(tmp_path: Path) -> None:
    async with peer(by_path(gone=GONE, root=echo)) as api:
        code, shown = await printed(tmp_path, api, "Where=gone")
    assert (code, api.paths) == (1, ["/gone?old="])
    assert "! $EXTCALL_7.id has no value; give it one with --set EXTCALL_7.id=…" in shown
    assert "← 404 after " in shown
    assert "Port “failure”: The API answered with status 404." in shown


async def test_a_private_authority_is_trusted_where_the_settings_name_its_file(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    async with peer(echo, authority.server("127.0.0.1")) as api:
        unknown, shown = await printed(tmp_path, api)
        known, _ = await printed(tmp_path, api, IVR_CA_FILE=str(authority.file))
    assert (unknown, "The API's certificate is not valid" in shown) == (1, True)
    assert (known, len(api.asked)) == (0, 1)

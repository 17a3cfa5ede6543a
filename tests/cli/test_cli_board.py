"""The board's users, the link that opens it, the audit trail, and the board's address, by commands."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from tests.cli.process import run, running, spawn
from tests.cli.test_cli_serve import settings
from tests.ports import free_port

PASSWORD = b"correct horse battery"


async def test_users_are_added_changed_and_removed(tmp_path: Path) -> None:
    none = await run(tmp_path, "user", "list")
    assert (none.code, "ivr user add NAME --role admin" in none.said) == (0, True)
    for typed, sentence in ((b"short\n", "8 to 1000 characters"), (b"\xff" * 20, "UTF-8"), (PASSWORD, "an admin")):
        ran = await run(tmp_path, "user", "add", "ben", "--role", "editor", typed=typed)
        assert (ran.code, sentence in ran.said) == (1, True)
    added = await run(tmp_path, "user", "add", "anna", "--role", "admin", typed=PASSWORD + b"\n")
    assert (added.code, added.said.startswith("Added anna as admin: ")) == (0, True)
    assert (await run(tmp_path, "--as", "anna", "user", "add", "ben", typed=PASSWORD)).code == 0
    assert "Did you mean “ben”?" in (await run(tmp_path, "user", "role", "bem", "editor")).said
    assert (await run(tmp_path, "user", "role", "ben", "publisher")).code == 0
    assert (await run(tmp_path, "user", "password", "ben", typed=b"another password")).code == 0
    listed = await run(tmp_path, "user", "list")
    assert [line.split()[:2] for line in listed.out.splitlines()] == [["anna", "admin"], ["ben", "publisher"]]
    last = await run(tmp_path, "user", "remove", "anna")
    assert (last.code, "the last admin" in last.said) == (1, True)
    assert (await run(tmp_path, "user", "remove", "ben")).out == "Removed ben.\n"
    raw = b"".join(path.read_bytes() for path in files(tmp_path / "data"))
    assert PASSWORD not in raw
    assert b"$argon2id$" not in raw  # what decides who gets in is sealed

    told = await run(tmp_path, "audit")
    assert [each.endswith("(the command line)") for each in told.out.splitlines()] == [True] * 5
    assert "Added the user anna as admin." in told.out.splitlines()[0]
    assert len((await run(tmp_path, "audit", "--by", "anna")).out.splitlines()) == 1
    assert '"author": "anna"' in (await run(tmp_path, "audit", "--by", "anna", "--json")).out
    assert "no entries like that" in (await run(tmp_path, "audit", "--kind", "number")).out
    verified = await run(tmp_path, "audit", "--verify")
    mark = verified.out.split()[-1]
    assert (verified.code, "As they were written: 5 entries." in verified.out) == (0, True)
    assert (await run(tmp_path, "audit", "--verify", mark)).code == 0
    with closing(sqlite3.connect(tmp_path / "data" / "ivr.sqlite")) as database, database:
        database.execute("DELETE FROM audit_trail WHERE n = 5")
    broken = await run(tmp_path, "audit", "--verify", mark)
    assert broken.code == 1
    for sentence in ("names number 5", f"There is no entry {mark} any more.", "was changed later"):
        assert sentence in broken.said


@pytest.mark.process
async def test_a_link_opens_the_board_of_a_running_server(tmp_path: Path) -> None:
    env = settings(IVR_BOARD_LISTEN=f"127.0.0.1:{free_port()}")
    async with running(tmp_path, "serve", env=env) as server, signing() as session:
        await server.says("Stop with Ctrl-C.")
        printed = (await run(tmp_path, "board", "open", env=env)).out.strip()
        for link, again in ((link_in(server.log), 401), (printed, 401)):
            async with session.get(link, allow_redirects=False) as answer:
                assert answer.status == 303
            async with session.get(link, allow_redirects=False) as answer:
                assert answer.status == again
        assert (await run(tmp_path, "user", "add", "anna", "--role", "admin", env=env, typed=PASSWORD)).code == 0
        assert "/open" not in (await run(tmp_path, "board", "open", env=env)).out
    odd = await run(tmp_path, "board", "open", env={**env, "IVR_BOARD_LISTEN": "127.0.0.1:0"})
    assert (odd.code, "port 0" in odd.said) == (1, True)


@pytest.mark.process
async def test_the_board_is_not_open_to_others_without_users(tmp_path: Path) -> None:
    env = settings(IVR_BOARD_LISTEN="0.0.0.0:0")
    refused = await spawn(tmp_path, "serve", env=env)
    assert (refused.code, "ivr user add" in refused.said) == (1, True)
    await run(tmp_path, "user", "add", "anna", "--role", "admin", typed=PASSWORD)
    async with running(tmp_path, "serve", env=env) as server:
        await server.says("The board: http://")


@pytest.mark.process
async def test_the_server_tells_where_the_board_is(tmp_path: Path) -> None:
    env = settings(IVR_BOARD_LISTEN=f"127.0.0.1:{free_port()}")
    address = f"http://{env['IVR_BOARD_LISTEN']}/"
    async with running(tmp_path, "serve", env=env) as server, signing() as session:
        await server.says(f"The board: {address}")
        await server.says("Stop with Ctrl-C.")
        await session.get(link_in(server.log))
        async with session.get(f"{address}api/bootstrap") as answer:
            assert ((await answer.json())["carrier"], answer.status) == ("twilio", 200)


@pytest.mark.process
async def test_the_demo_opens_the_board_with_its_flow(tmp_path: Path) -> None:
    ports = ("--carrier-port", "0", "--api-port", "0")
    env = {"IVR_LISTEN": "127.0.0.1:0", "IVR_BOARD_LISTEN": f"127.0.0.1:{free_port()}"}
    address = f"http://{env['IVR_BOARD_LISTEN']}/"
    async with running(tmp_path, "serve", "--demo", *ports, env=env) as server, signing() as session:
        await server.says("Stop with Ctrl-C.")
        assert address in server.log
        await session.get(link_in(server.log))
        async with session.get(f"{address}api/bootstrap") as answer:
            told = await answer.json()
            assert (told["demo"], told["carrier"]) == (True, "emulator")
        async with session.get(f"{address}api/flows") as answer:
            assert [row["id"] for row in await answer.json()] == ["appointment"]


def signing() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


def link_in(log: str) -> str:
    """The link that opens the board, as the server prints it."""
    found = re.search(r"http://\S+/open\?link=\S+", log)
    assert found
    return found[0]


def files(folder: Path) -> list[Path]:
    return [*folder.glob("ivr.sqlite*")]

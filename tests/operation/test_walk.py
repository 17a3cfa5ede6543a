"""The walk of the page *Deploying*, from nothing to two servers, as it is written: its blocks go into one shell, and
calls are made where the page says so. What differs are ports, and the databases, which tests bring along.
"""

import asyncio
import json
import os
import re
import signal
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import pytest

from ivr.emulator import AiohttpFetch, Carrier
from tests.chaos.ground import Far
from tests.chaos.world import ACCOUNT, TOKEN, _served
from tests.docs.reading import Code, pieces, read
from tests.docs.test_docs_run import WALKED
from tests.operation.test_deploy import program
from tests.ports import free_port
from tests.store.conftest import new_database, postgres, postgres_programs  # noqa: F401 - a fixture
from tests.whole.stage import FOUND, GREETING, HURRY, TEXTED, changed

pytestmark = [pytest.mark.slow, pytest.mark.process, pytest.mark.postgres]

NUMBER = "+15550100"
PORTS = ("8181", "8182", "8191", "8192", "8443", "8444", "9090")
STEP = 180.0
"""Seconds that a step may take."""
DONE = "the step is done"


class Shell:
    """A bash that stops at the first command that fails."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def runs(self, text: str) -> str:
        """What it prints until the end of this block."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{text}\necho; echo {DONE}\n".encode())
        said: list[str] = []
        ended = asyncio.ensure_future(self._process.wait())  # its pipe stays open: programs that it started have it too
        async with asyncio.timeout(STEP):
            while not said or said[-1] != f"{DONE}\n":
                line = asyncio.ensure_future(self._process.stdout.readline())
                await asyncio.wait((line, ended), return_when=asyncio.FIRST_COMPLETED)
                assert line.done(), f"the shell has ended after:\n{text}\n{''.join(said)}"
                said.append(line.result().decode())
        ended.cancel()
        return "".join(said[:-1])


@asynccontextmanager
async def shell(folder: Path, env: dict[str, str]) -> AsyncIterator[Shell]:
    """In a group of its own, which is gone at the end of the context; and so is what left it, but noted its id."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *("bash", "-e", "-o", "pipefail"),
        stdin=pipe,
        stdout=pipe,
        stderr=asyncio.subprocess.STDOUT,
        cwd=folder,
        env=env,
        start_new_session=True,
    )
    try:
        yield Shell(process)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        _end_noted(folder)
        await process.wait()


def _end_noted(folder: Path) -> None:
    for file in folder.glob("*.pid"):
        with suppress(ProcessLookupError, ValueError):
            os.kill(int(file.read_text()), signal.SIGTERM)


def steps(page: str) -> list[str]:
    """The blocks of the walk."""
    walk = re.split(r"^## ", read(page).partition("## Two servers, step by step")[2], maxsplit=1, flags=re.MULTILINE)[0]
    blocks = [each for each in pieces(walk) if isinstance(each, Code)]
    assert len(blocks) == 11
    assert all(block.not_run.startswith(WALKED) for block in blocks)
    return [block.text for block in blocks]


async def calls(carrier: Carrier, count: int) -> list[list[str]]:
    """What so many callers hear, who call one after the other begins to."""
    ringing = []
    for n in range(count):
        ringing.append(carrier.ring(f"+1555020{n:04d}", NUMBER))
        await asyncio.sleep(0.3)
    async with asyncio.timeout(STEP):
        await asyncio.gather(*(call.ended() for call in ringing))
    return [[str(one.detail["text"]) for one in call.happenings if one.kind == "say"] for call in ringing]


async def test_from_nothing_to_two_servers(tmp_path: Path, postgres: str) -> None:  # noqa: F811 - the fixture
    for name in ("nginx", "prometheus", "promtool", "openssl", "curl"):
        program(name)
    first, second = await new_database(postgres), await new_database(postgres)
    places = {port: str(free_port()) for port in PORTS}
    places |= {"postgresql:///ivr": first, "postgresql:///again": second, "createdb ": "true "}

    blocks = [re.sub("|".join(places), lambda found: places[found[0]], block) for block in steps("deploying")]
    async with AsyncExitStack() as stack:
        far = Far(1.2)
        api = await stack.enter_async_context(_served(far.app()))
        (tmp_path / "my-flow.json").write_text(changed(api).model_copy(update={"id": "my-flow"}).model_dump_json())
        carrier = Carrier(ACCOUNT, TOKEN, timing=HURRY, fetch=lambda request: secure(request))  # noqa: PLW0108 - it is made later
        carrier.add_number(NUMBER)
        rest = await stack.enter_async_context(_served(carrier.app()))
        env = {
            "PATH": f"{Path(sys.executable).parent}:{postgres_programs()}:/usr/sbin",
            "HOME": str(tmp_path),
            "IVR_EGRESS_ALLOW": "127.0.0.0/8",
            "IVR_DRAIN_SECONDS": "4",
            "TWILIO_API_URL": rest,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
        }
        bash = await stack.enter_async_context(shell(tmp_path, env))
        for block in blocks[:7]:
            await bash.runs(block)
        secure = AiohttpFetch(ssl.create_default_context(cafile=str(tmp_path / "ca.pem")))
        stack.push_async_callback(secure.close)
        await stack.enter_async_context(carrier)

        right = [GREETING, FOUND, TEXTED]
        assert await calls(carrier, 6) == [right] * 6
        said = await _until(bash, blocks[7], "Something is wrong.")
        counted = json.loads(next(line for line in said.splitlines() if line.startswith("{")))
        assert counted["status"] == "success"

        ringing = asyncio.create_task(calls(carrier, 20))
        await bash.runs(blocks[8])
        assert await ringing == [right] * 20
        metrics = await _until(bash, blocks[7].splitlines()[0], '"value"')
        assert json.loads(metrics.strip())["data"]["result"]
        assert "my-flow" in await bash.runs(blocks[9])
        await bash.runs(blocks[10])


async def _until(bash: Shell, block: str, shown: str) -> str:
    """Run a block until it shows something: what is counted is fetched once a second, and judged twice a minute."""
    async with asyncio.timeout(STEP):
        while shown not in (said := await bash.runs(block)):  # noqa: ASYNC110 - no event tells of other programs
            await asyncio.sleep(1)
    return said

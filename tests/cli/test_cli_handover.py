"""A stop is a hand-over: the server says that it stops, still answers, and a restart in open sockets has no gap."""

import asyncio
import os
import shutil
import signal
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest

from ivr.web.inherited import Inherited, inherited
from tests.cli.process import IVR, run, running
from tests.cli.test_cli_serve import settings
from tests.ports import free_port

pytestmark = pytest.mark.process


async def status(session: aiohttp.ClientSession, address: str) -> int:
    async with session.get(address) as answer:
        return answer.status


async def test_a_server_that_stops_says_so_and_still_answers(tmp_path: Path) -> None:
    board = f"127.0.0.1:{free_port()}"
    env = settings(IVR_DRAIN_SECONDS="600", IVR_BOARD_LISTEN=board)
    async with running(tmp_path, "serve", env=env) as server, aiohttp.ClientSession() as session:
        await server.says("Stop with Ctrl-C.")
        listeners = [f"http://{env['IVR_LISTEN']}", f"http://{board}"]
        assert [await status(session, f"{each}/readyz") for each in listeners] == [200, 200]
        server.process.send_signal(signal.SIGTERM)
        await server.says("A second signal ends that.")
        assert [await status(session, f"{each}/readyz") for each in listeners] == [503, 503]
        assert [await status(session, f"{each}/healthz") for each in listeners] == [200, 200]
        async with session.post(f"{listeners[0]}/voice/answer", data={"CallSid": "CA1"}) as answer:
            assert (answer.status, answer.headers["Connection"]) == (403, "close")
        server.process.send_signal(signal.SIGTERM)
        assert await server.ends() == 0
        assert "Traceback" not in server.log


class Answers:
    """What somebody gets who asks again and again, over a new connection each time."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self._another = asyncio.Event()
        self._enough = False
        self._asking: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def keep_coming(self, address: str) -> AsyncIterator[None]:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session:
            self._asking = asyncio.create_task(self._ask(session, address))
            try:
                yield
            finally:
                self._asking.cancel()
                await asyncio.gather(self._asking, return_exceptions=True)

    async def more(self, count: int) -> None:
        """Wait for so many more answers."""
        wanted = len(self.statuses) + count
        while len(self.statuses) < wanted:
            await self._another.wait()
            self._another.clear()

    async def stop(self) -> None:
        """Ask no more, once the last answer is there. Raises what went wrong."""
        self._enough = True
        if self._asking is not None:
            await self._asking

    async def _ask(self, session: aiohttp.ClientSession, address: str) -> None:
        while not self._enough:
            self.statuses.append(await status(session, address))
            self._another.set()


async def test_a_restart_in_inherited_sockets_has_no_gap(tmp_path: Path) -> None:
    """Nobody who connects is refused: not before the first server, not between two, and their requests are answered."""
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as public,
        closing(socket.create_server(("127.0.0.1", 0))) as board,
    ):
        # Numbers which no socket is moved to before it has been moved itself.
        high = [os.dup2(each.fileno(), 60 + n) for n, each in enumerate((public, board))]
        address = f"http://127.0.0.1:{public.getsockname()[1]}"
        answers = Answers()
        env = settings(IVR_LISTEN="127.0.0.1:1")  # where nobody may listen: it is not used
        async with answers.keep_coming(f"{address}/healthz"), asyncio.timeout(120):
            for _ in range(2):
                async with running(tmp_path, env=env, sockets=high) as server:
                    await answers.more(20)
                    server.process.send_signal(signal.SIGTERM)
                    assert await server.ends() == 0
            async with running(tmp_path, env=env, sockets=high):
                await answers.more(5)
                await answers.stop()
        for each in high:
            os.close(each)
    assert set(answers.statuses) == {200}


ACTIVATE = shutil.which("systemd-socket-activate")


@pytest.mark.skipif(ACTIVATE is None, reason="needs systemd-socket-activate")
async def test_systemd_itself_opens_the_sockets(tmp_path: Path) -> None:
    """With names in another order than that in which we would take them."""
    board, public = free_port(), free_port()
    listens = [f"--listen=127.0.0.1:{port}" for port in (board, public)]
    env = settings(IVR_LISTEN="127.0.0.1:1")
    kept = [f"--setenv={name}" for name in {**env, **dict.fromkeys(("PATH", "PYTHONPATH", "IVR_DATA"))}]
    program = (str(ACTIVATE), *listens, "--fdname=board:public", *kept, *IVR)
    async with running(tmp_path, "serve", env=env, program=program) as server, aiohttp.ClientSession() as session:
        await server.says(f"127.0.0.1:{public}")
        assert await status(session, f"http://127.0.0.1:{public}/healthz") == 200
        assert await status(session, f"http://127.0.0.1:{public}/metrics") == 404
        assert await status(session, f"http://127.0.0.1:{board}/healthz") == 200


def test_sockets_for_another_process_are_left_alone() -> None:
    environ = {"LISTEN_PID": str(os.getpid() + 1), "LISTEN_FDS": "2", "OTHER": "stays"}
    assert inherited(environ) == Inherited()
    assert environ == {"OTHER": "stays"}


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everything")
async def test_a_database_that_can_not_be_written_is_found_at_start(tmp_path: Path) -> None:
    await run(tmp_path, "numbers", "list")
    file = tmp_path / "data" / "ivr.sqlite"
    assert sqlite3.connect(file).execute("SELECT COUNT(*) FROM flows").fetchone() == (0,)
    file.chmod(0o400)
    ran = await run(tmp_path, "serve", env=settings())
    assert ran.code == 1
    assert "can't be" in ran.said

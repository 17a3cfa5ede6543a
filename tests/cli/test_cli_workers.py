"""Several workers of one command: who may have them, and that they die, stop and start one by one and together."""

import asyncio
import os
import re
import select
import signal
from pathlib import Path

import aiohttp
import pytest

from ivr.cli.workers import LONGEST_PAUSE, pause
from tests.bench.servers import below
from tests.cli.process import PATIENCE, Running, run, running, spawn
from tests.cli.test_cli_handover import Answers, status
from tests.cli.test_cli_serve import settings
from tests.ports import free_port
from tests.store.conftest import new_database, postgres  # noqa: F401 - a fixture

pytestmark = pytest.mark.process
UP = "Worker 2 answers, too"


def workers(database: str, **more: str) -> dict[str, str]:
    """Settings of two workers, whose boards have a port each."""
    board, following = free_port(), free_port()
    while following != board + 1:
        board, following = following, free_port()
    return settings(IVR_DATABASE_URL=database, IVR_BOARD_LISTEN=f"127.0.0.1:{board}", **more)


def boards(env: dict[str, str]) -> list[str]:
    host, _, port = env["IVR_BOARD_LISTEN"].rpartition(":")
    return [f"http://{host}:{int(port) + number}" for number in range(2)]


def children(server: Running) -> list[int]:
    """The workers, as they were started."""
    return below(server.process.pid)


def test_one_that_ends_again_and_again_is_started_less_and_less_often() -> None:
    assert [pause(failures) for failures in (1, 2, 3, 4)] == [0, 0.5, 1, 2]
    assert pause(1000) == LONGEST_PAUSE


async def test_who_can_not_have_workers_is_told_why(tmp_path: Path) -> None:
    alone = await run(tmp_path, "serve", "--workers", "2", env=settings())
    assert (alone.code, "needs a PostgreSQL database" in alone.said) == (1, True)
    demo = await run(tmp_path, "serve", "--workers", "2", "--demo")
    assert (demo.code, "can't be used with --demo" in demo.said) == (2, True)
    port = free_port()
    env = settings(IVR_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing", IVR_LISTEN=f"127.0.0.1:{port}")
    over = await run(tmp_path, "serve", "--workers", "2", env={**env, "IVR_BOARD_LISTEN": f"127.0.0.1:{port - 1}"})
    assert (over.code, "IVR_LISTEN has a port of the workers' boards" in over.said) == (1, True)
    assert not (tmp_path / "data").exists()


async def test_workers_that_can_not_start_end_the_command(tmp_path: Path) -> None:
    env = workers(f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")
    ran = await spawn(tmp_path, "serve", "--workers", "2", env=env)
    assert ran.code == 1
    assert "Can't connect to the database" in ran.said
    assert "worker 1 can't start" in ran.said


async def test_one_that_dies_is_started_again_and_nobody_is_refused(tmp_path: Path, postgres: str) -> None:  # noqa: F811
    env = workers(await new_database(postgres))
    address = f"http://{env['IVR_LISTEN']}/healthz"
    async with running(tmp_path, "serve", "--workers", "2", env=env) as server:
        await server.says(UP)
        second = await spawn(tmp_path, "serve", "--workers", "2", env={**env, "IVR_BOARD_LISTEN": "127.0.0.1:0"})
        assert (second.code, "Does a server run there already?" in second.said) == (1, True)
        before = children(server)
        for pid, words in zip(before, ("Answering calls at", UP), strict=True):
            os.kill(pid, signal.SIGKILL)
            await server.says(f"(process {pid}) has ended by signal 9; starting it again in 0 s")
            answers = Answers()
            async with answers.keep_coming(address):
                await answers.more(40)  # those for the one that is not there yet, too
                await answers.stop()
            assert set(answers.statuses) == {200}
            await server.says(words, times=2)
        assert len(children(server)) == 2
        assert not set(children(server)) & set(before)
        server.process.send_signal(signal.SIGTERM)
        assert await server.ends() == 0
        assert "Traceback" not in server.log


async def test_a_stop_is_a_hand_over_of_all(tmp_path: Path, postgres: str) -> None:  # noqa: F811
    env = workers(await new_database(postgres), IVR_DRAIN_SECONDS="600")
    async with running(tmp_path, "serve", "--workers", "2", env=env) as server, aiohttp.ClientSession() as session:
        await server.says(UP)
        assert re.search(r"the board: http", server.log, re.IGNORECASE)
        assert [await status(session, f"{board}/readyz") for board in boards(env)] == [200, 200]
        for pid in (*children(server), server.process.pid):  # as systemd does it
            os.kill(pid, signal.SIGTERM)
        await server.says("A second signal ends that.", times=2)
        assert [await status(session, f"{board}/readyz") for board in boards(env)] == [503, 503]
        assert await status(session, f"http://{env['IVR_LISTEN']}/healthz") == 200
        server.process.send_signal(signal.SIGTERM)
        assert await server.ends() == 0
        assert server.log.count("Stopping.\n") == 2
        assert "Traceback" not in server.log


async def test_workers_end_with_their_supervisor(tmp_path: Path, postgres: str) -> None:  # noqa: F811
    env = workers(await new_database(postgres))
    async with running(tmp_path, "serve", "--workers", "2", env=env) as server:
        await server.says(UP)
        left = [os.pidfd_open(pid) for pid in children(server)]
        server.process.kill()
        assert await server.ends() == -signal.SIGKILL
        for each in left:
            assert await asyncio.to_thread(select.select, [each], [], [], PATIENCE) == ([each], [], [])
            os.close(each)
        assert server.log.count("Stopping.\n") == 2

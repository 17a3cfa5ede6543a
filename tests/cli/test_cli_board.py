"""The board's password and the board's address, by commands."""

from pathlib import Path

import aiohttp
import pytest

from tests.cli.process import run, running, spawn
from tests.cli.test_cli_serve import settings
from tests.ports import free_port

PASSWORD = b"correct horse battery"


async def test_a_password_is_set_and_removed(tmp_path: Path) -> None:
    none = await run(tmp_path, "password", "remove")
    assert (none.code, none.said) == (1, "Error: The board has no password.\n")
    short = await run(tmp_path, "password", "set", typed=b"short\n")
    assert (short.code, "8 to 1000 characters" in short.said) == (1, True)
    odd = await run(tmp_path, "password", "set", typed=b"\xff" * 20)
    assert (odd.code, "UTF-8" in odd.said) == (1, True)
    done = await run(tmp_path, "password", "set", typed=PASSWORD + b"\n")
    assert (done.code, done.said) == (0, "The board has a password now.\n")
    raw = b"".join(path.read_bytes() for path in files(tmp_path / "data"))
    assert b"$argon2id$" in raw
    assert PASSWORD not in raw
    removed = await run(tmp_path, "password", "remove")
    assert (removed.code, "for this machine only" in removed.said) == (0, True)


@pytest.mark.process
async def test_the_board_is_not_open_to_others_without_a_password(tmp_path: Path) -> None:
    env = settings(IVR_BOARD_LISTEN="0.0.0.0:0")
    refused = await spawn(tmp_path, "serve", env=env)
    assert (refused.code, "ivr password set" in refused.said) == (1, True)
    await run(tmp_path, "password", "set", typed=PASSWORD)
    async with running(tmp_path, "serve", env=env) as server:
        await server.says("The board: http://")


@pytest.mark.process
async def test_the_server_tells_where_the_board_is(tmp_path: Path) -> None:
    env = settings(IVR_BOARD_LISTEN=f"127.0.0.1:{free_port()}")
    address = f"http://{env['IVR_BOARD_LISTEN']}/"
    async with running(tmp_path, "serve", env=env) as server, aiohttp.ClientSession() as session:
        await server.says(f"The board: {address}")
        async with session.get(f"{address}api/bootstrap") as answer:
            assert ((await answer.json())["carrier"], answer.status) == ("twilio", 200)


@pytest.mark.process
async def test_the_demo_opens_the_board_with_its_flow(tmp_path: Path) -> None:
    ports = ("--carrier-port", "0", "--api-port", "0")
    env = {"IVR_LISTEN": "127.0.0.1:0", "IVR_BOARD_LISTEN": f"127.0.0.1:{free_port()}"}
    address = f"http://{env['IVR_BOARD_LISTEN']}/"
    async with running(tmp_path, "serve", "--demo", *ports, env=env) as server, aiohttp.ClientSession() as session:
        await server.says("Stop with Ctrl-C.")
        assert address in server.log
        async with session.get(f"{address}api/bootstrap") as answer:
            told = await answer.json()
            assert (told["demo"], told["carrier"]) == (True, "emulator")
        async with session.get(f"{address}api/flows") as answer:
            assert [row["id"] for row in await answer.json()] == ["appointment"]


def files(folder: Path) -> list[Path]:
    return [*folder.glob("ivr.sqlite*")]

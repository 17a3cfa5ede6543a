"""The server, the demo and the phone, as processes."""

import asyncio
import fcntl
import json
import os
import pty
import signal
import socket
import subprocess
import termios
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from aiohttp.test_utils import TestServer

from ivr.emulator import Carrier
from ivr.store import only_server
from tests.cli.process import IVR, PATIENCE, environment, run, running, spawn
from tests.ports import free_port
from tests.web.stranger import stranger

pytestmark = pytest.mark.process

ACCOUNT, TOKEN = "AC" + "0" * 32, "not-a-secret"
NUMBER = "+15550100100"
GREETING, FOUND = "“One moment.”", "“You see Doctor Okafor on Tuesday, March 3 at 2:30 PM.”"


def settings(**more: str) -> dict[str, str]:
    """What serving needs."""
    env = {"IVR_PUBLIC_URL": "https://ivr.example.com", "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}
    return {**env, "IVR_LISTEN": f"127.0.0.1:{free_port()}", **more}


async def test_all_that_is_missing_is_named_at_once(tmp_path: Path) -> None:
    for ran in await asyncio.gather(spawn(tmp_path, "serve"), run(tmp_path, "twilio", "connect", "+15550100")):
        assert ran.code == 1
        for name in ("IVR_PUBLIC_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
            assert f"{name} is missing" in ran.said
    assert not (tmp_path / "data").exists()


async def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
        for ran in await asyncio.gather(
            spawn(tmp_path, "serve", env=settings(IVR_LISTEN=f"127.0.0.1:{port}")),
            spawn(tmp_path, "serve", "--demo", "--carrier-port", str(port), env=settings()),
        ):
            assert ran.code == 1
            assert f"Can't listen on 127.0.0.1:{port}" in ran.said


async def test_a_second_server_on_one_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with only_server(tmp_path / "data"):
        ran = await spawn(tmp_path, "serve", env=settings())
    assert ran.code == 1
    assert "already uses the data folder" in ran.said
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_a_server_answers_until_it_is_stopped(tmp_path: Path, how: signal.Signals) -> None:
    env = settings()
    async with running(tmp_path, "serve", env=env) as server:
        await server.says("Stop with Ctrl-C.")
        async with aiohttp.ClientSession() as session, session.get(f"http://{env['IVR_LISTEN']}/healthz") as answer:
            assert await answer.text() == "ok\n"
        server.process.send_signal(how)
        assert await server.ends() == 0
        assert "Stopping." in server.log
        assert "Traceback" not in server.log


def test_a_terminal_that_is_closed_stops_the_server_as_any_other_does(tmp_path: Path) -> None:
    """What it would have printed goes nowhere."""
    mine, its = pty.openpty()
    own = {"start_new_session": True, "preexec_fn": lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)}
    env = environment(tmp_path, settings())
    server = subprocess.Popen((*IVR, "serve"), cwd=tmp_path, env=env, stdin=its, stdout=its, stderr=its, **own)
    os.close(its)
    said = b""
    while b"Stop with Ctrl-C." not in said:
        said += os.read(mine, 1000)  # raises OSError when the server has ended
    os.close(mine)
    assert server.wait(PATIENCE) == 0


async def test_strangers_get_a_share_of_the_files_and_the_board_another(tmp_path: Path) -> None:
    """All that they may open at one listener, they do; then the same at the other. The rest is for the server."""
    files, public, board = 256, free_port(), free_port()
    env = settings(IVR_LISTEN=f"127.0.0.1:{public}", IVR_BOARD_LISTEN=f"127.0.0.1:{board}")
    limited = ("/bin/sh", "-c", f'ulimit -n {files}; exec "$@"', "limited", *IVR)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(running(tmp_path, "serve", env=env, program=limited))
        await server.says("Stop with Ctrl-C.")

        async def come(port: int) -> int:
            one = await stack.enter_async_context(stranger(port))
            await one.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            return (await one.answer()).status

        for port, share in ((public, files // 2), (board, 16)):
            assert [await come(port) for _ in range(share)] == [200] * share
            assert await come(port) == 0
        server.process.terminate()
        assert await server.ends() == 0
    assert "no connection can be taken now" not in server.log


async def test_a_port_of_ones_own_choice_is_told(tmp_path: Path) -> None:
    """Port 0 means any free one; whoever chose that wants to know which."""
    async with running(tmp_path, "serve", env=settings(IVR_LISTEN="127.0.0.1:0")) as server:
        await server.says("Stop with Ctrl-C.")
        assert "127.0.0.1:0)" not in server.log


@dataclass(frozen=True)
class Heard:
    """What a phone showed, and the code it ended with."""

    code: int
    log: str


Typed = Sequence[bytes | None]
"""What is typed once the greeting is heard; None is the end of the input."""


async def phone(folder: Path, carrier: str, typed: Typed, *words: str, stdin: int = subprocess.PIPE) -> Heard:
    """A phone from dialling to its end."""
    async with running(folder, "call", "--carrier", carrier, *words, stdin=stdin) as call:
        if typed:
            await call.says(GREETING)
        for keys in typed:
            assert call.process.stdin is not None
            if keys is None:
                call.process.stdin.close()
            else:
                call.process.stdin.write(keys)
                await asyncio.sleep(0.1)
        return Heard(await call.ends(), call.log)


async def tell(folder: Path) -> dict[str, Heard]:
    """All phones at one server, and the scripted demo beside them: they mostly wait."""
    port = free_port()
    carrier = f"ws://127.0.0.1:{port}/phone"
    words = ["serve", "--demo", "--carrier-port", str(port), "--api-delay", "4"]
    async with running(folder, *words, env={"IVR_LISTEN": f"127.0.0.1:{free_port()}"}) as server:
        await server.says("Stop with Ctrl-C.")
        phones = {
            "listens": phone(folder, carrier, []),
            "presses and hangs up": phone(folder, carrier, [b"12#\n", b"h\n"]),
            "ends the input": phone(folder, carrier, [None]),
            "slips": phone(folder, carrier, [b"hello\n"]),
            "types ahead": phone(folder, carrier, [b"1\nh\n"]),
            "calls nobody": phone(folder, carrier, [], "+19005550100"),
            "has no keyboard": phone(folder, carrier, [], stdin=subprocess.DEVNULL),
            "demo": demo(folder),
        }
        heard = dict(zip(phones, await asyncio.gather(*phones.values()), strict=True))
        return {**heard, "server": Heard(0, server.log)}


async def demo(folder: Path) -> Heard:
    data = folder / "untouched"
    ran = await spawn(folder, "demo", "--api-delay", "0.1", "--json", env={"IVR_DATA": str(data)})
    assert not data.exists()
    return Heard(ran.code, ran.said)


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Heard]:
    return asyncio.run(tell(tmp_path_factory.mktemp("phones")))


def test_the_demo_sums_the_call_up_in_its_last_line(heard: dict[str, Heard]) -> None:
    told = json.loads(heard["demo"].log.splitlines()[-1])
    keys = "ended port statuscode variables heard sms hold_started_at answer_at moved_on_at".split()  # noqa: SIM905
    assert [key for key in keys if key not in told] == []
    assert (heard["demo"].code, told["ended"], told["port"], told["statuscode"]) == (0, "completed", "success", 200)
    assert told["hold_started_at"] is None
    assert told["answer_at"] <= told["moved_on_at"]


@pytest.mark.parametrize("who", ["listens", "has no keyboard"])
def test_a_phone_shows_the_call_to_its_end(heard: dict[str, Heard], who: str) -> None:
    lines = heard[who].log.splitlines()
    told = (GREETING, "♪ Plays hold.wav", FOUND)
    shown = [next(number for number, line in enumerate(lines) if words in line) for words in told]
    assert shown == sorted(shown)
    assert lines[-1].endswith("The call is over (completed)")
    assert heard[who].code == 0


@pytest.mark.parametrize("who", ["presses and hangs up", "ends the input", "types ahead"])
def test_a_phone_can_hang_up(heard: dict[str, Heard], who: str) -> None:
    assert heard[who].code == 0
    assert FOUND not in heard[who].log
    assert heard[who].log.splitlines()[-1].endswith("The call is over (completed)")


def test_a_slip_of_the_finger_does_not_end_the_call(heard: dict[str, Heard]) -> None:
    assert "'hello' is not a sequence of the keys" in heard["slips"].log
    assert FOUND in heard["slips"].log


def test_a_number_that_nobody_has_is_told(heard: dict[str, Heard]) -> None:
    told = "Error: The carrier says: +19005550100 is not a number of this account\n"
    assert (heard["calls nobody"].code, heard["calls nobody"].log) == (1, told)


def test_nobody_sees_a_traceback(heard: dict[str, Heard]) -> None:
    assert [who for who, each in heard.items() if "Traceback" in each.log or "never retrieved" in each.log] == []


async def test_a_carrier_that_is_not_there(tmp_path: Path) -> None:
    addresses = ["ws://127.0.0.1:9/phone", "nonsense", "ws://127.0.0.1:99999/", "http://["]
    ran = await asyncio.gather(*(run(tmp_path, "call", "--carrier", address) for address in addresses))
    assert [each.code for each in ran] == [1] * len(addresses)
    for address, each in zip(addresses, ran, strict=True):
        assert (
            each.said
            == f"Error: No pretend carrier at {address}. Start one in another terminal with: ivr serve --demo\n"
        )


async def test_a_number_is_connected(tmp_path: Path) -> None:
    """Its addresses are changed, and nothing else; what goes wrong is told in a sentence."""
    carrier = Carrier(ACCOUNT, TOKEN)
    carrier.add_number("+15550100", "http://127.0.0.1:9/old")
    carrier.add_number("+15550101", "http://127.0.0.1:9/other")
    async with carrier, TestServer(carrier.app()) as api:
        env = settings(TWILIO_API_URL=str(api.make_url("")).rstrip("/"))
        right, unknown, wrong = await asyncio.gather(
            run(tmp_path, "twilio", "connect", "+15550100", env=env),
            run(tmp_path, "twilio", "connect", "+15550109", env=env),
            run(tmp_path, "twilio", "connect", "+15550101", env={**env, "TWILIO_AUTH_TOKEN": "another"}),
        )
    away = await run(tmp_path, "twilio", "connect", "+15550101", env=env)
    assert (right.code, right.said) == (0, "Calls and texts to +1 5550100 now come to https://ivr.example.com.\n")
    number = carrier.numbers["+15550100"]
    base, retries = "https://ivr.example.com", "#rc=2&rp=ct,rt,5xx"
    assert number.voice_url == f"{base}/voice/answer{retries}"
    assert number.voice_fallback_url == f"{base}/voice/fallback{retries}"
    assert (number.status_callback, number.voice_method) == (f"{base}/voice/status{retries}", "POST")
    assert number.sms_url == number.sms_fallback_url == f"{base}/sms/inbound{retries}"
    assert (unknown.code, wrong.code, away.code) == (1, 1, 1)
    assert "The account has no number +15550109. Choose one of: +15550100, +15550101." in unknown.said
    assert "The account SID or the auth token is wrong." in wrong.said
    assert "Twilio could not be reached." in away.said
    assert carrier.numbers["+15550101"].voice_url == "http://127.0.0.1:9/other"

"""Everything but the production server also starts where Unix's own modules are missing, as on Windows."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from ivr.store import KEY_FILE
from ivr.system import module, on_stop
from tests.cli.process import ROOT, running, spawn

pytestmark = pytest.mark.process

BLOCKED = """
import sys

class Elsewhere:
    def find_spec(self, name, path=None, target=None):
        if name in {"resource", "fcntl", "pwd", "grp", "termios", "tty", "pty", "uvloop", "syslog"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

for name in ("resource", "fcntl", "termios"):
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Elsewhere())
"""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """An interpreter that has none of these modules from its start."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(BLOCKED, "utf-8")
    return {"PYTHONPATH": f"{site}{os.pathsep}{ROOT}"}


async def test_the_modules_are_missing_there(tmp_path: Path, env: dict[str, str]) -> None:
    code = "from ivr.system import module; print(module('resource'), module('fcntl'), module('json') is None)"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, env={**os.environ, **env}, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert out.split() == [b"None", b"None", b"False"]
    assert module("resource") is not None or os.name == "nt"


@pytest.mark.parametrize("words", ["--help", "flow new desk --template menu", "try menu", "demo --api-delay 0"])
async def test_commands_run_without_them(tmp_path: Path, env: dict[str, str], words: str) -> None:
    ran = await spawn(tmp_path, *words.split(), env=env)
    assert ran.code == 0, ran.said


async def test_a_key_is_changed_without_them(tmp_path: Path, env: dict[str, str]) -> None:
    assert (await spawn(tmp_path, "flow", "new", "desk", env=env)).code == 0
    ran = await spawn(tmp_path, "key", "rotate", "--no-server", env=env)
    assert ran.code == 0, ran.said
    assert len((tmp_path / "data" / KEY_FILE).read_text("ascii").split()) == 2
    assert "desk" in (await spawn(tmp_path, "flow", "list", env=env)).out


async def test_the_demo_serves_without_them(tmp_path: Path, env: dict[str, str]) -> None:
    ports = ("--carrier-port", "0", "--api-port", "0")
    own = {**env, "IVR_LISTEN": "127.0.0.1:0"}
    async with running(tmp_path, "serve", "--demo", *ports, env=own) as server:
        await server.says("Stop with Ctrl-C.")
        server.process.send_signal(signal.SIGINT)
        assert await server.ends() == 0
        assert "Traceback" not in server.log


class WithoutSignals(asyncio.SelectorEventLoop):
    """As on Windows."""

    def add_signal_handler(self, sig: int, callback: Any, *args: Any) -> None:
        raise NotImplementedError


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_loop_without_signals_is_stopped_by_them(number: signal.Signals) -> None:
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    loop = WithoutSignals()

    async def wait() -> None:
        stopped: asyncio.Future[signal.Signals] = loop.create_future()
        on_stop(loop, stopped.set_result)
        loop.call_soon(os.kill, os.getpid(), number)
        assert await stopped == number

    try:
        loop.run_until_complete(wait())
    finally:
        loop.close()
        for each, handler in before.items():
            signal.signal(each, handler)

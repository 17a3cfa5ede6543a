"""The command line as a user has it, in a folder of its own: within this process, or as a process of its own."""

import asyncio
import itertools
import os
import sys
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, chdir
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

import ivr
from ivr.cli import main

ROOT = Path(ivr.__file__).parents[1]
PATIENCE = 120.0
"""Seconds after which a process is not going to do it any more."""
_numbers = itertools.count(1)
_one_at_a_time = threading.Lock()
"""Held while a command has this process's standard streams, environment and working folder."""


@dataclass(frozen=True)
class Ran:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """All that was printed. Never a traceback: whatever a user does, we answer in sentences."""
        assert "Traceback" not in self.out + self.err
        return self.out + self.err


class Running:
    """A command that goes on; what it prints is in its log."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self.process = process
        self._log = log

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8")

    async def says(self, words: str, times: int = 1) -> None:
        """Wait until it has printed these words, so many times."""
        async with asyncio.timeout(PATIENCE):
            while self.log.count(words) < times:
                assert self.process.returncode is None, self.log
                await asyncio.sleep(0.05)

    async def ends(self) -> int:
        """Wait until it has ended; its exit code."""
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()


def environment(folder: Path, env: Mapping[str, str]) -> dict[str, str]:
    """Nothing of the tester's own settings, and all data in the folder."""
    plain = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "LANG": "C.UTF-8"}
    return {
        **plain,
        "IVR_DATA": str(folder / "data"),
        "IVR_BOARD_LISTEN": "127.0.0.1:0",
        "IVR_DRAIN_SECONDS": "0",
        **env,
    }


async def run(folder: Path, *words: str, env: Mapping[str, str] | None = None, typed: bytes = b"") -> Ran:
    """Run `ivr` with these words in a folder to its end.

    In a thread of this process, which saves the second that starting Python and loading everything takes. What `spawn`
    shows besides, that the installed program starts and how it treats signals and logging, needs one test a command.
    """
    return await asyncio.to_thread(_run, folder, words, env or {}, typed)


def _run(folder: Path, words: tuple[str, ...], env: Mapping[str, str], typed: bytes) -> Ran:
    others = {name: None for name in os.environ if name.startswith(("IVR_", "TWILIO_"))}
    wanted = {**others, **environment(folder, env)}
    with _one_at_a_time, chdir(folder), CliRunner().isolation(input=typed, env=wanted) as (out, err, *_):
        before, sys.argv = sys.argv, ["ivr", *words]
        try:
            main()
        except SystemExit as ended:
            return Ran(int(ended.code or 0), out.getvalue().decode(), err.getvalue().decode())
        finally:
            sys.argv = before
    raise AssertionError("every command ends with an exit code")


async def spawn(folder: Path, *words: str, env: Mapping[str, str] | None = None, typed: bytes = b"") -> Ran:
    """Run `ivr` with these words in a folder to its end, as a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ivr", *words),
        cwd=folder,
        env=environment(folder, env or {}),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(typed), PATIENCE)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Ran(process.returncode or 0, out.decode(), err.decode())


IVR = (sys.executable, "-m", "ivr")


@asynccontextmanager
async def running(
    folder: Path,
    *words: str,
    env: Mapping[str, str] | None = None,
    stdin: int = asyncio.subprocess.PIPE,
    program: Sequence[str] = IVR,
    sockets: Sequence[int] = (),
) -> AsyncIterator[Running]:
    """Run `ivr` with these words in a folder until the end of the context at the latest.

    `program`: what is run in its place. `sockets` are passed on as systemd does it: the public one, then the board's.
    """
    log = folder / f"{next(_numbers)}.log"
    given = _passed_on(sockets) if sockets else (*program, *words)
    with log.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            *given,
            cwd=folder,
            env=environment(folder, {**(env or {}), **_names(sockets)}),
            stdin=stdin,
            stdout=file,
            stderr=file,
            pass_fds=sockets,
        )
    try:
        yield Running(process, log)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        if process.stdin is not None:
            process.stdin.close()


SYSTEMD = """
import os, sys
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.executable, [sys.executable, "-m", "ivr", "serve"])
"""
"""Acts as `systemd-socket-activate`: the variables, and the program in its own place, with sockets from 3 on."""


def _passed_on(sockets: Sequence[int]) -> tuple[str, ...]:
    """`ivr serve` with sockets that were opened for it. The shell puts them where systemd does."""
    moved = " ".join(f"{3 + n}<&{each}" for n, each in enumerate(sockets))
    return ("/bin/bash", "-c", f'exec "$0" -c "$1" {moved}', sys.executable, SYSTEMD)


def _names(sockets: Sequence[int]) -> dict[str, str]:
    return {"LISTEN_FDS": str(len(sockets)), "LISTEN_FDNAMES": "public:board"} if sockets else {}

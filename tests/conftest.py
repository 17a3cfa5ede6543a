"""What holds for every test: its tier, how hard properties are tried, and that no packet leaves this machine."""

import gc
import ipaddress
import os
import re
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Some machines tell Python to keep no compiled code. Then each of the hundreds of programs that tests start, and each
# worker, compiles everything anew, which takes longer than the tests do.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

HERE = Path(__file__).parent
MEMORY = Path("/dev/shm")
"""Where Linux keeps files in memory."""
ROOM = 1 << 30
"""Bytes that tests find room in: they need a fifth of it."""


def fits_in_memory() -> bool:
    """Whether this machine has such a folder, with room, in which programs may run."""
    if not MEMORY.is_dir():
        return False
    about = os.statvfs(MEMORY)
    return about.f_bavail * about.f_frsize > ROOM and not about.f_flag & os.ST_NOEXEC


# Tests make thousands of databases, and each waits for the disk at every turn. No test cuts the power.
if fits_in_memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

gc.disable()  # what is imported and collected stays until the end: looking it through is half the time that it takes

for name, examples in {"quick": 20, "landing": 50, "all": 300}.items():
    # How fast the machine is just now says nothing about the code, so no profile judges it.
    settings.register_profile(
        name, max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
    )
settings.load_profile("landing")  # unless `--hypothesis-profile` names another

OF_A_FIXTURE = {"chromium": "browser", "packed": "process", "postgres": "postgres"}
"""The marker of every test that uses a fixture."""
OF_A_FOLDER = {
    "api": "process",
    "audio_library": "process",
    "bench": "slow",
    "blocks_package": "process",
    "cli": "process",
    "cli_secrets": "process",
    "sound": "process",
    "store": "process",
    "testcalls": "process",
    "web": "process",
    "webcall": "process",
    "whole": "process",
}
"""The marker of every test in a folder."""
LEFT_OUT = re.compile(r"not \(?(\w+(?: or \w+)*)\)?")
"""An expression that leaves out all tests with one of these markers, and no others."""
LONG_FIRST = ("slow", "browser", "process", "postgres")
"""Tests with these markers begin first, so that workers end at the same time."""
WAITING = {"chaos", "cli", "docs", "whole"}
"""Folders whose tests mostly wait, for programs or for calls: among tests of one marker they begin first."""

CONNECTS = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1}
"""What Python tells before a socket sends something: where the address stands among what it tells."""
LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}

refused: list[str] = []
"""What was refused since the test began. Code under test may swallow an exception, but not this."""


class Outside(RuntimeError):
    """Somebody wanted to reach an address that is not on this machine."""


def is_here(host: str) -> bool:
    """Whether a host is this machine: localhost, or a loopback address."""
    if host in {"", "localhost"}:
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _refuse(what: str) -> None:
    refused.append(what)
    raise Outside(f"tests stay on loopback, but this one wants {what}")


def _connecting(sock: socket.socket, address: object) -> None:
    if sock.family in {socket.AF_INET, socket.AF_INET6} and isinstance(address, tuple) and not is_here(address[0]):
        _refuse(f"to send something to {address[0]}")


def _looking_up(host: object) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if not isinstance(name, str) or is_here(name):
        return
    if name.rstrip(".").endswith(".invalid"):  # no such name can ever exist (RFC 6761), so nobody need be asked
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        _refuse(f"to look up {name}")


def _watch(
    event: str, told: tuple[object, ...], connects: dict[str, int] = CONNECTS, lookups: set[str] = LOOKUPS
) -> None:
    """Its own names for both: at the interpreter's end this module has none any more."""
    if event in connects:
        _connecting(told[0], told[connects[event]])  # type: ignore[arg-type]
    elif event in lookups:
        _looking_up(told[0])


sys.addaudithook(_watch)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two workers more than there are cores: many tests wait for a process, a timer or a page. Those of `poe quick`
    never wait, and it asks for `logical` ones: as many as there are cores."""
    return (os.cpu_count() or 1) + (0 if config.option.numprocesses == "logical" else 2)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name packed bytes alike: gzip writes the time into them, so that those packed twice differ in length too, and
    each worker must find the same names."""
    if isinstance(val, bytes) and not val.isascii():
        return "packed"
    return None


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import no folder of which all tests are left out by `-m`: to import and collect them takes as long as some tests.
    None where others may decide."""
    found = LEFT_OUT.fullmatch(config.option.markexpr)
    names = found[1].split(" or ") if found else ()
    folder = collection_path.name if collection_path.parent == HERE else ""
    return True if OF_A_FOLDER.get(folder) in names else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by their fixtures and folders, and let long ones begin. Tests of one file stay together."""
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            if fixture in OF_A_FIXTURE:
                item.add_marker(OF_A_FIXTURE[fixture])
        folder = item.path.relative_to(HERE).parts[0] if item.path.is_relative_to(HERE) else ""
        if folder in OF_A_FOLDER:
            item.add_marker(OF_A_FOLDER[folder])
    places = _places(items)
    items.sort(key=lambda item: places[str(item.path)])


def _places(items: list[pytest.Item]) -> dict[str, tuple[int, float]]:
    """Where each file stands. Those with a browser keep the cores busy, and some others mostly wait: both begin, by
    turns, so that neither the cores nor the workers have nothing to do."""
    ranks: dict[str, int] = {}
    for item in items:
        rank = next((n for n, name in enumerate(LONG_FIRST) if item.get_closest_marker(name)), len(LONG_FIRST))
        if rank < LONG_FIRST.index("postgres") and item.path.parent.name in WAITING:
            rank = -1
        ranks[str(item.path)] = min(rank, ranks.get(str(item.path), rank))
    browser = LONG_FIRST.index("browser")
    by_turns = [[file for file in ranks if ranks[file] == rank] for rank in (-1, browser)]
    turns = {file: n / len(files) for files in by_turns for n, file in enumerate(files)}
    return {file: (-1 if file in turns else rank, turns.get(file, 0.0)) for file, rank in ranks.items()}


def pytest_collection_finish() -> None:
    """From now on there is garbage, as in the server: see `ivr.cli.serve`."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> Iterator[None]:
    """Ctrl-C works in tests and in programs they start.

    A shell starts its background jobs with SIGINT ignored, every program they start inherits that, and Python then
    installs no handler: a test of Ctrl-C would pass in a terminal and fail in a script.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def stays_here() -> Iterator[list[str]]:
    """Everything that was refused. A test that provokes a refusal empties it."""
    refused.clear()
    yield refused
    assert not refused, f"tests stay on loopback, but this one wanted {', '.join(refused)}"

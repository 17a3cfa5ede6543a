"""A whole call in one request: a webhook comes, an API is asked, its answer is the next document.

Ours is signed, walks a flow, and is durable before anything happens and before the caller gets a word. Beside it the
same call by sixty lines of aiohttp and httpx that save nothing, and by what others would pick, where it is to be had.
All servers run at once on one core and the load on the other, they are loaded in turns, and medians of all rounds are
printed, so that what else the machine does falls on all alike. Flask has a process for each of both cores.

`inline`: the API answers at once, over 50 connections. `held`: it takes a second, and so many calls wait for it at
once, each followed by the next; who waits for long is sent round, as by a carrier. KiB is what the process holds more
than before the first call, for each that waits.
"""

import asyncio
import gc
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from statistics import fmean, median
from typing import NamedTuple

from ivr.store import new_key
from tests.bench import rivals, servers
from tests.bench.account import new_sid, webhook
from tests.bench.flows import WORD, inline, prepare
from tests.bench.machine import Others
from tests.bench.servers import Process
from tests.bench.table import number, percentile, table
from tests.bench.wire import Wrong, load

OURS, TINKERED = "ours", "60 lines of aiohttp + httpx"
CONNECTIONS = 50
_sid = re.compile(rb"CallSid=(\w+)")
_redirect = re.compile(rb"<Redirect[^>]*>([^<]*)<")
LOOK = 0.1
"""Seconds between looks at a server's memory."""


class Round(NamedTuple):
    """One round: calls per second, the server's processor seconds and KiB per call, and the seconds of each call."""

    per_second: float
    cpu: float | None
    memory: float | None
    taken: list[float]


class Found(NamedTuple):
    """Rounds by server; `missing` says what was left out, and why; `aims` are of the baselines, by name."""

    title: str
    rounds: dict[str, list[Round]]
    missing: dict[str, str]
    aims: dict[str, float]
    foreign: float | None

    def ratio(self, name: str) -> float:
        """Our throughput as a multiple of another's in the same round, median of all rounds."""
        pairs = zip(self.rounds[OURS], self.rounds[name], strict=True)
        return median(mine.per_second / other.per_second for mine, other in pairs)

    def report(self) -> str:
        """The table."""
        mine = _cpu(self.rounds[OURS])
        rows = []
        for name, rounds in self.rounds.items():
            rate, cpu = [each.per_second for each in rounds], _cpu(rounds)
            held = [each.memory for each in rounds if each.memory is not None]
            taken = [second * 1000 for each in rounds for second in each.taken]
            times = (number(percentile(taken, share)) for share in (0.5, 0.99))
            by_cpu = number(cpu / mine if cpu and mine else None, 2)
            spread = f"{min(rate):,.0f}-{max(rate):,.0f}"
            memory = number(max(held) if held else None, 1)
            figures = number(median(rate)), spread, number(self.ratio(name), 2), number(cpu and cpu * 1e6), by_cpu
            rows.append((name, *figures, memory, *times))
        columns = ("", "calls/s", "rounds", "ours is", "CPU µs a call", "by CPU", "KiB a call", "p50 ms", "p99 ms")
        aims = ", ".join(f"{aim:g} × {name}" for name, aim in self.aims.items() if name in self.rounds)
        notes = [f"Aim: {aims}."] if aims else []
        notes.append("Server on one core, load on the other; ours on SQLite, every page durable.")
        notes += [f"Left out: {name}, as {why}." for name, why in self.missing.items()]
        notes.append(f"All else on the machine took {number(self.foreign, 2)} cores meanwhile.")
        return table(self.title, columns, rows, notes)


class Shape(NamedTuple):
    """So many lines, on which so many calls come one after the other, in so many rounds; their API takes some seconds.
    `others`: whether what others would pick is installed and measured too."""

    at_once: int
    calls: int
    rounds: int
    seconds: float
    others: bool = False


def measure(shape: Shape, folder: Path) -> Found:
    """Start all servers, and load them in turns. Raises NotStarted and Wrong."""
    # A call takes two files of a server, one to the caller and one to the API, and some are open before.
    shape = shape._replace(at_once=min(shape.at_once, servers.raise_open_files() // 2 - 100))
    key, missing = new_key(), dict[str, str]()
    mine, rest = servers.cores()
    rounds: dict[str, list[Round]] = {}
    with ExitStack() as stack:
        with servers.pinned(rest):
            api = stack.enter_context(servers.slow(shape.seconds))
        asyncio.run(prepare(folder, key, inline(api.port)))
        running: dict[str, Process] = {}
        with servers.pinned(mine):
            ours = servers.real(folder, key, servers.free_port(), IVR_HOST_LIMIT="0")
            running[OURS] = stack.enter_context(ours)
            running[TINKERED] = stack.enter_context(servers.tinkered(api.port))
        for name, start, to in _others(folder, api.port, mine) if shape.others else ():
            own = folder / name.partition(" ")[0].lower()
            own.mkdir()
            try:
                with servers.pinned(to):
                    running[name] = stack.enter_context(start(own))
            except (rivals.NotInstalled, servers.NotStarted) as error:
                missing[name] = str(error).splitlines()[0]
        with servers.pinned(rest), Others() as others:
            idle = {name: server.memory() for name, server in running.items()}
            for n in range(-1, shape.rounds):  # the first of them to warm up
                for name, server in list(running.items()):
                    try:
                        found = _round(server, shape if n >= 0 else shape._replace(calls=shape.at_once), idle[name])
                    except (Wrong, TimeoutError) as error:
                        if name == OURS:
                            raise
                        missing[name] = f"in a round {str(error)[:100] or 'it took far too long'}"
                        del running[name]
                        rounds.pop(name, None)
                        continue
                    if n >= 0:
                        rounds.setdefault(name, []).append(found)
    wait = "answers at once" if not shape.seconds else f"takes {shape.seconds:g} s"
    title = f"A whole in-line call: {shape.at_once:,} at once, whose API {wait}"
    return Found(title, rounds, missing, _aims(shape), others.cores)


def _aims(shape: Shape) -> dict[str, float]:
    return {TINKERED: 0.7, "Flask + twilio": 3, "Node-RED": 2 if shape.seconds else 1.5}


Start = Callable[[Path], AbstractContextManager[Process]]


def _others(folder: Path, api_port: int, mine: set[int]) -> Iterator[tuple[str, Start, set[int]]]:
    yield "Flask + twilio", lambda own: rivals.flask(own, api_port), set()
    yield "Node-RED", lambda own: rivals.node_red(own, api_port), mine


def _round(server: Process, shape: Shape, idle: float | None) -> Round:
    """One round; `idle` is what the server held before there were any calls, in KiB."""
    requests = [webhook(f"{server.url}/voice/answer", new_sid()) for _ in range(shape.calls)]
    before, taken = server.cpu(), list[float]()
    gc.collect()
    gc.disable()  # a pause of the load must not count as the server's
    try:
        seconds, most = asyncio.run(_loaded(server, requests, shape.at_once, taken))
    finally:
        gc.enable()
    after = server.cpu()
    cpu = None if before is None or after is None else (after - before) / len(requests)
    memory = None if idle is None or most is None else (most - idle) / shape.at_once
    return Round(len(requests) / seconds, cpu, memory, taken)


async def _loaded(
    server: Process, requests: Sequence[bytes], at_once: int, taken: list[float]
) -> tuple[float, float | None]:
    """Seconds that all took, and the most KiB that the server has held meanwhile."""
    most = server.memory()

    async def look() -> None:
        nonlocal most
        while most is not None:
            most = max(most, server.memory() or 0.0)
            await asyncio.sleep(LOOK)

    looking = asyncio.create_task(look())
    try:
        return await load(server.port, requests, WORD, at_once, taken=taken, follow=_onward), most
    finally:
        looking.cancel()


def _onward(request: bytes, body: bytes) -> bytes | None:
    """Where a caller who waits for too long is sent on to."""
    sid, address = _sid.search(request), _redirect.search(body)
    return webhook(address[1].decode(), sid[1].decode()) if sid and address else None


def _cpu(rounds: Sequence[Round]) -> float | None:
    """Processor seconds per call over all rounds; all rounds have as many."""
    known = [each.cpu for each in rounds if each.cpu is not None]
    return fmean(known) if known else None

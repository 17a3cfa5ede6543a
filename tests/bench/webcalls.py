"""Many web calls at once: the executor against a bare aiohttp client, in turns, at an API that takes a second.

    python -m tests.bench.webcalls

All requests are sent at one moment and each answer takes one second, so `late` is what the client adds: connecting,
sending, reading, and above all waiting for its turn at the processor. Each round is a process of its own, which first
sends some requests that do not count. CPU is that process's alone; memory is what it holds more, at its highest,
divided by the requests.
"""

import asyncio
import gc
import json
import resource
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from statistics import median
from time import perf_counter, process_time
from typing import NamedTuple

import aiohttp

from ivr.app import WallClock
from ivr.core.effects import Fetch
from ivr.runtime.ports import RunningJob
from ivr.webcall.breaker import Rules
from ivr.webcall.client import WebCalls
from ivr.webcall.connections import open_client
from ivr.webcall.guard import Guard
from ivr.webcall.limits import Limits
from ivr.webcall.request import NamedSecret, Secrets
from tests.bench import servers
from tests.bench.table import number, percentile, table
from tests.bench.wire import Wrong

SECONDS = 1.0
AIM_CPU = 4
AIM_WALL = 1.5
WARM_UP = 50
FULL = (1000, 5000)
ROUNDS = 3
Ask = Callable[[str], Awaitable[object]]


class Round(NamedTuple):
    """One round: processor seconds and KiB per request, seconds in all, and seconds beyond the API's own of each."""

    cpu: float
    memory: float
    wall: float
    late: list[float]


class Found(NamedTuple):
    """Rounds by how many requests there were at once."""

    bare: dict[int, list[Round]]
    ours: dict[int, list[Round]]

    def report(self) -> str:
        """The table."""
        rows = []
        for count, bare in self.bare.items():
            for name, rounds in (("aiohttp", bare), ("executor", self.ours[count])):
                late = [each for found in rounds for each in found.late]
                lateness = [number(percentile(late, share) * 1000) for share in (0.5, 0.99, 1.0)]
                cpu, memory, wall = (median(figures) for figures in list(zip(*rounds, strict=True))[:3])
                ratio = median(mine.cpu / base.cpu for mine, base in zip(rounds, bare, strict=True))
                figures = (number(cpu * 1e6), number(ratio, 1), number(memory, 1), *lateness, number(wall, 2))
                rows.append((f"{count:,} by {name}", *figures))
        columns = ("at once", "CPU µs each", "of aiohttp", "KiB each", "late p50 ms", "p99", "max", "wall s")
        aim = (
            f"Aim: at most {AIM_CPU} times the CPU of aiohttp; 1,000 within {AIM_WALL} s. The API takes {SECONDS:g} s."
        )
        return table("Web calls at once", columns, rows, [aim])


def measure(counts: Sequence[int], rounds: int) -> Found:
    """Start the API, and ask it in turns. Raises NotStarted and Wrong."""
    found = Found({count: [] for count in counts}, {count: [] for count in counts})
    with servers.slow(SECONDS) as api:
        for count in counts:
            for _ in range(rounds):
                found.bare[count].append(_apart("bare", api.port, count))
                found.ours[count].append(_apart("ours", api.port, count))
    return found


def _apart(kind: str, port: int, count: int) -> Round:
    """A round in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.webcalls", kind, str(port), str(count)]
    done = subprocess.run(command, cwd=servers.ROOT, capture_output=True, check=False, timeout=120)
    if done.returncode:
        raise Wrong(done.stderr.decode(errors="replace")[-2000:])
    return Round(*json.loads(done.stdout))


async def one_round(kind: str, port: int, count: int) -> Round:
    """Ask so often at once. Raises Wrong."""
    async with AsyncExitStack() as stack:
        ask = await (_bare if kind == "bare" else _ours)(stack)
        url = f"http://127.0.0.1:{port}/"
        await asyncio.gather(*(ask(url) for _ in range(min(count, WARM_UP))))
        gc.collect()
        gc.freeze()
        memory, cpu, began = _most(), process_time(), perf_counter()
        late = await asyncio.gather(*(_timed(ask, url) for _ in range(count)))
        wall, spent = perf_counter() - began, process_time() - cpu
        return Round(spent / count, (_most() - memory) / count, wall, late)


async def _timed(ask: Ask, url: str) -> float:
    began = perf_counter()
    await ask(url)
    return perf_counter() - began - SECONDS


async def _bare(stack: AsyncExitStack) -> Ask:
    session = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))

    async def ask(url: str) -> None:
        async with session.get(url) as answer:
            if answer.status != 200 or (await answer.json())["id"] != 4711:
                raise Wrong(f"status {answer.status}")

    return ask


async def _ours(stack: AsyncExitStack) -> Ask:
    clock = WallClock()
    client = await stack.enter_async_context(open_client(Guard.parse("127.0.0.1")))
    calls = WebCalls(client, Secrets(str, _no_secret), Limits(clock, Rules(concurrent=0)), clock)

    async def ask(url: str) -> None:
        reply = await calls(RunningJob("CA1", "1.3", Fetch(method="GET", url=url, timeout=60), clock.now()))
        if reply.cause != "ok" or reply.value["id"] != 4711:
            raise Wrong(f"{reply.cause}: {reply.error}")

    return ask


async def _no_secret(name: str) -> NamedSecret:
    raise LookupError(name)


def _most() -> float:
    """KiB of memory that this process has held at its highest."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    """Print the table; or, as a process of its own, the figures of one round."""
    servers.raise_open_files()
    if len(sys.argv) == 4:
        print(json.dumps(asyncio.run(one_round(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))))
    else:
        print(measure(FULL, ROUNDS).report())


if __name__ == "__main__":
    main()

"""One worker beside two of them: `ivr serve --workers`, which share a port and a PostgreSQL database.

Whole in-line calls, as in `inline`. Workers, database, API and load share all cores of the machine, so two of them
can't be twice as fast where there are two cores; what they gain is what one worker leaves idle. Both servers run at
once, each with a database of its own, and are loaded in turns.
"""

import asyncio
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg

from ivr.store import load_keys, new_key, open_store
from tests.bench import servers
from tests.bench.account import new_sid, webhook
from tests.bench.flows import WORD, inline, now, publish
from tests.bench.servers import Process
from tests.bench.table import number, table
from tests.bench.wire import load

AIM = 1.3
CONNECTIONS = 50
COUNTS = (1, 2)


class Shape(NamedTuple):
    """How many rounds, and calls in each."""

    rounds: int
    calls: int


class Rate(NamedTuple):
    """Calls per second in one round, and processor seconds of all workers per call."""

    per_second: float
    cpu: float | None


class Found(NamedTuple):
    """Rounds by the number of workers."""

    rounds: dict[int, list[Rate]]

    def ratio(self, count: int) -> float:
        """Throughput of so many workers as a multiple of one's in the same round, median of all rounds."""
        pairs = zip(self.rounds[count], self.rounds[COUNTS[0]], strict=True)
        return median(many.per_second / one.per_second for many, one in pairs)

    def report(self) -> str:
        """The table."""
        rows = []
        for count, rounds in self.rounds.items():
            rates = [each.per_second for each in rounds]
            known = [each.cpu for each in rounds if each.cpu is not None]
            cpu = number(median(known) * 1e6 if known else None)
            spread = f"{min(rates):,.0f}-{max(rates):,.0f}"
            rows.append((str(count), number(median(rates)), spread, number(self.ratio(count), 2), cpu))
        notes = [f"Aim: {AIM} × one. PostgreSQL, API and load run on the same cores."]
        columns = ("workers", "calls/s", "rounds", "of one", "CPU µs a call")
        return table("Whole in-line calls by one worker and by two", columns, rows, notes)


def measure(shape: Shape, folder: Path, server: str = "") -> Found:
    """Start both, and load them in turns. `server` is the URL of a PostgreSQL server; else one is started. Raises
    NotStarted and Wrong."""
    rounds: dict[int, list[Rate]] = {count: [] for count in COUNTS}
    with ExitStack() as stack:
        database = server or stack.enter_context(servers.postgres(folder))
        api = stack.enter_context(servers.slow(0.0))
        running: dict[int, Process] = {}
        for count in COUNTS:
            own, key = folder / str(count), new_key()
            own.mkdir()
            url = asyncio.run(_prepared(own, key, database, api.port))
            running[count] = stack.enter_context(servers.working(own, key, url, count))
        for count, process in running.items():
            _round(process, shape.calls // 2)
            rounds[count] = []
        for _ in range(shape.rounds):
            for count, process in running.items():
                rounds[count].append(_round(process, shape.calls))
    return Found(rounds)


async def _prepared(folder: Path, key: str, server: str, api_port: int) -> str:
    """The URL of a new database, whose flow asks the API."""
    name = f"bench_{uuid4().hex}"
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    url = urlsplit(server)._replace(path=f"/{name}").geturl()
    store = await open_store(folder, url, load_keys(key, folder), now)
    try:
        await publish(store, inline(api_port))
    finally:
        await store.close()
    return url


def _round(process: Process, calls: int) -> Rate:
    requests = [webhook(f"{process.url}/voice/answer", new_sid()) for _ in range(calls)]
    before = process.cpu()
    seconds = asyncio.run(load(process.port, requests, WORD, CONNECTIONS))
    after = process.cpu()
    return Rate(calls / seconds, None if before is None or after is None else (after - before) / calls)

"""Pages per second: the real server against bare aiohttp, under the same load, in turns.

Every request is a signed webhook with the fields a carrier sends, over 64 connections that are kept alive. `answer`
takes a new call: one turn of the engine, an insert, a page of three messages. `next page` finds a call in the store,
hands out its next page, and updates it. Both are durable before the caller gets a word. The baseline parses the same
form and answers a constant document of the same size. One round measures each in turn; medians of all rounds are
printed, so that what else the machine does falls on all alike.
"""

import asyncio
import gc
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, median
from typing import NamedTuple

from ivr.store import new_key
from tests.bench import servers
from tests.bench.account import new_sid, webhook
from tests.bench.flows import WORD, prepare, talking
from tests.bench.table import number, table
from tests.bench.wire import load

AIM = 0.4
WARM_UP = 500


class Rate(NamedTuple):
    """Requests per second in one round, and the server's processor seconds per request."""

    per_second: float
    cpu: float | None


class Pages(NamedTuple):
    """Rounds of each kind."""

    bare: list[Rate]
    answer: list[Rate]
    page: list[Rate]

    def ratio(self, kind: Sequence[Rate]) -> float:
        """Throughput as a share of the baseline's in the same round, median of all rounds."""
        return median(mine.per_second / bare.per_second for mine, bare in zip(kind, self.bare, strict=True))

    def report(self) -> str:
        """The table."""
        names = {"bare aiohttp": self.bare, "answer (new call)": self.answer, "next page (update)": self.page}
        bare_cpu = _cpu(self.bare)
        rows = []
        for name, rates in names.items():
            rate = [rate.per_second for rate in rates]
            cpu = _cpu(rates)
            cpu_ratio = bare_cpu / cpu if bare_cpu and cpu else None
            spread = f"{min(rate):,.0f}-{max(rate):,.0f}"
            figures = (number(median(rate)), spread, number(self.ratio(rates), 2), number(cpu), number(cpu_ratio, 2))
            rows.append((name, *figures))
        columns = ("", "per second", "rounds", "of bare", "CPU µs each", "of bare by CPU")
        note = f"Aim: {AIM} of bare. One server process, 64 connections, loopback, SQLite, every page durable."
        return table("Pages per second", columns, rows, [note])


def measure(rounds: int, requests: int, folder: Path) -> Pages:
    """Start both servers, and load them in turns. Raises NotStarted and Wrong."""
    key = new_key()
    waiting = [new_sid() for _ in range(rounds * requests + WARM_UP)]
    asyncio.run(prepare(folder, key, talking(), waiting))
    found = Pages([], [], [])
    with servers.bare() as bare, servers.real(folder, key, servers.free_port()) as server:
        _round(bare, "answer", [new_sid() for _ in range(WARM_UP)])
        _round(server, "answer", [new_sid() for _ in range(WARM_UP)])
        _round(server, "page/2", waiting[:WARM_UP])
        for turn in range(rounds):
            mine = waiting[WARM_UP + turn * requests : WARM_UP + (turn + 1) * requests]
            found.bare.append(_round(bare, "answer", [new_sid() for _ in range(requests)]))
            found.answer.append(_round(server, "answer", [new_sid() for _ in range(requests)]))
            found.page.append(_round(server, "page/2", mine))
    return found


def _round(server: servers.Process, path: str, sids: Sequence[str]) -> Rate:
    requests = [webhook(f"{server.url}/voice/{path}", sid) for sid in sids]
    before = server.cpu()
    gc.collect()
    gc.disable()  # a pause of the load must not count as the server's
    try:
        seconds = asyncio.run(load(server.port, requests, WORD))
    finally:
        gc.enable()
    after = server.cpu()
    cpu = None if before is None or after is None else (after - before) / len(sids)
    return Rate(len(sids) / seconds, cpu)


def _cpu(rates: Sequence[Rate]) -> float | None:
    """Processor microseconds per request over all rounds; all rounds have as many requests."""
    known = [rate.cpu for rate in rates if rate.cpu is not None]
    return fmean(known) * 1e6 if known else None

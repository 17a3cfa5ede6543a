"""Twice what fits: new calls come in twice as fast as the server can take them, while it has callers on the line.

What fits is measured first: whole in-line calls, one after the other on 20 lines. Then calls come at twice that pace
for some seconds, each on its own, whether the server keeps up or not; and beside them callers who were on the line
before ask for their next page. The carrier gives up after 15 s; the aim is that nobody waits for more than 5.
"""

import asyncio
from collections.abc import Awaitable
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from ivr.store import new_key
from tests.bench import servers
from tests.bench.account import new_sid, webhook
from tests.bench.flows import WORD, inline, prepare
from tests.bench.machine import Others
from tests.bench.servers import Process
from tests.bench.table import number, percentile, table
from tests.bench.wire import Posts, load

AIM = 5.0
TIMES = 2
PAGES_EACH_SECOND = 20
WARM_UP = 200
MOST = 20_000
"""Calls of one run."""


class Found(NamedTuple):
    """Calls a second that fit, and that came; seconds until each that was taken, turned away, or on the line had its
    page."""

    fits: float
    came: float
    taken: list[float]
    away: list[float]
    known: list[float]
    foreign: float | None

    def report(self) -> str:
        """The table."""
        kinds = {"taken": self.taken, "turned away": self.away, "next page of known calls": self.known}
        rows = [
            (
                name,
                f"{len(times):,}",
                *(number(percentile(times, share), 2) if times else "-" for share in (0.5, 0.99, 1)),
            )
            for name, times in kinds.items()
        ]
        notes = [
            f"{self.fits:,.0f} calls a second fit, {self.came:,.0f} came. Aim: each page within {AIM:g} s.",
            f"All else on the machine took {number(self.foreign, 2)} cores meanwhile.",
        ]
        return table("Twice the calls that fit", ("", "pages", "p50 s", "p99 s", "max s"), rows, notes)


def measure(seconds: float, folder: Path, limit: str = "0.15") -> Found:
    """Start the server, measure what fits, and let twice that come. `limit` is its IVR_MOST_LATE.

    Raises NotStarted and Wrong.
    """
    key, known = new_key(), [new_sid() for _ in range(round(PAGES_EACH_SECOND * seconds))]
    mine, rest = servers.cores()
    with servers.pinned(rest), servers.slow(0.0) as api:
        asyncio.run(prepare(folder, key, inline(api.port), known))
        with servers.pinned(mine):
            made = servers.real(
                folder, key, servers.free_port(), IVR_HOST_LIMIT="0", IVR_LOG_LEVEL="error", IVR_MOST_LATE=limit
            )
        with made as server, Others() as others:
            fits = asyncio.run(_fits(server, seconds))
            found = asyncio.run(_flood(server, min(TIMES * fits, MOST / seconds), seconds, known))
    return found._replace(fits=fits, foreign=others.cores)


async def _fits(server: Process, seconds: float) -> float:
    """Calls a second, in a run of about so many seconds."""
    count, took = WARM_UP, 0.0
    for _ in range(2):
        requests = [webhook(f"{server.url}/voice/answer", new_sid()) for _ in range(count)]
        took = await load(server.port, requests, b"<Hangup/>", 20)
        rate = count / took
        count = max(WARM_UP, round(rate * seconds / 2))
    return rate


async def _flood(server: Process, rate: float, seconds: float, known: list[str]) -> Found:
    posts, loop = Posts(server.port), asyncio.get_running_loop()
    found = Found(0.0, rate, [], [], [], None)
    asked: set[asyncio.Task[None]] = set()

    def begin(work: Awaitable[None]) -> None:
        asked.add(asyncio.ensure_future(work))

    async def call() -> None:
        began = perf_counter()
        body = await posts.ask(webhook(f"{server.url}/voice/answer", new_sid()), b"<Hangup/>")
        (found.taken if WORD in body else found.away).append(perf_counter() - began)

    async def page(sid: str) -> None:
        began = perf_counter()
        await posts.ask(webhook(f"{server.url}/voice/page/2", sid), WORD)
        found.known.append(perf_counter() - began)

    begun = loop.time()
    for place in range(round(rate * seconds)):
        await asyncio.sleep(max(0.0, begun + place / rate - loop.time()))
        begin(call())
        if place % max(1, round(rate / PAGES_EACH_SECOND)) == 0 and known:
            begin(page(known.pop()))
    came = place / (loop.time() - begun)
    async with asyncio.timeout(60):
        await asyncio.gather(*asked)
    posts.close()
    return found._replace(came=came)

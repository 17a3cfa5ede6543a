"""The table of hostile APIs: `python -m tests.webcall.hostile`.

Each row is an API that misbehaves in one way. Whatever it does, a reply comes back: in time, with its cause, by the
right port of the block, and without eating the memory.
"""

import asyncio
import gc
import sys
import time
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from msgspec.structs import replace

from ivr.actions.external_web_call import ExternalWebCall
from ivr.core.action import Leave, Visit
from ivr.core.call import Call
from ivr.core.events import Fetched
from tests.bench.table import table as written
from tests.egress.world import Canary, canary, table
from tests.webcall.certificates import DAY, Authority
from tests.webcall.hostile_rows import ROWS, Row, bombs, redirects
from tests.webcall.peer import Asker, World, asker, peer

GENEROUS = 10.0
"""Seconds that a reply may come after its deadline on a machine that does much else."""
GROWTH = 20 * 1024
"""KiB by which the whole table may change the process."""
NAMES = {
    "inside_example": ["127.0.0.2"],
    "both_example": ["127.0.0.2", "10.0.0.1"],
    "metadata_example": ["169.254.169.254"],
}


class Result(NamedTuple):
    """What became of a row; of the reply, not what it holds. `peak` in KiB of memory that Python knows of."""

    row: Row
    reply: Fetched
    port: str
    seconds: float
    peak: float
    touched: int

    @property
    def wrong(self) -> str:
        """What is not as it should be; empty when all is well."""
        fine = self.reply.cause == "ok" and 200 <= (self.reply.status or 0) <= 299
        checks = {
            "cause": self.reply.cause in self.row.causes,
            "error": self.reply.cause == "ok" or (self.reply.error.endswith(".") and len(self.reply.error) < 400),
            "port": self.port == ("success" if fine else "failure"),
            "time": self.seconds < self.row.limit + GENEROUS,
            "memory": self.peak < self.row.most,
            "canary": not self.touched,
        }
        return ", ".join(name for name, well in checks.items() if not well)


class Hostile(NamedTuple):
    """Where rows are run."""

    ask: Asker
    authority: Authority
    bird: Canary
    canary_port: int

    def rows(self) -> Iterator[Row]:
        for part in ROWS:
            yield from part()
        yield from redirects(self.canary_port)

    async def run(self, row: Row) -> Result:
        """Ask the API of a row once."""
        (result,) = await self.run_beside(row)
        return result

    async def run_beside(self, *rows: Row) -> list[Result]:
        """Ask the APIs of several rows at the same time; the memory is that of all together."""
        async with AsyncExitStack() as stack:
            urls = [await stack.enter_async_context(_door(row, self.authority)) for row in rows]
            gc.collect()
            tracemalloc.start()
            before = tracemalloc.get_traced_memory()[0]
            try:
                replies = await asyncio.gather(*map(self._asked, rows, urls))
                most = tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()
        peak = (most - before) / 1024
        return [
            Result(row, _thin(reply), leaves_by(reply), seconds, peak, self.bird.touched)
            for row, (reply, seconds) in zip(rows, replies, strict=True)
        ]

    async def _asked(self, row: Row, url: str) -> tuple[Fetched, float]:
        """The reply, and after how many seconds it came."""
        began = time.monotonic()
        reply = await self.ask(url, timeout=row.limit, connect_timeout=1)
        return reply, time.monotonic() - began


def _thin(reply: Fetched) -> Fetched:
    """A reply without what it holds."""
    return replace(reply, body="", headers=(), value=None if reply.cause == "ok" else reply.value)


def leaves_by(reply: Fetched) -> str:
    """The port by which a block is left with this reply."""
    block = ExternalWebCall.model_validate(
        {"url": "http://api.example/", "response_variables": [{"name": "A", "query": "a"}]}
    )
    outcome = block.resume(Visit(Call("CA1", "a-flow", 1, block=3), 3, 0), reply)
    assert isinstance(outcome, Leave)
    return outcome.port


@asynccontextmanager
async def hostile(folder: Path) -> AsyncIterator[Hostile]:
    """An executor that may go to 127.0.0.1 alone, and a canary at 127.0.0.2 that it must not touch."""
    gc.collect()
    gc.freeze()  # what other tests have left is not looked through again before each row
    authority = Authority(folder)
    world = World(allow="127.0.0.1", resolver=table(**NAMES), ca_file=authority.file)
    async with canary(["127.0.0.2"]) as (bird, port), asker(world) as ask:
        yield Hostile(ask, authority, bird, port)


@asynccontextmanager
async def _door(row: Row, authority: Authority) -> AsyncIterator[str]:
    """The address of a row's API."""
    here = "127.0.0.1"
    match row.tls:
        case "":
            tls = None
        case "expired":
            tls = authority.server(here, age=10 * DAY, lasting=timedelta(days=9))
        case "another host's":
            tls = authority.server("other.example")
        case "its own":
            tls = authority.alone(here)
        case "none" | "silent":
            async with _no_tls(row.tls) as url:
                yield url
            return
        case _:
            with TemporaryDirectory() as folder:
                tls = Authority(Path(folder)).server(here)
    async with peer(row.behave, tls) as api:
        yield api.url


@asynccontextmanager
async def _no_tls(kind: str) -> AsyncIterator[str]:
    guests: list[asyncio.StreamWriter] = []

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        guests.append(writer)
        if kind == "none":
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    server = await asyncio.start_server(behave, "127.0.0.1", 0)
    try:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()
        for guest in guests:
            guest.transport.abort()
        await asyncio.sleep(0.01)  # until they are gone


def resident() -> int:
    """KiB of memory that the process holds; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


async def _all(folder: Path) -> int:
    """Print the table; how many rows are not as they should be."""
    async with hostile(folder) as world:
        rows = list(world.rows())
        for row in (rows[0], *bombs()):  # Python keeps what it once needed; from then on it must need no more
            await world.run(row)
        before, began = resident(), time.monotonic()
        results = [await world.run(row) for row in rows]
        gc.collect()
        seconds, growth = time.monotonic() - began, resident() - before
    lines = [
        (each.row.name, each.reply.cause, each.port, f"{each.seconds:.2f}", f"{each.peak:,.0f}", each.wrong or "ok")
        for each in results
    ]
    bad = sum(bool(each.wrong) for each in results) + (abs(growth) > GROWTH)
    notes = [
        f"{len(results)} rows in {seconds:.0f} s; the process's memory changed by {growth / 1024:+.1f} MiB "
        f"(may be ± {GROWTH // 1024}); the canary was touched {world.bird.touched} times.",
        f"{bad} not as expected." if bad else "All as expected.",
    ]
    print(written("What hostile APIs get", ("the API", "cause", "port", "seconds", "peak KiB", "ok"), lines, notes))
    return bad


def main() -> None:
    import tests.conftest as watch  # from here on nothing leaves loopback

    with TemporaryDirectory(prefix="ivr-hostile-") as folder:
        bad = asyncio.run(_all(Path(folder)))
    sys.exit(1 if bad or watch.refused else 0)


if __name__ == "__main__":
    main()

"""The faults: each makes a world, breaks it while calls go on, and gives the row of the table.

A new one is an async function of a `Place`, and a line in `LONG`.
"""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from ivr.emulator import Faults
from ivr.store.folder import DATABASE
from tests.chaos.ground import Row, judged
from tests.chaos.wires import Wire
from tests.chaos.world import World, one_inside, world
from tests.store.conftest import new_database

LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


class Place(NamedTuple):
    """Where a fault happens: an empty folder, and a PostgreSQL server for those that need one. `calls`: how many."""

    folder: Path
    postgres: str = ""
    calls: int = 20
    patience: float = 180.0
    """Seconds after which a call that goes on is stranded."""


@asynccontextmanager
async def on_postgres(place: Place, servers: int = 2) -> AsyncIterator[World]:
    """A world of several servers on PostgreSQL, behind a wire that can be broken."""
    url = await new_database(place.postgres)
    wire = Wire(parse_qs(urlsplit(url).query)["host"][0])
    async with wire.up() as port:
        direct = f"postgresql://postgres@127.0.0.1:{port}{urlsplit(url).path}"
        async with world(place.folder, database=direct, wire=wire) as made:
            for _ in range(servers):
                await made.start()
            yield made


@asynccontextmanager
async def locked(file: Path) -> AsyncIterator[None]:
    """Another process holds the database's lock."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", LOCK, str(file), stdin=pipe, stdout=pipe)
    assert process.stdin is not None
    assert process.stdout is not None
    await process.stdout.readline()
    try:
        yield
    finally:
        process.stdin.close()
        await process.wait()


async def lost_and_repeated(place: Place) -> Row:
    """Knocks and callbacks that get lost, webhooks that come twice, answers of ours that never arrive."""
    faults = Faults(
        lose_updates=0.5,
        lose_status_callbacks=0.5,
        repeat_status_callbacks=0.5,
        late_status_callbacks=1.0,
        repeat_webhooks=0.3,
    )
    async with world(place.folder, faults=faults) as made, one_inside(made):
        await made.ring(place.calls)
        await made.settle(place.patience)
        return judged("lost knocks and callbacks, repeated webhooks", made.calls, made.carrier, made.far)


async def a_lock(place: Place, seconds: float = 30.0) -> Row:
    """Another process locks the SQLite file while calls come in and go on."""
    async with world(place.folder) as made, one_inside(made):
        await made.ring(place.calls // 2)
        async with locked(place.folder / "data" / DATABASE):
            await made.ring(place.calls - place.calls // 2, every=seconds / place.calls)
            await asyncio.sleep(seconds / 2)
        await made.settle(place.patience)
        return judged(f"locked database, {seconds:g} s", made.calls, made.carrier, made.far)


async def rolling(place: Place) -> Row:
    """SIGTERM to one of two servers after the other, each with a new one in its place, while calls come in."""
    async with on_postgres(place) as made:
        ringing = asyncio.create_task(made.ring(place.calls, every=0.7))
        for port in list(made.servers):
            await made.start()
            made.servers[port].process.send_signal(signal.SIGTERM)
            await made.front.until_ready(port, ready=False)
            assert await made.ended(port) == 0
        await ringing
        await made.settle(place.patience)
        return judged("SIGTERM, rolling", made.calls, made.carrier, made.far, failed=made.front.failed)


async def killed(place: Place) -> Row:
    """SIGKILL to one of two servers, again and again."""
    async with on_postgres(place) as made:
        ringing = asyncio.create_task(made.ring(place.calls, every=0.5))
        for _ in range(2):
            port = next(iter(made.servers))
            made.servers[port].process.kill()
            await made.ended(port)
            await made.start()
        await ringing
        await made.settle(place.patience)
        return judged("SIGKILL", made.calls, made.carrier, made.far)


async def slow(place: Place) -> Row:
    """Each round trip to the database takes 4 s, for half a minute."""
    return await _on_the_wire(place, "database slow by 4 s", _slowed)


async def black_hole(place: Place) -> Row:
    """Nothing reaches the database for 20 s, and nobody is told."""
    return await _on_the_wire(place, "database black-holed, 20 s", _swallowed)


async def cut(place: Place) -> Row:
    """All connections to the database are reset, every second for ten."""
    return await _on_the_wire(place, "database connections cut", _cut)


async def _on_the_wire(place: Place, name: str, trouble: Callable[[Wire], Awaitable[None]]) -> Row:
    async with on_postgres(place, servers=1) as made:
        assert made.wire is not None
        await made.ring(place.calls // 2)
        ringing = asyncio.create_task(made.ring(place.calls - place.calls // 2, every=1.0))
        await trouble(made.wire)
        await ringing
        await made.settle(place.patience)
        return judged(name, made.calls, made.carrier, made.far)


async def _slowed(wire: Wire) -> None:
    wire.delay = 4.0
    await asyncio.sleep(30)
    wire.delay = 0.0


async def _swallowed(wire: Wire) -> None:
    wire.black_hole(on=True)
    await asyncio.sleep(20)
    wire.black_hole(on=False)


async def _cut(wire: Wire) -> None:
    for _ in range(10):
        wire.cut()
        await asyncio.sleep(1)


Fault = Callable[[Place], Awaitable[Row]]
LONG: dict[str, Fault] = {
    "rolling": rolling,
    "killed": killed,
    "locked": a_lock,
    "slow": slow,
    "black-hole": black_hole,
    "cut": cut,
    "lost": lost_and_repeated,
}

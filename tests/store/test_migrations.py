import asyncio

import pytest

from ivr.store import NewerDatabase, Store, StoreError, open_store
from ivr.store.database import Statement
from ivr.store.migrations import MIGRATIONS, Migration, migrate
from ivr.store.sql import core as statements

from .conftest import Place
from .making import KEY, NOW, new

KNOWN = [(number, step.name) for number, step in enumerate(MIGRATIONS, 1)]
MORE = (*MIGRATIONS, Migration("notes", ("CREATE TABLE notes (id TEXT)", "INSERT INTO notes VALUES ('x')")))


async def steps(store: Store) -> list[tuple[int, str]]:
    rows = await store.database.fetch(statements.MIGRATIONS, {})
    return [(row["number"], row["name"]) for row in rows]


async def test_opening_twice_migrates_once(place: Place) -> None:
    await place.empty()
    await (await place.open()).calls.save(new(), NOW)
    again = await place.open()
    assert await steps(again) == KNOWN
    assert await again.calls.load("CA1")


async def test_processes_that_start_at_once_do_each_step_once(place: Place) -> None:
    await place.empty()
    stores = await asyncio.gather(*(place.open() for _ in range(5)))
    await asyncio.gather(*(migrate(store.database, store.vault, NOW, MORE) for store in stores))
    assert await steps(stores[0]) == [*KNOWN, (len(MORE), "notes")]
    assert len(await stores[0].database.fetch("SELECT id FROM notes", {})) == 1


async def test_a_step_that_fails_leaves_nothing_behind(store: Store) -> None:
    broken = (*MIGRATIONS, Migration("broken", ("CREATE TABLE half (id TEXT)", "SELECT nonsense FROM nowhere")))
    with pytest.raises(StoreError, match="nowhere"):
        await migrate(store.database, store.vault, NOW, broken)
    assert await steps(store) == KNOWN
    with pytest.raises(StoreError, match="half"):
        await store.database.fetch("SELECT id FROM half", {})


async def test_a_newer_database_is_left_alone(place: Place) -> None:
    store = await place.open()
    await migrate(store.database, store.vault, NOW, MORE)
    with pytest.raises(
        NewerDatabase, match=rf"at step {len(MORE)} \(notes\), but this program knows only {len(KNOWN)}"
    ):
        await place.open()


async def test_a_write_is_whole_or_not_at_all(store: Store) -> None:
    await store.database.write([Statement("CREATE TABLE t (id TEXT PRIMARY KEY)")])
    one = Statement("INSERT INTO t VALUES (:id)", {"id": "1"})
    with pytest.raises(StoreError):
        await store.database.write([one, Statement("INSERT INTO missing VALUES (1)")])
    none = Statement("DELETE FROM t WHERE id = :id", {"id": "2"}, must_change=True)
    assert not await store.database.write([one, none])
    assert list(await store.database.fetch("SELECT id FROM t", {})) == []
    assert await store.database.write([one])


async def test_a_closed_store_says_so(store: Store) -> None:
    await store.close()
    with pytest.raises(StoreError):
        await store.calls.load("CA1")
    with pytest.raises(StoreError):
        await store.calls.save(new(), NOW)


@pytest.mark.parametrize("url", ["mysql://x", "postgresql+asyncpg://x"])
async def test_another_kind_of_database_is_refused(url: str, tmp_path: object) -> None:
    with pytest.raises(StoreError, match="IVR_DATABASE_URL must begin with postgresql://"):
        await open_store(tmp_path, url, [KEY], lambda: NOW)  # type: ignore[arg-type]


async def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: object) -> None:
    url = "postgresql://anna:s3cret@127.0.0.1:1/ivr"
    with pytest.raises(StoreError, match=r"Can't connect to the database at 127\.0\.0\.1/ivr: ") as caught:
        await open_store(tmp_path, url, [KEY], lambda: NOW)  # type: ignore[arg-type]
    assert "s3cret" not in str(caught.value)

"""Calls in memory are what the database has, or are not there."""

from pathlib import Path

from ivr.core.call import Call
from ivr.runtime.ports import CallRecord, Change
from ivr.store import Store, load_keys, new_key, open_store
from ivr.store.database import Statement
from ivr.store.hot import Copy, Hot

NOW = 1_000


def copy(size: int, version: int = 1) -> Copy:
    return Copy(b"x" * size, version, None, None, size + 33)


def test_copies_have_a_budget_and_the_oldest_goes_first() -> None:
    hot = Hot(100)
    for name in ("one", "two", "three"):
        hot.end(name, hot.begin(name), copy(40))
    assert [name for name in ("one", "two", "three") if hot.get(name)] == ["two", "three"]
    hot.end("large", hot.begin("large"), copy(101))
    assert [name for name in ("two", "three", "large") if hot.get(name)] == ["two", "three"]


def test_a_save_that_another_has_overtaken_leaves_no_copy() -> None:
    hot = Hot(100)
    first, second = hot.begin("one"), hot.begin("one")
    hot.end("one", first, copy(1, version=1))
    assert hot.get("one") is None  # the second may be durable by now, and its request cut
    hot.end("one", second)
    assert hot.get("one") is None


async def test_a_server_reads_what_it_has_saved_without_the_database(tmp_path: Path) -> None:
    key = new_key()
    store = await open_store(tmp_path, None, load_keys(key, tmp_path), lambda: NOW)
    store.calls.remember()
    assert await store.calls.save(Change(CallRecord(Call("CA1", "desk", 1, variables={"price": 1.5}))), NOW)
    cold = await elsewhere(tmp_path, key)
    assert await store.calls.load("CA1") == cold  # numbers and all as they were stored

    # Another process changes it, which a lock prevents: then nothing is lost, and the next read is the database's.
    await store.database.write([Statement("UPDATE calls SET version = 2 WHERE id = 'CA1'")])
    here = await store.calls.load("CA1")
    assert here is not None
    assert here.version == 1
    assert not await store.calls.save(Change(here), NOW)
    here = await store.calls.load("CA1")
    assert here is not None
    assert here.version == 2

    ended = CallRecord(Call("CA1", "desk", 1, status="ended"), version=2, over_at=NOW)
    assert await store.calls.save(Change(ended), NOW)
    await store.database.write([Statement("DELETE FROM calls WHERE id = 'CA1'")])
    assert await store.calls.load("CA1") is None  # what is over is not kept
    await store.close()


async def elsewhere(folder: Path, key: str) -> CallRecord | None:
    """What another process reads."""
    other: Store = await open_store(folder, None, load_keys(key, folder), lambda: NOW)
    found = await other.calls.load("CA1")
    await other.close()
    return found

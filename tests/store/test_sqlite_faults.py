"""What happens to SQLite alone: locks of other processes, a full disk, odd files, other people's eyes."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from unittest.mock import ANY

import pytest
from msgspec.structs import replace

from ivr.runtime.ports import CallRecord, Change
from ivr.store import StoreError, Vault, load_keys, new_key, open_store
from ivr.store.calls import CallStore
from ivr.store.database import Statement
from ivr.store.migrations import migrate
from ivr.store.sqlite import Sqlite

from .making import KEY, NOW, a_call, a_flow, a_full_job, a_full_record, a_trace, new


def all_bytes(folder: Path) -> bytes:
    """The database, its write-ahead log, whatever lies there."""
    return b"".join(file.read_bytes() for file in folder.iterdir())


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Sqlite]:
    database = Sqlite(tmp_path / "ivr.sqlite", lock_seconds=0.01)
    await migrate(database, Vault([KEY]), NOW)
    yield database
    await database.close()


@pytest.fixture
def calls(database: Sqlite) -> CallStore:
    return CallStore(database, Vault([KEY]), "me", lambda: 0.0)


async def test_while_another_process_locks_the_file_writes_fail_and_reads_go_on(
    calls: CallStore, database: Sqlite, tmp_path: Path
) -> None:
    await calls.save(new(), NOW)
    other = sqlite3.connect(tmp_path / "ivr.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    saves = [calls.save(new(f"CB{n}"), NOW) for n in range(5)]
    failed = await asyncio.gather(*saves, return_exceptions=True)
    assert all(isinstance(each, StoreError) and "can't be written: database is locked" in str(each) for each in failed)
    assert await calls.load("CA1")
    other.execute("ROLLBACK")
    other.close()
    assert await calls.save(new("CB0"), NOW)


async def test_a_full_disk_fails_only_what_does_not_fit(calls: CallStore, database: Sqlite) -> None:
    await calls.save(new(), NOW)
    pages = (await database.fetch("PRAGMA page_count", {}))[0]["page_count"]
    await database.write([Statement(f"PRAGMA max_page_count = {pages + 2}")])
    big = CallRecord(a_call("CB1", variables={"x": "y" * 100_000}))
    small = CallRecord(a_call("CA1", turn=2), version=1)
    first, second = await asyncio.gather(
        calls.save(Change(big), NOW), calls.save(Change(small), NOW), return_exceptions=True
    )
    assert isinstance(first, StoreError)
    assert "full" in str(first)
    assert second is True
    assert await calls.load("CB1") is None
    assert await calls.load("CA1") == replace(small, version=2, size=ANY)
    await database.write([Statement("PRAGMA max_page_count = 1000000")])
    assert await calls.save(Change(big), NOW)


async def test_what_the_database_cannot_take_hurts_nobody_else(calls: CallStore, database: Sqlite) -> None:
    odd = Statement("INSERT INTO numbers VALUES (:number, :flow)", {"number": "\ud800", "flow": "x"})
    huge = Statement("UPDATE calls SET held_at = :at", {"at": 2**70})
    answers = await asyncio.gather(
        calls.save(new("CA1"), NOW),
        database.write([odd]),
        database.write([huge]),
        calls.save(new("CA2"), NOW),
        calls.load("\ud800"),
        calls.load("CA3"),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers] == [bool, StoreError, StoreError, bool, StoreError, type(None)]
    assert await calls.load("CA2")


async def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / "ivr.sqlite").mkdir()
    with pytest.raises(StoreError, match=r"ivr\.sqlite can't be opened"):
        await open_store(tmp_path, None, [KEY], lambda: NOW)


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "ivr.sqlite").write_text("Dear diary, " * 100)
    with pytest.raises(StoreError, match="file is not a database"):
        await open_store(tmp_path, None, [KEY], lambda: NOW)


async def test_closing_finishes_what_was_asked_for(tmp_path: Path) -> None:
    store = await open_store(tmp_path, None, [KEY], lambda: NOW)
    saves = asyncio.gather(*(store.calls.save(new(f"CA{n}"), NOW) for n in range(50)))
    await asyncio.sleep(0)  # one round of the loop: all fifty have asked
    await store.close()
    assert all(await saves)
    again = await open_store(tmp_path, None, [KEY], lambda: NOW)
    assert await again.calls.load("CA49")
    await again.close()


async def test_a_caller_who_stops_waiting_disturbs_nobody(calls: CallStore) -> None:
    impatient = asyncio.create_task(calls.save(new("CA1"), NOW))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await calls.save(new("CA2"), NOW)
    assert await calls.load("CA1"), "what was asked for is done all the same"


async def test_nothing_can_be_read_in_the_files(tmp_path: Path) -> None:
    store = await open_store(tmp_path, None, [KEY], lambda: NOW)
    await store.calls.save(Change(a_full_record(), start=a_full_job(), trace=a_trace()), NOW)
    await store.flows.save_draft(a_flow())
    await store.flows.publish("appointments")
    raw = all_bytes(tmp_path)
    assert b"CA1" in raw
    words = ["15551234567", "ANI", "EXTCALL", "12.50", "Please wait", "Polly", "hold.wav", "entered", "Ask the API"]
    words += ["example", "api.", "anna", "X-Key", "1.10", "s3cret", "inbound_call", "basic_auth", "sealed"]
    assert [word for word in words if word.encode() in raw] == []
    await store.close()
    raw = all_bytes(tmp_path)
    assert [word for word in words if word.encode() in raw] == []


async def test_a_call_that_comes_needs_no_other_thread_to_find_its_flow(tmp_path: Path) -> None:
    store = await open_store(tmp_path, None, load_keys(new_key(), tmp_path), lambda: NOW)
    await store.flows.save_draft(a_flow("desk"))
    await store.flows.publish("desk", 1)
    await store.flows.assign("+15550100", "desk")
    assert isinstance(store.database, Sqlite)
    await store.database._reader.close()
    assert await store.flows.of_number("+15550100") == ("desk", 1)
    assert await store.flows.live("desk") == 1
    assert await store.calls.load("CA1") is None
    await store.close()


async def test_how_long_the_oldest_save_has_waited_is_known(tmp_path: Path) -> None:
    now = 0.0

    class Late(Sqlite):
        """Writes when it is let."""

        def __init__(self) -> None:
            super().__init__(tmp_path / "ivr.sqlite")
            self.turns = [asyncio.Event(), asyncio.Event()]

        async def write(self, statements: Sequence[Statement]) -> bool:
            await self.turns.pop(0).wait()
            return True

    database = Late()
    calls = CallStore(database, Vault([KEY]), "me", lambda: now)
    first, second = database.turns
    assert calls.behind() == 0
    async with asyncio.TaskGroup() as group:
        one = group.create_task(calls.save(new("CA1"), NOW))
        await asyncio.sleep(0)
        now = 3.0
        group.create_task(calls.save(new("CA2"), NOW))
        await asyncio.sleep(0)
        now = 4.0
        assert calls.behind() == 4
        first.set()
        await one
        assert calls.behind() == 1
        second.set()
    assert calls.behind() == 0
    await database.close()

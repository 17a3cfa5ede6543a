import asyncio
from unittest.mock import ANY

import pytest
from msgspec.structs import replace

from ivr.runtime.ports import CallRecord, Change
from ivr.store import Damaged, Store
from ivr.store.calls import LEASE
from ivr.store.database import Statement

from .conftest import Place
from .making import NOW, a_call, a_full_job, a_full_record, a_job, a_trace, new


async def test_an_unknown_call_is_none(store: Store) -> None:
    assert await store.calls.load("CA1") is None


async def test_a_call_comes_back_as_it_was_saved(store: Store) -> None:
    record = a_full_record()
    assert await store.calls.save(Change(record), NOW)
    assert await store.calls.load("CA1") == replace(record, version=1, size=ANY)


async def test_every_save_counts_and_keeps_the_times(store: Store) -> None:
    await store.calls.save(new(), NOW)
    second = CallRecord(a_call(status="ended"), version=1, held_at=None, over_at=NOW + 7)
    assert await store.calls.save(Change(second), NOW + 7)
    assert await store.calls.load("CA1") == replace(second, version=2, size=ANY)


async def test_who_has_not_seen_the_latest_version_changes_nothing(store: Store) -> None:
    await store.calls.save(new(), NOW)
    assert not await store.calls.save(new(), NOW)
    stale = CallRecord(a_call(turn=9), version=7)
    assert not await store.calls.save(Change(stale, start=a_job(), trace=a_trace()), NOW)
    assert await store.calls.load("CA1") == CallRecord(a_call(), version=1, size=ANY)
    assert await store.calls.trace("CA1") == []


async def test_of_many_writers_at_once_one_wins(place: Place) -> None:
    stores = [await place.open() for _ in range(3)]
    await stores[0].calls.save(new(), NOW)
    for version in (1, 2, 3):
        changes = [Change(CallRecord(a_call(turn=turn), version=version)) for turn in range(12)]
        saves = [stores[turn % 3].calls.save(change, NOW) for turn, change in enumerate(changes)]
        won = await asyncio.gather(*saves)
        assert won.count(True) == 1
        saved = await stores[0].calls.load("CA1")
        assert saved is not None
        assert (saved.call.turn, saved.version) == (won.index(True), version + 1)


async def test_many_calls_at_once_are_all_saved(store: Store) -> None:
    saves = [store.calls.save(new(f"CA{n}", start=a_job(f"CA{n}"), trace=a_trace()), NOW) for n in range(300)]
    assert all(await asyncio.gather(*saves))
    assert all(await asyncio.gather(*(store.calls.load(f"CA{n}") for n in range(300))))


async def test_a_job_that_was_started_before_makes_the_whole_save_fail(place: Place) -> None:
    store, other = await place.open(), await place.open()
    await store.calls.save(new(start=a_job()), NOW)
    again = CallRecord(a_call(turn=2), version=1)
    innocent = [store.calls.save(new(f"CB{n}"), NOW) for n in range(5)]
    saved = await asyncio.gather(
        store.calls.save(Change(again, start=a_job(), done="1.3", trace=a_trace()), NOW), *innocent
    )
    assert saved == [False, True, True, True, True, True]
    assert await store.calls.load("CA1") == CallRecord(a_call(), version=1, size=ANY)
    assert await store.calls.trace("CA1") == []
    assert len(await other.calls.adopt(NOW + LEASE + 1)) == 1, "the job is not done either"


async def test_the_trace_is_kept_in_order(store: Store) -> None:
    first, second = a_trace()
    await store.calls.save(new(trace=(second, first)), NOW)
    await store.calls.save(Change(CallRecord(a_call(), version=1, size=ANY)), NOW)
    await store.calls.save(Change(CallRecord(a_call(), version=2), trace=(first,)), NOW)
    assert await store.calls.trace("CA1") == [second, first, first]


async def test_a_job_of_a_dead_process_is_adopted_with_all_it_needs(place: Place) -> None:
    dead, living = await place.open(), await place.open()
    running = a_full_job()
    await dead.calls.save(new(start=running), NOW)
    assert await living.calls.adopt(NOW + LEASE) == [], "the lease is not over yet"
    assert await living.calls.adopt(NOW + LEASE + 1) == [replace(running, tries=3, begun=True)]
    assert await living.calls.adopt(NOW + LEASE + 2) == [], "it is ours now"


async def test_exactly_one_of_many_adopts_each_job(place: Place) -> None:
    dead = await place.open()
    others = [await place.open() for _ in range(3)]
    await asyncio.gather(*(dead.calls.save(new(f"CA{n}", start=a_job(f"CA{n}")), NOW) for n in range(30)))
    adopted = await asyncio.gather(*(other.calls.adopt(NOW + LEASE + 1) for other in others))
    assert sorted(running.call_id for jobs in adopted for running in jobs) == sorted(f"CA{n}" for n in range(30))


async def test_a_process_that_renews_its_leases_keeps_its_jobs(place: Place) -> None:
    busy, idle = await place.open(), await place.open()
    await busy.calls.save(new(start=a_job()), NOW)
    await busy.calls.save(new("CA2", start=a_job("CA2")), NOW)
    await busy.calls.renew_leases(NOW + LEASE)
    await idle.calls.renew_leases(NOW + LEASE)
    assert await idle.calls.adopt(NOW + LEASE + LEASE) == []
    assert len(await idle.calls.adopt(NOW + LEASE + LEASE + 1)) == 2


async def test_nobody_adopts_jobs_that_are_done_or_its_own(place: Place) -> None:
    mine, other = await place.open(), await place.open()
    await mine.calls.save(new(start=a_job(token="1.3")), NOW)
    assert await mine.calls.adopt(NOW + LEASE + 1) == []
    await mine.calls.save(Change(CallRecord(a_call(), version=1, size=ANY), done="1.3"), NOW)
    assert await other.calls.adopt(NOW + LEASE + 1) == []


async def test_an_adopted_job_can_be_lost_and_adopted_again(place: Place) -> None:
    first, second, third = [await place.open() for _ in range(3)]
    await first.calls.save(new(start=a_job()), NOW)
    await second.calls.adopt(NOW + LEASE + 1)
    (running,) = await third.calls.adopt(NOW + LEASE + LEASE + 2)
    assert running.tries == 3


@pytest.mark.parametrize(
    ("record", "later", "lost"),
    [
        (CallRecord(a_call(), held_at=NOW), 150_000, False),
        (CallRecord(a_call(), held_at=NOW), 150_001, True),
        (CallRecord(a_call(), held_at=NOW, over_at=NOW), 150_001, False),
        (CallRecord(a_call()), 16_200_000, False),
        (CallRecord(a_call()), 16_200_001, True),
        (CallRecord(a_call(), over_at=NOW), 600_000, False),
        (CallRecord(a_call(), over_at=NOW), 600_001, True),
        (CallRecord(a_call(status="ended"), over_at=NOW), 16_200_001, False),
        (CallRecord(a_call(status="ended")), 600_000, False),
        (CallRecord(a_call(status="failed")), 600_001, True),
        (CallRecord(a_call()), 600_001, False),
    ],
)
async def test_a_call_is_lost_when_nobody_asked_for_it_for_too_long(
    store: Store, record: CallRecord, later: int, lost: bool
) -> None:
    await store.calls.save(Change(record), NOW)
    assert await store.calls.lost(NOW + later) == (["CA1"] if lost else [])


async def test_lost_calls_come_a_hundred_at_a_time_oldest_first(store: Store) -> None:
    await asyncio.gather(*(store.calls.save(new(f"CA{n:03}"), NOW + n) for n in range(120)))
    assert await store.calls.lost(NOW + 20_000_000) == [f"CA{n:03}" for n in range(100)]


async def test_rows_cannot_be_swapped(store: Store) -> None:
    await store.calls.save(Change(a_full_record()), NOW)
    await store.calls.save(new("CA2"), NOW)
    swap = "UPDATE calls SET state = (SELECT state FROM calls WHERE id = 'CA1')"
    assert await store.database.write([Statement(swap)])
    with pytest.raises(Damaged, match="another place"):
        await store.calls.load("CA2")

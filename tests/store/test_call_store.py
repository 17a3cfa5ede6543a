import asyncio
from unittest.mock import ANY

import asyncpg
import pytest
from msgspec.structs import replace

from ivr.runtime.ports import CallRecord, Change
from ivr.store import Damaged, Store
from ivr.store.database import Statement
from ivr.store.presence import LOCKS, Presence
from ivr.store.sql import processes
from ivr.store.sql.processes import FROZEN

from .conftest import Place, taken_over
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
    assert await store.calls.load("CA1") == replace(second, version=2, size=ANY, was_done=True)


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
        store.calls.save(Change(again, start=a_job(), done="1.2", trace=a_trace()), NOW), *innocent
    )
    assert saved == [False, True, True, True, True, True]
    assert await store.calls.load("CA1") == CallRecord(a_call(), version=1, size=ANY)
    assert await store.calls.trace("CA1") == []
    await place.dies(store)
    assert len(await taken_over(other)) == 1, "the job is not done either"


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
    await place.dies(dead)
    assert await taken_over(living) == [replace(running, tries=3, begun=True)]


async def test_the_requests_of_a_call_have_a_row_each(place: Place) -> None:
    dead, living = await place.open(), await place.open()
    two = (a_job(token="1.3"), a_job(token="1.4"))
    assert await dead.calls.save(new(start=a_job(token="1.5"), beside=two), NOW)
    first = CallRecord(a_call(turn=2), version=1)
    assert await dead.calls.save(Change(first, done="1.3", beside=(a_job(token="2.3"),)), NOW)
    again = Change(replace(first, version=2), done="2.3", drop=("1.5",), beside=(a_job(token="1.4"),))
    assert not await dead.calls.save(again, NOW), "it runs already, so nothing of this counts"
    await place.dies(dead)
    assert sorted(job.token for job in await taken_over(living, 3)) == ["1.4", "1.5", "2.3"]


async def test_exactly_one_of_many_adopts_each_job(place: Place) -> None:
    if place.url is None:
        pytest.skip("with SQLite there is one server")
    dead = await place.open()
    others = [await place.open() for _ in range(3)]
    await asyncio.gather(*(dead.calls.save(new(f"CA{n}", start=a_job(f"CA{n}")), NOW) for n in range(30)))
    await place.dies(dead)
    adopted: list[str] = []
    async with asyncio.timeout(60):
        while len(adopted) < 30:
            await asyncio.gather(*(other.calls.renew_leases() for other in others))
            rounds = await asyncio.gather(*(other.calls.adopt() for other in others))
            adopted += [running.call_id for jobs in rounds for running in jobs]
    assert sorted(adopted) == sorted(f"CA{n}" for n in range(30))


async def test_who_shows_one_sign_of_life_keeps_its_jobs(place: Place) -> None:
    """Frozen, a process still has its lock; cut off for a moment, it still has its lease. Only both gone is dead, or to
    be frozen for long."""
    if place.url is None:
        pytest.skip("with SQLite there is one server")
    frozen, cut_off, idle = await place.open(), await place.open(), await place.open()
    await frozen.calls.save(new(start=a_job()), NOW)
    await cut_off.calls.save(new("CA2", start=a_job("CA2")), NOW)
    owners = {row["call"]: row["owner"] for row in await idle.database.fetch("SELECT call, owner FROM jobs", {})}
    await renewed_before(1_000, idle, owners["CA1"])
    await cut(idle, owners["CA2"])
    await cut_off.calls.renew_leases()
    await idle.calls.renew_leases()
    assert await idle.calls.adopt() == []
    await cut(idle, owners["CA1"])
    [running] = await taken_over(idle)
    assert running.call_id == "CA1"
    await renewed_before(FROZEN + 1_000, idle, owners["CA2"])
    [running] = await taken_over(idle)
    assert running.call_id == "CA2"


async def renewed_before(milliseconds: int, store: Store, owner: str) -> None:
    """The lease of this process ended so long ago."""
    ended = f"UPDATE processes SET lease = {processes.NOW} - {milliseconds} WHERE owner = :owner"
    await store.database.write([Statement(ended, {"owner": owner})])


async def test_a_process_that_was_cut_off_comes_back(place: Place) -> None:
    if place.url is None:
        pytest.skip("with SQLite there is one server")
    first, second = await place.open(), await place.open()
    heard: list[str] = []
    first.calls.subscribe(heard.append)
    await first.calls.save(new(start=a_job()), NOW)
    [row] = await second.database.fetch("SELECT owner FROM jobs", {})
    await cut(second, row["owner"])
    async with asyncio.timeout(60):
        while not heard:
            await second.calls.publish("CA1")
            await asyncio.sleep(0.05)
    await renewed_before(1_000, second, row["owner"])
    assert await second.calls.adopt() == [], "it has its lock again"


async def test_a_lock_that_a_dead_connection_still_has_is_taken_when_that_is_gone(place: Place) -> None:
    if place.url is None:
        pytest.skip("with SQLite there is one server")
    watching = await place.open()
    dead, living = await asyncpg.connect(place.url), Presence(lambda: asyncpg.connect(place.url), (OSError,), "me")
    await dead.execute("SELECT pg_advisory_lock($1, hashtext($2))", LOCKS, "me")
    await living.open()
    await dead.close()
    sql = "SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory' AND classid = 4874"
    for _ in range(1200):
        if (await watching.database.fetch(sql, {}))[0]["n"] == 2:  # that of the one which watches, and this one
            break
        await asyncio.sleep(0.05)
    else:
        raise AssertionError("the lock was not taken")
    await living.close()


async def cut(store: Store, owner: str) -> None:
    """Break the connection by which this process shows that it lives."""
    sql = """
        SELECT pg_terminate_backend(pid) AS done FROM pg_locks WHERE locktype = 'advisory' AND classid = 4874
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND CAST(objid AS BIGINT) = (CAST(hashtext(:owner) AS BIGINT) & 4294967295)
    """
    assert len(await store.database.fetch(sql, {"owner": owner})) == 1
    for _ in range(1000):
        if not await store.database.fetch(sql, {"owner": owner}):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the connection was not cut")


async def test_the_clocks_of_servers_that_share_a_database_do_not_matter(place: Place) -> None:
    """One is 20 s ahead, one 20 s behind; the times they save are nothing that leases go by."""
    ahead, behind = await place.open(), await place.open()
    await ahead.calls.save(new(start=a_job()), NOW + 20_000)
    await behind.calls.save(new("CA2", start=a_job("CA2")), NOW - 20_000)
    if place.url is not None:
        assert await ahead.calls.adopt() == await behind.calls.adopt() == []
    await place.dies(ahead)
    assert [running.call_id for running in await taken_over(behind)] == ["CA1"]


async def test_what_others_publish_is_heard_and_not_what_one_says_oneself(place: Place) -> None:
    if place.url is None:
        pytest.skip("with SQLite there is one server")
    first, second = await place.open(), await place.open()
    heard: asyncio.Queue[str] = asyncio.Queue()
    for store in (first, second):
        store.calls.subscribe(heard.put_nowait)
    await first.calls.publish("CA1")
    await second.calls.publish("CA2")
    async with asyncio.timeout(60):
        assert {await heard.get(), await heard.get()} == {"CA1", "CA2"}
    assert heard.empty()


async def test_one_process_at_a_time_knocks_for_a_hold_page(place: Place) -> None:
    first, second = (await place.open()).calls, (await place.open()).calls
    assert await first.save(Change(CallRecord(a_call(), held_at=NOW)), NOW)
    record = await first.load("CA1")
    assert record is not None
    wanted = [first.take_knock("CA1", NOW, NOW + 1, None), second.take_knock("CA1", NOW, NOW + 1, None)]
    took = await asyncio.gather(*wanted)
    if place.url is None:
        assert took == [True, True], "one process that is the only one keeps to one by itself"
        return
    assert sorted(took) == [False, True]
    owner, other = (first, second) if took[0] else (second, first)
    assert await owner.take_knock("CA1", NOW, NOW + 300, NOW + 1), "it goes on trying"
    assert not await other.take_knock("CA1", NOW, NOW + 5_300, None)
    assert await other.take_knock("CA1", NOW, NOW + 5_301, None), "the first has brought nobody"
    assert not await owner.take_knock("CA1", NOW, NOW + 5_400, NOW + 300)
    assert await first.save(Change(replace(record, held_at=NOW + 5_500)), NOW + 5_500)
    assert not await owner.take_knock("CA1", NOW, NOW + 20_000, None), "the caller has been here"
    assert await owner.take_knock("CA1", NOW + 5_500, NOW + 5_501, None), "and is held again"
    assert await first.load("CA1") == replace(record, version=2, held_at=NOW + 5_500, size=ANY)


async def test_jobs_of_calls_that_are_over_are_found(place: Place) -> None:
    store, other = await place.open(), await place.open()
    await store.calls.save(new(start=a_job()), NOW)
    await store.calls.save(new("CA2", start=a_job("CA2")), NOW)
    over = CallRecord(a_call(status="ended"), version=1, over_at=NOW)
    await other.calls.save(Change(over), NOW)
    assert (await store.calls.over_here(), await other.calls.over_here()) == (["CA1"], [])


async def test_nobody_adopts_jobs_that_are_done_or_its_own(place: Place) -> None:
    mine, other = await place.open(), await place.open()
    await mine.calls.save(new(start=a_job(token="1.3")), NOW)
    assert await mine.calls.adopt() == []
    await mine.calls.save(Change(CallRecord(a_call(), version=1, size=ANY), done="1.3"), NOW)
    assert await other.calls.adopt() == []


async def test_an_adopted_job_can_be_lost_and_adopted_again(place: Place) -> None:
    first, second, third = [await place.open() for _ in range(3)]
    await first.calls.save(new(start=a_job()), NOW)
    await place.dies(first)
    await taken_over(second)
    await place.dies(second)
    [running] = await taken_over(third)
    assert running.tries == 3


@pytest.mark.parametrize(
    ("record", "later", "lost"),
    [
        (CallRecord(a_call(), held_at=NOW), 150_000, False),
        (CallRecord(a_call(), held_at=NOW), 150_001, True),
        (CallRecord(a_call(), held_at=NOW, over_at=NOW), 150_001, False),
        (CallRecord(a_call()), 16_200_000, False),
        (CallRecord(a_call()), 16_200_001, True),
        (CallRecord(a_call(), over_at=NOW), 1_800_000, False),
        (CallRecord(a_call(), over_at=NOW), 1_800_001, True),
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


async def test_of_many_turns_at_once_one_is_saved_whole(place: Place) -> None:
    stores = [await place.open() for _ in range(3)]
    await stores[0].calls.save(new(), NOW)
    turns = [
        Change(CallRecord(a_call(turn=turn), version=1), start=a_job(token=f"{turn}.3"), trace=a_trace())
        for turn in range(2, 14)
    ]
    won = await asyncio.gather(*(stores[n % 3].calls.save(turn, NOW) for n, turn in enumerate(turns)))
    assert won.count(True) == 1
    assert await stores[0].calls.trace("CA1") == list(a_trace())
    winner = stores[won.index(True) % 3]
    await place.dies(winner)
    (job,) = await taken_over(next(each for each in stores if each is not winner))
    assert job.token == f"{won.index(True) + 2}.3"


async def test_a_job_may_end_and_begin_again_in_one_turn(place: Place) -> None:
    store, other = await place.open(), await place.open()
    await store.calls.save(new(start=a_job()), NOW)
    again = CallRecord(a_call(turn=2), version=1)
    assert await store.calls.save(Change(again, start=replace(a_job(), started_at=NOW + 5), done="1.3"), NOW)
    await place.dies(store)
    (job,) = await taken_over(other)
    assert job.started_at == NOW + 5

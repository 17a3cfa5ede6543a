"""Changing keys while servers run, on both databases."""

import asyncio
from unittest.mock import ANY

import pytest
from msgspec.structs import replace

from ivr.core.credentials import Basic
from ivr.core.effects import Fetch
from ivr.core.fields import Secret
from ivr.runtime.ports import CallRecord, Change, RunningJob
from ivr.store import KeyMissing, Rotated, Rotation, Store, Vault, key_id
from ivr.store.database import Statement

from .conftest import Place, taken_over
from .making import KEY, NOW, OTHER_KEY, a_call, a_flow, a_full_record, a_trace, new, password_of

NEW_KEY = b"n" * 32
OLD, NEW = key_id(KEY).hex(), key_id(NEW_KEY).hex()
ROWS = 10
"""Rows that `fill` makes: a draft, a revision, a call, a trace, a job, a secret; and of the
audit trail an entry for each of the three changes, and its end. A change adds an entry, and seals the end anew."""


def quiet(looked: int, resealed: int) -> None:
    """Nobody watches."""


async def fill(store: Store) -> None:
    """One of everything that is sealed, with passwords in the flow and in the job."""
    await store.flows.save_draft(a_flow())
    await store.flows.publish("appointments")
    await store.secrets.set("crm", "s3cret", ["api.example.com"])
    sealed = password_of(await store.flows.revision("appointments", 1))
    job = Fetch(method="POST", url="https://api.example.com/", body='{"price": 1.10}', auth=Basic("anna", sealed))
    await store.calls.save(Change(a_full_record(), start=RunningJob("CA1", "4.3", job, NOW), trace=a_trace()), NOW)


async def rotate(store: Store) -> Rotated:
    return await Rotation(store.database, store.vault).run(quiet)


async def usage(store: Store) -> dict[str, int]:
    return await Rotation(store.database, store.vault).usage()


async def test_everything_opens_without_the_old_key(place: Place) -> None:
    first = await place.open([KEY])
    await fill(first)
    assert await rotate(await place.open([NEW_KEY, KEY])) == Rotated(ROWS, 0, ())
    await place.dies(first)
    store = await place.open([NEW_KEY])
    assert await store.calls.load("CA1") == replace(a_full_record(), version=1, size=ANY)
    assert await store.calls.trace("CA1") == [*a_trace()]
    assert (await store.secrets.open("crm")).value == "s3cret"
    for flow in ((await store.flows.draft("appointments")).document, await store.flows.revision("appointments", 1)):
        assert store.vault.open_secret(password_of(flow)) == "s3cret"
    [running] = await taken_over(store)
    assert isinstance(running.job, Fetch)
    assert running.job.body == '{"price": 1.10}'
    assert isinstance(running.job.auth, Basic)
    assert store.vault.open_secret(running.job.auth.password) == "s3cret"


async def test_the_old_key_alone_opens_nothing_any_more(place: Place) -> None:
    await fill(await place.open([KEY]))
    await rotate(await place.open([NEW_KEY, KEY]))
    with pytest.raises(KeyMissing, match=f"sealed with key {NEW}, which is not here; here: {OLD}"):
        await place.open([KEY])


async def test_a_second_time_there_is_nothing_to_do(place: Place) -> None:
    await fill(await place.open([KEY]))
    store = await place.open([NEW_KEY, KEY])
    await rotate(store)
    before = await everything(store)
    assert await rotate(store) == Rotated(0, 0, ())
    assert await everything(store) == before


async def test_an_empty_store_is_soon_done(store: Store) -> None:
    assert await rotate(store) == Rotated(0, 0, ())
    assert await usage(store) == {}


async def test_every_row_is_counted_under_the_keys_it_needs(place: Place) -> None:
    await fill(await place.open([KEY]))
    store = await place.open([NEW_KEY, KEY])
    assert await usage(store) == {OLD: ROWS}
    await store.calls.save(new("CB1"), NOW)
    await store.flows.publish("appointments")
    assert await usage(store) == {OLD: ROWS, NEW: 4}, "the new revision has a password under the old key"
    await rotate(store)
    assert await usage(store) == {NEW: ROWS + 3}


async def test_a_password_under_an_old_key_in_a_row_under_the_new_one_is_found(place: Place) -> None:
    await fill(await place.open([KEY]))
    store = await place.open([NEW_KEY, KEY])
    await store.flows.save_draft(a_flow(password={"set": True}, name="Renamed"))
    assert await usage(store) == {OLD: ROWS - 1, NEW: 3}
    await rotate(store)
    draft = await (await place.open([NEW_KEY])).flows.draft("appointments")
    assert Vault([NEW_KEY]).open_secret(password_of(draft.document)) == "s3cret"


async def test_more_rows_than_fit_in_one_transaction(place: Place) -> None:
    old = await place.open([KEY])
    saves = [old.calls.save(new(f"CA{n}", start=job(n), trace=a_trace()), NOW) for n in range(450)]
    assert all(await asyncio.gather(*saves))
    store = await place.open([NEW_KEY, KEY])
    told: list[tuple[int, int]] = []
    done = await Rotation(store.database, store.vault).run(lambda looked, resealed: told.append((looked, resealed)))
    assert done == Rotated(1350, 0, ())
    assert told == sorted(told)
    assert len(told) > 9
    assert told[-1] == (2700, 1350), "the second look finds nothing"
    assert await usage(store) == {NEW: 1350}


def job(number: int) -> RunningJob:
    return RunningJob(f"CA{number}", "1.3", Fetch(method="GET", url="https://api.example.com/"), NOW)


async def test_what_was_stopped_goes_on_where_it_was(place: Place) -> None:
    old = await place.open([KEY])
    await asyncio.gather(*(old.calls.save(new(f"CA{n}"), NOW) for n in range(500)))
    store = await place.open([NEW_KEY, KEY])

    def stop(looked: int, resealed: int) -> None:
        if resealed:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await Rotation(store.database, store.vault).run(stop)
    so_far = (await usage(store))[NEW]
    assert 0 < so_far < 500
    assert await rotate(store) == Rotated(500 - so_far, 0, ())


async def test_cancelling_leaves_every_row_readable(place: Place) -> None:
    old = await place.open([KEY])
    await asyncio.gather(*(old.calls.save(new(f"CA{n}"), NOW) for n in range(300)))
    store = await place.open([NEW_KEY, KEY])
    task = asyncio.create_task(rotate(store))
    await asyncio.sleep(0)  # one round of the loop: it has begun
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert all(await asyncio.gather(*(store.calls.load(f"CA{n}") for n in range(300))))


async def test_a_call_saved_meanwhile_keeps_what_was_saved(place: Place) -> None:
    """Two servers save all the time: one has the new key first, one still the old."""
    servers = [await place.open([NEW_KEY, KEY]), await place.open([KEY, NEW_KEY])]
    calls = [f"CA{n}" for n in range(40)]
    await asyncio.gather(*(servers[1].calls.save(new(call, trace=a_trace()), NOW) for call in calls))

    async def serve(server: Store, mine: list[str]) -> None:
        for turn in range(1, 30):
            for call in mine:
                change = Change(CallRecord(a_call(call, turn=turn), version=turn), trace=a_trace())
                assert await server.calls.save(change, NOW), "rotation is nobody who saved first"

    store = await place.open([NEW_KEY, KEY])
    done, *_ = await asyncio.gather(rotate(store), serve(servers[0], calls[:20]), serve(servers[1], calls[20:]))
    assert done.lost == ()
    last = await rotate(store)
    assert (last.arriving, last.lost) == (0, ())
    alone = await place.open([NEW_KEY])
    for call in calls:
        record = await alone.calls.load(call)
        assert record
        assert (record.call.turn, record.version) == (29, 30)
        assert len(await alone.calls.trace(call)) == 30 * len(a_trace())


async def test_a_row_that_changes_just_then_is_left_to_the_next_look(place: Place) -> None:
    server = await place.open([KEY, NEW_KEY])
    for n in range(3):
        await server.calls.save(new(f"CA{n}"), NOW)
    store = await place.open([NEW_KEY, KEY])
    meddling = Meddling(store, server)
    assert await Rotation(meddling, store.vault).run(quiet) == Rotated(3, 0, ())
    alone = await place.open([NEW_KEY])
    record = await alone.calls.load("CA1")
    assert record
    assert (record.call.turn, record.version) == (7, 2)


class Meddling:
    """A database in which, between reading and changing the calls, a server saves one of them."""

    def __init__(self, store: Store, server: Store) -> None:
        self._database = store.database
        self._server = server
        self._done = False
        self.first = store.database.first

    async def fetch(self, sql: str, params: dict[str, object]) -> object:
        return await self._database.fetch(sql, params)  # type: ignore[arg-type]

    async def write(self, statements: list[Statement]) -> bool:
        if not self._done:
            self._done = True
            await self._server.calls.save(Change(CallRecord(a_call("CA1", turn=7), version=1)), NOW)
        return await self._database.write(statements)

    async def close(self) -> None:
        raise AssertionError("nobody closes it here")


async def test_while_a_server_stores_with_the_old_key_it_says_so(place: Place) -> None:
    server = await place.open([KEY, NEW_KEY])
    store = await place.open([NEW_KEY, KEY])

    class Busy(Meddling):
        """A server saves before each change, so no look finds nothing."""

        saved = 0

        async def fetch(self, sql: str, params: dict[str, object]) -> object:
            if "FROM calls" in sql and params["id"] == "":
                self.saved += 1
                await server.calls.save(new(f"CA{self.saved}"), NOW)
            return await store.database.fetch(sql, params)  # type: ignore[arg-type]

        async def write(self, statements: list[Statement]) -> bool:
            return await store.database.write(statements)

    assert await Rotation(Busy(store, server), store.vault).run(quiet) == Rotated(5, 1, ())
    assert await rotate(store) == Rotated(0, 0, ())


async def test_a_draft_read_before_brings_no_old_password_back(place: Place) -> None:
    """Whoever saves a draft copies the passwords of the former one, so it must not have been read too early."""
    await fill(await place.open([KEY]))
    store = await place.open([NEW_KEY, KEY])
    drafts = "SELECT version FROM flows"
    before = (await store.database.fetch(drafts, {}))[0]["version"]
    await rotate(store)
    assert (await store.database.fetch(drafts, {}))[0]["version"] == before + 1


async def test_what_can_not_be_opened_is_told_and_left_and_stops_nothing(place: Place) -> None:
    await (await place.open([OTHER_KEY])).calls.save(new("CX1"), NOW)
    old = await place.open([KEY])
    await fill(old)
    await old.calls.save(new("CB1"), NOW)
    await old.database.write(
        [Statement("UPDATE calls SET state = (SELECT state FROM calls WHERE id = 'CA1') WHERE id = 'CB1'")]
    )
    bad = Fetch(method="GET", url="https://api.example.com/", auth=Basic("anna", Secret(sealed="AAAA")))
    await old.calls.save(new("CJ1", start=RunningJob("CJ1", "1.3", bad, NOW)), NOW)
    done = await rotate(await place.open([NEW_KEY, KEY]))
    assert (done.resealed, done.arriving) == (ROWS + 2, 0)
    assert len(done.lost) == 3
    assert any(f"call:CX1: Stored data is sealed with key {key_id(OTHER_KEY).hex()}" in each for each in done.lost)
    assert any("call:CB1: Sealed data was changed, or stands in another place" in each for each in done.lost)
    assert any("a password in job:CJ1:1.3: This is not sealed data" in each for each in done.lost)


async def test_two_at_once_do_not_disturb_each_other(place: Place) -> None:
    old = await place.open([KEY])
    await asyncio.gather(*(old.calls.save(new(f"CA{n}", start=job(n)), NOW) for n in range(250)))
    stores = [await place.open([NEW_KEY, KEY]) for _ in range(2)]
    done = await asyncio.gather(*map(rotate, stores))
    assert sum(each.resealed for each in done) == 500
    assert await usage(stores[0]) == {NEW: 500}


async def everything(store: Store) -> list[bytes]:
    """Every sealed value."""
    columns = {"calls": "state", "jobs": "body", "trace": "entries", "flows": "draft", "revisions": "body"}
    found = []
    for table, column in {**columns, "secrets": "value"}.items():
        found += [row[column] for row in await store.database.fetch(f"SELECT {column} FROM {table}", {})]
    return found


async def test_who_wants_no_texts_is_known_after_the_old_key_is_gone(place: Place) -> None:
    old = await place.open()
    await old.opt_outs.add("+15551234567")
    both = await place.open([NEW_KEY, KEY])
    await Rotation(both.database, both.vault).run(lambda *_: None)
    alone = await place.open([NEW_KEY])
    assert await alone.opt_outs.has("+15551234567")

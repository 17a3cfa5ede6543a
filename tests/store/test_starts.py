"""Starts and tokens, on both databases."""

import asyncio
from decimal import Decimal

import pytest

from ivr.runtime.starts import Progress, Start
from ivr.store import BadToken, KeyMissing, Rotation, Store, TokenExists, UnknownFlow, UnknownToken
from ivr.store.database import Statement

from .conftest import Place
from .making import KEY, NOW, OTHER_KEY, a_flow

CALLER = "+15551234567"
INPUTS = {"Name": "Ada", "price": Decimal("12.50"), "big": 10**30, "list": [None, True, {"a": "ñ"}]}


def a_start(run: str = "RN1", **fields: object) -> Start:
    whole = {"flow": "appointments", "revision": 1, "reach_by": "call", "caller": CALLER, "dialled": "+15550001111"}
    return Start(id=run, **{**whole, "inputs": INPUTS, "digest": "d1", **fields})  # type: ignore[arg-type]


async def queued(store: Store, *names: str) -> None:
    for name in names:
        assert await store.starts.add(a_start(name), NOW)


async def status(store: Store, run: str = "RN1") -> str:
    start = await store.starts.get(run)
    assert start is not None
    return start.status


async def test_a_start_comes_back_as_it_was(store: Store) -> None:
    assert await store.starts.add(a_start(), NOW)
    assert await store.starts.get("RN1") == a_start(queued_at=NOW, changed_at=NOW)
    assert await store.starts.get("RN2") is None


async def test_the_same_id_is_taken_once(store: Store) -> None:
    taken = await asyncio.gather(*(store.starts.add(a_start(digest=f"d{n}"), NOW) for n in range(8)))
    assert sorted(taken) == [False] * 7 + [True]
    assert await store.starts.waiting() == 1


async def test_first_come_first_served(place: Place) -> None:
    store = await place.open()
    for name in ("c", "a", "b"):
        await store.starts.add(a_start(name), place.time)
        place.time += 1
    await store.starts.add(a_start("t", reach_by="text"), place.time)
    order = []
    while (start := await store.starts.next(place.time)) is not None:
        order.append(start.id)
        assert await store.starts.claim(start, await store.starts.next_slot(), place.time, place.time + 1000)
        place.time += 1
    assert order == ["c", "a", "b", "t"], "runs without a call wait in the same queue"
    assert await store.starts.forgotten_texts(place.time) == []
    place.time += 1000
    await store.starts.tidy(place.time, 0)
    assert [start.id for start in await store.starts.forgotten_texts(place.time)] == ["t"]
    assert await status(store, "c") == "unknown", "it may have been called"


async def test_one_start_and_one_slot_go_to_one_process(place: Place) -> None:
    stores = [await place.open() for _ in range(4)]
    await queued(stores[0], "RN1", "RN2")
    first, second = a_start("RN1"), a_start("RN2")
    claims = [store.starts.claim(first, 0, NOW + 1000, NOW) for store in stores]
    claims += [store.starts.claim(second, 0, NOW + 2000, NOW) for store in stores]
    assert sorted(await asyncio.gather(*claims)) == [False] * 7 + [True]
    assert await stores[0].starts.waiting() == 1
    slot = await stores[0].starts.next_slot()
    assert slot in {NOW + 1000, NOW + 2000}
    taken = "RN1" if await status(stores[0], "RN1") == "calling" else "RN2"
    assert not await stores[0].starts.claim(a_start(taken), slot, NOW + 9000, NOW)
    assert await stores[1].starts.next_slot() == slot  # a slot without a start is not lost


async def test_what_was_put_back_waits_its_time(store: Store) -> None:
    await queued(store, "RN1")
    assert await store.starts.claim(a_start(), 0, NOW, NOW)
    await store.starts.put_back(a_start(), NOW + 5000)
    assert await store.starts.next(NOW + 4999) is None
    again = await store.starts.next(NOW + 5000)
    assert again is not None
    assert (again.status, again.tries) == ("queued", 1)


async def test_more_is_never_replaced_by_less(store: Store) -> None:
    await queued(store, "RN1")
    told = [
        (Progress("ringing", "CA1"), True),
        (Progress("ringing", "CA1"), True),
        (Progress("calling", "CA1"), False),
        (Progress("unknown"), False),
        (Progress("answered"), True),
        (Progress("completed"), True),
        (Progress("busy", reason="The line was busy."), False),
        (Progress("completed"), False),
        (Progress("ringing", "CA2"), False),
    ]
    assert [await store.starts.update("RN1", each) for each, _ in told] == [kept for _, kept in told]
    start = await store.starts.get("RN1")
    assert start is not None
    assert (start.status, start.sid, start.reason) == ("completed", "CA1", "")
    assert not await store.starts.update("RN-unknown", Progress("busy"))


async def test_what_is_placed_already_is_not_put_back(store: Store) -> None:
    await queued(store, "RN1")
    await store.starts.claim(a_start(), 0, NOW, NOW)
    await store.starts.update("RN1", Progress("calling", "CA1"), NOW)
    await store.starts.put_back(a_start(), NOW)
    assert await status(store) == "calling"


async def test_silence_and_waiting_end(store: Store) -> None:
    await queued(store, "RN1", "RN2", "RN3")
    await store.starts.add(a_start("t", reach_by="text"), NOW)
    await store.starts.claim(a_start("RN1"), 0, NOW, NOW + 100)
    await store.starts.update("RN2", Progress("ringing", "CA2"), NOW + 200)
    await store.starts.tidy(NOW + 100, NOW)
    assert [await status(store, run) for run in ("RN1", "RN2", "RN3")] == ["calling", "ringing", "queued"]
    await store.starts.tidy(NOW + 201, NOW + 1)
    assert [await status(store, run) for run in ("RN1", "RN2", "RN3")] == ["unknown", "unknown", "expired"]
    assert await status(store, "t") == "expired"
    assert await store.starts.update("RN1", Progress("ringing", "CA1"))


async def test_old_starts_are_forgotten(store: Store) -> None:
    await queued(store, "RN1", "RN2")
    await store.starts.update("RN1", Progress("busy"))
    await store.starts.forget(NOW)
    assert await store.starts.get("RN1")
    await store.starts.forget(NOW + 1)
    assert await store.starts.get("RN1") is None
    assert await store.starts.get("RN2")


async def everything(store: Store) -> bytes:
    rows = [
        *await store.database.fetch("SELECT * FROM starts", {}),
        *await store.database.fetch("SELECT * FROM api_tokens", {}),
    ]
    values = [row[name] for row in rows for name in row.keys()]  # noqa: SIM118 - a row is no dict
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for value in values)


async def test_nobody_reads_a_number_an_input_or_a_token(store: Store) -> None:
    await queued(store, "RN1")
    token = await store.tokens.new("crm")
    await store.starts.update(
        "RN1", Progress("failed", reason="Invalid 'To' Phone Number: +1 (555) 123-4567, 15551234567.")
    )
    raw = await everything(store)
    for word in (CALLER, CALLER[2:], "123-4567", "Ada", "12.50", token, token[4:]):
        assert word.encode() not in raw, word
    start = await store.starts.get("RN1")
    assert start is not None
    assert start.reason == "Invalid 'To' Phone Number: …, …."


async def test_a_row_can_not_stand_in_for_another(store: Store) -> None:
    await queued(store, "RN1", "RN2")
    await store.database.write(
        [Statement("UPDATE starts SET body = (SELECT body FROM starts WHERE id = 'RN1') WHERE id = 'RN2'")]
    )
    with pytest.raises(Exception, match="another place"):
        await store.starts.get("RN2")


async def test_starts_come_along_when_the_key_changes(place: Place) -> None:
    await queued(await place.open([OTHER_KEY]), "RN1")
    both = await place.open([KEY, OTHER_KEY])
    done = await Rotation(both.database, both.vault).run(lambda looked, resealed: None)
    assert (done.resealed, done.lost) == (1, ())
    start = await (await place.open([KEY])).starts.get("RN1")
    assert start is not None
    assert start.inputs == INPUTS
    with pytest.raises(KeyMissing):
        await (await place.open([OTHER_KEY])).starts.get("RN1")


async def test_a_token_lets_in_until_it_is_removed(place: Place) -> None:
    store, elsewhere = await place.open(), await place.open()
    token = await store.tokens.new("crm")
    assert len(token) > 40
    row = await elsewhere.tokens.find(token)
    assert row is not None
    assert (row.name, row.flow, row.created_at) == ("crm", "", NOW)
    assert row.allows("anything")
    for wrong in ("", token[:-1], token + "x", token.upper(), "x" * 10_000, "\ud800", "' OR '1'='1"):
        assert await store.tokens.find(wrong) is None
    await elsewhere.tokens.remove("crm")
    assert await store.tokens.find(token) is None


async def test_a_token_for_one_flow(store: Store) -> None:
    await store.flows.save_draft(a_flow())
    row = await store.tokens.find(await store.tokens.new("crm", "appointments"))
    assert row is not None
    assert (row.allows("appointments"), row.allows("other"), row.allows("")) == (True, False, False)
    with pytest.raises(UnknownFlow, match="Did you mean “appointments”"):
        await store.tokens.new("other", "appointment")


async def test_names_of_tokens(store: Store) -> None:
    await store.tokens.new("crm")
    with pytest.raises(TokenExists, match="a token “crm” already"):
        await store.tokens.new("crm")
    for name in ("", "a b", "x" * 65, "ñ", "a\n", "../a"):
        with pytest.raises(BadToken):
            await store.tokens.new(name)
    with pytest.raises(UnknownToken, match="Did you mean “crm”"):
        await store.tokens.remove("cm")
    assert [row.name for row in await store.tokens.list()] == ["crm"]

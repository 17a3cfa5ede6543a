"""Calls are found by whole words that stand in their traces, on both databases: once they are over, and until what was
said in them goes."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from ivr.core.call import Entry
from ivr.operation.erasure import erase
from ivr.runtime.ports import CallRecord, Change
from ivr.runtime.retention import DAY, forget_older
from ivr.store import Rotation, Store
from ivr.store.backup import back_up, restore
from ivr.store.database import Database, Statement
from ivr.store.sought import NotFoundBy, Sought, words_asked
from ivr.store.word_index import MOST_BYTES, WordIndex

from .conftest import Place, new_database
from .making import KEY, NOW, OTHER_KEY, a_call
from .test_backup import source
from .test_call_list import CALLER, OTHER, answer
from .test_forgetting import Hands

COUNT = "SELECT COUNT(*) AS n FROM call_words"


def said(text: str) -> Entry:
    return Entry(NOW, "replied", 2, {"token": "1.2", "text": text, "confidence": 0.9})


async def call(store: Store, name: str, *trace: Entry, at: int = NOW, caller: str = CALLER, **fields: Any) -> None:
    """A call that is over, as its last save leaves it."""
    made = a_call(name, variables={"ANI": caller}, **({"status": "ended"} | fields))
    begun = Entry(at, "answered", 1, {"caller": caller, "dialled": "+4930111"})
    assert await store.calls.save(Change(CallRecord(made, over_at=at + 9), (begun, *trace, Entry(at, "ended", 2))), at)


async def indexed(store: Store) -> int:
    """How many calls were read until there were no more."""
    read = 0
    while some := await store.word_index.index():
        read += some
    return read


async def found(store: Store, text: str, **more: Any) -> list[str]:
    return [row.id for row in await store.history.list(Sought(words=words_asked(text), **more))]


async def rows(store: Store) -> int:
    return int((await store.database.fetch(COUNT, {}))[0]["n"])


async def test_calls_are_found_by_all_their_words(store: Store) -> None:
    await call(store, "CA1", said("Where is my order?"), Entry(NOW, "set", 3, {"orderStatus": "Out for delivery"}))
    await call(store, "CA2", said("My ORDER, please"), at=NOW + 1, caller=OTHER)
    await call(store, "CA3", at=NOW + 2)
    assert await found(store, "order") == [], "not read yet"
    assert await indexed(store) == 3
    assert await found(store, "order") == await found(store, "Order!") == ["CA2", "CA1"]
    assert await found(store, "delivery order a") == ["CA1"]
    assert await found(store, "delivery please") == await found(store, "ord") == []
    assert await found(store, "order", number=OTHER) == await found(store, "order", ending="90000") == ["CA2"]
    assert await found(store, "order", since=NOW + 1) == await found(store, "order", most=1) == ["CA2"]
    assert await found(store, "order", until=NOW + 1) == await found(store, "order", after="CA2") == ["CA1"]
    assert await found(store, "order", flow="other") == await found(store, "order", result="live") == []
    assert await indexed(store) == 0, "once is enough"


async def test_what_cannot_be_searched_says_so() -> None:
    assert words_asked("  ") == ()
    assert words_asked("a Bee sees a bee") == ("bee", "sees")
    for text in ("?!", "a b", "one two three four five six", "a" * 41, "one " * 200):
        with pytest.raises(NotFoundBy):
            words_asked(text)


async def test_figures_of_calls_with_these_words(store: Store) -> None:
    failed = answer(3, 700, "timeout")
    await call(store, "CA1", said("delivery"), *failed)
    await call(store, "CA2", said("delivery"), at=NOW + 1)
    await call(store, "CA3", said("something else"), *failed)
    await indexed(store)
    sought = Sought(words=("delivery",))
    assert sum(each.calls for each in await store.counts.alike(sought)) == 2
    assert sum(each.calls for each in await store.counts.quarters(sought)) == 2
    assert sum(each.web_calls for each in await store.counts.waits(sought)) == 1
    assert [each.web_calls for each in await store.counts.failures(sought)] == [1]


async def test_a_call_is_read_when_nothing_can_come_any_more(store: Store) -> None:
    """A run that waits for a reply by text goes on without its caller."""
    await call(store, "CA1", said("first"), status="active")
    await call(store, "CA2", said("first"), at=NOW + 1)
    assert await indexed(store) == 1
    assert await found(store, "first") == ["CA2"]
    record = await store.calls.load("CA1")
    assert record is not None
    reply = Entry(NOW, "replied", 2, {"token": "2.2", "came": True, "text": "second"})
    done = replace(record, call=replace(record.call, status="ended"))
    assert await store.calls.save(Change(done, (reply,)), NOW + 60_000)
    assert await indexed(store) == 1
    assert await found(store, "first second") == ["CA1"]


async def test_calls_of_before_and_more_than_are_read_at_once(store: Store) -> None:
    """A server that was stopped in between left some: the next one goes on."""
    for n in range(250):
        await call(store, f"CA{n}", said(f"word{n} all"), at=NOW + n)
    assert await store.word_index.index() == 100
    assert await indexed(store) == 150
    assert len(await found(store, "all", most=300)) == 250
    assert await found(store, "word77") == ["CA77"]
    assert await found(store, "all", most=2, after="CA100") == ["CA99", "CA98"]


async def test_large_traces_are_read_by_themselves(store: Store) -> None:
    large = [said(f"large{n} {'x' * 1_900}") for n in range(800)]
    for n in range(5):
        await call(store, f"CA{n}", *large)
    assert 1 < await store.word_index.index() < 5
    await indexed(store)
    assert len(await found(store, "large9")) == 5
    assert await found(store, "large700") == []
    assert sum(len(each.data["text"]) for each in large) * 5 > MOST_BYTES


async def test_what_cannot_be_opened_stops_nothing(store: Store) -> None:
    for n in range(3):
        await call(store, f"CA{n}", said("hello"))
    [turn] = await store.database.fetch("SELECT n FROM trace WHERE call = 'CA0'", {})
    unreadable = store.vault.seal(b"[7]", f"trace:CA0:{turn['n']}".encode())
    damage = "UPDATE trace SET entries = :x WHERE call = :call"
    await store.database.write([Statement(damage, {"x": b"damaged", "call": "CA1"})])
    await store.database.write([Statement(damage, {"x": unreadable, "call": "CA0"})])
    assert await indexed(store) == 3
    assert await found(store, "hello") == ["CA2"]


async def test_two_servers_do_each_other_no_harm(place: Place) -> None:
    store = await place.open()
    for n in range(30):
        await call(store, f"CA{n}", said("hello"))
    other = await place.open() if place.url is not None else store
    await asyncio.gather(*(each.word_index.index() for each in (store, other, store, other)))
    assert (await indexed(store), await rows(store)) == (0, 30)
    assert len(await found(other, "hello")) == 30


class Late:
    """A database in which something else is done just before it is written."""

    def __init__(self, database: Database, meanwhile: Any) -> None:
        self._database = database
        self._meanwhile = meanwhile

    async def fetch(self, sql: str, params: Any) -> Any:
        return await self._database.fetch(sql, params)

    async def write(self, statements: Any) -> bool:
        await self._meanwhile()
        return await self._database.write(statements)


async def test_nothing_is_left_of_what_goes_while_it_is_read(store: Store) -> None:
    await call(store, "CA1", said("hello"))
    await call(store, "CA2", said("hello"), at=NOW + 20 * DAY)

    async def meanwhile() -> None:
        await store.erasure.delete_calls(["CA1"])
        assert await store.words.forget(NOW + 30 * DAY) == 1

    late: Any = Late(store.database, meanwhile)
    await WordIndex(late, store.vault).index()
    assert await rows(store) == 0


async def test_nothing_is_left_of_a_caller_who_is_erased(store: Store) -> None:
    await call(store, "CA1", said("hello"))
    await call(store, "CA2", said("hello"), caller=OTHER)
    await indexed(store)

    async def no_recording(_: str) -> str:
        return ""

    await erase(store.erasure, no_recording, CALLER)
    assert (await rows(store), await found(store, "hello")) == (1, ["CA2"])


async def test_words_go_with_their_calls_and_with_what_was_said(store: Store) -> None:
    await call(store, "old", said("hello"))
    await call(store, "older", said("hello"), at=NOW - DAY)
    await call(store, "young", said("hello"), at=NOW + 5 * DAY)
    await indexed(store)
    assert await forget_older([store.history], Hands(NOW + 6 * DAY), 7 - 1) == 1
    assert (await rows(store), await found(store, "hello")) == (2, ["young", "old"])
    assert await forget_older([store.words], Hands(NOW + 6 * DAY), 3) == 1
    assert (await rows(store), await found(store, "hello")) == (1, ["young"])
    assert await indexed(store) == 0
    assert await forget_older([store.words], Hands(NOW + 6 * DAY), 3) == 0


async def test_words_are_found_while_the_key_changes_and_after(place: Place) -> None:
    store = await place.open([KEY])
    await call(store, "CA1", said("hello"))
    await call(store, "gone", said("hello"))
    await indexed(store)
    await store.database.write([Statement("DELETE FROM ended_calls WHERE id = 'gone'")])
    store = await place.open([OTHER_KEY, KEY])
    await call(store, "CA2", said("hello"), at=NOW + 1)
    await indexed(store)
    assert await found(store, "hello") == ["CA2", "CA1"]
    old = (await place.open([KEY])).vault.mac_head
    rotation = Rotation(store.database, store.vault)
    assert (await rotation.usage())[old] > 2
    done = await rotation.run(lambda *_: None)
    assert done.arriving == 0
    assert old not in await rotation.usage()
    assert await rows(store) == 2, "what an older version left goes with its key"
    store = await place.open([OTHER_KEY])
    assert await found(store, "hello") == ["CA2", "CA1"]
    assert (await Rotation(store.database, store.vault).run(lambda *_: None)).resealed == 0


async def test_a_backup_has_them(place: Place, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    store = await place.open()
    await call(store, "CA1", said("hello"))
    await indexed(store)
    url = await new_database(request.getfixturevalue("postgres")) if place.url is not None else None
    other, file = Place(tmp_path / "other", url), tmp_path / "backup.zip"
    await asyncio.to_thread(lambda: back_up(source(place), file, now=NOW))
    await asyncio.to_thread(lambda: restore(source(other), file))
    assert await found(await other.open(), "hello") == ["CA1"]
    await other.close()


async def test_the_words_are_nowhere_in_the_open(place: Place) -> None:
    store = await place.open()
    await call(store, "CA1", said("Krakatau"))
    await indexed(store)
    [row] = await store.database.fetch("SELECT prints, made_by FROM call_words", {})
    assert row["prints"].count(",") == 2
    assert "krakatau" not in row["prints"]

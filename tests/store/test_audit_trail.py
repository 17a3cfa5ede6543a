"""The audit trail on both databases: with every change, in order, and nothing in it can be altered unseen."""

import asyncio

import pytest

from ivr.store import Actor, Clip, Conflict, Store
from ivr.store.audit_trail import MOST_CHANGES, Act, done_by
from ivr.store.database import Statement

from .conftest import Place
from .making import a_flow

ANNA = Actor("anna", "the board")


async def told(store: Store, **sought: str) -> list[str]:
    return [entry.words for entry in reversed(await store.audit_trail.entries(**sought))]


async def busy(store: Store) -> None:
    """A day's work."""
    flow = a_flow("line")
    await store.flows.save_draft(flow)
    with done_by(ANNA):
        await store.flows.save_draft({**flow, "name": "Another name"})
        await store.flows.publish("line")
        await store.flows.publish("line")
        await store.flows.roll_back("line", 1)
        await store.flows.assign("+15550100", "line")
        await store.flows.unassign("+15550100")
        await store.secrets.set("crm", "the value", ["api.example.com"])
        await store.secrets.remove("crm")
        await store.audio.add(Clip("tune", 1000, "tune.wav", b"RIFF"))
        await store.audio.remove("tune")
        await store.tokens.new("shop", "line", ["start", "calls"], 30)
        await store.tokens.remove("shop")
        await store.flows.delete("line")


async def test_every_change_is_in_it(store: Store) -> None:
    await busy(store)
    assert await told(store) == [
        "Made the flow line.",
        "Changed the draft of line.",
        "Published line as revision 1.",
        "Published line as revision 2.",
        "Rolled line back to revision 1.",
        "Let line answer +15550100.",
        "Let no flow answer +15550100 any more.",
        "Stored the secret crm, which may be sent to api.example.com.",
        "Removed the secret crm.",
        "Added the clip “tune”.",
        "Removed the clip “tune”.",
        "Made the token shop: it may start line, read calls, for 30 days.",
        "Removed the token shop.",
        "Deleted the flow line.",
    ]
    entries = await store.audit_trail.entries()
    assert {(entry.author, entry.via) for entry in entries[:-1]} == {("anna", "the board")}
    assert (entries[-1].author, entries[-1].via) == ("", "the server")
    renamed = entries[-2].changes
    assert [change for change in renamed if "Another name" in change]
    assert await told(store, author="anna", kind="number") == [
        "Let line answer +15550100.",
        "Let no flow answer +15550100 any more.",
    ]
    assert await store.audit_trail.people() == ["", "anna"]
    assert "the value" not in str(entries)
    verified = await store.audit_trail.verify()
    assert (verified.entries, verified.faults) == (14, ())


async def test_revisions_carry_who_published_them(store: Store) -> None:
    await busy(store)
    rows = await store.database.fetch("SELECT author FROM revisions", {})
    assert {row["author"] for row in rows} == {"anna"}


async def test_a_change_that_is_refused_is_not_in_it(store: Store) -> None:
    flow = a_flow("line")
    version = (await store.flows.save_draft(flow)).version
    await store.flows.save_draft(flow)
    with pytest.raises(Conflict):
        await store.flows.save_draft(flow, version)
    assert not await store.flows.unassign("+15550100")
    assert len(await told(store)) == 2


async def test_changes_of_many_processes_at_once_follow_each_other(place: Place) -> None:
    stores = [await place.open() for _ in range(3)]
    await asyncio.gather(
        *(store.secrets.set(f"s{n}_{each}", "x", ["a.test"]) for n, store in enumerate(stores) for each in range(4))
    )
    verified = await stores[0].audit_trail.verify()
    assert (verified.entries, verified.faults) == (12, ())
    assert len(await stores[0].secrets.list()) == 12


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("UPDATE audit_trail SET author = 'ben' WHERE n = 3", "Entry 3: what stands beside it was changed"),
        ("UPDATE audit_trail SET at = at + 1 WHERE n = 3", "Entry 3: what stands beside it was changed"),
        ("UPDATE audit_trail SET kind = 'user' WHERE n = 3", "Entry 3: what stands beside it was changed"),
        ("DELETE FROM audit_trail WHERE n = 3", "Entries 3 to 3 are missing"),
        ("DELETE FROM audit_trail WHERE n = 14", "the trail's head names number 14"),
        ("DELETE FROM audit_trail WHERE n = 1", "Entries 1 to 1 are missing"),
        (
            "UPDATE audit_trail SET body = (SELECT body FROM audit_trail WHERE n = 4) WHERE n = 3",
            "Entry 3: Sealed",
        ),
        (
            "INSERT INTO audit_trail SELECT 15, at, author, kind, body FROM audit_trail WHERE n = 14",
            "Entry 15: Sealed data",
        ),
    ],
)
async def test_what_was_tampered_with_is_found(store: Store, sql: str, fault: str) -> None:
    await busy(store)
    await store.database.write([Statement(sql)])
    faults = (await store.audit_trail.verify()).faults
    assert [each for each in faults if fault in each], faults
    assert len(await store.audit_trail.entries()) >= 13  # and can still be read


async def test_a_mark_finds_a_trail_that_was_put_back(store: Store) -> None:
    await busy(store)
    mark = (await store.audit_trail.verify()).mark
    await busy(store)
    assert (await store.audit_trail.verify(mark)).faults == ()
    await store.database.write([Statement("DELETE FROM audit_trail")])
    await store.secrets.set("mine", "x", ["a.test"])
    assert (await store.audit_trail.verify()).faults == ()
    assert (await store.audit_trail.verify(mark)).faults == (f"There is no entry {mark} any more.",)


async def test_an_entry_is_of_bounded_size(store: Store) -> None:
    changes = [f"{number}: {'x' * 2000}" for number in range(5000)]
    await store.audit_trail.write([], Act("flow", "line", "Changed much.", changes))
    (entry,) = await store.audit_trail.entries()
    assert len(entry.changes) == MOST_CHANGES + 1
    assert entry.changes[-1] == "… and 4900 more changes."
    assert len(str(entry)) < 60_000

"""The end of what is stored: every table has somebody who deletes its rows."""

import pytest
from msgspec.structs import replace

from ivr.core.call import Entry
from ivr.core.events import Fetched
from ivr.runtime.ports import CallRecord, Change, Message
from ivr.runtime.retention import DAY, forget_older
from ivr.runtime.starts import Progress, Start
from ivr.store import Store
from ivr.store.audit_trail import Act
from ivr.store.database import Statement
from ivr.store.sought import Sought

from .conftest import Place
from .making import NOW, a_call, a_job, a_trace, new

RECORDING = f"https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE{'a' * 32}"
BY_AGE = {"calls", "ended_calls", "jobs", "trace", "call_words", "web_calls", "messages", "starts"}
"""What retention deletes, as the test below proves."""
OTHERWISE = {
    "flows": "authors; their versions stay, as calls refer to them",
    "revisions": "never: calls refer to them, and authors roll back to them",
    "publications": "never: one row for each time a flow went live",
    "numbers": "whoever takes a number off a flow",
    "secrets": "authors",
    "audio": "authors",
    "settings": "one row for each setting, replaced",
    "sessions": "whoever logs in deletes those that are over",
    "users": "administrators",
    "links": "whoever makes one deletes those that are over",
    "guesses": "whoever guesses next deletes the old ones",
    "audit_trail": "a number of days of its own, and never without one: see below",
    "api_tokens": "whoever revokes a token",
    "opt_outs": "whoever replies START, and administrators",
    "pace": "one row, for ever",
    "migrations": "one row for each step, for ever",
    "processes": "each server deletes those of dead ones at its start",
    "spending": "whoever counts deletes what is older than a day",
    "alerts": "one row for each alert of the operator's; whoever looks deletes those told long ago",
    "refusals": "one row for each kind and cause, for ever",
}


class Clock:
    def __init__(self, now: int) -> None:
        self._now = now

    def now(self) -> int:
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Takes no time."""


TABLES = {
    True: "SELECT name FROM sqlite_master WHERE type = 'table'",
    False: "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
}


async def rows(store: Store) -> dict[str, int]:
    """How many rows each table has."""
    names = [row["name"] for row in await store.database.fetch(TABLES[not store.database.shared], {})]
    counts = {name: await store.database.fetch(f"SELECT COUNT(*) AS n FROM {name}", {}) for name in names}
    return {name: found[0]["n"] for name, found in counts.items()}


async def fill(store: Store, name: str, at: int) -> None:
    """A call with a web call, a text and a job that nobody finished, and a start."""
    await store.calls.save(new(name, start=a_job(name), trace=a_trace()), at)
    asked = Fetched(at=at, token="1.3", cause="ok", milliseconds=5)
    replied = Entry(at, "replied", 3, {"token": asked.token, "cause": asked.cause, "milliseconds": asked.milliseconds})
    over = CallRecord(a_call(name, status="ended"), version=1, over_at=at)
    text = Message(f"SM{name}", "2.4")
    assert await store.calls.save(Change(over, trace=(replied,), message=text), at)
    start = Start(id=f"run-{name}", flow="appointments", revision=1, reach_by="call", caller="+1", dialled="+2")
    assert await store.starts.add(start, at)
    assert await store.starts.update(start.id, Progress("completed"))


async def test_every_table_has_somebody_who_deletes_its_rows(store: Store) -> None:
    """A new table belongs in one of the two lists: whoever adds it must say which."""
    assert set(await rows(store)) == BY_AGE | OTHERWISE.keys()


@pytest.mark.parametrize("count", [1, 250])
async def test_what_is_old_goes_from_every_table_and_what_is_not_stays(place: Place, count: int) -> None:
    if count > 1 and place.url is not None:
        pytest.skip("pieces are the same on every database")
    store = await place.open()
    for n in range(count):
        await fill(store, f"CA{n}", NOW)
    place.time = NOW + 10 * DAY
    await fill(store, "CB", place.time)
    queued = Start(id="queued", flow="appointments", revision=1, reach_by="call", caller="+1", dialled="+2")
    place.time = NOW
    await store.starts.add(queued, NOW)
    while await store.word_index.index():
        pass
    before = await rows(store)
    assert await forget_older(store.kept, Clock(NOW + 10 * DAY), 5) == count
    after = await rows(store)
    gone = {name for name in before if after[name] < before[name]}
    assert gone == BY_AGE
    assert {name: after[name] for name in sorted(BY_AGE)} == {
        "call_words": 1,
        "calls": 1,
        "ended_calls": 1,
        "jobs": 1,
        "messages": 1,
        "starts": 2,
        "trace": 2,
        "web_calls": 1,
    }


async def test_the_words_of_a_call_go_before_it_does(place: Place) -> None:
    """What was said, typed and answered is gone; the call, its numbers, its figures and its recording are not."""
    store = await place.open()
    variables = {"ANI": "+15551230000", "DNIS": "+4930111", "COLLECT_2": {"digits": "8317"}}
    for name, at in (("old", NOW), ("young", NOW + 6 * DAY)):
        await fill(store, name, at)
        record = await store.calls.load(name)
        assert record is not None
        said = (
            Entry(at, "said", 2, {"words": "Your order"}),
            Entry(at, "replied", 4, {"url": RECORDING, "digits": "1"}),
        )
        changed = replace(record, call=replace(record.call, variables=variables))
        assert await store.calls.save(Change(changed, said), at)
    await store.calls.save(new("goes-on", trace=a_trace()), NOW)
    clock = Clock(NOW + 10 * DAY)
    assert await forget_older([store.words], clock, 5) == 1
    assert await store.calls.trace("old") == [Entry(NOW, "replied", 4, {"url": RECORDING})]
    shown = await store.history.get("old")
    assert shown is not None
    assert shown.variables == {"ANI": "+15551230000", "DNIS": "+4930111"}
    assert (shown.row.caller, shown.row.web_calls) == ("+15551230000", 1)
    assert len(await store.calls.trace("young")) > 1
    assert await store.calls.trace("goes-on")
    assert await forget_older([store.words], clock, 5) == 0, "once is enough"
    assert (await rows(store))["ended_calls"] == 2


async def test_old_entries_of_the_audit_trail_go_and_the_others_can_be_verified(place: Place) -> None:
    store = await place.open()
    for day in range(5):
        place.time = NOW + day * DAY
        await store.audit_trail.write([], Act("call", "", f"Day {day}."))
    noted = await store.audit_trail.verify()
    first = noted.mark.replace("5:", "1:")
    place.time = NOW + 5 * DAY
    assert await forget_older([store.audit_trail], Clock(place.time), 2) == 3
    assert await forget_older([store.audit_trail], Clock(NOW + 5 * DAY), 2) == 0
    words = [entry.words for entry in await store.audit_trail.entries()]
    assert words == ["Deleted the entries up to number 3: they are older than they are kept.", "Day 4.", "Day 3."]
    store = await place.open()
    found = await store.audit_trail.verify(noted.mark)
    assert (found.entries, found.faults) == (3, ())
    [fault] = (await store.audit_trail.verify(first)).faults
    assert "older than what is kept: the trail begins at number 4" in fault
    place.time = NOW + 99 * DAY
    assert await forget_older([store.audit_trail], Clock(place.time), 2) == 3, "a note of it comes after the last one"
    assert (await store.audit_trail.verify()).faults == ()
    await store.database.write([Statement("DELETE FROM audit_trail WHERE n = 7")])
    assert (await store.audit_trail.verify()).faults


async def test_what_an_older_server_ended_during_an_upgrade_is_counted(store: Store) -> None:
    await fill(store, "CA1", NOW)
    await store.database.write([Statement("DELETE FROM ended_calls")])
    await store.counts.catch_up(NOW + 1)
    assert await store.counts.alike(Sought()) == []
    for _ in range(2):
        await store.counts.catch_up(NOW)
    assert [each.calls for each in await store.counts.alike(Sought())] == [1]

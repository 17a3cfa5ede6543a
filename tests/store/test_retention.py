"""The end of what is stored: every table has somebody who deletes its rows."""

import pytest

from ivr.core.call import Entry
from ivr.core.events import Fetched
from ivr.runtime.ports import CallRecord, Change, Message
from ivr.runtime.retention import DAY, forget_older
from ivr.runtime.starts import Progress, Start
from ivr.store import Store

from .conftest import Place
from .making import NOW, a_call, a_job, a_trace, new

BY_AGE = {"calls", "ended_calls", "jobs", "trace", "web_calls", "messages", "starts"}
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
    "audit_trail": "never: it is the proof of who did what",
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
    """A new table belongs into one of the two lists: whoever adds it must say which."""
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
    before = await rows(store)
    assert await forget_older(store.kept, Clock(NOW + 10 * DAY), 5) == count
    after = await rows(store)
    gone = {name for name in before if after[name] < before[name]}
    assert gone == BY_AGE
    assert {name: after[name] for name in sorted(BY_AGE)} == {
        "calls": 1,
        "ended_calls": 1,
        "jobs": 1,
        "messages": 1,
        "starts": 2,
        "trace": 2,
        "web_calls": 1,
    }

"""Calls as they are looked at, on both databases."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from ivr.core.call import Entry
from ivr.runtime.ports import CallRecord, Change
from ivr.runtime.retention import DAY, forget_older, keep_tidy
from ivr.store import Rotation, Store
from ivr.store.history import FORGOTTEN, CountedCalls, Sought
from ivr.store.usual import LAST, UsualTimes

from .conftest import Place
from .making import KEY, NOW, OTHER_KEY, a_call, a_flow, a_job

CALLER, OTHER = "+15551230000", "+15559990000"


def entered(*blocks: int) -> tuple[Entry, ...]:
    return tuple(Entry(NOW, "entered", block) for block in blocks)


def answer(block: int, milliseconds: int, cause: str = "ok", token: str = "1.3") -> tuple[Entry, ...]:
    """A web call ends, and its block looks at the answer."""
    replied = {"token": token, "cause": "ok", "status": 200, "error": "", "milliseconds": milliseconds}
    return Entry(NOW, "replied", block, replied), Entry(NOW, "set", block, {f"EXTCALL_{block}.cause": cause})


async def begin(store: Store, call_id: str, at: int = NOW, caller: str = CALLER, **fields: Any) -> None:
    trace = (Entry(at, "answered", 1, {"caller": caller}), *entered(2))
    record = CallRecord(a_call(call_id, block=2, variables={"ANI": caller}, **fields))
    assert await store.calls.save(Change(record, trace), at)


async def change(store: Store, call_id: str, *trace: Entry, over_at: int | None = None, **fields: Any) -> None:
    """The next save of a call."""
    record = await store.calls.load(call_id)
    assert record is not None
    call = replace(record.call, **fields)
    assert await store.calls.save(Change(replace(record, call=call, over_at=over_at), trace), over_at or NOW)


async def ids(store: Store, **wanted: Any) -> list[str]:
    return [row.id for row in await store.history.list(Sought(**wanted))]


async def test_a_row_tells_where_the_call_is(store: Store) -> None:
    await begin(store, "CA1")
    await change(store, "CA1", *answer(3, 700), *entered(4), block=4)
    await change(store, "CA1", *answer(4, 200, token="2.4"), *entered(5), block=5)
    [row] = await store.history.list(Sought())
    assert (row.flow, row.flow_name, row.revision) == ("appointments", "appointments", 1)
    assert (row.caller, row.started_at, row.over_at, row.result) == (CALLER, NOW, None, "live")
    assert (row.web_calls, row.slowest, row.last_block) == (2, 700, 5)


async def took(store: Store, *milliseconds: int, block: int = 3, cause: str = "ok") -> None:
    """As many web calls, each of a call of its own."""
    for each in milliseconds:
        call_id = f"CA{block}{cause}{each}"
        await begin(store, call_id)
        await change(store, call_id, *answer(block, each, cause))


async def test_what_is_usual_is_the_median_of_good_answers(place: Place) -> None:
    store, seconds = await place.open(), 0.0
    usual = UsualTimes(store.database, lambda: seconds)
    await took(store, 900, 100)
    assert await usual.of("appointments", 3) is None
    await took(store, 10_000, 10_001, 10_002, cause="timeout")
    await took(store, 2000, 800)
    await took(store, 7000, 7001, 7002, block=4)
    assert await usual.of("appointments", 3) is None  # as it was a moment ago
    seconds = 31.0
    assert await usual.of("appointments", 3) == 800
    assert await usual.of("appointments", 4) == 7001
    assert await usual.of("another", 3) is None
    await took(store, *range(20_000, 20_000 + LAST))
    seconds = 62.0
    assert await usual.of("appointments", 3) == 20_000 + LAST // 2 - 1  # the last of them alone


async def test_a_row_has_the_name_of_its_flow(store: Store) -> None:
    await store.flows.save_draft(a_flow(name="Appointments"))
    await begin(store, "CA1")
    [row] = await store.history.list(Sought())
    assert row.flow_name == "Appointments"


@pytest.mark.parametrize(
    ("kinds", "result"),
    [
        (["ended"], "completed"),
        (["hung_up"], "hung_up"),
        (["problem", "ended"], "failed"),
        (["hung_up", "ended"], "hung_up"),
        ([], "live"),
    ],
)
async def test_what_became_of_a_call(store: Store, kinds: list[str], result: str) -> None:
    await begin(store, "CA1")
    await change(store, "CA1", *(Entry(NOW, kind, 2, {"reason": "completed"}) for kind in kinds))
    await change(store, "CA1", over_at=NOW + 5)
    [row] = await store.history.list(Sought())
    assert row.result == result
    assert await ids(store, result=result) == ["CA1"]
    assert await ids(store, result="lost") == []


async def test_our_mistake_and_a_lost_call(store: Store) -> None:
    await begin(store, "CA1")
    await change(store, "CA1", over_at=NOW, status="failed")
    await begin(store, "CA2")
    await change(store, "CA2", Entry(NOW, "hung_up", 2, {"reason": "lost"}), over_at=NOW)
    assert {row.id: row.result for row in await store.history.list(Sought())} == {"CA1": "failed", "CA2": "lost"}


async def test_by_everything_at_once(store: Store) -> None:
    await begin(store, "CA1")
    await begin(store, "CA2", at=NOW + 1, caller=OTHER)
    await begin(store, "CA3", at=NOW + 2)
    await change(store, "CA3", *entered(12))
    assert await ids(store) == ["CA3", "CA2", "CA1"]
    assert await ids(store, number=OTHER) == ["CA2"]
    assert await ids(store, block=12) == ["CA3"]
    assert await ids(store, block=1) == ["CA3", "CA2", "CA1"], "the trigger counts, and 12 is not 1"
    assert await ids(store, since=NOW + 1, until=NOW + 2) == ["CA2"]
    assert await ids(store, after="CA2") == ["CA1"]
    assert await ids(store, most=1) == ["CA3"]
    everything = {"flow": "appointments", "result": "live", "number": CALLER, "block": 12, "since": NOW}
    assert await ids(store, **everything, until=NOW + 9, after="", most=5) == ["CA3"]
    assert await ids(store, number="%") == await ids(store, flow="' OR 1=1") == []


async def test_calls_of_the_same_moment_come_once_each(store: Store) -> None:
    for number in range(7):
        await begin(store, f"CA{number}")
    seen: list[str] = []
    while page := await ids(store, most=3, after=seen[-1] if seen else ""):
        seen += page
    assert seen == [f"CA{number}" for number in range(6, -1, -1)]


async def test_a_number_is_found_before_and_after_the_key_has_changed(place: Place) -> None:
    await begin(await place.open([KEY]), "CA1")
    store = await place.open([OTHER_KEY, KEY])
    await begin(store, "CA2", at=NOW + 1)
    assert await ids(store, number=CALLER) == ["CA2", "CA1"]
    await Rotation(store.database, store.vault).run(lambda *_: None)
    assert await ids(await place.open([OTHER_KEY]), number=CALLER) == ["CA2", "CA1"]


async def test_the_number_is_not_in_the_row(store: Store) -> None:
    await begin(store, "CA1")
    [row] = await store.database.fetch("SELECT caller, blocks, result FROM calls", {})
    assert (row["blocks"], row["result"]) == (",1,2,", "live")
    assert len(row["caller"]) == 32
    assert CALLER[1:] not in row["caller"]


async def test_who_has_not_seen_the_latest_version_counts_nothing(store: Store) -> None:
    await begin(store, "CA1")
    stale = CallRecord(a_call(), version=7)
    assert not await store.calls.save(Change(stale, answer(3, 700)), NOW)
    [row] = await store.history.list(Sought())
    assert (row.web_calls, row.last_block) == (0, 2)
    quarter = NOW // 900_000 * 900_000
    [counted] = await store.history.counted(Sought())
    assert counted == CountedCalls(quarter, "appointments", 1, "live", 2, failures=False, calls=1, milliseconds=0)
    assert await store.history.counted_web_calls(Sought()) == []


async def test_calls_that_are_alike_are_counted_together(store: Store) -> None:
    for number, cause in enumerate(("ok", "timeout", "ok", "timeout")):
        await begin(store, f"CA{number}", at=NOW + number, caller=OTHER if number == 3 else CALLER)
        await change(store, f"CA{number}", *answer(2, 700, cause), Entry(NOW, "hung_up", 2), over_at=NOW + 3000)
    found = {each.failures: each for each in await store.history.counted(Sought(until=NOW + 3))}
    assert {failures: (each.calls, each.milliseconds) for failures, each in found.items()} == {
        False: (2, 3000 + 2998),
        True: (1, 2999),
    }
    assert {(each.result, each.last_block) for each in found.values()} == {("hung_up", 2)}
    assert [each.calls for each in await store.history.counted(Sought(number=OTHER, block=2))] == [1]
    assert await store.history.counted(Sought(block=3)) == []
    assert [each.cause for each in await store.history.counted_web_calls(Sought(number=OTHER, block=2))] == ["timeout"]
    assert await store.history.counted_web_calls(Sought(block=3)) == []
    assert [row.failed_web_calls for row in await store.history.list(Sought())] == [1, 0, 1, 0]


async def test_figures_know_which_flow_asked(store: Store) -> None:
    await begin(store, "CA1")
    jumped = Entry(NOW, "jumped", 3, {"flow": "other", "from_flow": "appointments"})
    await change(store, "CA1", *answer(3, 700, "timeout"), jumped, flow="other")
    await change(store, "CA1", *answer(9, 100, token="3.9"), flow="other")
    web_calls = await store.history.counted_web_calls(Sought())
    found = sorted((each.flow, each.block, each.milliseconds, each.cause) for each in web_calls)
    assert found == [("appointments", 3, 700, "timeout"), ("other", 9, 100, "ok")]
    assert len(await store.history.counted_web_calls(Sought(flow="other"))) == 1
    assert await store.history.counted_web_calls(Sought(since=NOW + 1)) == []


async def test_how_many_calls_a_flow_had(store: Store) -> None:
    for number, at in enumerate((NOW - 1, NOW, NOW + 9, NOW + 10)):
        await begin(store, f"CA{number}", at)
    await change(store, "CA1", flow="other", over_at=NOW + 20)
    assert await store.calls.save(Change(CallRecord(replace(a_call("CB1"), flow="other"))), NOW + 1)
    assert await store.history.by_flow(NOW, NOW + 10) == {"appointments": 2, "other": 1}
    assert await store.history.by_flow(NOW + 11, NOW + 20) == {}


async def test_what_has_changed(store: Store) -> None:
    await begin(store, "CA1")
    await begin(store, "CA2")
    known = {row.id: row.version for row in await store.history.changes(NOW, {})}
    assert known == {"CA1": 1, "CA2": 1}
    assert await store.history.changes(NOW, known) == []
    await change(store, "CA2", over_at=NOW + 10)
    assert [(row.id, row.over_at) for row in await store.history.changes(NOW + 5, known)] == [("CA2", NOW + 10)]
    assert await store.history.changes(NOW + 11, {}) == []
    await store.flows.save_draft(a_flow())
    assert await store.history.drafts(NOW) == {"appointments": 1}
    assert await store.history.drafts(NOW + 1) == {}


class Hands:
    """A clock that is turned by whoever sleeps; `naps` until it is stopped."""

    def __init__(self, now: int, naps: int = 1000) -> None:
        self.time = now
        self.naps = naps

    def now(self) -> int:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.naps -= 1
        if not self.naps:
            raise asyncio.CancelledError


async def rows(store: Store) -> dict[str, int]:
    counts = {}
    for table in ("calls", "trace", "web_calls", "jobs"):
        found = await store.database.fetch(f"SELECT COUNT(*) AS n FROM {table}", {})
        counts[table] = found[0]["n"]
    return counts


async def test_old_calls_are_forgotten_with_all_that_is_kept_of_them(store: Store) -> None:
    for number in range(FORGOTTEN + 5):
        await begin(store, f"old{number}")
        await change(store, f"old{number}", *answer(3, 700), over_at=NOW + 9, status="ended")
    await begin(store, "live")
    await begin(store, "young", at=NOW + DAY)
    await change(store, "young", *answer(3, 700), over_at=NOW + DAY + 9, status="ended")
    record = CallRecord(a_call("left", status="active"), over_at=NOW)
    await store.calls.save(Change(record, start=a_job("left")), NOW)
    gone = await forget_older([store.history], Hands(NOW + 31 * DAY), 30)
    assert gone == FORGOTTEN + 5
    assert await ids(store) == ["young", "live", "left"]
    assert await rows(store) == {"calls": 3, "trace": 3, "web_calls": 1, "jobs": 1}


async def test_the_server_forgets_by_itself_unless_told_not_to(store: Store) -> None:
    await begin(store, "CA1")
    await change(store, "CA1", over_at=NOW, status="ended")
    await keep_tidy([store.history], Hands(NOW + 1000 * DAY), 0)
    assert await ids(store) == ["CA1"]
    with pytest.raises(asyncio.CancelledError):
        await keep_tidy([store.history], Hands(NOW + 91 * DAY, naps=2), 90)
    assert await ids(store) == []


async def test_a_store_that_fails_is_asked_again() -> None:
    class Failing:
        asked = 0

        async def forget(self, before: int) -> int:
            self.asked += 1
            raise OSError("the disk is full")

    failing = Failing()
    with pytest.raises(asyncio.CancelledError):
        await keep_tidy([failing], Hands(NOW, naps=3), 1)
    assert failing.asked == 3

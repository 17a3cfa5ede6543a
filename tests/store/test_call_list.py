"""Calls as they are looked at, on both databases."""

from typing import Any

import pytest
from msgspec.structs import replace

from ivr.core.call import Entry
from ivr.runtime.ports import CallRecord, Change
from ivr.store import Rotation, Store, records
from ivr.store.counting import QUARTER, CountedCalls, CountedFailures, CountedQuarter, CountedWaits
from ivr.store.database import Statement
from ivr.store.migrations import MIGRATIONS, migrate
from ivr.store.sought import Sought
from ivr.store.usual import LAST, UsualTimes
from ivr.store.vault import Vault

from .conftest import Place
from .making import KEY, NOW, OTHER_KEY, a_call, a_flow

CALLER, OTHER = "+15551230000", "+15559990000"


def entered(*blocks: int) -> tuple[Entry, ...]:
    return tuple(Entry(NOW, "entered", block) for block in blocks)


def answer(block: int, milliseconds: int, cause: str = "ok", token: str = "1.3") -> tuple[Entry, ...]:
    """A web call ends, and its block looks at the answer."""
    replied = {"token": token, "cause": "ok", "status": 200, "error": "", "milliseconds": milliseconds}
    return Entry(NOW, "replied", block, replied), Entry(NOW, "set", block, {f"EXTCALL_{block}.cause": cause})


OLDER_CALL = """
    INSERT INTO calls (id, flow, revision, version, status, started_at, touched_at, over_at, state, result, last_block)
    VALUES (:id, 'appointments', 1, 1, 'ended', :now, :now, :over_at, :state, 'completed', 2)
"""


async def begin(
    store: Store, call_id: str, at: int = NOW, caller: str = CALLER, dialled: str = "", **fields: Any
) -> None:
    trace = (Entry(at, "answered", 1, {"caller": caller}), *entered(2))
    record = CallRecord(a_call(call_id, block=2, variables={"ANI": caller, "DNIS": dialled}, **fields))
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
    [counted] = await store.counts.alike(Sought())
    assert counted == CountedCalls(
        "appointments",
        1,
        "live",
        2,
        "",
        failures=False,
        calls=1,
        milliseconds=0,
        last_flow="appointments",
        last_revision=1,
        on_phone=True,
    )
    assert await store.counts.waits(Sought()) == []


async def test_calls_that_are_alike_are_counted_together(store: Store) -> None:
    for number, cause in enumerate(("ok", "timeout", "ok", "timeout")):
        await begin(store, f"CA{number}", at=NOW + number, caller=OTHER if number == 3 else CALLER)
        await change(store, f"CA{number}", *answer(2, 700, cause), Entry(NOW, "hung_up", 2), over_at=NOW + 3000)
    await begin(store, "live", at=NOW + 1, caller=OTHER)
    await change(store, "live", *answer(2, 900, "dns"))
    found = {(each.result, each.failures): each for each in await store.counts.alike(Sought(until=NOW + 3))}
    assert {key: (each.calls, each.milliseconds) for key, each in found.items()} == {
        ("hung_up", False): (2, 3000 + 2998),
        ("hung_up", True): (1, 2999),
        ("live", True): (1, 0),
    }
    assert {each.last_block for each in found.values()} == {2}
    of_other = Sought(number=OTHER, block=2)
    assert sum(each.calls for each in await store.counts.alike(of_other)) == 2
    assert await store.counts.alike(Sought(block=3)) == []
    begun = NOW // QUARTER * QUARTER
    assert await store.counts.quarters(Sought()) == [
        CountedQuarter(begun, 4, 0, 2),
        CountedQuarter(begun, 1, 0, 1),
    ]
    assert await store.counts.waits(Sought(flow="appointments", block=2)) == [
        CountedWaits("appointments", 2, 700, 4),
        CountedWaits("appointments", 2, 900, 1),
    ]
    assert sorted(each.cause for each in await store.counts.failures(of_other)) == ["dns", "timeout"]
    assert await store.counts.waits(Sought(block=3)) == await store.counts.failures(Sought(flow="x")) == []
    assert {row.id: row.failed_web_calls for row in await store.history.list(Sought())} == {
        "CA3": 1,
        "CA2": 0,
        "CA1": 1,
        "CA0": 0,
        "live": 1,
    }


async def test_figures_know_which_flow_asked(store: Store) -> None:
    await begin(store, "CA1")
    jumped = Entry(NOW, "jumped", 3, {"flow": "other", "from_flow": "appointments"})
    await change(store, "CA1", *answer(3, 700, "timeout"), jumped, flow="other")
    await change(store, "CA1", *answer(9, 100, token="3.9"), flow="other")
    assert sorted(await store.counts.waits(Sought()), key=lambda each: each.block) == [
        CountedWaits("appointments", 3, 700, 1),
        CountedWaits("other", 9, 100, 1),
    ]
    begun = NOW // QUARTER * QUARTER
    assert await store.counts.failures(Sought()) == [CountedFailures(begun, "appointments", 3, "timeout", 1)]
    assert len(await store.counts.waits(Sought(flow="other"))) == 1
    assert await store.counts.waits(Sought(since=NOW + 1)) == []


async def test_by_last_digits_and_by_the_number_that_was_called(place: Place) -> None:
    """Calls that go on as those that are over, also while the key changes."""
    store = await place.open([KEY])
    await begin(store, "over", dialled="+4930111")
    await change(store, "over", over_at=NOW + 5)
    for call_id, caller in (("other", OTHER), ("app", f"whatsapp:{CALLER}"), ("hidden", "anonymous"), ("short", "112")):
        await begin(store, call_id, caller=caller, dialled="+4930222")
    store = await place.open([OTHER_KEY, KEY])
    await begin(store, "late", at=NOW + 1)
    for digits in ("30000", "1230000", "5551230000"):
        assert await ids(store, ending=digits) == ["late", "over", "app"], digits
    assert await ids(store, ending="0000") == ["late", "over", "other", "app"]
    assert await ids(store, ending="0000", dialled="+4930111") == ["over"]
    assert await ids(store, ending="555123") == await ids(store, ending="112") == await ids(store, ending="%") == []
    assert await ids(store, dialled="+4930222") == ["short", "other", "hidden", "app"]
    assert sum(each.calls for each in await store.counts.alike(Sought(ending="0000"))) == 4
    assert sum(each.calls for each in await store.counts.alike(Sought(dialled="+4930222"))) == 4
    await Rotation(store.database, store.vault).run(lambda *_: None)
    store = await place.open([OTHER_KEY])
    assert await ids(store, ending="30000") == ["late", "over", "app"]
    assert await ids(store, number=CALLER) == ["late", "over"]


async def test_what_changes_after_the_end_of_a_call_counts(store: Store) -> None:
    await begin(store, "CA1")
    await change(store, "CA1", over_at=NOW + 5)
    await change(
        store, "CA1", *answer(3, 700, "timeout"), *entered(9), Entry(NOW, "ended", 9), over_at=NOW + 5, block=9
    )
    [counted] = await store.counts.alike(Sought())
    assert (counted.calls, counted.result, counted.last_block, counted.failures) == (1, "completed", 9, True)
    assert await ids(store, block=9) == ["CA1"]


async def test_calls_of_an_older_version_are_counted_and_found(place: Place) -> None:
    database = await place.connect()
    older = MIGRATIONS[: [step.name for step in MIGRATIONS].index("calls that are over can be counted")]
    await migrate(database, Vault([KEY]), NOW, older)
    for number in range(3):
        record = CallRecord(a_call(f"CA{number}", variables={"ANI": CALLER, "DNIS": "+4930111"}))
        state = records.write(records.State(record.call, record.mailbox))
        sealed = Vault([KEY]).seal(state, f"call:CA{number}".encode()) if number else b"damaged"
        row = {"id": f"CA{number}", "state": sealed, "over_at": NOW + 9 if number < 2 else None}
        await database.write([Statement(OLDER_CALL, {**row, "now": NOW})])
    web_call = "INSERT INTO web_calls VALUES ('CA1', '1.2', 'appointments', 2, 5, 700, 'timeout')"
    await database.write([Statement(web_call)])
    await database.close()
    store = await place.open()
    assert await ids(store, ending="0000", most=2) == await ids(store, dialled="+4930111") == ["CA2", "CA1"]
    found = {(each.result, each.failures): each.calls for each in await store.counts.alike(Sought())}
    assert found == {("completed", False): 1, ("completed", True): 1, ("live", False): 1}


async def test_a_call_that_went_on_to_another_flow_stood_there(store: Store) -> None:
    await begin(store, "CA1")
    await change(store, "CA1", *entered(7), flow="other", revision=4, block=7)
    stood = [(each.flow, each.last_flow, each.last_revision) for each in await store.counts.alike(Sought())]
    assert stood == [("appointments", "other", 4)]
    await change(store, "CA1", Entry(NOW, "hung_up", 7), over_at=NOW + 5)
    [counted] = await store.counts.alike(Sought())
    assert (counted.flow, counted.revision, counted.result) == ("appointments", 1, "hung_up")
    assert (counted.last_flow, counted.last_revision, counted.last_block) == ("other", 4, 7)


async def test_a_run_without_a_caller_is_no_call(store: Store) -> None:
    """Whether it goes on or is over; it is in the list all the same."""
    await begin(store, "CA1")
    await begin(store, "CA1.ended", on_phone=False)
    await begin(store, "CA2")
    await change(store, "CA2", on_phone=False, over_at=NOW + 5)  # its caller is gone, and was there
    for over_at in (None, NOW + 5):
        await change(store, "CA1.ended", over_at=over_at)
        assert sum(each.calls for each in await store.counts.quarters(Sought())) == 2
        assert sorted((each.on_phone, each.calls) for each in await store.counts.alike(Sought())) == [
            (False, 1),
            (True, 1),
            (True, 1),
        ]
        assert await store.counts.by_flow(NOW, NOW + 1) == {"appointments": 2}
        assert await store.alerts.calls(NOW) == 2
        assert sorted(await ids(store)) == ["CA1", "CA1.ended", "CA2"]


async def test_how_many_calls_a_flow_had(store: Store) -> None:
    for number, at in enumerate((NOW - 1, NOW, NOW + 9, NOW + 10)):
        await begin(store, f"CA{number}", at)
    await change(store, "CA1", flow="other", over_at=NOW + 20)
    assert await store.calls.save(Change(CallRecord(replace(a_call("CB1"), flow="other"))), NOW + 1)
    assert await store.counts.by_flow(NOW, NOW + 10) == {"appointments": 2, "other": 1}
    assert await store.counts.by_flow(NOW + 11, NOW + 20) == {}


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

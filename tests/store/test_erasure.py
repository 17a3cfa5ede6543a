"""A caller is erased whole, and nobody else: on both databases, with a receipt that does not say who it was."""

import pytest

from ivr.core.call import Call, Entry
from ivr.core.effects import Text
from ivr.core.phone_numbers import NotANumber
from ivr.operation.erasure import Receipt, erase
from ivr.runtime.ports import CallRecord, Change, Message, RunningJob
from ivr.runtime.starts import Progress, Start, Status
from ivr.store import Store

from .conftest import Place
from .making import KEY, NOW, OTHER_KEY
from .test_retention import rows

GONE, STAYS = "+15551234567", "+15557654321"
RECORDING = f"https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE{'a' * 32}"
OF_A_CALLER = ("calls", "ended_calls", "call_words", "trace", "web_calls", "messages", "jobs", "starts")


class Carrier:
    """Deletes recordings, unless there is a fault."""

    def __init__(self, fault: str = "") -> None:
        self.fault = fault
        self.deleted: list[str] = []

    async def __call__(self, sid: str) -> str:
        if not self.fault:
            self.deleted.append(sid)
        return self.fault


async def call(store: Store, name: str, number: str, *, recorded: bool = False, over: bool = True) -> None:
    """A call with all that there may be of it."""
    made = Call(name, "desk", 1, status="ended" if over else "active", variables={"ANI": number})
    replied = {"token": "1.3", "cause": "ok", "milliseconds": 5}
    trace = [Entry(NOW, "answered", 1, {"caller": number}), Entry(NOW, "replied", 2, replied)]
    trace += [Entry(NOW, "replied", 4, {"url": RECORDING})] * recorded
    text = RunningJob(name, "2.4", Text(to=number, body="Hi"), NOW)
    saved = Change(
        CallRecord(made, over_at=NOW if over else None), tuple(trace), text, message=Message(f"SM{name}", "2.4")
    )
    assert await store.calls.save(saved, NOW)


async def start(store: Store, name: str, number: str) -> None:
    made = Start(id=name, flow="desk", revision=1, reach_by="call", caller=number, dialled="+15550001111")
    assert await store.starts.add(made, NOW)


@pytest.mark.parametrize(
    ("status", "called", "rings"),
    [
        ("queued", False, False),
        ("calling", False, True),
        ("ringing", False, True),
        ("answered", False, True),
        ("answered", True, False),
        ("no_answer", False, False),
    ],
)
async def test_whoever_is_rung_at_just_now_hears_their_call(
    store: Store, status: Status, called: bool, rings: bool
) -> None:
    await start(store, "run1", GONE)
    if status != "queued":
        await store.starts.update("run1", Progress(status, "CA1"))
    if called:
        await call(store, "CA1", GONE, over=False)
    receipt = await erase(store.erasure, Carrier(), GONE)
    assert (receipt.starts, receipt.under_way) == (int(not rings), int(rings or called))
    assert (await store.starts.get("run1") is not None) is rings


async def left(store: Store) -> dict[str, int]:
    counts = await rows(store)
    return {name: counts[name] for name in OF_A_CALLER}


async def words(store: Store) -> list[str]:
    return [entry.words for entry in await store.audit_trail.entries()]


async def test_one_caller_goes_and_the_other_stays(place: Place) -> None:
    store, carrier = await place.open(), Carrier()
    await call(store, "CA-stays", STAYS, recorded=True)
    await start(store, "run-stays", STAYS)
    await store.word_index.index()
    before = await left(store)
    for n in range(120):
        await call(store, f"CA{n}", GONE, recorded=n < 2)
    await start(store, "run-gone", GONE)
    while await store.word_index.index():
        pass
    receipt = await erase(store.erasure, carrier, "+1 (555) 123-4567")
    assert receipt == Receipt(receipt.mark, calls=120, recordings=2, starts=1, texts=120)
    assert receipt.complete
    assert carrier.deleted == [f"RE{'a' * 32}"] * 2
    assert await left(store) == before
    assert await store.calls.load("CA-stays") is not None
    told = await words(store)
    assert told == [receipt.words, f"Asked to erase the caller {receipt.mark}."]
    assert not [each for each in told if "555" in each]
    again = await erase(store.erasure, carrier, GONE)
    assert again == Receipt(receipt.mark)


async def test_a_recording_is_found_though_the_words_are_gone(place: Place) -> None:
    store, carrier = await place.open(), Carrier()
    await call(store, "CA1", GONE, recorded=True)
    assert await store.words.forget(NOW + 1) == 1
    receipt = await erase(store.erasure, carrier, GONE)
    assert (receipt.calls, receipt.recordings, carrier.deleted) == (1, 1, [f"RE{'a' * 32}"])


async def test_a_call_that_goes_on_is_left_and_named(place: Place) -> None:
    store = await place.open()
    await call(store, "CA1", GONE, over=False)
    receipt = await erase(store.erasure, Carrier(), GONE)
    assert (receipt.calls, receipt.texts, receipt.under_way, receipt.complete) == (0, 0, 1, False)
    assert "Under way: 1 call;" in receipt.words
    assert await store.calls.load("CA1") is not None


async def test_a_call_is_kept_until_its_recording_is_gone(place: Place) -> None:
    store, carrier = await place.open(), Carrier("Twilio could not be reached.")
    await call(store, "CA1", GONE, recorded=True)
    await call(store, "CA2", GONE)
    receipt = await erase(store.erasure, carrier, GONE)
    assert (receipt.calls, receipt.kept, receipt.reason) == (1, 1, "Twilio could not be reached.")
    assert await store.calls.load("CA1") is not None
    carrier.fault = ""
    again = await erase(store.erasure, carrier, GONE)
    assert (again.calls, again.recordings, again.complete) == (1, 1, True)


async def test_a_text_of_somebody_else_that_waits_for_this_number_is_not_sent(place: Place) -> None:
    store = await place.open()
    await call(store, "CA1", STAYS)
    text = RunningJob("CA1", "9.9", Text(to=GONE, body="Hi"), NOW)
    record = await store.calls.load("CA1")
    assert record is not None
    assert await store.calls.save(Change(record, start=text), NOW)
    assert (await erase(store.erasure, Carrier(), GONE)).texts == 1
    assert not await store.calls.begin(text)


@pytest.mark.parametrize("number", ["", "anonymous", "12", "x" * 5000, "+1555\n"])
async def test_what_is_no_number_is_refused(store: Store, number: str) -> None:
    with pytest.raises(NotANumber, match="no phone number"):
        await erase(store.erasure, Carrier(), number)
    assert await words(store) == []


async def test_calls_and_wishes_are_found_while_the_key_changes(place: Place) -> None:
    store = await place.open()
    await call(store, "CA1", GONE)
    await store.opt_outs.add(GONE)
    later = await place.open([OTHER_KEY, KEY])
    assert await later.opt_outs.has(GONE)
    assert (await erase(later.erasure, Carrier(), GONE)).calls == 1
    assert await later.opt_outs.has(GONE)


async def test_who_wants_no_texts_stands_once_and_can_be_listed(place: Place) -> None:
    store = await place.open()
    for _ in range(2):
        await store.opt_outs.add(GONE)
    await store.opt_outs.add(f"whatsapp:{STAYS}")
    assert {each.number for each in await store.opt_outs.list()} == {GONE, f"whatsapp:{STAYS}"}
    assert not await store.opt_outs.has(STAYS)
    await store.opt_outs.remove(GONE)
    assert [await store.opt_outs.has(each) for each in (GONE, f"whatsapp:{STAYS}")] == [False, True]

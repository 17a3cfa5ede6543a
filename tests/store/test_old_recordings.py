"""Recordings at the carrier go when they are old, and no call goes before its recordings: on both databases."""

import pytest

from ivr.core.call import Call, Entry
from ivr.operation.keeping import kept_for_days
from ivr.operation.old_recordings import AfterRecordings, NotDeleted, OldRecordings
from ivr.runtime.ports import CallRecord, Change
from ivr.runtime.retention import DAY, forget_older
from ivr.settings import SettingsError, load
from ivr.store import Store

from .conftest import Place
from .making import NOW
from .test_erasure import Carrier
from .test_retention import Clock

HOME = "https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/"
LATER = Clock(NOW + 10 * DAY)


async def recorded(store: Store, name: str, at: int, *, sids: str = "", goes_on: bool = False) -> None:
    """A call that its caller left then, with a recording for each letter. `goes_on`: its flow goes on without them."""
    trace = [Entry(at, "answered", 1), *(Entry(at, "replied", 4, {"url": f"{HOME}RE{sid * 32}.mp3"}) for sid in sids)]
    call = Call(name, "desk", 1, status="active" if goes_on else "ended")
    assert await store.calls.save(Change(CallRecord(call, over_at=at), tuple(trace)), at)


def of(store: Store, carrier: Carrier) -> OldRecordings:
    return OldRecordings(store.recorded, carrier, LATER.now)


async def test_recordings_of_old_calls_go_and_no_others(place: Place) -> None:
    store, carrier = await place.open(), Carrier()
    await recorded(store, "CA1", NOW, sids="ab")
    for n in range(120):
        await recorded(store, f"CA2{n:03}", NOW + 1, sids="" if n != 70 else "c")  # of one moment: in pieces
    await recorded(store, "CA3", NOW + 2, sids="d", goes_on=True)
    await recorded(store, "CA4", NOW + 9 * DAY, sids="e")
    assert await forget_older([of(store, carrier)], LATER, 5) == 4
    assert carrier.deleted == [f"RE{sid * 32}" for sid in "abcd"]
    assert await forget_older([of(store, carrier)], LATER, 5) == 0, "once is enough"
    store = await place.open()
    assert await forget_older([of(store, carrier)], LATER, 0) == 1, "another process goes on from there"
    assert carrier.deleted[4:] == ["RE" + "e" * 32]


async def test_a_carrier_that_is_away_keeps_the_calls_from_going(place: Place) -> None:
    """Or nobody would know which recordings to delete once it is back."""
    store, carrier = await place.open(), Carrier()
    for n, sid in enumerate("abc"):
        await recorded(store, f"CA{n}", NOW + n, sids=sid)
    calls = AfterRecordings(store.history, store.recorded)
    assert await forget_older([calls], LATER, 5) == 0, "nobody has looked for recordings yet"
    carrier.fault = "unauthorized"
    with pytest.raises(NotDeleted, match="a recording of call CA0: unauthorized"):
        await forget_older([of(store, carrier)], LATER, 5)
    assert await forget_older([calls], LATER, 5) == 0
    carrier.fault = ""
    assert await forget_older([of(store, carrier)], LATER, 5) == 3
    assert await forget_older([calls], LATER, 5) == 3


async def test_a_trace_that_is_gone_still_says_where_its_recording_is(place: Place) -> None:
    store, carrier = await place.open(), Carrier()
    await recorded(store, "CA1", NOW, sids="a")
    assert await forget_older([store.words], LATER, 2) == 1
    assert await forget_older([of(store, carrier)], LATER, 5) == 1


async def test_without_a_number_of_days_recordings_stay_and_calls_go(store: Store) -> None:
    await recorded(store, "CA1", NOW, sids="a")
    carrier = Carrier()
    kept = kept_for_days(store, load(env_file=None, environ={"IVR_KEEP_CALLS_DAYS": "5"}), carrier, LATER.now)
    history, days = kept[0]
    assert await forget_older([history], LATER, days) == 1
    assert carrier.deleted == []


@pytest.mark.parametrize(("calls", "recordings"), [("90", "30"), ("90", "90"), ("0", "365"), ("90", "0")])
async def test_days_that_fit(store: Store, calls: str, recordings: str) -> None:
    days = {"IVR_KEEP_CALLS_DAYS": calls, "IVR_KEEP_RECORDINGS_DAYS": recordings}
    kept = kept_for_days(store, load(env_file=None, environ=days), Carrier(), LATER.now)
    first = {each.kind: days for each, days in kept}
    assert (first["calls"], first.get("recordings at the carrier", 0)) == (int(calls), int(recordings))


async def test_recordings_are_not_kept_longer_than_calls(store: Store) -> None:
    days = {"IVR_KEEP_CALLS_DAYS": "90", "IVR_KEEP_RECORDINGS_DAYS": "91"}
    with pytest.raises(SettingsError, match="Set IVR_KEEP_CALLS_DAYS to 91 or more, or this to 90 or less"):
        kept_for_days(store, load(env_file=None, environ=days), Carrier(), LATER.now)

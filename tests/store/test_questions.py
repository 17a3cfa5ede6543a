"""Questions by text on both databases: found by two numbers, by any process, until their time is over."""

import pytest
from msgspec.structs import replace

from ivr.core.call import Call, Entry, Waiting
from ivr.core.effects import Ask
from ivr.runtime.ports import CallRecord, Change, Message, Question, RunningJob
from ivr.store import Rotation, Store

from .conftest import Place, taken_over
from .making import KEY, NOW

ANN, OURS, SERVICE = "+15550100001", "+15550100099", "MG0123"
ASK = Ask(to="+1 (555) 010-0001", body="Which day?", called=OURS, timeout=3600)
SENT = replace(ASK, to=ANN, sender=OURS)
FUTURE = 2**52
TOKEN = "2.4"


async def queued(store: Store, call_id: str = "CA1", at: int = NOW) -> RunningJob:
    call = Call(call_id, "f", 1, block=4, on_phone=False, waiting=Waiting(TOKEN, at, onward=True))
    running = RunningJob(call_id, TOKEN, ASK, at)
    assert await store.calls.save(Change(CallRecord(call), start=running), at)
    return running


async def sending(store: Store, call_id: str = "CA1", at: int = NOW, sender: str = OURS) -> RunningJob:
    running = replace(await queued(store, call_id, at), job=replace(SENT, sender=sender))
    assert await store.calls.begin(running)
    return running


async def asked(store: Store, call_id: str = "CA1", until: int = FUTURE, **more: int | str) -> RunningJob:
    running = await sending(store, call_id, **more)  # type: ignore[arg-type]
    record = await store.calls.load(call_id)
    assert record is not None
    opens = Question(running, until)
    assert await store.calls.save(Change(record, message=Message(f"SM{call_id}", TOKEN), opens=opens), NOW)
    return running


async def answered(store: Store, call_id: str, sid: str) -> bool:
    record = await store.calls.load(call_id)
    assert record is not None
    return await store.calls.save(Change(record, done=TOKEN, message=Message(sid, TOKEN)), NOW)


async def test_a_question_is_open_from_before_the_carrier_has_it(store: Store) -> None:
    await queued(store)
    assert await store.calls.open_question(ANN, (OURS,)) is None
    await store.calls.begin(RunningJob("CA1", TOKEN, SENT, NOW))
    assert await store.calls.open_question(ANN, (OURS,)) == ("CA1", TOKEN)


async def test_only_between_the_same_two_numbers(store: Store) -> None:
    await asked(store)
    assert await store.calls.open_question("+1 555 010 0001", ("+1 (555) 010-0099",)) == ("CA1", TOKEN)
    for theirs, ours in (("+15550100002", OURS), (ANN, "+15550100098"), (OURS, ANN), ("anonymous", OURS), ("", "")):
        assert await store.calls.open_question(theirs, (ours,)) is None


async def test_a_service_is_as_good_as_a_number(store: Store) -> None:
    await asked(store, sender=SERVICE)
    assert await store.calls.open_question(ANN, (OURS, SERVICE)) == ("CA1", TOKEN)
    assert await store.calls.open_question(ANN, (OURS,)) is None


async def test_the_newest_first_and_each_once(store: Store) -> None:
    for number in (2, 3, 1):
        await asked(store, f"CA{number}", at=NOW + number)
    found = []
    while (question := await store.calls.open_question(ANN, (OURS,))) is not None:
        found.append(question[0])
        assert await answered(store, question[0], f"SMin{question[0]}")
    assert found == ["CA3", "CA2", "CA1"]
    assert await store.calls.is_claimed("SMinCA2")
    assert not await store.calls.is_claimed("SMother")


async def test_what_waits_for_a_reply_dies_with_no_process(place: Place) -> None:
    dead = await place.open()
    await asked(dead)
    await place.dies(dead)
    heir = await place.open()
    for _ in range(3):
        assert await heir.calls.adopt() == []
    assert await heir.calls.open_question(ANN, (OURS,)) == ("CA1", TOKEN)
    assert await answered(heir, "CA1", "SMin")
    assert await heir.calls.open_question(ANN, (OURS,)) is None


async def test_when_its_time_is_over_one_process_says_so(place: Place) -> None:
    first = await place.open()
    await asked(first, until=NOW)
    found = [*await first.calls.adopt(), *await first.calls.adopt()]
    if place.url:  # with SQLite there is one server
        found += await (await place.open()).calls.adopt()
    assert [(running.token, running.asked, running.job) for running in found] == [(TOKEN, True, SENT)]


async def test_a_process_that_dies_while_it_says_so_is_followed_by_another(place: Place) -> None:
    dead = await place.open()
    await asked(dead, until=NOW)
    assert [running.asked for running in await dead.calls.adopt()] == [True]
    await place.dies(dead)
    [running] = await taken_over(await place.open())
    assert (running.asked, running.tries) == (True, 3)


async def test_of_one_that_was_being_sent_it_is_not_said_that_it_waits(place: Place) -> None:
    dead = await place.open()
    await sending(dead)
    await place.dies(dead)
    [running] = await taken_over(await place.open())
    assert (running.asked, running.begun, running.job) == (False, True, SENT), "the numbers that it was sent between"


async def test_a_run_that_waits_for_days_is_not_lost(store: Store) -> None:
    """Neither one without a caller, nor one whose caller has hung up."""
    week = 7 * 86_400_000
    await asked(store, "CA1")
    await asked(store, "CA2")
    record = await store.calls.load("CA2")
    assert record is not None
    assert await store.calls.save(Change(replace(record, over_at=NOW), trace=(Entry(NOW, "hung_up"),)), NOW)
    assert await store.calls.lost(NOW + week) == []
    await answered(store, "CA1", "SM1")
    await answered(store, "CA2", "SM2")
    assert sorted(await store.calls.lost(NOW + 2 * week)) == ["CA1", "CA2"]


@pytest.mark.parametrize("keys", [(b"n" * 32, KEY), (b"n" * 32,)], ids=["both keys", "the new key"])
async def test_a_new_key_loses_no_question(place: Place, keys: tuple[bytes, ...]) -> None:
    first = await place.open()
    await asked(first)
    both = await place.open((b"n" * 32, KEY))
    assert await both.calls.open_question(ANN, (OURS,)) == ("CA1", TOKEN)
    await Rotation(both.database, both.vault).run(lambda looked, resealed: None)
    await place.dies(first)
    assert await (await place.open(keys)).calls.open_question(ANN, (OURS,)) == ("CA1", TOKEN)

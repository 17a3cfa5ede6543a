"""Texts of processes that die: at every moment, on a real database, with a real carrier on loopback.

What must hold afterwards: the recipient has one text at most, and whoever is told that there is none has none.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ivr.core.call import Call
from ivr.core.effects import Text
from ivr.core.events import Texted
from ivr.emulator import Faults, Timing
from ivr.runtime.ports import CallRecord, Change, Message, RunningJob
from ivr.runtime.texting import Handed, TakenOver
from ivr.sms import Texts
from ivr.store import Store
from ivr.twilio.carrier import Messages
from ivr.twilio.rest import TwilioRest
from ivr.twilio.twiml import Addresses
from tests.emulator.served import Served, served
from tests.emulator.world import ACCOUNT, CALLER, LINE, TOKEN

from .conftest import Place, taken_over

AT_ONCE = Timing(message_sent_after=0, message_delivered_after=0, status_callback_after=0)
TEXT = Text(to=CALLER, body="Your appointment: Tuesday.", called=LINE, block=4)


class Killed(BaseException):
    """The process is gone: nothing after this happens any more."""


class Clock:
    """The carrier's time; sleeping takes none of it."""

    def __init__(self, at: Served) -> None:
        self._at = at
        self.slept = 0.0

    def now(self) -> int:
        return round((self._at.carrier.clock.now() + self.slept) * 1000)

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds
        await asyncio.sleep(0)


class Dying:
    """The store and the carrier of a process that dies at its n-th step: before it, or after it and before anybody
    hears of that."""

    def __init__(self, store: Store, carrier: Messages, dies_at: int, *, after: bool) -> None:
        self._outbox, self._carrier = store.calls, carrier
        self._left, self._after = dies_at, after
        self.steps: list[str] = []

    async def begin(self, running: RunningJob) -> bool:
        return await self._step("begin", self._outbox.begin(running))

    async def set_aside(self, running: RunningJob) -> None:
        await self._step("set aside", self._outbox.set_aside(running))

    async def sid_of(self, call_id: str, token: str) -> str | None:
        return await self._step("sid of", self._outbox.sid_of(call_id, token))

    async def is_claimed(self, sid: str) -> bool:
        return await self._step("is claimed", self._outbox.is_claimed(sid))

    async def claim(self, call_id: str, message: Message, now: int) -> bool:
        return await self._step("claim", self._outbox.claim(call_id, message, now))

    async def send(self, call_id: str, token: str, text: Text, sender: str) -> Handed:
        return await self._step("send", self._carrier.send(call_id, token, text, sender))

    async def look_alikes(self, text: Text, sender: str, since: int) -> Sequence[str] | None:
        return await self._step("look", self._carrier.look_alikes(text, sender, since))

    async def _step(self, name, work):  # type: ignore[no-untyped-def]
        self._left -= 1
        self.steps.append(name)
        if self._left == 0 and not self._after:
            work.close()
            raise Killed
        done = await work
        if self._left == 0:
            raise Killed
        return done


class World:
    """A carrier, a database, and processes that send the text of one call."""

    def __init__(self, at: Served, rest: TwilioRest, place: Place) -> None:
        self.at, self.place = at, place
        self.clock = Clock(at)
        self.carrier = Messages(rest, Addresses("http://127.0.0.1:9"))

    async def process(self, dies_at: int = 0, *, after: bool = False) -> tuple[Store, Texts, Dying]:
        store = await self.place.open()
        dying = Dying(store, self.carrier, dies_at, after=after)
        return store, Texts(dying, dying, "", self.clock), dying

    async def queued(self, store: Store, call_id: str = "CA1", text: Text = TEXT) -> RunningJob:
        running = RunningJob(call_id, "2.4", text, self.clock.now())
        await store.calls.save(Change(CallRecord(Call(call_id, "f", 1)), start=running), self.clock.now())
        return running

    async def taken_over(self, dead: Store) -> Texted:
        """What the next process makes of the job of a dead one."""
        store, texts, _ = await self.process()
        await self.place.dies(dead)
        [running] = await taken_over(store)
        return await texts(running)

    def sent(self) -> list[str]:
        return [message.sid for message in self.at.carrier.messages if message.body == TEXT.body]


@asynccontextmanager
async def world_on(place: Place) -> AsyncIterator[World]:
    async with served(AT_ONCE) as at, TwilioRest(ACCOUNT, TOKEN, base_url=str(at.api.make_url("/"))) as rest:
        yield World(at, rest, place)
        await place.close()


@pytest.fixture
async def world(place: Place) -> AsyncIterator[World]:
    async with world_on(place) as made:
        yield made


FAULTS = {
    "none": Faults(),
    "cut": Faults(cut_requests=1),
    "busy": Faults(refuse_requests=1, retry_after=1),
    "unavailable": Faults(unavailable_requests=1, retry_after=1),
}


def only_posts(faults: Faults) -> Faults:
    """The same, but the list of messages can be read."""
    return Faults(on_request=lambda method, _: faults.of_request(method, "") if method == "POST" else None)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("after", [False, True])
async def test_whenever_it_dies_nobody_is_told_wrong(tmp_path: Path, fault: str, after: bool) -> None:
    """Every step of sending, each of the ways the carrier may answer."""
    kills = 0
    for dies_at in range(1, 30):
        place = Place(tmp_path / f"{dies_at}", None)
        async with world_on(place) as world:
            world.at.carrier.faults = only_posts(FAULTS[fault])
            store, texts, dying = await world.process(dies_at, after=after)
            running = await world.queued(store)
            try:
                await texts(running)
                break  # it ended before this step: all of them have been seen
            except Killed:
                kills += 1
            world.at.carrier.faults = Faults()
            reply = await world.taken_over(store)
            sent = world.sent()
            assert len(sent) <= 1, dying.steps
            assert ([reply.sid] if reply.accepted else []) == sent, dying.steps
            if not reply.accepted:
                # Killed between the note and the answer, it can't be known; that there is none is never said.
                assert reply.unknown, dying.steps
                assert dying.steps[-1] in {"begin", "send", "set aside"}
    assert kills >= {"none": 2, "cut": 4, "busy": 6, "unavailable": 6}[fault]


async def test_a_text_that_was_never_begun_is_sent(world: World) -> None:
    dead, _, _ = await world.process()
    await world.queued(dead)
    reply = await world.taken_over(dead)
    assert (reply.accepted, [reply.sid]) == (True, world.sent())


async def test_an_answer_that_got_lost_is_found_in_the_list_at_once(world: World) -> None:
    """No kill at all: the connection broke after the carrier had taken the text."""
    store, texts, _ = await world.process()
    world.at.carrier.faults = only_posts(FAULTS["cut"])
    reply = await texts(await world.queued(store))
    assert (reply.accepted, [reply.sid]) == (True, world.sent())
    assert await store.calls.sid_of("CA1", "2.4") == reply.sid


async def test_another_jobs_text_is_not_taken_for_this_ones(world: World) -> None:
    """Two calls send the same words to the same number, and one of them dies before it has sent anything."""
    store, texts, _ = await world.process()
    first = await texts(await world.queued(store))
    record = await store.calls.load("CA1")
    assert record is not None
    done = Change(record, done="2.4", message=Message(first.sid, "2.4"))
    await store.calls.save(done, world.clock.now())
    store, texts, _ = await world.process(2)
    with pytest.raises(Killed):
        await texts(await world.queued(store, "CA2"))
    reply = await world.taken_over(store)
    assert (reply.accepted, reply.unknown, len(world.sent())) == (False, True, 1)


async def test_of_two_that_look_alike_none_is_claimed_but_a_receipt_settles_it(world: World) -> None:
    store, texts, _ = await world.process(2, after=True)
    await world.carrier.send("CA9", "1.1", TEXT, LINE)  # another system of the account, which we know nothing of
    with pytest.raises(Killed):
        await texts(await world.queued(store))
    mine = world.sent()[-1]
    receipt = Change(CallRecord(Call("CA1", "f", 1), version=1), message=Message(mine, "2.4"))
    heir, texts, _ = await world.process()
    await world.place.dies(store)
    [running] = await taken_over(heir)
    assert (await texts(running)).unknown
    await heir.calls.save(receipt, world.clock.now())
    assert (await texts(running)).sid == mine


async def test_other_words_another_sender_and_pictures_are_other_texts(world: World) -> None:
    dead, texts, _ = await world.process(2)
    running = await world.queued(dead)
    with pytest.raises(Killed):
        await texts(running)
    world.at.carrier.add_number("+15550002222", "http://127.0.0.1:9/")
    await world.carrier.send("CA9", "1.1", Text(to=CALLER, body="Your appointment: Monday.", block=4), LINE)
    await world.carrier.send("CA9", "1.1", TEXT, "+15550002222")
    picture = Text(to=CALLER, body=TEXT.body, media=("http://127.0.0.1:9/a.png",))
    await world.carrier.send("CA9", "1.1", picture, LINE)
    assert (await world.taken_over(dead)).unknown


async def test_a_process_that_lost_its_job_sends_nothing(tmp_path: Path) -> None:
    """It was frozen, another has taken over and sent the text; then it wakes."""
    async with world_on(Place(tmp_path, None)) as world:
        frozen, texts, _ = await world.process()
        running = await world.queued(frozen)
        heir, others, _ = await world.process()
        [taken] = await taken_over(heir)
        assert (await others(taken)).accepted
        with pytest.raises(TakenOver):
            await texts(running)
        assert len(world.sent()) == 1

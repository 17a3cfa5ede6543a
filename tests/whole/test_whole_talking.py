"""Whole calls over real sockets with the blocks that talk to the caller. All stories are told at once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from ivr.demo.api import Api
from ivr.demo.world import CALLER, NUMBER
from ivr.emulator import Callee, Faults, PhoneCall
from ivr.flow.model import Flow
from ivr.sound.convert import wav
from ivr.store import Clip
from tests.whole.flows_that_talk import ALONE, ANN, BOB, CHIEF, CLIPS, COLLECT, MENU, TRANSFER, VOICEMAIL
from tests.whole.stage import HURRY, PATIENCE, Deed, Stage, Told, hang_up, nothing, press, say, stage

Story = Callable[[], Awaitable[Told]]
QUESTIONS = {"gather": {"say", "play"}, "record": {"record"}}
"""What asks the caller something, and when they do something then: as soon as the prompt of a Gather begins."""


async def told(flow: Flow, *deeds: Deed, faults: Faults | None = None, sms: int = 0) -> Told:
    """A call through a flow; the caller does one thing at each question. `sms`: how many texts are to be waited for."""
    async with stage(Api(0), faults) as made:
        made.world.carrier.exchange.timing = replace(HURRY, caller_talks=2.0)
        for number, callee in CALLEES.items():
            made.world.carrier.add_callee(number, callee)
        await answered_by(made, flow)
        call = made.world.carrier.ring(from_=CALLER, to=NUMBER, caller_name="A. Caller")
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(call.ended(), answer(call, deeds))
            await settled(made, call, sms)
        TEXTS[call.sid] = made.sms(CHIEF)
        return Told(call, await made.world.server.store.calls.trace(call.sid), True)


CALLEES = {
    ANN: Callee("busy", after=0.1),
    BOB: Callee("answer", after=0.2, talks=0.5),
}
TEXTS: dict[str, list[str]] = {}
"""What was texted, by the call."""


async def answered_by(made: Stage, flow: Flow) -> None:
    """Let the flow answer the number, and have two clips: one of 0.4 s, and one that there is time to interrupt."""
    audio = made.world.server.store.audio
    await audio.add(Clip("short.wav", 400, "short.wav", wav(bytes(6400))))
    await audio.add(Clip("long.wav", 3000, "long.wav", wav(bytes(48_000))))
    flows = made.world.server.store.flows
    await flows.save_draft(flow.model_dump(mode="json"))
    await flows.publish(flow.id)
    await flows.assign(NUMBER, flow.id)


async def answer(call: PhoneCall, deeds: tuple[Deed, ...]) -> None:
    """At each question the next deed."""
    left, begins = list(deeds), set[str]()
    async for happening in call.follow():
        begins = QUESTIONS.get(happening.kind, begins)
        if happening.kind in begins and left:
            begins = set()
            left.pop(0)(call)


async def settled(made: Stage, call: PhoneCall, sms: int) -> None:
    """Wait until the server is done with the call, and so many texts have come."""
    done = False
    while not done or len(made.sms(CHIEF)) < sms:
        await asyncio.sleep(0.05)
        record = await made.world.server.store.calls.load(call.sid)
        done = record is not None and record.over_at is not None and record.call.status != "active"


REPEATED = Faults(repeat_webhooks=1, repeat_status_callbacks=1)


def later(deed: Deed) -> Deed:
    """In 1.6 s, when there is something on the recording."""
    return lambda call: void(asyncio.get_running_loop().call_later(1.6, deed, call))


def void(_: object) -> None:
    """For what nobody waits for."""


LEAVES = later(hang_up)
STORIES: dict[str, Story] = {
    "a key": lambda: told(MENU, press("0")),
    "words": lambda: told(MENU, say("it is about MY ORDER")),
    "the third time": lambda: told(MENU, press("9"), nothing, press("1")),
    "never": lambda: told(MENU, nothing, nothing, nothing),
    "a key, repeated": lambda: told(MENU, press("9"), press("1"), faults=REPEATED),
    "a PIN": lambda: told(COLLECT, press("1234"), press("2"), press("8362"), press("1"), sms=1),
    "half a PIN": lambda: told(COLLECT, press("12"), press("1#"), nothing),
    "hung up at the PIN": lambda: told(COLLECT, press("8362"), hang_up),
    "connected": lambda: told(TRANSFER),
    "connected, repeated": lambda: told(TRANSFER, faults=REPEATED),
    "busy": lambda: told(ALONE),
    "a message": lambda: told(VOICEMAIL, later(press("#")), sms=1),
    "hung up": lambda: told(VOICEMAIL, LEAVES, sms=1),
    "hung up, told early": lambda: told(VOICEMAIL, LEAVES, faults=Faults(early_status_callbacks=1), sms=1),
    "hung up, told late": lambda: told(VOICEMAIL, LEAVES, faults=Faults(late_partings=1.5), sms=1),
    "hung up, never told": lambda: told(VOICEMAIL, LEAVES, faults=Faults(lose_partings=1), sms=1),
    "hung up, repeated": lambda: told(VOICEMAIL, LEAVES, faults=REPEATED, sms=1),
    "clips": lambda: told(CLIPS),
}


@pytest.fixture(scope="module")
def stories() -> dict[str, Any]:
    """How each story went: what it tells, or its exception."""

    async def all_at_once() -> list[Any]:
        return await asyncio.gather(*(story() for story in STORIES.values()), return_exceptions=True)

    return dict(zip(STORIES, asyncio.run(all_at_once()), strict=True))


@pytest.fixture
def of(stories: dict[str, Any]) -> Callable[[str], Told]:
    """A story by its name."""

    def find(name: str) -> Told:
        if isinstance(stories[name], BaseException):
            raise stories[name]
        return stories[name]  # type: ignore[no-any-return]

    return find


Of = Callable[[str], Told]


def happened(call: Told, kind: str) -> list[dict[str, Any]]:
    """What the phone knows of one kind of thing."""
    return [dict(one.detail) for one in call.call.happenings if one.kind == kind]


def test_a_key_chooses_and_ends_the_prompt(of: Of) -> None:
    call = of("a key")
    assert (call.status, call.words[-1], call.troubles) == ("completed", "A person.", [])
    assert {"verb": "Play", "by": "digit"} in happened(call, "stopped")
    assert call.traced("left", 2) == [{"port": "key_0"}]


def test_words_choose_too(of: Of) -> None:
    assert of("words").words[-1] == "Orders:it is about MY ORDER 1."


@pytest.mark.parametrize(("story", "attempts"), [("the third time", 3), ("a key, repeated", 2)])
def test_a_caller_is_asked_again(of: Of, story: str, attempts: int) -> None:
    call = of(story)
    first = ["Sorry?", "Are you there?"]
    assert [each for each in call.words if each in first] == first[: attempts - 1]
    assert call.words[-1] == f"Orders: {attempts}."
    assert len(call.traced("asked", 2)) == attempts
    assert call.status == "completed"


def test_somebody_who_never_chooses_is_not_kept(of: Of) -> None:
    call = of("never")
    assert (call.words[-1], call.traced("left", 2)) == ("Goodbye.", [{"port": "no_input"}])


def test_a_pin_is_read_back_used_and_forgotten(of: Of) -> None:
    call = of("a PIN")
    assert TEXTS[call.call.sid] == ["PIN 8362"]
    assert call.traced("left", 2) == [{"port": "success"}]
    assert "8362" not in str(call.trace)
    assert "8, 3, 6, 2" not in str(call.trace)


def test_half_a_pin_does_not_go_on(of: Of) -> None:
    call = of("half a PIN")
    assert (call.words[-1], TEXTS[call.call.sid]) == ("Not valid.", [])
    assert call.traced("left", 2) == [{"port": "no_input"}], "the last attempt decides"


def test_a_pin_is_forgotten_with_its_caller(of: Of) -> None:
    call = of("hung up at the PIN")
    assert call.status == "completed"
    assert "8362" not in str(call.trace)


@pytest.mark.parametrize("story", ["connected", "connected, repeated"])
def test_numbers_ring_in_turn_and_the_callee_is_whispered_to(of: Of, story: str) -> None:
    call = of(story)
    assert call.words == ["One moment.", "Talked with answered."]
    assert [each["to"] for each in happened(call, "bridged")] == [BOB]
    assert [each["text"] for each in happened(call, "whisper")] == ["A call from A. Caller."]
    assert [each["keys"] for each in happened(call, "keys_sent")] == ["ww1#"]
    assert call.traced("unheard", 2)[0]["clip"] == "gone.wav"
    assert (call.status, call.troubles) == ("completed", [])
    assert len(call.traced("replied", 2)) == 1


def test_somebody_busy_leaves_by_the_port_for_it(of: Of) -> None:
    assert of("busy").words == ["It was busy."]


def test_a_message_is_sent(of: Of) -> None:
    call = of("a message")
    (sms,) = TEXTS[call.call.sid]
    assert sms.startswith(f"{CALLER} said for 2 s: https://api.twilio.com/")
    assert sms.endswith(" (#)")
    assert (call.status, call.words) == ("completed", ["Leave a message.", "Thank you."])


@pytest.mark.parametrize("story", ["hung up", "hung up, told early", "hung up, told late", "hung up, repeated"])
def test_a_message_is_sent_though_its_caller_has_hung_up(of: Of, story: str) -> None:
    call = of(story)
    (sms,) = TEXTS[call.call.sid]
    assert sms.startswith(f"{CALLER} said for 2 s: https://api.twilio.com/")
    assert "/Recordings/RE" in sms
    assert sms.endswith(" (hangup)")
    assert call.words == ["Leave a message."]
    assert call.traced("left", 2) == [{"port": "recorded"}]


def test_the_news_of_the_hang_up_did_overtake_the_recording(of: Of) -> None:
    kinds = [entry.kind for entry in of("hung up, told late").trace]
    assert kinds.index("hung_up") < kinds.index("replied")


def test_a_recording_that_is_never_told_of_is_nothing_but_the_flow_goes_on(of: Of) -> None:
    call = of("hung up, never told")
    assert TEXTS[call.call.sid] == [f"{CALLER} left nothing."]
    assert call.traced("left", 2) == [{"port": "nothing"}]


def test_clips_are_played_and_missing_ones_told_of(of: Of) -> None:
    call = of("clips")
    assert (call.words, call.troubles) == (["First.", "First."], [])
    assert [each["seconds"] for each in happened(call, "play")] == [0.4]
    assert [each["clip"] for each in call.traced("unheard", 2)] == ["gone.wav"]

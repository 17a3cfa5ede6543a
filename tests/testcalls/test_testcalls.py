"""Test calls by themselves: real sockets on loopback, web calls that a stand-in answers."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from ivr.app import WallClock
from ivr.core.effects import Fetch
from ivr.core.events import Fetched
from ivr.flow.model import Flow
from ivr.runtime.memory import MemoryFlows
from ivr.runtime.ports import RunningJob
from ivr.runtime.starts import Start
from ivr.sound.library import Library
from ivr.testcalls import running as testcalls
from ivr.testcalls.running import KEPT, MOST, MOST_OF_A_SESSION, PER_MINUTE
from ivr.testcalls.setup import Parts
from ivr.web.testcalls import CallEvent, NoStart, Setting, TooMany

PATIENCE = 30.0
CALLER = "+15551230000"
END = {"number": 9, "action": {"type": "end_call"}}


class Clock(WallClock):
    """The time of day, and more when it is told so."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead = 0

    def now(self) -> int:
        return super().now() + self.ahead


class NoStarts:
    """Where starts by other systems live; test calls know none."""

    async def get(self, run: str) -> Start | None:
        return None


class Api:
    """Answers web calls once it may."""

    def __init__(self) -> None:
        self.go = asyncio.Event()

    async def __call__(self, running: RunningJob) -> Fetched:
        assert isinstance(running.job, Fetch)
        await self.go.wait()
        return Fetched(at=0, token=running.token, cause="ok", status=200, body="{}", value={}, milliseconds=5)


async def unread(*_: object) -> Fetched:
    """Nothing is posted back."""
    raise AssertionError


class World:
    """Test calls, and what they stand on."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.api = Api()
        published = flow({"type": "jump_from"}, end=True, id="other")
        parts = Parts(MemoryFlows(published), NoStarts(), Library(), self.api, unread, self.clock)  # type: ignore[arg-type]
        self.calls = testcalls.TestCalls(parts)

    async def call(self, flow: Flow, **values: str) -> str:
        return await self.calls.begin(flow, Setting(CALLER, values))

    def events(self, call_id: str, after: int = 0) -> AsyncIterator[CallEvent]:
        call = self.calls.find(call_id)
        assert call is not None
        return call.feed.follow(after)

    async def until(self, call_id: str, kind: str, after: int = 0) -> CallEvent:
        async with asyncio.timeout(PATIENCE):
            return await anext(event async for event in self.events(call_id, after) if event.kind == kind)

    async def rest(self, call_id: str) -> list[CallEvent]:
        async with asyncio.timeout(PATIENCE):
            return [event async for event in self.events(call_id)]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    yield world
    await world.calls.close()


def flow(*actions: dict[str, Any], end: bool = False, exits: dict[str, int] | None = None, **more: Any) -> Flow:
    """The actions, one after the other by every exit, and the end of the call."""
    ports = ("next", "success", "failure", "no_input", "invalid", "answered", "no_answer", "busy", "failed")
    ports += ("reply", "no_reply")
    begin = [] if end else [{"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 2}}]
    numbers = [2 + index for index in range(len(actions))]
    blocks = [
        {"number": number, "action": action, "exits": dict.fromkeys(ports, number + 1 if number < numbers[-1] else 9)}
        for number, action in zip(numbers, actions, strict=True)
    ]
    return Flow.model_validate({"id": "line", "name": "Line", **more, "blocks": [*begin, *blocks, END]})


ASK = {"type": "external_web_call", "url": "http://orders.test/", "play_hold_music": True, "hold_delay": 0}


async def test_words_on_hold_are_told_as_such_and_music_once(world: World) -> None:
    asked = {**ASK, "timed_lines": [{"text": "Still looking.", "after": 1}]}
    call_id = await world.call(flow(asked))
    said = await world.until(call_id, "say")
    assert (said.text, said.detail["hold"], said.block) == ("Still looking.", True, 2)
    await world.until(call_id, "hold", after=said.seq)
    world.api.go.set()
    told = await world.rest(call_id)
    assert [event.audio.channel for event in told if event.audio] == ["hold", "hold"]
    assert told[-1].kind == "end"


async def test_a_prompt_is_played_and_a_clip_that_is_missing_is_told(world: World) -> None:
    there = {"type": "play_message", "clip": "hold.wav"}
    call_id = await world.call(flow({"type": "play_message", "clip": "nowhere.wav", "message": "Hi."}, there))
    played = await world.until(call_id, "play")
    assert played.audio is not None
    assert (played.block, played.audio.url, played.audio.channel) == (3, "/api/audio/hold.wav/content", "prompt")
    missing = await world.until(call_id, "error")
    assert (missing.block, missing.level, missing.detail["clip"]) == (2, "warning", "nowhere.wav")


async def test_a_disabled_block_is_told_with_the_exit_that_calls_pass_it_by(world: World) -> None:
    document = flow({**ASK}, {"type": "play_message", "message": "Hi."}).model_dump(mode="json")
    document["blocks"][1] |= {"disabled": True, "title": "Look up"}
    told = await world.rest(await world.call(Flow.model_validate(document)))
    way = [
        (event.kind, event.block, event.port, event.text) for event in told if event.kind in {"enter", "pass", "exit"}
    ]
    assert way[1:4] == [("exit", 1, "next", ""), ("pass", 2, "success", "Look up"), ("enter", 3, "", "Play Message")]
    assert not any(event.kind == "request" for event in told)


async def test_a_transfer(world: World) -> None:
    call_id = await world.call(flow({"type": "transfer", "numbers": ["+15550200300"]}))
    async with asyncio.timeout(PATIENCE):
        rings = [event async for event in _first(world.events(call_id), 2, "ring")]
    assert rings[1].detail["to"] == ["+15550200300"]
    async with asyncio.timeout(PATIENCE):
        [connected] = [event async for event in _first(world.events(call_id), 1, "silence")]
    assert connected.detail["transfer"]


async def _first(events: AsyncIterator[CallEvent], count: int, kind: str) -> AsyncIterator[CallEvent]:
    async for event in events:
        if event.kind == kind:
            yield event
            count -= 1
        if not count:
            return


async def test_another_flow_goes_on(world: World) -> None:
    call_id = await world.call(flow({"type": "jump_to", "flow": "other"}))
    told = await world.rest(call_id)
    enters = [(event.block, event.detail.get("flow")) for event in told if event.kind == "enter"]
    assert enters == [(1, None), (2, None), (2, "other"), (9, "other")]
    assert told[-1].detail["by"] == "flow"


async def test_what_the_end_sets_off_is_told_after_it(world: World) -> None:
    blocks = [
        {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 9}},
        {"number": 2, "action": {"type": "event_handler", "event": "call_ended"}, "exits": {"next": 3}},
        {"number": 3, "action": {"type": "send_sms", "message": "Bye", "sender": "+15557770000"}, "exits": {}},
        END,
    ]
    call_id = await world.call(Flow.model_validate({"id": "line", "name": "Line", "blocks": blocks}))
    told = await world.rest(call_id)
    assert [(event.text, event.detail["to"]) for event in told if event.kind == "sms"] == [("Bye", CALLER)]
    assert any(event.kind == "end" for event in told)


async def test_a_mistake_of_the_flow_is_told(world: World) -> None:
    told = await world.rest(await world.call(flow({"type": "play_message", "message": "Hi $nobody."}, exits={})))
    unset = next(event for event in told if event.kind == "error")
    assert (unset.block, unset.level, unset.detail["reference"]) == (2, "warning", "$nobody")
    blocks = [{"number": 1, "action": {"type": "inbound_call"}}]
    told = await world.rest(await world.call(Flow.model_validate({"id": "x", "name": "X", "blocks": blocks})))
    stopped = next(event for event in told if event.kind == "error")
    assert (stopped.block, stopped.level, stopped.detail["code"]) == (1, "error", "no_exit")
    assert told[-1].detail["by"] == "failure"


async def test_a_refused_text_is_an_error(world: World) -> None:
    told = await world.rest(await world.call(flow({"type": "send_sms", "message": "Hi", "to": "+15005550004"})))
    refused = next(event for event in told if event.kind == "error")
    assert (refused.block, refused.level, refused.detail["to"]) == (2, "error", "+15005550004")


async def test_inputs_of_a_flow_that_other_systems_start(world: World) -> None:
    inbound = {"type": "inbound_api", "reach_by": "call", "expected_inputs": [{"name": "name"}]}
    blocks = [
        {"number": 1, "action": inbound, "exits": {"next": 2}},
        {"number": 2, "action": {"type": "play_message", "message": "Hello $name."}, "exits": {"next": 9}},
        END,
    ]
    call_id = await world.call(Flow.model_validate({"id": "line", "name": "Line", "blocks": blocks}), name="Ann")
    assert (await world.until(call_id, "say")).text == "Hello Ann."


async def test_a_flow_that_starts_otherwise_can_not_be_called(world: World) -> None:
    with pytest.raises(NoStart, match="Inbound Call"):
        await world.call(flow({"type": "jump_from"}, end=True))


async def test_so_many_and_no_more(world: World) -> None:
    calls = [await world.call(flow(ASK)) for _ in range(MOST)]
    with pytest.raises(TooMany):
        await world.call(flow(ASK))
    for call_id in (calls[3], calls[7]):
        call = world.calls.find(call_id)
        assert call is not None
        call.hang_up()
        await world.rest(call_id)
    latest = await world.call(flow(ASK))
    assert world.calls.find(calls[3]) is None, "the one that ended first makes room"
    assert None not in {world.calls.find(call_id) for call_id in (latest, calls[7], calls[0])}


async def test_a_session_has_so_many_at_once_and_in_a_minute(world: World) -> None:
    async def begin(holder: str) -> str:
        return await world.calls.begin(flow(ASK), Setting(CALLER, holder=holder))

    async def end(call_id: str) -> None:
        call = world.calls.find(call_id)
        assert call is not None
        call.hang_up()
        await world.rest(call_id)

    mine = [await begin("me") for _ in range(MOST_OF_A_SESSION)]
    with pytest.raises(TooMany, match="End one first"):
        await begin("me")
    await begin("somebody else")
    for _ in range(PER_MINUTE - MOST_OF_A_SESSION):
        await end(mine.pop())
        mine.append(await begin("me"))
    await end(mine.pop())
    with pytest.raises(TooMany, match="Wait a moment"):
        await begin("me")
    world.clock.ahead += 60_000
    await begin("me")


async def test_an_ended_one_is_forgotten_after_a_while(world: World) -> None:
    ended, live = await world.call(flow({"type": "play_message", "message": "Hi."})), await world.call(flow(ASK))
    await world.rest(ended)
    world.clock.ahead = KEPT - 60_000
    assert world.calls.find(ended) is not None
    world.clock.ahead = KEPT + 60_000
    assert world.calls.find(ended) is None
    assert world.calls.find(live) is not None


async def test_speech_is_heard(world: World) -> None:
    menu = {"type": "menu", "prompt": "Orders?", "speech": True, "choices": [{"key": "1", "label": "Orders"}]}
    blocks = [
        {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 2}},
        {"number": 2, "action": menu, "exits": {"key_1": 9}},
        END,
    ]
    call_id = await world.call(Flow.model_validate({"id": "line", "name": "Line", "blocks": blocks}))
    await world.until(call_id, "listen")
    call = world.calls.find(call_id)
    assert call is not None
    call.speak("orders, please")
    told = await world.rest(call_id)
    key = next(event for event in told if event.kind == "key")
    assert (key.text, key.detail) == ("orders, please", {"heard": True, "speech": True})
    assert (2, "key_1") in [(event.block, event.port) for event in told]


async def test_a_question_by_text_is_answered_from_the_phone_that_was_asked(world: World) -> None:
    """By the caller on the line, and by one who has hung up; texts nobody asked for start nothing here."""
    asking = {"type": "ask_by_sms", "message": "Which day?", "wait": 1}
    for to, hang_up in (("$ANI", False), ("+15551230007", True)):
        asked = {**asking, "to": to, "hang_up": hang_up, "sender": "+15551239999" if hang_up else ""}
        call_id = await world.call(flow(asked))
        told = await world.until(call_id, "sms")
        assert told.detail["asks"] is True
        if hang_up:
            await world.until(call_id, "end")
        call = world.calls.find(call_id)
        assert call is not None
        call.text("Tuesday")
        rest = await world.rest(call_id)
        assert [each.sentence for each in rest if each.kind == "sms"][-1] == "Reply by SMS: “Tuesday”"
        call.text("Too late")  # nothing is up any more

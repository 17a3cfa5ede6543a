"""Test calls that start in the middle of their flow, and those that nobody listens to any more."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from ivr.app import WallClock
from ivr.core.events import Fetched
from ivr.flow.model import Flow
from ivr.runtime.memory import MemoryFlows
from ivr.runtime.ports import RunningJob
from ivr.runtime.starts import Start
from ivr.sound.library import Library
from ivr.testcalls import running as testcalls
from ivr.testcalls.door import DOOR
from ivr.testcalls.listeners import ALONE
from ivr.testcalls.setup import NUMBER, Parts
from ivr.web.testcalls import CallEvent, NoStart, Setting

PATIENCE = 30.0
CALLER = "+15551230000"
OTHER = Flow(id="other", name="Other")
END = {"number": 9, "action": {"type": "end_call"}}


class Clock(WallClock):
    """The time of day; how long nobody may listen goes by when it is told so."""

    def __init__(self) -> None:
        super().__init__()
        self.alone = asyncio.Event()
        self.waits = 0

    async def sleep(self, seconds: float) -> None:
        if seconds == ALONE:
            self.waits += 1
            await self.alone.wait()
        else:
            await super().sleep(seconds)


class NoStarts:
    async def get(self, run: str) -> Start | None:
        return None


class Api:
    """Never answers."""

    async def __call__(self, running: RunningJob) -> Fetched:
        await asyncio.Event().wait()
        raise AssertionError


async def unread(*_: object) -> Fetched:
    """Nothing is posted back."""
    raise AssertionError


class World:
    """Test calls, and what they stand on."""

    def __init__(self) -> None:
        self.clock = Clock()
        parts = Parts(MemoryFlows(OTHER), NoStarts(), Library(), Api(), unread, self.clock)  # type: ignore[arg-type]
        self.calls = testcalls.TestCalls(parts)

    async def told(self, flow: Flow, start: int, **values: str) -> list[CallEvent]:
        """All that a call tells that starts at a block."""
        return await self.rest(await self.calls.begin(flow, Setting(CALLER, values, start)))

    async def rest(self, call_id: str) -> list[CallEvent]:
        call = self.calls.find(call_id)
        assert call is not None
        async with asyncio.timeout(PATIENCE):
            return [event async for event in call.feed.follow()]

    async def until(self, call_id: str, kind: str) -> CallEvent:
        call = self.calls.find(call_id)
        assert call is not None
        async with asyncio.timeout(PATIENCE):
            return await anext(event async for event in call.feed.follow() if event.kind == kind)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    yield world
    await world.calls.close()


def flow(*blocks: dict[str, Any], trigger: str = "inbound_call") -> Flow:
    first = {"number": 1, "title": "Ring", "action": {"type": trigger}, "exits": {"next": 2}}
    return Flow.model_validate({"id": "line", "name": "Line", "blocks": [first, *blocks, END]})


def says(number: int, message: str, to: int = 9, **more: Any) -> dict[str, Any]:
    return {"number": number, "action": {"type": "play_message", "message": message}, "exits": {"next": to}, **more}


def texts(number: int, message: str) -> dict[str, Any]:
    return {
        "number": number,
        "action": {"type": "send_sms", "message": message},
        "exits": {"success": 9, "failure": 9},
    }


def of(told: list[CallEvent], kind: str) -> list[CallEvent]:
    return [event for event in told if event.kind == kind]


WHO = "$ANI $DNIS $ICALL_1.ANI"


async def test_a_call_starts_at_its_block_with_what_it_is_given(world: World) -> None:
    line = flow(says(2, "Hello.", to=3), says(3, "It is $EXTCALL_7.response.city.", to=4, title="Tell"), texts(4, WHO))
    told = await world.told(line, 3, **{"$EXTCALL_7.response.city": "Oslo", "EXTCALL_7.statuscode": "200"})
    assert [(event.block, event.text) for event in of(told, "start")] == [(3, "The test starts at “Tell”.")]
    assert [event.block for event in of(told, "enter")] == [3, 4, 9]
    assert [(event.block, event.port) for event in of(told, "exit")] == [(3, "next"), (4, "success")]
    assert [event.text for event in of(told, "say")] == ["It is Oslo."]
    assert [event.text for event in of(told, "sms")] == [f"{CALLER} {NUMBER} {CALLER}"]
    assert of(told, "error") == []
    [known, *_] = of(told, "set")
    assert known.block == 0
    assert known.variables["EXTCALL_7.statuscode"] == "200"
    assert known.variables["EXTCALL_7.response"] == {"city": "Oslo"}
    assert known.variables["ICALL_1.ANI"] == known.variables["ANI"] == CALLER
    assert str(DOOR) not in str(told)


async def test_a_block_of_a_flow_that_starts_with_no_call_has_somebody_on_the_phone(world: World) -> None:
    menu = {"type": "menu", "prompt": "Press 1.", "choices": [{"key": "1", "label": "One"}]}
    asks = {"number": 2, "action": menu, "exits": {"key_1": 3, "no_input": 9, "no_match": 9}}
    for trigger in ("inbound_sms", "inbound_api", "jump_from"):
        line = flow(asks, says(3, "$ANI pressed $MENU_2.digit."), trigger=trigger)
        call_id = await world.calls.begin(line, Setting(CALLER, {}, 2))
        await world.until(call_id, "listen")
        call = world.calls.find(call_id)
        assert call is not None
        call.press("1")
        told = await world.rest(call_id)
        assert [event.text for event in of(told, "say")][-1] == f"{CALLER} pressed 1.", trigger
        assert of(told, "end")[0].detail["by"] == "flow"


async def test_a_trigger_may_be_where_it_starts(world: World) -> None:
    told = await world.told(
        flow(says(2, "You wrote $ISMS_1.message"), trigger="inbound_sms"), 1, ISMS_1="", **{"ISMS_1.message": "hi"}
    )
    assert [event.block for event in of(told, "enter")] == [1, 2, 9]
    assert of(told, "start")[0].text == "The test starts at “Ring”."
    assert [event.text for event in of(told, "say")] == ["You wrote hi"]


async def test_no_other_call_gets_through_the_door(world: World) -> None:
    """A flow that goes on to itself, without a Jump From block to do so, still can't."""
    again = {"number": 2, "action": {"type": "jump_to", "flow": "line"}}
    told = await world.told(flow(again), 2)
    assert [event.detail["code"] for event in of(told, "error")] == ["no_start"]
    assert len(of(told, "start")) == 1


async def test_a_disabled_block_is_passed_by_where_it_starts(world: World) -> None:
    told = await world.told(flow(says(2, "Not this.", to=3, disabled=True), says(3, "But this.")), 2)
    assert [event.text for event in of(told, "say")] == ["But this."]


async def test_what_would_have_been_hidden_is(world: World) -> None:
    pin = {"type": "collect_digits", "prompt": "Your PIN?", "length": 4, "sensitive": True, "variable": "pin"}
    line = flow({"number": 2, "action": pin, "exits": {"success": 3, "no_input": 9, "invalid": 9}}, says(3, "Is $pin."))
    told = await world.told(line, 3, pin="8317", **{"COLLECT_2.digits": "8317"})
    assert [event.text for event in of(told, "say")] == ["Is •••."]
    assert "8317" not in str(told)


async def test_what_sets_off_more_at_the_end_still_does(world: World) -> None:
    ended = {"number": 5, "action": {"type": "event_handler", "event": "call_ended"}, "exits": {"next": 6}}
    told = await world.told(flow(says(2, "Hi.", to=3), says(3, "Bye."), ended, texts(6, "Gone")), 3)
    assert [event.text for event in of(told, "sms")] == ["Gone"]


async def test_what_is_told_as_a_whole_and_in_parts_is_its_parts(world: World) -> None:
    line = flow(texts(2, "$EXTCALL_7.response.rows[0].name $EXTCALL_7.response"))
    values = {"EXTCALL_7.response.rows[0].name": "Ann", "EXTCALL_7.response": "{}", "EXTCALL_7": "?", "": "x", "$": "y"}
    told = await world.told(line, 2, **values)
    assert of(told, "sms")[0].text.startswith("Ann {")


async def test_a_block_that_is_not_there(world: World) -> None:
    for start in (7, DOOR):
        with pytest.raises(NoStart, match=rf"no block {start} in this flow"):
            await world.calls.begin(flow(says(2, "Hi.")), Setting(CALLER, {}, start))


ASK = {
    "number": 2,
    "action": {
        "type": "external_web_call",
        "url": "http://orders.test/",
        "play_hold_music": True,
        "hold_delay": 0,
    },
    "exits": {"success": 9, "failure": 9},
}


async def test_a_call_that_nobody_listens_to_is_hung_up(world: World) -> None:
    call_id = await world.calls.begin(flow(ASK), Setting(CALLER))
    call = world.calls.find(call_id)
    assert call is not None
    with call.attended(), call.attended():
        await world.until(call_id, "hold")
    world.clock.alone.set()
    told = await world.rest(call_id)
    assert of(told, "end")[0].detail["by"] == "caller"
    [said] = [event for event in of(told, "error") if "listened" in event.text]
    assert (said.level, said.block) == ("warning", 0)


async def test_a_call_that_somebody_listens_to_goes_on(world: World) -> None:
    call_id = await world.calls.begin(flow(ASK), Setting(CALLER))
    call = world.calls.find(call_id)
    assert call is not None
    with call.attended():
        with call.attended():
            world.clock.alone.set()
        await world.until(call_id, "hold")
        for _ in range(20):
            await asyncio.sleep(0)
        assert "end" not in [event.kind for event in call.feed._events]
        call.hang_up()
        told = await world.rest(call_id)
    assert not [event for event in told if "listened" in event.text]
    waits = world.clock.waits
    with call.attended():
        pass
    await asyncio.sleep(0)
    assert world.clock.waits == waits, "nothing waits for the end of what has ended"

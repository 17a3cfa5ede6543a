"""Gather: which keys count, when it is over, and what the action is told."""

import pytest

from tests.emulator.world import World, heard, kinds, of_kind, say

PRESSED = [
    # attributes, keys, Digits told to the action (None: fell through)
    ("", "12#", "12"),
    ("", "12", "12"),
    ('numDigits="2"', "123", "12"),
    ('numDigits="1"', "#", None),
    ('finishOnKey=""', "1#", "1#"),
    ('finishOnKey="*"', "1*2", "1"),
    ('finishOnKey="45"', "1234", "123"),
    ("", "#", None),
    ("", "", None),
    ('actionOnEmptyResult="true"', "", ""),
    ('actionOnEmptyResult="true"', "#", ""),
    ('input="speech"', "1", None),
]


@pytest.mark.parametrize(("attributes", "keys", "digits"), PRESSED)
async def test_keys(world: World, attributes: str, keys: str, digits: str | None) -> None:
    world.pages["/got"] = say("got it")
    call = world.ring(f'<Gather action="/got" {attributes}><Say>Please press</Say></Gather>' + say("nothing"))
    await world.clock.advance(0.5)
    if keys:
        call.press(keys)
    await world.clock.run_until(call.ended())
    if digits is None:
        assert heard(call)[-1] == "nothing"
    else:
        assert heard(call)[-1] == "got it"
        assert world.form("/got")["Digits"] == digits


async def test_a_key_stops_the_prompt(world: World) -> None:
    call = world.ring('<Gather numDigits="1" action="/got"><Say>Press one now</Say><Pause/></Gather>')
    await world.clock.advance(0.5)
    call.press("1")
    await world.clock.settle()
    assert of_kind(call, "stopped")[0].detail == {"verb": "Say", "by": "digit"}
    assert [one.at for one in of_kind(call, "request")][:2] == [0.0, 0.5]


async def test_the_timeout_begins_when_the_prompts_end_and_again_with_every_key(world: World) -> None:
    call = world.ring('<Gather timeout="3" action="/got"><Pause length="10"/></Gather>' + say("late"))
    await world.clock.advance(12.9)
    assert heard(call) == []
    call.press("1")
    await world.clock.advance(2.9)
    assert "digits" not in kinds(call)
    await world.clock.advance(0.2)
    assert of_kind(call, "digits")[0].detail == {"digits": "1", "finished_by": "timeout"}


async def test_keys_that_nobody_waits_for_are_lost(world: World) -> None:
    call = world.ring(say("A sentence without a Gather") + '<Gather timeout="1"/>' + say("nothing"))
    call.press("1")
    await world.clock.run_until(call.ended())
    assert of_kind(call, "pressed")[0].detail == {"keys": "1", "heard": False}
    assert heard(call)[-1] == "nothing"


async def test_speech(world: World) -> None:
    world.pages["/got"] = say("understood")
    call = world.ring('<Gather input="dtmf speech" action="/got"/>')
    await world.clock.advance(1)
    call.speak("opening hours")
    await world.clock.run_until(call.ended())
    assert world.form("/got")["SpeechResult"] == "opening hours"


async def test_without_an_action_the_document_itself_is_asked(world: World) -> None:
    call = world.ring('<Gather numDigits="1"/>')
    await world.clock.settle()
    world.pages["/voice"] = "<Hangup/>"
    call.press("7")
    await world.clock.run_until(call.ended())
    assert world.form("/voice", 1)["Digits"] == "7"


@pytest.mark.parametrize("keys", ["", "x", "1 2", "١"])
async def test_only_keys_can_be_pressed(world: World, keys: str) -> None:
    with pytest.raises(ValueError, match="keys 0-9"):
        world.ring(say("hello")).press(keys)


@pytest.mark.parametrize("attributes", ['numDigits="0"', 'numDigits="many"', 'timeout="-1"'])
async def test_a_wrong_attribute_counts_as_its_default(world: World, attributes: str) -> None:
    call = await world.whole_call(f"<Gather {attributes}/>" + say("nothing"))
    assert (world.codes(), of_kind(call, "digits")[0].at, heard(call)) == ([12200], 5.0, ["nothing"])

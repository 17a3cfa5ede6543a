"""Dial: who is rung, what the callee hears and gets pressed before the two are connected, and what is told of it."""

import pytest

from ivr.emulator import Callee
from tests.emulator.world import CALLER, LINE, World, heard, kinds, of_kind, say

ANN, BOB, CAT = "+15559990001", "+15559990002", "+15559990003"


def dial(*numbers: str, **attributes: str) -> str:
    """A Dial that leaves the phone ringing until it is connected."""
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<Dial action="/after" answerOnBridge="true"{given}>{"".join(numbers)}</Dial>' + say("never")


def number(to: str, **attributes: str) -> str:
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<Number{given}>{to}</Number>"


async def test_a_callee_hears_the_whisper_before_the_two_are_connected(world: World) -> None:
    world.callee(ANN, Callee(after=2, talks=10))
    world.pages["/whisper"] = say("A call for you")
    world.pages["/after"] = say("bye")
    call = await world.whole_call(dial(number(ANN, url="/whisper", method="POST"), callerId="+15550009999"))

    asked = world.form("/whisper")
    assert (asked["ParentCallSid"], asked["Direction"], asked["CallStatus"]) == (
        call.sid,
        "outbound-dial",
        "in-progress",
    )
    assert (asked["From"], asked["To"]) == ("+15550009999", ANN)
    assert asked["CallSid"] == world.form("/after")["DialCallSid"] != call.sid
    assert [one.detail["text"] for one in of_kind(call, "whisper")] == ["A call for you"]
    assert heard(call) == ["bye"], "the caller hears nothing of it"
    assert kinds(call, "dial", "answered", "whisper", "bridged", "dialled") == [
        "dial",
        "whisper",
        "answered",
        "bridged",
        "dialled",
    ]
    assert of_kind(call, "bridged")[0].at == pytest.approx(2 + 14 / 15, abs=0.01)
    assert (world.form("/after")["DialCallDuration"], world.form("/after")["DialBridged"]) == ("10", "true")


async def test_without_a_caller_id_the_callee_sees_the_caller(world: World) -> None:
    world.pages["/whisper"] = say("Hello")
    await world.whole_call(dial(number(ANN, url="/whisper")))
    assert world.form("/whisper")["From"] == CALLER


async def test_keys_are_pressed_once_they_answer(world: World) -> None:
    world.callee(ANN, Callee(after=1, talks=5))
    call = await world.whole_call(dial(number(ANN, sendDigits="ww12")))
    assert of_kind(call, "keys_sent")[0].detail["keys"] == "ww12"
    assert of_kind(call, "bridged")[0].at == pytest.approx(1 + 1.4)


@pytest.mark.parametrize("whisper", ["<Hangup/>", "<Say>No, thanks</Say><Hangup/>"])
async def test_a_whisper_that_hangs_up_connects_nobody(world: World, whisper: str) -> None:
    world.pages["/whisper"] = whisper
    call = await world.whole_call(dial(number(ANN, url="/whisper")))
    assert (world.form("/after")["DialCallStatus"], world.form("/after")["DialBridged"]) == ("completed", "false")
    assert "bridged" not in kinds(call)


async def test_a_whisper_that_can_t_be_had_connects_nobody(world: World) -> None:
    await world.whole_call(dial(number(ANN, url="/nowhere")))
    assert 11200 in world.codes()
    assert world.form("/after")["DialBridged"] == "false"


async def test_what_can_t_be_whispered_is_warned_of(world: World) -> None:
    world.pages["/whisper"] = "<Gather/>" + say("Hello")
    world.pages["/after"] = say("bye")
    call = await world.whole_call(dial(number(ANN, url="/whisper", colour="red")))
    assert world.codes() == [12200, 12200]
    assert of_kind(call, "whisper")


async def test_a_caller_who_hangs_up_during_the_whisper_cuts_it_off(world: World) -> None:
    world.pages["/whisper"] = say("A very long sentence for somebody who is called")
    call = world.ring(dial(number(ANN, url="/whisper")))
    await world.clock.advance(4)
    call.hang_up()
    await world.clock.run_until(call.ended())
    assert (call.status, "bridged" in kinds(call)) == ("no-answer", False)


IN_TURN = [
    # who does what, when somebody is connected, with whom, how it ended
    ({ANN: Callee("busy", after=1), BOB: Callee(after=2, talks=5)}, 3.0, BOB, "completed"),
    ({ANN: Callee("no-answer"), BOB: Callee(after=2, talks=5)}, 22.0, BOB, "completed"),
    ({ANN: Callee(after=25), BOB: Callee(after=3, talks=5)}, 23.0, BOB, "completed"),
    ({ANN: Callee(after=4, talks=5), BOB: Callee(after=1)}, 4.0, ANN, "completed"),
    ({ANN: Callee("busy", after=1), BOB: Callee("no-answer")}, None, None, "no-answer"),
    ({ANN: Callee("no-answer"), BOB: Callee("failed", after=0)}, None, None, "failed"),
]


@pytest.mark.parametrize(("callees", "at", "who", "status"), IN_TURN)
async def test_in_turn(
    world: World, callees: dict[str, Callee], at: float | None, who: str | None, status: str
) -> None:
    for each, callee in callees.items():
        world.callee(each, callee)
    call = await world.whole_call(dial(number(ANN), number(BOB), sequential="true", timeout="20"))
    assert [(one.at, one.detail["to"]) for one in of_kind(call, "bridged")] == ([(at, who)] if who else [])
    assert world.form("/after")["DialCallStatus"] == status


async def test_together_the_first_to_answer_gets_the_call(world: World) -> None:
    world.callee(ANN, Callee(after=9))
    world.callee(BOB, Callee("busy", after=1))
    world.callee(CAT, Callee(after=4, talks=1))
    call = await world.whole_call(dial(number(ANN), number(BOB), number(CAT)))
    assert [(one.at, one.detail["to"]) for one in of_kind(call, "bridged")] == [(4.0, CAT)]


@pytest.mark.parametrize(("other", "status"), [("busy", "busy"), ("failed", "failed"), ("no-answer", "no-answer")])
async def test_together_nobody_answers(world: World, other: str, status: str) -> None:
    world.callee(ANN, Callee(other, after=3))  # type: ignore[arg-type]
    world.callee(BOB, Callee("busy", after=1))
    await world.whole_call(dial(number(ANN), number(BOB)))
    assert world.form("/after")["DialCallStatus"] == status


async def test_more_than_ten_numbers_are_too_many(world: World) -> None:
    world.callee("+1555999010", Callee(after=1))
    call = await world.whole_call(dial(*(number(f"+1555999{each:03}") for each in range(11)), timeout="2"))
    assert 12200 in world.codes()
    assert "bridged" not in kinds(call)


async def test_a_number_that_can_t_be_reached_ends_an_outbound_call_as_failed(world: World) -> None:
    world.callee(ANN, Callee("failed", after=1))
    call = world.carrier.place({"To": ANN, "From": LINE, "Url": "http://server.test/voice"}, frozenset())
    await world.clock.run_until(call.ended())
    assert call.status == "failed"

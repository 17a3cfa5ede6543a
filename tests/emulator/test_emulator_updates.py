"""Live calls that are sent elsewhere, on a clock that stands still."""

import pytest

from ivr.emulator import Callee, Faults, PhoneCall, Timing
from ivr.emulator.errors.api_error import ApiError
from ivr.emulator.lifecycle.updates import update
from tests.emulator.world import SERVER, World, heard, of_kind, say, wav

HOLD = '<Play loop="0">/hold.wav</Play>'


def send(world: World, call: PhoneCall, **form: str) -> None:
    """What the REST API does with a POST to the call."""
    update(world.carrier.line(call.sid), world.carrier.exchange, form)


@pytest.fixture
def holding(world: World) -> World:
    """A world whose server answers with music."""
    world.pages |= {"/hold.wav": wav(10), "/voice": HOLD, "/next": say("the result")}
    return world


def refusal(world: World, call: PhoneCall, **form: str) -> int:
    """The code an update is refused with."""
    with pytest.raises(ApiError) as caught:
        send(world, call, **form)
    return caught.value.code


async def test_an_update_stops_the_music_and_fetches_the_target(holding: World) -> None:
    call = holding.ring()
    await holding.clock.advance(25)
    send(holding, call, Url=f"{SERVER}/next")
    await holding.clock.run_until(call.ended())
    stopped, asked = of_kind(call, "stopped")[0], of_kind(call, "request")[1]
    assert (stopped.at, stopped.detail) == (25, {"verb": "Play", "by": "update"})
    assert asked.at == 25.3
    assert heard(call) == ["the result"]


async def test_too_early_while_ringing_and_in_the_moment_after_the_answer_and_too_late(holding: World) -> None:
    holding.slow["/voice"] = 2
    call = holding.ring()
    await holding.clock.advance(1)
    assert refusal(holding, call, Url=f"{SERVER}/next") == 21220
    await holding.clock.advance(1.05)
    assert call.status == "in-progress"
    assert refusal(holding, call, Url=f"{SERVER}/next") == 21220
    await holding.clock.advance(0.1)
    send(holding, call, Url=f"{SERVER}/next")
    await holding.clock.run_until(call.ended())
    assert refusal(holding, call, Url=f"{SERVER}/next") == 21220
    assert refusal(holding, call, Status="completed") == 21220


REFUSED = [
    ({"Url": "/relative"}, 21205),
    ({"Url": "http://a_b.test/"}, 21205),
    ({"Twiml": "x" * 4001}, 32018),
    ({"Url": "http://a.test/", "Twiml": "<Response/>"}, 20001),
    ({"Status": "sleeping"}, 20001),
    ({"Status": "canceled"}, 21220),
]


@pytest.mark.parametrize(("form", "code"), REFUSED)
async def test_refused_updates_change_nothing(holding: World, form: dict[str, str], code: int) -> None:
    call = holding.ring()
    await holding.clock.advance(5)
    assert refusal(holding, call, **form) == code
    await holding.clock.advance(5)
    assert of_kind(call, "stopped") == []


async def test_an_inline_document(holding: World) -> None:
    call = holding.ring()
    await holding.clock.advance(5)
    send(holding, call, Twiml="<Response><Say>inline</Say></Response>")
    await holding.clock.run_until(call.ended())
    assert (heard(call), holding.codes()) == (["inline"], [])


async def test_an_inline_document_has_no_place_to_start_from(holding: World) -> None:
    call = holding.ring()
    await holding.clock.advance(5)
    send(holding, call, Twiml="<Response><Gather/><Redirect>/next</Redirect></Response>")
    assert holding.codes() == [15004, 15004]
    await holding.clock.run_until(call.ended())
    assert holding.form("/fallback")["ErrorCode"] == "15004"


async def test_a_dial_is_told_first_and_its_answer_is_not_performed(world: World) -> None:
    world.pages |= {"/after": say("never"), "/next": say("moved")}
    world.callee("+15559990000", Callee(after=2, talks=500))
    call = world.ring('<Dial action="/after">+15559990000</Dial>')
    await world.clock.advance(10)
    send(world, call, Url=f"{SERVER}/next")
    await world.clock.run_until(call.ended())
    assert [(one.at, one.detail["url"]) for one in of_kind(call, "request")[1:]] == [
        (10.3, f"{SERVER}/after"),
        (10.6, f"{SERVER}/next"),
    ]
    assert world.form("/after")["DialCallStatus"] == "completed"
    assert heard(call) == ["moved"]


async def test_of_two_updates_the_last_wins_and_both_targets_are_asked(holding: World) -> None:
    holding.pages["/later"] = say("later")
    call = holding.ring()
    await holding.clock.advance(5)
    send(holding, call, Url=f"{SERVER}/next")
    await holding.clock.advance(0.1)
    send(holding, call, Url=f"{SERVER}/later")
    await holding.clock.run_until(call.ended())
    assert holding.paths("/hold.wav", "/status") == ["/voice", "/next", "/later"]
    assert heard(call) == ["later"]


async def test_an_open_webhook_is_answered_but_not_performed(holding: World) -> None:
    holding.pages |= {"/slow": say("too late"), "/voice": "<Pause/>" + say("hi") + "<Redirect>/slow</Redirect>"}
    holding.slow["/slow"] = 5
    call = holding.ring()
    await holding.clock.advance(3)
    send(holding, call, Url=f"{SERVER}/next")
    await holding.clock.run_until(call.ended())
    await holding.clock.run_until_idle()
    assert heard(call) == ["hi", "the result"]
    assert of_kind(call, "ignored")[0].detail == {"url": f"{SERVER}/slow"}


async def test_completed_hangs_up(holding: World) -> None:
    call = holding.ring()
    await holding.clock.advance(5)
    send(holding, call, Status="completed")
    await holding.clock.settle()
    assert (call.status, call.duration) == ("completed", 5)


async def test_a_time_limit(holding: World) -> None:
    call = holding.ring()
    await holding.clock.advance(5)
    send(holding, call, TimeLimit="60")
    await holding.clock.run_until(call.ended())
    assert (call.duration, of_kind(call, "stopped")[0].detail["by"]) == (60, "limit")


async def test_the_fallback_of_an_update_covers_its_target(holding: World) -> None:
    holding.pages["/other-fallback"] = say("rescued")
    call = holding.ring()
    await holding.clock.advance(5)
    send(holding, call, Url=f"{SERVER}/gone", FallbackUrl=f"{SERVER}/other-fallback")
    await holding.clock.run_until(call.ended())
    assert heard(call) == ["rescued"]


async def test_a_lost_update(holding: World) -> None:
    holding.carrier.faults = Faults(lose_updates=1)
    call = holding.ring()
    await holding.clock.advance(5)
    send(holding, call, Url=f"{SERVER}/next")
    await holding.clock.advance(100)
    assert of_kind(call, "stopped") == []


async def test_without_delay_the_target_is_asked_at_once() -> None:
    world = World()
    world.carrier.exchange.timing = Timing(update_after=0, answer_visible_after=0)
    world.pages["/next"] = say("now")
    call = world.ring("<Pause/>" + say("a long sentence that will be cut off"))
    await world.clock.advance(1.5)
    send(world, call, Url=f"{SERVER}/next")
    await world.clock.settle()
    assert of_kind(call, "request")[1].at == 1.5
    await world.carrier.close()


async def test_settings_are_those_of_the_moment(holding: World) -> None:
    call = holding.ring()
    await holding.clock.advance(5)
    holding.carrier.faults = Faults(lose_updates=1)
    send(holding, call, Url=f"{SERVER}/next")
    holding.carrier.faults = Faults()
    await holding.clock.advance(5)
    send(holding, call, Url=f"{SERVER}/next")
    await holding.clock.run_until(call.ended())
    assert of_kind(call, "stopped")[0].at == 10

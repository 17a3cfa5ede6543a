"""How calls end, and how the server learns of it."""

import asyncio
from random import Random
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.emulator import Faults, Response
from tests.emulator.world import LINE, SERVER, World, kinds, of_kind, say, wav


async def test_the_end_is_reported_once_with_its_length(world: World) -> None:
    await world.whole_call('<Say>hello</Say><Pause length="61"/>')
    form = world.form("/status")
    assert world.paths() == ["/voice", "/status"]
    assert (form["CallStatus"], form["CallDuration"], form["Duration"]) == ("completed", "62", "2")
    assert (form["SequenceNumber"], form["CallbackSource"]) == ("0", "call-progress-events")
    assert form["Timestamp"] == "Thu, 01 Jan 1970 00:01:01 +0000"


async def test_hanging_up_during_the_music(world: World) -> None:
    world.pages["/hold.wav"] = wav(10)
    call = world.ring('<Play loop="0">/hold.wav</Play>')
    await world.clock.advance(33)
    call.hang_up()
    await world.clock.run_until_idle()
    assert of_kind(call, "stopped")[0].detail == {"verb": "Play", "by": "hangup"}
    assert (call.status, world.form("/status")["CallDuration"]) == ("completed", "33")


async def test_hanging_up_while_it_rings(world: World) -> None:
    world.slow["/voice"] = 3
    call = world.ring(say("never heard"))
    await world.clock.advance(1)
    call.hang_up()
    await world.clock.run_until_idle()
    assert (call.status, world.form("/status")["CallStatus"]) == ("no-answer", "no-answer")
    assert world.paths() == ["/voice", "/status"]
    assert "answered" not in kinds(call)


async def test_hanging_up_before_anything(world: World) -> None:
    call = world.ring(say("never heard"))
    call.hang_up()
    await world.clock.run_until_idle()
    assert (call.status, world.paths()) == ("no-answer", ["/status"])


@pytest.mark.parametrize(("early", "reported_at"), [(0, 3.1), (1, 1.0)])
async def test_the_end_is_told_after_the_open_webhook_or_before_it(
    world: World, early: float, reported_at: float
) -> None:
    times: list[float] = []

    def status(_request: object) -> Response:
        times.append(world.clock.now())
        return Response(204)

    world.carrier.faults = Faults(early_status_callbacks=early)
    world.slow["/voice"], world.pages["/status"] = 3, status
    call = world.ring(say("never heard"))
    await world.clock.advance(1)
    call.hang_up()
    await world.clock.run_until_idle()
    assert times == [pytest.approx(reported_at)]


FAULTS = [
    (Faults(lose_status_callbacks=1), ["/voice"]),
    (Faults(repeat_status_callbacks=1), ["/voice", "/status", "/status"]),
    (Faults(repeat_webhooks=1), ["/voice", "/voice", "/status"]),
]


@pytest.mark.parametrize(("faults", "paths"), FAULTS)
async def test_faults(world: World, faults: Faults, paths: list[str]) -> None:
    world.carrier.faults = faults
    await world.whole_call(say("hello"))
    assert world.paths() == paths
    tokens = {asked.header("I-Twilio-Idempotency-Token") for asked in world.requests if asked.url.endswith("/voice")}
    assert len(tokens) == 1, "a repeated webhook is the same webhook"


async def test_in_progress_can_be_seen_late(world: World) -> None:
    world.carrier.faults = Faults(in_progress_delay=10, random=Random(3))
    call = await world.whole_call(say("hello"))
    assert call.answered_at is not None
    assert 0.1 < call.visible_at - call.answered_at < 10.1


async def test_a_status_callback_that_fails_is_only_a_warning(world: World) -> None:
    world.pages["/status"] = Response(500)
    call = await world.whole_call(say("hello"))
    assert [(entry.code, entry.level, entry.sid) for entry in world.carrier.log] == [(15003, "warning", call.sid)]


async def test_a_call_lasts_four_hours_at_most(world: World) -> None:
    world.pages["/voice"] = '<Pause length="100000"/>'
    call = await world.whole_call()
    assert (call.status, world.clock.now()) == ("no-answer", pytest.approx(4 * 3600.0 + 0.1))


async def test_following_a_call_from_the_start_and_from_the_end(world: World) -> None:
    call = world.ring(say("hello"))

    async def follow() -> list[str]:
        return [happening.kind async for happening in call.follow()]

    first = asyncio.ensure_future(follow())
    await world.clock.run_until(call.ended())
    assert await first == await follow() == kinds(call)


async def test_closing_ends_every_call_and_leaves_nothing_behind(world: World) -> None:
    before = asyncio.all_tasks()
    calls = [world.ring('<Gather timeout="100"/>') for _ in range(3)]
    await world.clock.advance(1)
    await world.carrier.close()
    assert [call.over for call in calls] == [True, True, True]
    assert asyncio.all_tasks() == before


VERB = st.sampled_from(
    ["Say", "Play", "Pause", "Gather", "Redirect", "Dial", "Hangup", "Reject", "Record", "Enqueue", "Response"]
)
ATTRIBUTE = st.sampled_from(
    ["loop", "length", "timeout", "numDigits", "action", "method", "reason", "maxLength", "input"]
)
VALUE = st.sampled_from(["", "0", "1", "-1", "99999999999999999999", "²", "a", "/voice", "http://[", "//", "POST"])
ELEMENT = st.builds(
    lambda verb, attribute, value, text, inner: f'<{verb} {attribute}="{value}">{text}{inner}</{verb}>',
    VERB,
    ATTRIBUTE,
    VALUE,
    VALUE,
    st.sampled_from(["", "<Say>x</Say>", "<Number>1</Number>", "<Play>/voice</Play>"]),
)
DOCUMENT = st.lists(ELEMENT, max_size=5).map(lambda parts: f"<Response>{''.join(parts)}</Response>".encode())


@given(body=st.one_of(DOCUMENT, st.binary(max_size=50)), kind=st.sampled_from(["text/xml", "text/plain", "audio/wav"]))
def test_no_answer_breaks_the_carrier(body: bytes, kind: str) -> None:
    async def story() -> None:
        world = World()
        world.pages["/voice"] = [Response(200, (("Content-Type", kind),), body), "<Hangup/>"]
        async with world.carrier:
            call = await world.whole_call()
        assert call.over
        assert not [entry for entry in world.carrier.log if "Error" in entry.message]

    asyncio.run(story())


async def test_late_status_callbacks_overtake_each_other(world: World) -> None:
    """The order of arrival differs from the order of events; the sequence numbers still tell it."""
    orders = set()
    for seed in range(6):
        world.carrier.faults = Faults(late_status_callbacks=10, random=Random(seed))
        seen = len(world.requests)
        form = {"To": "+15557770000", "From": LINE, "Url": f"{SERVER}/voice", "StatusCallback": f"{SERVER}/status"}
        world.pages["/voice"] = "<Hangup/>"
        call = world.carrier.place(form, frozenset({"initiated", "ringing", "answered", "completed"}))
        await world.clock.run_until(call.ended())
        await world.clock.run_until_idle()
        asked = [dict(parse_qsl(one.body.decode())) for one in world.requests[seen:] if one.url.endswith("/status")]
        orders.add("".join(form["SequenceNumber"] for form in asked))
    assert all(sorted(order) == ["0", "1", "2", "3"] for order in orders)
    assert len(orders) > 1

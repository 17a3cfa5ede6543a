"""What each verb does, on a clock that stands still."""

import pytest

from ivr.emulator import Callee, Response
from tests.emulator.world import SERVER, World, heard, kinds, of_kind, say, wav

SKIPPED = [
    ("<Dance/>", 12200),
    ("<say>lower case</say>", 12200),
    ('<Say volume="11">a</Say>', 12200),
    ("<Gather timeout='0'><Redirect>/x</Redirect></Gather>", 12200),
    ("<Say/>", 13520),
    (f"<Say>{'a' * 4097}</Say>", 13521),
    (f'<Say voice="Polly.Amy">{"a" * 3001}</Say>', 13521),
    ('<Say loop="often">a</Say>', 13510),
    ('<Play digits="1" loop="-1"/>', 13410),
    ("<Dial/>", 13224),
    ("<Dial><Room>room</Room></Dial>", 12200),
    ('<Pause length="long"/>', 12200),
    ("<Play/>", 12200),
    ("<Reject/>", 12200),
]


@pytest.mark.parametrize(("verb", "code"), SKIPPED)
async def test_a_mistake_is_warned_of_and_the_call_goes_on(world: World, verb: str, code: int) -> None:
    call = await world.whole_call(say("first") + verb + say("last"))
    assert code in world.codes()
    assert all(entry.level == "warning" for entry in world.carrier.log)
    assert (heard(call)[0], heard(call)[-1]) == ("first", "last")
    assert call.status == "completed"


async def test_a_document_that_runs_out_ends_the_call(world: World) -> None:
    call = await world.whole_call(say("Hello, how are you"))
    assert kinds(call) == ["ringing", "request", "response", "answered", "say", "said", "ended"]
    assert call.happenings[-1].at == 1.2  # 18 characters at 15 a second
    assert of_kind(call, "ended")[0].detail == {"status": "completed", "duration": 1}


async def test_an_empty_document_is_an_answered_call_that_ends_at_once(world: World) -> None:
    call = await world.whole_call("<!-- nothing -->")
    assert (call.status, call.duration) == ("completed", 0)
    assert "answered" in kinds(call)


async def test_markup_is_not_spoken(world: World) -> None:
    call = await world.whole_call('<Say voice="Polly.Amy">one <break time="1s"/><emphasis>two</emphasis> three</Say>')
    assert heard(call) == ["one two three"]
    assert world.codes() == []


@pytest.mark.parametrize(("loop", "rounds"), [("1", 1), ("3", 3), ("0", 1000), ("5000", 1000)])
async def test_loops(world: World, loop: str, rounds: int) -> None:
    world.pages["/a.wav"] = wav(2)
    call = await world.whole_call(f'<Play loop="{loop}">/a.wav</Play>')
    assert len(of_kind(call, "play")) == rounds
    assert call.happenings[-1].at == 2.0 * rounds
    assert world.paths("/status") == ["/voice", "/a.wav"], "a clip is fetched once for all of its rounds"


async def test_a_clip_is_fetched_bare_and_revalidated(world: World) -> None:
    world.pages["/a.wav"] = [wav(2), Response(304)]
    call = await world.whole_call("<Play>/a.wav</Play><Play>/a.wav</Play>")
    first, second = [request for request in world.requests if request.url == f"{SERVER}/a.wav"]
    assert (first.method, first.body, first.header("X-Twilio-Signature")) == ("GET", b"", "")
    assert (first.header("If-None-Match"), second.header("If-None-Match")) == ("", '"1"')
    assert [one.detail["seconds"] for one in of_kind(call, "play")] == [2.0, 2.0]


async def test_a_clip_without_a_known_length_takes_the_default(world: World) -> None:
    world.pages["/a.mp3"] = Response(200, (("Content-Type", "audio/mpeg"),), b"ID3")
    call = await world.whole_call("<Play>/a.mp3</Play>")
    assert call.happenings[-1].at == world.carrier.timing.play_default


async def test_a_clip_longer_than_forty_minutes_drops_the_call(world: World) -> None:
    world.pages["/a.wav"] = wav(3000)
    call = await world.whole_call("<Play>/a.wav</Play>" + say("never"))
    assert of_kind(call, "stopped")[0].detail == {"verb": "Play", "by": "limit"}
    assert of_kind(call, "stopped")[0].at == 2400
    assert "never" not in heard(call)


async def test_redirect_resolves_against_its_document_and_never_comes_back(world: World) -> None:
    world.pages["/menu/b"] = say("b")
    world.pages["/menu/a"] = "<Redirect>b</Redirect>" + say("never")
    call = await world.whole_call('<Redirect method="GET">menu/a</Redirect>')
    assert world.paths("/status") == ["/voice", "/menu/a", "/menu/b"]
    assert [request.method for request in world.requests[:3]] == ["POST", "GET", "POST"]
    assert heard(call) == ["b"]


async def test_redirecting_for_ever_without_a_sound_is_stopped(world: World) -> None:
    call = await world.whole_call("<Redirect/>")
    assert call.status == "completed"
    assert 12400 in world.codes()


async def test_hangup_ends_the_call(world: World) -> None:
    call = await world.whole_call("<Hangup/>" + say("never"))
    assert (call.status, heard(call)) == ("completed", [])


@pytest.mark.parametrize(("reason", "status"), [("", "no-answer"), ('reason="busy"', "busy")])
async def test_reject_never_answers(world: World, reason: str, status: str) -> None:
    call = await world.whole_call(f"<Reject {reason}/>")
    assert (call.status, call.duration, "answered" in kinds(call)) == (status, 0, False)


async def test_a_leading_pause_keeps_the_phone_ringing(world: World) -> None:
    call = world.ring('<Pause length="4"/>' + say("hello"))
    await world.clock.advance(3.9)
    assert call.status == "ringing"
    await world.clock.advance(0.2)
    assert call.status == "in-progress"
    assert of_kind(call, "answered")[0].at == 4


RECORDED = [
    ("", "", "3", 8.0),
    ('maxLength="2"', "", "2", 2.0),
    ("", "#", "1", 1.0),
    ('finishOnKey="*"', "#", "3", 8.0),
]


@pytest.mark.parametrize(("attributes", "key", "duration", "asked_at"), RECORDED)
async def test_record(world: World, attributes: str, key: str, duration: str, asked_at: float) -> None:
    world.pages["/done"] = say("thanks")
    call = world.ring(f'<Record action="/done" {attributes}/>')
    await world.clock.advance(1)
    if key:
        call.press(key)
    await world.clock.run_until(call.ended())
    form = world.form("/done")
    assert (form["RecordingDuration"], form["Digits"]) == (duration, key if asked_at == 1.0 else "")
    assert form["RecordingUrl"].rpartition("/")[2].startswith("RE")
    assert of_kind(call, "request")[1].at == asked_at


async def test_a_caller_who_hangs_up_while_recording_leaves_one_more_request(world: World) -> None:
    world.pages["/done"] = say("nobody hears this")
    call = world.ring('<Record action="/done"/>')
    await world.clock.advance(1)
    call.hang_up()
    await world.clock.run_until_idle()
    assert world.form("/done")["Digits"] == "hangup"
    assert heard(call) == []
    assert world.paths()[-1] == "/status", "the end is told after the last webhook"


DIALLED = [
    (Callee(after=2, talks=10), "completed", 12.0),
    (Callee("busy", after=1), "busy", 1.0),
    (Callee("no-answer"), "no-answer", 20.0),
    (Callee(after=25), "no-answer", 20.0),
]


@pytest.mark.parametrize(("callee", "status", "asked_at"), DIALLED)
async def test_dial_tells_its_action(world: World, callee: Callee, status: str, asked_at: float) -> None:
    world.callee("+15559990000", callee)
    world.pages["/after"] = say("bye")
    call = await world.whole_call('<Dial action="/after" timeout="20">+15559990000</Dial>' + say("never"))
    assert world.form("/after")["DialCallStatus"] == status
    assert world.form("/after").get("DialCallDuration") == ("10" if status == "completed" else None)
    assert of_kind(call, "request")[1].at == asked_at
    assert heard(call) == ["bye"]


async def test_dial_without_action_goes_on(world: World) -> None:
    call = await world.whole_call("<Dial><Number>+15559990000</Number><Client>ann</Client></Dial>" + say("next"))
    assert of_kind(call, "dial")[0].detail["to"] == ["+15559990000", "ann"]
    assert heard(call) == ["next"]


async def test_dial_can_leave_the_phone_ringing_until_it_is_connected(world: World) -> None:
    call = world.ring('<Dial answerOnBridge="true">+15559990000</Dial>')
    await world.clock.advance(2.9)
    assert call.status == "ringing"
    await world.clock.advance(0.2)
    assert call.status == "in-progress"

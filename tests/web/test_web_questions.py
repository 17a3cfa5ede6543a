"""What the carrier posts about a question: keys, words, calls to others, recordings, and whatever else comes along."""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.story.asking import block, collects, menu, records, transfers
from tests.story.flows import drawn, ends, says, starts
from tests.web.listener import Listener, listener

MENU_URL = "/voice/gather/2/1.2"
MENU = drawn(
    starts(2),
    menu({"key_1": 3, "key_0": 4, "no_input": 5, "no_match": 6}, speech=True),
    *(says(words, 7) for words in ("Your orders.", "A person.", "Nothing.", "No match: $MENU_2.said.")),
    ends(),
)


@pytest.fixture
async def line(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Listener]:
    """A listener with the flow of the test's parameter, else the menu."""
    async with listener(tmp_path, getattr(request, "param", MENU)) as opened:
        yield opened


async def test_the_first_page_asks(line: Listener) -> None:
    asked = await line.carrier.post("/voice/answer")
    assert asked.verbs == ["Gather", "Redirect"]
    assert (asked.xml[0].get("action"), asked.xml[0].get("timeout")) == (line.carrier.url + MENU_URL, "45")


async def test_the_answer_goes_on_and_a_repeat_gets_the_same(line: Listener) -> None:
    await line.carrier.post("/voice/answer")
    first = await line.carrier.post(MENU_URL, Digits="1")
    assert first.words == ["Your orders."]
    assert (await line.carrier.post(MENU_URL, Digits="0")).body == first.body


FIELDS = [
    ({"Digits": ""}, "Nothing."),
    ({}, "Nothing."),
    ({"Digits": "", "SpeechResult": "", "Confidence": ""}, "Nothing."),
    ({"Digits": "1\x00"}, "No match: ."),
    ({"Digits": "</Say>"}, "No match: ."),
    ({"Digits": "١"}, "No match: ."),
    ({"Digits": "1" * 10_000}, "No match: ."),
    ({"Digits": "11"}, "Your orders."),
    ({"SpeechResult": "my order", "Confidence": "NaN"}, "Your orders."),
    ({"SpeechResult": "my order", "Confidence": "1e999"}, "Your orders."),
    ({"SpeechResult": "my order", "Confidence": "-1", "Digits": "0"}, "Your orders."),
    ({"SpeechResult": "</Say><Hangup/>"}, "No match: </Say><Hangup/>."),
    ({"SpeechResult": "\x00\x07"}, "No match:   ."),
    ({"FinishedOnKey": "<#>", "Digits": "0", "Unknown": "\ufffe"}, "A person."),
]


@pytest.mark.parametrize(("fields", "words"), FIELDS)
async def test_odd_fields_are_no_harm(line: Listener, fields: dict[str, str], words: str) -> None:
    await line.carrier.post("/voice/answer")
    answer = await line.carrier.post(MENU_URL, **fields)
    assert (answer.words, answer.verbs[-1]) == ([words], "Hangup")


async def test_long_speech_is_cut(line: Listener) -> None:
    await line.carrier.post("/voice/answer")
    (words,) = (await line.carrier.post(MENU_URL, SpeechResult="x" * 50_000)).words
    assert len(words) < 600


OTHERS = ["/voice/gather/2/9.9", "/voice/dial/2/1.2", "/voice/record/2/1.2", "/voice/gather/2/1", "/voice/gather/999/0"]


@pytest.mark.parametrize("path", OTHERS)
async def test_an_answer_to_another_question_is_asked_again(
    line: Listener, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    asked = await line.carrier.post("/voice/answer")
    with caplog.at_level(logging.WARNING):
        again = await line.carrier.post(path, Digits="1", DialCallStatus="completed", RecordingUrl="https://x.test/")
    assert again.body == asked.body
    assert not caplog.records
    assert (await line.carrier.post(MENU_URL, Digits="1")).words == ["Your orders."]


@pytest.mark.parametrize(
    "path", ["/voice/gather/x/1.2", "/voice/gather/2/1.2/3", "/voice/hold/2/1.2", "/voice/gather/2/a"]
)
async def test_a_question_that_nobody_can_ask_is_nowhere(line: Listener, path: str) -> None:
    assert (await line.carrier.post(path, Digits="1")).status == 404


async def test_only_the_carrier_may_answer(line: Listener) -> None:
    await line.carrier.post("/voice/answer")
    form = {"CallSid": "CA1", "CallStatus": "in-progress", "Digits": "1"}
    assert (await line.carrier.form(MENU_URL, form, token="another")).status == 403
    assert (await line.carrier.post(MENU_URL, Digits="0")).words == ["A person."]


async def test_an_answer_for_an_unknown_call_is_an_apology(line: Listener) -> None:
    answer = await line.carrier.post(MENU_URL, "CA2", Digits="1")
    assert answer.verbs == ["Say", "Hangup"]


TRANSFER = drawn(
    starts(2),
    transfers({"answered": 3, "no_answer": 4, "busy": 5, "failed": 6}, whisper="A call from $CallerName."),
    *(says(f"{words}, $TRANSFER_2.seconds s.", 7) for words in ("Answered", "No answer", "Busy", "Failed")),
    ends(),
)
ENDINGS = [
    ({"DialCallStatus": "completed", "DialCallDuration": "42", "DialBridged": "true"}, "Answered, 42 s."),
    ({"DialCallStatus": "answered", "DialCallDuration": "-5"}, "Answered, 0 s."),
    ({"DialCallStatus": "completed", "DialBridged": "false"}, "No answer, 0 s."),
    ({"DialCallStatus": "no-answer"}, "No answer, 0 s."),
    ({"DialCallStatus": "canceled"}, "No answer, 0 s."),
    ({"DialCallStatus": "busy", "DialCallDuration": "9" * 50}, "Busy, 0 s."),
    ({"DialCallStatus": "failed"}, "Failed, 0 s."),
    ({"DialCallStatus": "<completed>"}, "Failed, 0 s."),
    ({}, "Failed, 0 s."),
]


@pytest.mark.parametrize("line", [TRANSFER], indirect=True)
@pytest.mark.parametrize(("fields", "words"), ENDINGS)
async def test_how_a_transfer_ended(line: Listener, fields: dict[str, str], words: str) -> None:
    await line.carrier.post("/voice/answer")
    assert (await line.carrier.post("/voice/dial/2/1.2", DialCallSid="CA9", **fields)).words == [words]


@pytest.mark.parametrize("line", [TRANSFER], indirect=True)
async def test_what_the_callee_is_whispered(line: Listener) -> None:
    await line.carrier.post("/voice/answer", CallerName="<Ann> & Bob")
    path = "/voice/whisper/1.2"
    told = await line.carrier.post(path, "CA9", ParentCallSid="CA1")
    assert b'<Say language="en-US">A call from &lt;Ann&gt; &amp; Bob.</Say>' in told.body
    for parent in ("", "CA2", "../CA1"):
        empty = await line.carrier.post(path, "CA9", ParentCallSid=parent)
        assert (empty.status, empty.body.endswith(b"<Response></Response>")) == (200, True)
    assert (await line.carrier.form(path, {"ParentCallSid": "CA1"}, token="another")).status == 403


VOICEMAIL = drawn(
    starts(2),
    records({"recorded": 3, "nothing": 4}),
    says("Kept $RECORD_2.seconds s of $RECORD_2.url by $RECORD_2.finished_by.", 5),
    says("Nothing.", 5),
    ends(),
)
URL = "https://x.test/RE1"
RECORDED = [
    (
        {"RecordingUrl": "https://x.test/RE1", "RecordingDuration": "7", "Digits": "#"},
        "Kept 7 s of https://x.test/RE1 by #.",
    ),
    ({"RecordingUrl": "https://x.test/RE1", "RecordingDuration": "x"}, "Nothing."),
    ({"RecordingDuration": "7"}, "Nothing."),
    ({}, "Nothing."),
]


@pytest.mark.parametrize("line", [VOICEMAIL], indirect=True)
@pytest.mark.parametrize(("fields", "words"), RECORDED)
async def test_what_was_recorded(line: Listener, fields: dict[str, str], words: str) -> None:
    await line.carrier.post("/voice/answer")
    assert (await line.carrier.post("/voice/record/2/1.2", **fields)).words == [words]


PRIVATE = drawn(starts(2), collects({"success": 3}, length=4, sensitive=True), says("Thanks.", 4), ends())


@pytest.mark.parametrize("line", [PRIVATE], indirect=True)
async def test_what_is_private_is_not_kept(line: Listener) -> None:
    await line.carrier.post("/voice/answer")
    assert (await line.carrier.post("/voice/gather/2/1.2", Digits="8362")).words == ["Thanks."]
    await line.carrier.post("/voice/status", CallStatus="completed")
    assert "8362" not in str(await line.store.calls.trace("CA1"))
    assert "8362" not in str(await line.store.calls.load("CA1"))


CLIPS = drawn(
    starts(2),
    block("play_message", {"next": 3}, clip="hold.wav", message="Hello.", order="message_first", repeat=2),
    menu({"key_1": 4, "no_input": 4, "no_match": 4}, prompt="", clip="hold.wav"),
    ends(),
)


@pytest.mark.parametrize("line", [CLIPS], indirect=True)
async def test_clips_are_fetched_by_what_they_hold(line: Listener) -> None:
    page = await line.carrier.post("/voice/answer")
    assert page.verbs == ["Say", "Play", "Pause", "Say", "Play", "Gather", "Redirect"]
    urls = {each.text for each in page.xml.iter("Play")}
    (url,) = urls
    assert url is not None
    assert not url.endswith("/hold.wav")
    clip = await line.carrier.ask("GET", url.removeprefix(line.carrier.url))
    assert (clip.status, clip.headers["Content-Type"]) == (200, "audio/wav")

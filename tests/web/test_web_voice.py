"""What the carrier is told: always a document, whatever it asks."""

import asyncio
import logging
import sqlite3
from pathlib import Path

import pytest

from ivr.sound.library import Library
from tests.web.listener import NOWHERE, Listener, greeting, listener, made_of, waiting
from tests.webcall.peer import PATIENCE, Talk, answer, peer, says

APOLOGY = "We are sorry, something went wrong. Please call again later. Goodbye."
NOT_IN_USE = "This number is not in use. Goodbye."


async def silence(talk: Talk) -> None:
    """An API that never answers."""
    await talk.gone()


ODD: dict[str, tuple[str, str, dict[str, str], str]] = {
    "an unknown number": ("/voice/answer", "CA1", {"To": "+1900"}, NOT_IN_USE),
    "no number": ("/voice/answer", "CA1", {"To": ""}, NOT_IN_USE),
    "no call": ("/voice/answer", "", {}, APOLOGY),
    "a call without a name": ("/voice/answer", "", {"CallSid": ""}, APOLOGY),
    "a call with an odd name": ("/voice/answer", "../CA1", {}, APOLOGY),
    "a call with two lines": ("/voice/answer", "CA1\nCA2", {}, APOLOGY),
    "a call with a long name": ("/voice/answer", "C" * 1000, {}, APOLOGY),
    "a page of an unknown call": ("/voice/page/1", "CA2", {}, APOLOGY),
    "a page of no call": ("/voice/page/1", "", {}, APOLOGY),
    "a far page of an unknown call": ("/voice/page/999999999", "CA2", {}, APOLOGY),
    "the fallback of an unknown call that we placed": (
        "/voice/fallback",
        "CA2",
        {"Direction": "outbound-api"},
        APOLOGY,
    ),
    "the fallback of an unknown call that is over": ("/voice/fallback", "CA2", {"CallStatus": "completed"}, APOLOGY),
    "the fallback of an unknown call from nobody": ("/voice/fallback", "CA2", {"From": ""}, APOLOGY),
    "the fallback of a call to an unknown number": ("/voice/fallback", "CA2", {"To": "+1900"}, NOT_IN_USE),
    "the fallback of no call": ("/voice/fallback", "", {}, APOLOGY),
}


@pytest.mark.parametrize(("path", "call", "fields", "words"), ODD.values(), ids=ODD.keys())
async def test_odd_requests_are_answered_with_words_and_a_hang_up(
    line: Listener, path: str, call: str, fields: dict[str, str], words: str
) -> None:
    answer = await line.carrier.post(path, call, **fields)
    assert (answer.words, answer.verbs) == ([words], ["Say", "Hangup"])
    assert not call or await line.store.calls.load(call) is None


async def test_a_call_whose_first_request_was_lost_begins_at_the_fallback(line: Listener) -> None:
    late = await line.carrier.post("/voice/fallback", "CA2", ErrorCode="11200", CallerName="Ann")
    assert (late.words, late.verbs) == (["Hello Ann."], ["Say", "Hangup"])
    assert await line.store.calls.load("CA2") is not None


async def test_any_page_of_a_call_that_has_ended_is_its_last_words_or_a_hang_up(line: Listener) -> None:
    first = await line.carrier.post("/voice/answer", CallerName="Ann")
    for number in ("0", "1", "2", "7", "999999999", "00000001"):
        answer = await line.carrier.post(f"/voice/page/{number}")
        assert answer.verbs[-1] == "Hangup", number
        assert answer.words in ([], first.words), number


async def test_a_page_without_a_proper_number_is_nowhere(line: Listener) -> None:
    for number in ("-1", "x", "1.5", "9999999999", "1%0a", "%31%32%33x", "1/2", "%2e%2e%2fstatus"):
        assert (await line.carrier.post(f"/voice/page/{number}")).status == 404, number


async def test_a_page_asked_for_again_has_the_same_words(line: Listener) -> None:
    answers = [await line.carrier.post("/voice/answer", CallerName="Ann") for _ in range(3)]
    assert {answer.body for answer in answers} == {answers[0].body}


async def test_the_same_call_taken_by_many_requests_at_once_is_one_call(line: Listener) -> None:
    answers = await asyncio.gather(*(line.carrier.post("/voice/answer", CallerName="Ann") for _ in range(20)))
    assert {answer.body for answer in answers} == {answers[0].body}
    answered = [entry for entry in await line.store.calls.trace("CA1") if entry.kind == "answered"]
    assert len(answered) == 1


async def test_a_status_callback_tells_whether_the_call_is_over(line: Listener) -> None:
    over = ["completed", "busy", "failed", "no-answer", "canceled"]
    for number, status in enumerate([*over, "ringing", "", "<odd>"]):
        await line.carrier.post("/voice/answer", f"CA{number}")
        answer = await line.carrier.post("/voice/status", f"CA{number}", CallStatus=status)
        assert (answer.status, answer.body) == (204, b"")
        record = await line.store.calls.load(f"CA{number}")
        assert record is not None
        assert (record.over_at is not None) == (status in over), status


async def test_a_status_callback_for_no_call_of_ours_is_nothing(line: Listener) -> None:
    for call in ("", "CA2", "odd/name"):
        assert (await line.carrier.post("/voice/status", call, CallStatus="completed")).status == 204


async def test_a_number_whose_flow_was_never_published_is_told_in_the_log(
    line: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    await line.store.flows.save_draft({**greeting().model_dump(mode="json"), "id": "desk"})
    await line.store.flows.assign("+15550100200", "desk")
    answer = await line.carrier.post("/voice/answer", "CA1", To="+15550100200")
    assert NOT_IN_USE in answer.body.decode()
    why = "is assigned to desk, which has never been published (ivr flow publish desk): '+15550100200'"
    assert f"the number that was called {why}" in caplog.text
    await line.carrier.form(
        "/sms/inbound", {"MessageSid": "SM1", "From": "+15550109999", "To": "+15550100200", "Body": "Hi"}
    )
    assert f"the number that was texted {why}" in caplog.text
    await line.carrier.post("/voice/answer", "CA2", To="+1900")
    assert "no flow is assigned to the number that was called: '+1900'" in caplog.text


HOSTILE = [
    "</Say><Dial>+1900</Dial><Say>",
    "<![CDATA[x]]>&amp;&#0;]]>",
    '"><Redirect>http://elsewhere.example/</Redirect>',
    "\x00\x01\x1b[31m\x7f\u202e\ufeff\ufffe",
    "line\r\nbreak\u2028and\u0085more",
    "$ANI ${DNIS} $$ {{7*7}} %s %(asctime)s",
    "'; DROP TABLE calls; --",
    "🎉" * 500,
]


async def test_what_a_caller_is_called_is_only_ever_said(line: Listener) -> None:
    lost = {*map(chr, range(32)), "\x7f", "\x85", "\ufffe"}
    for number, name in enumerate(HOSTILE):
        call = f"CA{number}"
        answer = await line.carrier.post("/voice/answer", call, CallerName=name, Digits=name, SpeechResult=name)
        assert answer.verbs == ["Say", "Hangup"], name
        assert answer.words[0].startswith("Hello"), name
        assert set(name) - set(answer.words[0]) <= lost, name


async def test_what_strangers_write_stays_on_one_line_of_the_log(
    line: Listener, caplog: pytest.LogCaptureFixture
) -> None:
    nasty = "x\nINFO root: the door is open\r\n\x1b[31m"
    with caplog.at_level(logging.DEBUG):
        await line.carrier.post("/voice/answer", To=nasty)
        await line.carrier.post("/voice/answer", nasty)
        await line.carrier.post("/voice/page/1", nasty)
        await line.carrier.post("/voice/status", nasty, CallStatus=nasty)
        await line.carrier.post("/voice/answer")
        await line.carrier.post("/voice/fallback", ErrorCode=nasty, ErrorUrl=nasty)
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("ivr")]
    assert len(lines) >= 5
    assert not [message for message in lines if set(message) & set("\n\r\x1b")]


async def test_while_an_api_takes_its_time_the_caller_hears_music(tmp_path: Path) -> None:
    async with peer(silence) as api, listener(tmp_path, waiting(api.url)) as line:
        first = await line.carrier.post("/voice/answer")
        assert (first.words, first.verbs) == (["One moment."], ["Say", "Redirect"])
        held = await line.carrier.post("/voice/page/2", CallStatus="in-progress")
        play, redirect = held.xml
        hold = Library().shipped["hold.wav"].url_name
        assert (play.text, redirect.text) == (f"{line.carrier.url}/audio/{hold}", f"{line.carrier.url}/voice/page/2")
        assert redirect.attrib == {"method": "POST"}


async def test_a_hold_page_lasts_about_three_quarters_of_a_minute(tmp_path: Path) -> None:
    """So long a lost knock costs the caller, and no longer."""
    async with peer(silence) as api, listener(tmp_path, waiting(api.url)) as line:
        await line.carrier.post("/voice/answer")
        play = (await line.carrier.post("/voice/page/2")).xml[0]
        clip = await line.carrier.ask("GET", play.text.removeprefix(line.carrier.url))
        seconds = (len(clip.body) - 44) / 16_000 * int(play.attrib["loop"])
    assert 25 < seconds < 65


async def test_without_music_there_is_silence(tmp_path: Path) -> None:
    async with peer(silence) as api, listener(tmp_path, waiting(api.url, music=False)) as line:
        await line.carrier.post("/voice/answer")
        held = await line.carrier.post("/voice/page/2")
        assert held.verbs == ["Pause", "Redirect"]


async def test_where_music_can_not_be_played_there_is_silence(tmp_path: Path) -> None:
    async with peer(silence) as api, listener(tmp_path, waiting(api.url)) as line:
        await line.carrier.post("/voice/answer")
        await line.carrier.post("/voice/page/2")
        again = await line.carrier.post("/voice/fallback", ErrorCode="11200", ErrorUrl=f"{line.carrier.url}/audio/x")
        assert again.verbs == ["Pause", "Redirect"]
        assert again.xml[-1].text == f"{line.carrier.url}/voice/page/2"


async def test_a_clip_that_can_not_be_played_is_left_out(tmp_path: Path) -> None:
    """The carrier ends a call whose fallback fails as well."""
    flow = made_of(
        {"type": "play_message", "clip": "hold.wav"},
        {"type": "play_message", "message": "Goodbye."},
        {"type": "end_call"},
    )
    async with listener(tmp_path, flow) as line:
        first = await line.carrier.post("/voice/answer")
        assert first.verbs == ["Play", "Say", "Hangup"]
        again = await line.carrier.post("/voice/fallback", ErrorCode="11200", ErrorUrl=first.xml[0].text or "")
        assert again.verbs == ["Say", "Hangup"]
        repeated = await line.carrier.post("/voice/fallback", ErrorCode="11200", ErrorUrl="http://x/voice/answer")
        assert repeated.verbs == first.verbs


async def test_words_that_did_not_get_through_are_said_again(tmp_path: Path) -> None:
    async with peer(silence) as api, listener(tmp_path, waiting(api.url)) as line:
        first = await line.carrier.post("/voice/answer")
        again = await line.carrier.post(
            "/voice/fallback", ErrorCode="11200", ErrorUrl=f"{line.carrier.url}/voice/answer"
        )
        assert again.body == first.body


async def test_a_quick_api_is_heard_without_music(tmp_path: Path) -> None:
    async with peer(says(answer(b"{}"))) as api, listener(tmp_path, waiting(api.url)) as line:
        await line.carrier.post("/voice/answer")
        last = await line.carrier.post("/voice/page/2")
        assert (last.words, last.verbs) == (["Thank you."], ["Say", "Hangup"])


async def test_a_caller_who_hangs_up_takes_the_request_along(tmp_path: Path) -> None:
    async with peer(silence) as api, listener(tmp_path, waiting(api.url)) as line:
        await line.carrier.post("/voice/answer")
        await api.arrived.get()
        await line.carrier.post("/voice/status", CallStatus="completed")
        async with asyncio.timeout(PATIENCE):
            await api.left.wait()


async def test_a_flow_that_is_published_meanwhile_is_for_the_next_call(line: Listener) -> None:
    await line.store.flows.save_draft(greeting("Welcome.").model_dump(mode="json"))
    await line.store.flows.publish("line")
    assert (await line.carrier.post("/voice/answer", "CA7")).words == ["Welcome."]


async def test_a_database_that_is_locked_sends_the_caller_round_and_nothing_is_half_saved(tmp_path: Path) -> None:
    async with listener(tmp_path, waiting(NOWHERE)) as line:
        other = sqlite3.connect(tmp_path / "ivr.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        answer = await line.carrier.post("/voice/answer")
        assert await line.store.calls.load("CA1") is None
        other.execute("ROLLBACK")
        other.close()
        assert (answer.verbs, line.carrier.way_back(answer)) == (["Pause", "Redirect"], "/voice/answer?round=1")
        assert (await line.carrier.post(line.carrier.way_back(answer))).words == ["One moment."]

"""One call, told through every door: by the API, as a test call, by the demo, by `ivr try`, and by `ivr calls show`."""

import asyncio
from pathlib import Path

from click.testing import CliRunner

from ivr.cli import ivr
from ivr.core.call import Call, Entry
from ivr.core.events import CAUSES
from ivr.demo.timeline import timeline as demo_timeline
from ivr.flow.narration import CallEvent, line_of, narrated
from ivr.flow.narration import words as in_words
from ivr.runtime.ports import CallRecord, Change
from ivr.testcalls.call_events import CallEvents
from ivr.testcalls.door import beginning
from ivr.testing import Line
from ivr.testing.timeline import timeline as try_timeline
from tests.api.board import Browser, Served
from tests.story.flows import asks, drawn, ends, says, starts, takes, texts

FLOW = drawn(
    starts(2),
    {**asks(3, 5, play_hold_music=True, response_variables=takes(Date="DateText")), "title": "Look it up"},
    {**texts("See you on $Date, $Nobody.", 4, 5), "title": "Text it"},
    {**asks(5, 5, url="http://late.test/"), "title": "Note it"},
    says("Goodbye.", 6),
    ends(),
)
TOLD = """
▸ Inbound Call
= $ANI = +15550100001, $DNIS = +15550100099, $CallSid = CA00000000000000000000000000000001
  Inbound Call: On by “next”
▸ Look it up
→ GET http://api.test/
← 200 OK after 3.00 s
= $Date = May 5
  Look it up: On by “success”
▸ Text it
! Text it: $Nobody is not set, in message.
✉ SMS to +15550100001: See you on May 5, .
  Text it: On by “success”
▸ Note it
→ GET http://late.test/
← 500 Internal Server Error after 0.50 s: The API answered with status 500.
  Note it: On by “failure”
▸ Play Message
  Play Message: On by “next”
▸ End Call
""".strip().splitlines()
SHARED = {"enter", "pass", "exit", "request", "response", "sms", "set", "error"}
"""What the flow does; what is heard depends on where one listens."""


def made() -> Line:
    """The call, made in virtual time."""
    line = Line(FLOW)
    with line:
        line.api("Look it up", json={"DateText": "May 5"}, after=3).api("Note it", status=500, after=0.5).rings()
    return line


def drawn_lines(events: list[CallEvent]) -> list[str]:
    return [line_of(event).partition(" s  ")[2] for event in events if event.kind in SHARED and event.sentence]


def matching(lines: list[str]) -> list[str]:
    """The lines of a whole timeline that the golden text has, in their order."""
    texts = [line.partition(" s  ")[2] for line in lines]
    return [text for text in texts if text in TOLD]


async def kept(server: Served, trace: list[Entry]) -> None:
    call = Call("CA1", "line", 1, status="ended", variables={"ANI": "+15550100001"})
    assert await server.store.calls.save(Change(CallRecord(call, over_at=trace[-1].at), tuple(trace)), trace[0].at)


async def test_a_call_is_told_alike_through_every_door(server: Served, board: Browser, tmp_path: Path) -> None:
    line = await asyncio.to_thread(made)
    trace, began = list(line.trace), line.trace[0].at
    stored = narrated(trace)
    assert drawn_lines(stored) == TOLD
    assert [event.seq for event in stored] == list(range(1, len(stored) + 1))
    assert [event.sentence for event in stored[-2:]] == [
        "The hold music stops, 2.6 s into hold.wav",
        "The flow has ended the call.",
    ]

    await kept(server, trace)
    answer = (await board.get("/api/calls/CA1/trace")).json["events"]
    assert [each.get("sentence", "") for each in answer] == [event.sentence for event in stored]

    live = CallEvents(FLOW.id, lambda: began, {}, beginning(FLOW, 0, {}))
    live.turned(CallRecord(Call("CA1", FLOW.id, 1)), trace, own=True)
    live.feed.close()
    assert drawn_lines([event async for event in live.feed.follow()]) == TOLD

    assert drawn_lines(demo_timeline((), trace, began, {})) == TOLD
    assert matching(try_timeline(trace, line.sounds, began)) == TOLD

    run = CliRunner().invoke
    shown = await asyncio.to_thread(run, ivr, ["calls", "show", "CA1"], env={"IVR_DATA": str(tmp_path)})
    assert shown.exit_code == 0, shown.output
    assert matching(shown.output.splitlines()) == TOLD


def test_hold_music_is_told_where_it_is_heard() -> None:
    line = made()
    told = [text.partition(" s  ")[2] for text in try_timeline(line.trace, line.sounds, line.trace[0].at)]
    assert (
        told.index("♪ Hold music: hold.wav") < told.index("← 200 OK after 3.00 s") < told.index("The hold music stops")
    )


def test_hold_audio_is_told_of_a_call_that_is_over() -> None:
    line = {"text": "Still looking.", "after": 4}
    music = asks(4, 4, play_hold_music=True, opening_line="Let me look.", timed_lines=[line], more_clips=["two.wav"])
    spoken = asks(6, 6, play_hold_music=True, hold_audio={"type": "speech", "text": "Please wait."})
    rows = (starts(2), asks(3, 3), music, says("Now.", 5), spoken, says("Then.", 7), asks(8, 8), ends())
    with Line(drawn(*rows)) as call:
        for block, after in (("2", 9), ("3", 10), ("5", 3), ("7", 3)):
            call.api(block, json={}, after=after)
        call.rings()
    heard = [event for event in narrated(call.trace) if event.kind in {"say", "hold", "silence"}]
    assert [line_of(event).partition(" s  ")[2] for event in heard] == [
        "The phone rings on while the caller waits",
        "“Let me look.”",
        "♪ Hold music: hold.wav, two.wav",
        "“Still looking.”",
        "♪ Hold music: hold.wav, two.wav",
        "“Now.”",
        "The hold music stops, 5.8 s into hold.wav",
        "“Please wait.”",
        "“Then.”",
        "The hold audio stops",
        "Silence while the caller waits",
    ]


def test_where_hold_music_stopped_is_told() -> None:
    told = [line_of(event).partition(" s  ")[2] for event in narrated(list(made().trace))]
    assert told.index("♪ Hold music: hold.wav") < told.index("← 200 OK after 3.00 s")
    assert told.index("← 200 OK after 3.00 s") < told.index("The hold music stops, 2.6 s into hold.wav")


def test_every_cause_has_words() -> None:
    assert set(in_words.CAUSES) >= set(CAUSES) - {"ok"}
    failed = {"cause": "timeout", "status": None, "milliseconds": 10_000, "error": "The API did not answer in time."}
    assert in_words.answer(failed) == "No answer in time after 10.00 s: The API did not answer in time."


def test_no_time_is_below_zero() -> None:
    early = Entry(4_000, "entered", 2, {"title": "Early"})
    [event] = [each for each in narrated([Entry(5_000, "asked", 1), early]) if each.kind == "enter"]
    assert line_of(event) == "    0.00 s  ▸ Early"
    assert in_words.seconds(-3) == "0.00 s"


def test_a_call_that_failed_says_so() -> None:
    failed = narrated([Entry(0, "problem", 3, {"code": "failed", "message": "The system made a mistake."})])
    assert [(event.kind, event.sentence) for event in failed] == [
        ("error", "The system made a mistake."),
        ("end", "The call ended because something went wrong."),
    ]

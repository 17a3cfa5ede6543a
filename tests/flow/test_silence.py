"""The audit of silence: how long callers hear nothing, and how long they wait."""

from typing import Any

import pytest

from ivr.actions.send_sms import SendSms
from ivr.flow.check import check
from ivr.flow.model import Flow
from ivr.flow.silence import MOST, Audit, Stretch, audit
from ivr.twilio.rest import DEADLINE
from tests.story.flows import Row, asks, drawn, ends, says, starts, texts

SPEECH = {"type": "speech", "text": "Please hold."}


def waits(**fields: Any) -> Audit:
    """An answered call that comes to a web call with these fields."""
    return audit(drawn(starts(), says("Hello.", 3), asks(4, 4, **fields), ends()))


def menu(*ways: int, attempts: int = 1) -> Row:
    choices = [{"key": str(key), "label": f"Choice {key}"} for key in range(1, len(ways) + 1)]
    action = {"type": "menu", "prompt": "Choose.", "choices": choices, "timeout": 5, "attempts": attempts}
    exits = {f"key_{key}": to for key, to in enumerate(ways, 1)}
    return {"action": action, "exits": {**exits, "no_input": ways[0], "no_match": ways[0]}}


def found(flow: Flow) -> list[tuple[int, str, str]]:
    """Block, path and message of each long silence."""
    return [(each.block, each.path, each.message) for each in check(flow) if each.code == "long_silence"]


@pytest.mark.parametrize(
    ("fields", "silence", "wait"),
    [
        ({}, 10, 10),
        ({"timeout": 30}, 30, 30),
        ({"timeout": 30, "play_hold_music": True}, 1, 30),
        ({"timeout": 30, "play_hold_music": True, "hold_delay": 0}, 0, 30),
        ({"timeout": 30, "play_hold_music": True, "hold_delay": 2.5}, 2.5, 30),
        ({"timeout": 5, "play_hold_music": True, "hold_delay": 5}, 5, 5),
        ({"timeout": 5, "play_hold_music": True, "hold_delay": 8, "minimum_play": 3}, 5, 5),
        ({"timeout": 5, "play_hold_music": True, "hold_delay": 2, "minimum_play": 10}, 2, 12),
        ({"timeout": 30, "play_hold_music": True, "hold_audio": SPEECH}, 8, 30),
        ({"timeout": 30, "play_hold_music": True, "hold_audio": {**SPEECH, "pause": 3}}, 3, 30),
        ({"timeout": 30, "opening_line": "Just a moment."}, 29, 30),
        ({"timeout": 30, "timed_lines": [{"text": "Still here.", "after": 10}]}, 20, 30),
        ({"timeout": 30, "timed_lines": [{"text": "Still here.", "after": 6, "every": 7}]}, 7, 30),
        ({"timeout": 30, "timed_lines": [{"text": "", "after": 6, "every": 7}]}, 30, 30),
        ({"timeout": 5, "timed_lines": [{"text": "Too late.", "after": 6}]}, 5, 5),
    ],
)
def test_a_web_call(fields: dict[str, Any], silence: float, wait: float) -> None:
    audited = waits(**fields)
    assert (audited.longest_silence, audited.longest_wait) == (silence, wait)
    assert (audited.at_block, audited.path) == (3 if silence else 0, (3,))


def test_a_text_takes_as_long_as_the_carrier_may() -> None:
    audited = audit(drawn(starts(), says("Hi.", 3), texts("Hi.", 4, 4), ends()))
    assert (audited.longest_silence, audited.longest_wait) == (DEADLINE, DEADLINE)
    assert SendSms(message="Hi.").stay().outside  # type: ignore[arg-type]


def test_waits_without_words_between_add_up() -> None:
    flow = drawn(starts(), says("Hi.", 3), asks(4, 4, timeout=4), asks(5, 5, timeout=7), texts("x", 6, 6), ends())
    assert audit(flow) == Audit(16, 5, 16, (3, 4, 5), (Stretch(16, (3, 4, 5)),))


def test_words_between_break_the_silence_but_not_the_wait() -> None:
    rows = (starts(), says("Hi.", 3), asks(4, 4, timeout=4), says("Go on.", 5), asks(6, 6, timeout=7), ends())
    assert audit(drawn(*rows)) == Audit(7, 5, 11, (3, 5))


def test_empty_words_break_nothing() -> None:
    rows = (starts(), says("Hi.", 3), asks(4, 4, timeout=4), says(" ", 5), asks(6, 6, timeout=7), ends())
    assert audit(drawn(*rows)).longest_silence == 11


def test_the_line_of_the_soft_limit_breaks_it_and_what_listens_from_then_on_takes_a_second() -> None:
    keys = [{"key": "1", "label": "Text me", "late": True}]
    soft = {"soft_limit": 12, "soft_limit_line": "Press 1.", "while_waiting": keys}
    silent = asks(4, 4, timeout=20, **soft)
    assert audit(drawn(starts(), says("Hi.", 3), silent, ends())).longest_silence == 12
    spoken = asks(4, 4, timeout=60, play_hold_music=True, hold_audio={"type": "speech", "text": "Wait."}, **soft)
    assert audit(drawn(starts(), says("Hi.", 3), spoken, ends())).longest_silence == 9


def test_a_clip_breaks_it_as_words_do() -> None:
    clip = says("", 5, clip="jingle.wav")
    rows = (starts(), says("Hi.", 3), asks(4, 4, timeout=4), clip, asks(6, 6, timeout=7), ends())
    assert audit(drawn(*rows)).longest_silence == 7


def test_a_question_ends_both() -> None:
    rows = (starts(), says("Hi.", 3), asks(4, 4, timeout=4), menu(5, attempts=3), asks(6, 6, timeout=7), ends())
    assert audit(drawn(*rows)) == Audit(7, 5, 7, (5,))


def test_the_longest_of_two_ways_counts() -> None:
    longer = (asks(5, 5, timeout=6), asks(5, 5, timeout=2), texts("x", 6, 6))
    rows = (starts(7), asks(3, 4, timeout=1), *longer, ends(), says("Hi.", 2))
    assert audit(drawn(*rows)) == Audit(12, 5, 12, (2, 3, 5), (Stretch(12, (2, 3, 5)),))


def test_while_the_phone_rings_nobody_listens() -> None:
    flow = drawn(starts(), asks(3, 3, timeout=30), says("Hi.", 4), asks(5, 5, timeout=3), ends())
    assert audit(flow) == Audit(3, 4, 33, (2, 4))
    assert found(flow) == []


def test_hold_music_answers_the_phone() -> None:
    flow = drawn(starts(), asks(3, 3, play_hold_music=True), asks(4, 4, timeout=9), ends())
    assert audit(flow).longest_silence == 10


@pytest.mark.parametrize(
    ("trigger", "silence"),
    [
        ({"type": "jump_from"}, 10),
        ({"type": "inbound_api"}, 10),
        ({"type": "inbound_api", "reach_by": "text"}, 0),
        ({"type": "inbound_sms"}, 0),
        ({"type": "event_handler"}, 0),
    ],
)
def test_other_ways_in(trigger: dict[str, Any], silence: float) -> None:
    """Whom we ring has picked up, and a call from another flow too; where nobody listens nothing is silent."""
    audited = audit(drawn({"action": trigger, "exits": {"next": 2}}, asks(3, 3), ends()))
    assert (audited.longest_silence, audited.longest_wait) == (silence, silence)


def test_a_circle_counts_once() -> None:
    flow = drawn(starts(), says("Hi.", 3), asks(5, 4, timeout=3), asks(5, 3, timeout=4), ends())
    assert audit(flow) == Audit(7, 4, 7, (3, 4))


def test_a_flow_in_which_nobody_waits() -> None:
    assert audit(drawn(starts(), says("Hi.", 3), ends())) == Audit()
    assert audit(drawn()) == Audit()


def test_many_ways_take_no_time() -> None:
    """Sixty forks behind each other: more ways than could ever be tried."""
    forks = [asks(number + 1, number + 2, timeout=1) for number in range(3, 63)]
    flow = drawn(starts(), says("Hi.", 3), *forks, says("Bye.", 64), ends())
    assert audit(flow).longest_wait == 60


def test_a_long_silence_is_told_where_it_can_be_ended() -> None:
    flow = drawn(starts(), says("Hi.", 3), asks(4, 4, timeout=9), ends())
    (problem,) = [each for each in check(flow) if each.code == "long_silence"]
    assert (problem.block, problem.path, problem.level) == (3, "action.play_hold_music", "warning")
    assert problem.message == "Here the caller may hear nothing for 9 s."
    assert problem.hint == "Switch hold music on, or add a line that is said meanwhile."


def test_eight_seconds_are_not_too_long() -> None:
    assert found(drawn(starts(), says("Hi.", 3), asks(4, 4, timeout=8), ends())) == []


def test_a_silence_over_several_blocks_is_told_once() -> None:
    text = {**texts("x", 5, 5), "title": "Text it"}
    flow = drawn(starts(), says("Hi.", 3), asks(4, 4, timeout=18), text, ends())
    message = "From “External Web Call” (block 3) to “Text it” (block 4) the caller may hear nothing for 23 s."
    assert found(flow) == [(3, "action.play_hold_music", message)]


def test_each_of_two_silences_is_told() -> None:
    """The shorter one as well, though both end in the same block."""
    flow = drawn(starts(), menu(3, 4), asks(5, 5, timeout=20), asks(5, 5, timeout=9), texts("x", 6, 6), ends())
    assert [(block, message[-5:]) for block, _, message in found(flow)] == [(3, "25 s."), (4, " 9 s.")]


def test_with_hold_music_on_there_is_another_way_out() -> None:
    audio = {"play_hold_music": True, "hold_audio": {**SPEECH, "pause": 20}}
    flow = drawn(starts(), says("Hi.", 3), asks(4, 4, timeout=30, **audio), ends())
    assert [(block, path) for block, path, _ in found(flow)] == [(3, "action.hold_delay")]


def test_of_very_many_ways_the_longest_are_told() -> None:
    forks = [asks(number + 1, 400 + number, timeout=1) for number in range(3, 203)]
    leaves = [{**asks(700, timeout=8), "number": 400 + number} for number in range(3, 203)]
    flow = drawn(starts(), says("Hi.", 3), *forks, says("Bye.", 700), *leaves, {**ends(), "number": 700})
    silences = audit(flow).silences
    assert len(silences) == MOST
    assert silences[0] == Stretch(208, (*range(3, 203), 602))


def test_ways_that_meet_at_the_end_are_both_told() -> None:
    one, other = (asks(5, 5, timeout=6), asks(6, 6, timeout=7)), (texts("x", 7, 7), texts("y", 7, 7))
    flow = drawn(starts(), menu(3, 4), *one, *other, ends())
    assert [stretch.path for stretch in audit(flow).silences] == [(4, 6), (3, 5)]

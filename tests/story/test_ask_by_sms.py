"""A question by text: in every order of reply, hang-up, end of the time, repeat and receipt it has one end."""

from itertools import permutations
from typing import Any

import pytest

from ivr.core.problem import Problem
from ivr.flow.check import check
from ivr.flow.narration.traced import narrated
from ivr.flow.silence import audit
from ivr.testing import Line
from ivr.testing.recording import record
from ivr.testing.scenario import read_scenarios
from ivr.testing.trying import attempt
from tests.story.asking import records
from tests.story.flows import Row, drawn, ends, says, starts, texts

ASKED = "Which day suits you?"
BOB = "+15550100007"


def asks_by_text(reply: int, no_reply: int, failed: int, **fields: Any) -> Row:
    action = {"type": "ask_by_sms", "message": ASKED, "wait": 5, **fields}
    return {"action": action, "exits": {"reply": reply, "no_reply": no_reply, "failed": failed}}


def flow(start: Row | None = None, **fields: Any):  # type: ignore[no-untyped-def]
    return drawn(
        start or starts(2),
        says("Hello.", 3),
        asks_by_text(4, 5, 6, **fields),
        texts("Thank you for “$ASKSMS_3.reply”.", 7, 7),
        texts("Too late.", 7, 7),
        texts("Not asked: $ASKSMS_3.error", 7, 7, to=BOB),
        says("Goodbye.", 8),
        ends(),
    )


def bodies(line: Line) -> list[str]:
    return [text.body for text in line.sent if text.accepted]


def left(line: Line) -> list[str]:
    """The ports by which the question was left."""
    return [str(entry.data["port"]) for entry in line.trace if entry.kind == "left" and entry.block == 3]


def test_a_caller_waits_with_music_and_goes_on_when_the_reply_comes() -> None:
    with Line(flow(words="We have sent you a text.")) as line:
        line.rings(on=False).waits(40).replies(" Tuesday ", media=["https://api.test/1.png"])
        assert line.heard[:4] == ["Hello.", "We have sent you a text.", "(hold.wav)", "Goodbye."]
        assert bodies(line) == [ASKED, "Thank you for “ Tuesday ”."]
        assert line.variable("ASKSMS_3.media") == ["https://api.test/1.png"]
        assert (line.ended, left(line), line.problems) == ("flow", ["reply"], [])


def test_a_caller_who_was_sent_off_is_no_part_of_what_follows() -> None:
    with Line(flow(hang_up=True, words="We have sent you a text. Goodbye.")) as line:
        line.rings()
        assert line.heard == ["Hello.", "We have sent you a text. Goodbye."]
        assert line.active, "the run waits for the reply"
        line.waits(200)
        line.replies("Tuesday")
        assert bodies(line) == [ASKED, "Thank you for “Tuesday”."]
        assert (line.active, left(line)) == (False, ["reply"])
        assert line.heard[2:] == [], "nobody hears the last words"


@pytest.mark.parametrize("word", ["STOP", " stop. ", "Help", "INFO", "Unsubscribe", "end!"])
def test_words_that_the_carrier_answers_are_no_reply(word: str) -> None:
    with Line(flow()) as line:
        line.rings(on=False).waits(10).texts(word)
        assert left(line) == []
        line.replies("yes")
        assert bodies(line)[1] == "Thank you for “yes”."


def test_a_text_from_another_number_or_to_another_is_no_reply() -> None:
    with Line(flow()) as line:
        line.rings(on=False).waits(10).texts("Tuesday", sender=BOB).texts("Tuesday", dialled=BOB)
        assert left(line) == []
        line.waits(400)
        assert left(line) == ["no_reply"]


def test_the_time_for_a_reply_begins_when_the_text_is_out() -> None:
    with Line(flow(wait=7 * 24 * 60, hang_up=True)) as line:
        line.rings().waits(7 * 24 * 3600 - 10)
        assert left(line) == []
        line.waits(20)
        assert (left(line), bodies(line)) == (["no_reply"], [ASKED, "Too late."])


def test_a_run_that_a_text_began_asks_by_text_too() -> None:
    start = {"action": {"type": "inbound_sms"}, "exits": {"next": 2}}
    with Line(flow(start)) as line:
        line.sends_text("Hello").replies("Tuesday")
        assert bodies(line) == [ASKED, "Thank you for “Tuesday”."]
        assert not line.active


def test_a_question_that_the_carrier_refuses_has_failed() -> None:
    with Line(flow()) as line:
        line.text_is_refused("They replied STOP.", "21610").rings()
        assert (left(line), line.variable("ASKSMS_3.code")) == (["failed"], "21610")
        assert bodies(line) == ["Not asked: They replied STOP."]


EVENTS = ("reply", "hang up", "time", "repeat")


@pytest.mark.parametrize("order", [*permutations(EVENTS)], ids=" ".join)
@pytest.mark.parametrize("hang_up", [False, True], ids=["waits", "sent off"])
def test_in_every_order_it_has_one_end(order: tuple[str, ...], hang_up: bool) -> None:
    with Line(flow(hang_up=hang_up)) as line:
        line.rings(on=False).waits(2)
        for happens in order:
            if happens == "reply":
                line.texts("Tuesday")
            elif happens == "repeat":
                line.texts("Wednesday")
            elif happens == "time":
                line.waits(320)
            else:
                line.hangs_up()
        line.waits(10)
        first = min(order.index(each) for each in ("reply", "repeat", "time"))
        answer = {"reply": "Tuesday", "repeat": "Wednesday"}.get(order[first])
        assert left(line) == ["no_reply" if answer is None else "reply"]
        assert bodies(line) == [ASKED, "Too late." if answer is None else f"Thank you for “{answer}”."]
        assert (line.active, line.problems) == (False, [])
        assert (line.heard.count("Hello."), line.heard.count("Goodbye.") <= 1) == (1, True)


def test_the_newest_of_two_questions_is_answered_first() -> None:
    twice = drawn(
        {"action": {"type": "inbound_sms"}, "exits": {"next": 2}},
        asks_by_text(3, 3, 3),
        ends(),
    )
    with Line(twice) as line:
        line.sends_text("one")
        older = line.call_id
        line.call_id = "SMtwo"
        line.sends_text("two").replies("first")
        assert line.variable("ASKSMS_2.reply") == "first"
        line.replies("second")
        line.call_id = older
        assert line.variable("ASKSMS_2.reply") == "second"


def test_a_late_reply_changes_nothing() -> None:
    with Line(flow(hang_up=True)) as line:
        line.rings().waits(400).texts("Tuesday")
        assert left(line) == ["no_reply"]


def test_it_is_checked_and_audited() -> None:
    found: list[Problem] = check(flow(message=" ", media=["ftp://x"]))
    assert {problem.path for problem in found if problem.block == 3} == {"action.media[0]"}
    assert audit(flow(wait=2)).longest_wait >= 120
    assert audit(flow(wait=2)).silences == ()
    assert audit(flow(wait=2, hang_up=True)).longest_wait < 60, "no caller waits"


def test_what_asks_a_caller_who_was_sent_off_is_told_of() -> None:
    for hang_up in (False, True):
        asking = drawn(
            starts(2), asks_by_text(3, 4, 4, hang_up=hang_up), records({"recorded": 4, "nothing": 4}), ends()
        )
        assert ("nobody_on_phone" in {problem.code for problem in check(asking)}) is hang_up


@pytest.mark.parametrize("hang_up", [False, True], ids=["waits", "sent off"])
@pytest.mark.parametrize("replies", [False, True], ids=["no reply", "reply"])
def test_a_call_is_recorded_as_a_scenario_that_passes(hang_up: bool, replies: bool) -> None:
    asking = flow(hang_up=hang_up, words="We have sent you a text.")
    with Line(asking) as line:
        line.rings(on=False).waits(20)
        if replies:
            line.replies("Tuesday")
        line.waits(400)
        (scenario,) = read_scenarios(record(asking, line.trace, "recorded"))
        told = [each.sentence for each in narrated(line.trace)]
        assert (line.ended, "The flow has ended the call." in " ".join(told)) == ("flow", True)
    tried = attempt(asking, scenario)
    assert tried.failures == ()


def test_who_hangs_up_is_told_that_the_flow_goes_on() -> None:
    with Line(flow()) as line:
        line.rings(on=False).waits(20).hangs_up()
        assert "The caller hung up. The flow waits on for the reply." in [
            each.sentence for each in narrated(line.trace)
        ]

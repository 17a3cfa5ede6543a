"""Stories of runs that no ringing phone begins: texts, other systems, and what became of calls and texts."""

import pytest

from ivr.core.call import Call
from ivr.core.events import Happened
from tests.story.flows import Row, drawn, ends, says, texts
from tests.story.line import CALLER, DIALLED, Line


def trigger(kind: str, to: int, **fields: object) -> Row:
    return {"action": {"type": kind, **fields}, "exits": {"next": to}}


ANSWERS = drawn(trigger("inbound_sms", 2), texts("You wrote: $ISMS_1.message", 3, 4), ends(), says("Never heard.", 3))


def test_a_text_is_answered_and_nobody_hears_anything() -> None:
    line = Line(ANSWERS).sends_text("Hello $ANI")
    assert line.texts == [(CALLER, DIALLED, "You wrote: Hello $ANI")]
    line.text_is_refused()
    assert (line.heard, line.call.status, line.problems) == ([], "ended", [])
    assert line.variable("SMS_2") == {
        "sid": "",
        "error": "This number does not take texts.",
        "code": "21610",
        "segments": 1,
        "cause": "",
    }


def test_a_question_ends_a_run_without_a_caller() -> None:
    asks = {"type": "record", "message": "Speak."}
    flow = drawn(trigger("inbound_sms", 2), {"action": asks, "exits": {"recorded": 3, "nothing": 3}}, ends())
    line = Line(flow).sends_text("hi")
    assert (line.heard, line.call.status) == ([], "ended")
    assert line.traced("ended")[-1]["why"] == "There is no caller on the phone to ask."


REQUESTED = drawn(trigger("inbound_api", 2), says("Hello $Name, order $order.id.", 3), ends())


def test_another_system_passes_values_along() -> None:
    line = Line(REQUESTED).is_started(Name="Ada", order={"id": 17})
    assert line.heard == ["Hello Ada, order 17.", "(hangs up)"]
    assert (line.variable("ANI"), line.variable("IAPI_1.DNIS")) == (CALLER, DIALLED)


def test_what_is_passed_along_can_not_pretend_to_be_another_number() -> None:
    line = Line(REQUESTED).is_started(ANI="+1900", CallSid="x")
    assert (line.variable("ANI"), line.variable("CallSid")) == (CALLER, line.call.id)


HANDLERS = drawn(
    trigger("event_handler", 4, event="call_ended"),
    trigger("event_handler", 5, event="sms_failed"),
    ends(),
    texts("Goodbye $Name ($EVENT_1.reason)", 3, 3),
    texts("$EVENT_2.sid: $EVENT_2.error", 3, 3, to="+15550000009"),
)


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (Happened(at=1, what="call_ended", details={"reason": "busy"}), (CALLER, DIALLED, "Goodbye Ada (busy)")),
        (
            Happened(at=1, what="sms_failed", details={"sid": "SM1", "error": "Filtered."}),
            ("+15550000009", DIALLED, "SM1: Filtered."),
        ),
    ],
)
def test_a_run_that_an_event_sets_off_knows_what_the_call_knew(event: Happened, text: tuple[str, str, str]) -> None:
    line = Line(HANDLERS)
    known = {"ANI": CALLER, "DNIS": DIALLED, "Name": "Ada"}
    line.call = Call("CA1.ended", HANDLERS.id, 1, on_phone=False, variables=known, follows=(event.what,))
    line.happens(event).text_is_taken()
    assert (line.texts, line.call.status, line.heard) == ([text], "ended", [])


def test_an_event_that_no_block_waits_for() -> None:
    line = Line(ANSWERS)
    line.call = Call("CA1.x", ANSWERS.id, 1, on_phone=False)
    line.happens(Happened(at=1, what="sms_delivered"))
    assert (line.texts, line.problems) == ([], ["no_start"])

"""The demo flow, told as a caller meets it."""

from importlib import resources

import pytest

from ivr.core.effects import Fetch
from ivr.core.events import Cause, Fetched
from ivr.flow.model import Flow
from ivr.flow.read import read
from tests.story.line import HANGS_UP, Line

APPOINTMENT = {"DateText": "Tuesday, March 3 at 2:30 PM", "doctor": {"name": "Doctor Okafor"}, "id": 4711}
GREETING = "One moment."
READ_OUT = "You see Doctor Okafor on Tuesday, March 3 at 2:30 PM."
SORRY = "We are sorry, we can't look up your appointment right now. Please call again later."


@pytest.fixture
def line() -> Line:
    flow, problems = read(resources.files("ivr.demo").joinpath("appointment.json").read_bytes())
    assert isinstance(flow, Flow)
    assert problems == []
    return Line(flow)


def test_a_caller_hears_the_date_and_gets_a_text(line: Line) -> None:
    line.rings(caller="+15551230001", dialled="+15559990000")
    assert line.heard == [GREETING]
    assert line.requests == [("GET", "http://127.0.0.1:8083/appointments?phone=%2B15551230001")]

    line.api_answers(APPOINTMENT)
    assert line.heard == [GREETING, READ_OUT]
    message = "Your appointment: Tuesday, March 3 at 2:30 PM, with Doctor Okafor."
    assert line.texts == [("+15551230001", "+15559990000", message)]

    line.text_is_taken()
    assert line.heard == [GREETING, READ_OUT, "We have sent you a text. Goodbye.", HANGS_UP]
    assert line.call.status == "ended"
    assert line.problems == []


def test_music_plays_while_the_api_is_asked(line: Line) -> None:
    line.rings()
    assert line.call.waiting is not None
    assert line.call.waiting.hold.audio == "hold.wav"


def test_the_trace_tells_the_whole_story_without_the_body(line: Line) -> None:
    line.rings().api_answers(APPOINTMENT).text_is_taken()
    kinds = " ".join(entry.kind for entry in line.trace)
    assert kinds == (
        "answered set left entered said left entered asked replied set left entered said left entered asked "
        "replied set left entered said left entered ended"
    )
    assert all("body" not in data and "value" not in data for data in line.traced("replied"))


@pytest.mark.parametrize("status", [300, 301, 400, 404, 429, 500, 503])
def test_a_caller_is_told_when_the_api_refuses(line: Line, status: int) -> None:
    line.rings().api_answers({"error": "no"}, status)
    assert line.heard == [GREETING, SORRY, HANGS_UP]
    assert line.variable("EXTCALL_3.cause") == "status"
    assert line.variable("EXTCALL_3.statuscode") == status
    assert line.texts == []


@pytest.mark.parametrize("cause", ["timeout", "dns", "connect", "tls", "too_large", "unreadable", "unknown"])
def test_a_caller_is_told_when_no_answer_comes(line: Line, cause: Cause) -> None:
    line.rings().api_fails(cause, "Nobody answered.")
    assert line.heard == [GREETING, SORRY, HANGS_UP]
    said = {"cause": cause, "error": "Nobody answered.", "duration": 0, "attempts": 0}
    assert line.variable("EXTCALL_3") == said


def test_no_text_no_promise_of_one(line: Line) -> None:
    line.rings().api_answers(APPOINTMENT).text_is_refused("Blocked.")
    assert line.heard == [GREETING, READ_OUT, HANGS_UP]
    assert line.variable("SMS_5") == {"sid": "", "error": "Blocked.", "code": "21610", "segments": 1, "cause": ""}


def test_an_answer_without_the_date_leaves_it_out(line: Line) -> None:
    line.rings().api_answers({"doctor": {"name": "Doctor Okafor"}})
    assert line.heard == [GREETING, "You see Doctor Okafor on ."]
    assert {"field": "message", "reference": "$AppointmentDate"} in line.traced("unset")


def test_a_caller_who_hangs_up_gets_no_text(line: Line) -> None:
    line.rings()
    question = line.token
    line.hangs_up()
    assert line.call.status == "ended"
    assert line.job is None
    assert line.heard == [GREETING]
    assert isinstance(line.jobs[0], Fetch)
    assert not line.jobs[0].finish, "a GET is cancelled when nobody listens any more"

    line.happens(Fetched(at=90_000, token=question, cause="ok", status=200, value=APPOINTMENT))
    assert line.heard == [GREETING]
    assert line.texts == []

"""Mistakes in how a flow is put together."""

from typing import Any

import pytest

from ivr.core.problem import Problem
from ivr.core.resolving import resolve
from ivr.core.template import Unset
from ivr.flow.check import check, known_variables
from ivr.flow.model import Flow
from tests.story.flows import asks, drawn, ends, says, starts, takes, texts
from tests.story.line import Line

Found = tuple[str, int, str, str]


def problems(flow: Flow) -> list[Found]:
    """Code, block, path and hint of each."""
    return [(found.code, found.block, found.path, found.hint) for found in check(flow)]


def errors(flow: Flow) -> list[Found]:
    return [(found.code, found.block, found.path, found.hint) for found in check(flow) if found.level == "error"]


def test_nothing_is_wrong_with_a_good_flow() -> None:
    variables = takes(Date="DateText")
    flow = drawn(starts(), asks(3, 4, response_variables=variables), says("$Date", 4), texts("$Date", 5, 5), ends())
    assert problems(flow) == []


@pytest.mark.parametrize(
    ("flow", "found"),
    [
        (drawn(), ("no_start", 0, "blocks", "Add an Inbound Call block.")),
        (drawn(ends()), ("no_start", 0, "blocks", "Add an Inbound Call block.")),
        (drawn(starts(3), starts(3), ends()), ("second_start", 2, "", "Remove one of them.")),
        (
            drawn(starts(), {**ends(), "exits": {"next": 1}}),
            ("unknown_port", 2, "exits.next", "It has none."),
        ),
        (
            drawn(starts(), {**says("Hi.", 3), "exits": {"next": 3, "sucess": 3}}, ends()),
            ("unknown_port", 2, "exits.sucess", "It has: next."),
        ),
        (drawn(starts(9)), ("no_such_block", 1, "exits.next", "Lead it to a block that is there.")),
        (drawn(starts(0)), ("no_such_block", 1, "exits.next", "Lead it to a block that is there.")),
        (
            drawn(starts(), says("Hi.", 1)),
            ("into_trigger", 2, "exits.next", "A trigger only starts a flow; lead it to the block after it."),
        ),
        (
            drawn(starts(), {**ends(), "number": 1}),
            ("number_twice", 1, "number", "Give one a new number."),
        ),
        (
            drawn(
                starts(), asks(3, 3, authentication={"type": "basic", "user": "a", "password": {"set": True}}), ends()
            ),
            ("secret_missing", 2, "action.authentication.password", "Type it in; exported flows do not hold secrets."),
        ),
    ],
)
def test_errors(flow: Flow, found: Found) -> None:
    assert found in errors(flow)


UNWIRED = "The call would end here. Connect it, or lead it to an End Call block."
SET_IT = "Set it in a block before, or correct its name. For a dollar sign write $$."


@pytest.mark.parametrize(
    ("flow", "found"),
    [
        (drawn(starts(None)), [("unwired", 1, "exits.next", UNWIRED)]),
        (
            drawn(starts(), asks()),
            [("unwired", 2, "exits.success", UNWIRED), ("unwired", 2, "exits.failure", UNWIRED)],
        ),
        (drawn(starts(), ends(), ends()), [("unreachable", 3, "", "Connect it, or remove it.")]),
        (
            drawn(starts(), says("$AN and $zebra", 3), ends()),
            [
                ("unknown_variable", 2, "action.message", "Did you mean $ANI?"),
                ("unknown_variable", 2, "action.message", SET_IT),
            ],
        ),
        (
            drawn(starts(), asks(3, 3, headers=[{"name": "X", "value": "$EXTCALL_2.statuscod"}]), ends()),
            [("unknown_variable", 2, "action.headers[0].value", "Did you mean $EXTCALL_2.statuscode?")],
        ),
        (
            drawn(starts(), asks(3, 3, response_variables=takes(Appointment="x")), says("$appointment", 4), ends()),
            [("unknown_variable", 3, "action.message", "Did you mean $Appointment?")],
        ),
    ],
)
def test_warnings_leave_a_flow_usable(flow: Flow, found: list[Found]) -> None:
    assert problems(flow) == found
    assert errors(flow) == []


@pytest.mark.parametrize(
    "reference",
    [
        "$ANI",
        "$ICALL_1.ANI",
        "$Doctor",
        "$Doctor.name",
        "$Doctor[0].name",
        "$EXTCALL_2.Doctor",
        "$EXTCALL_2.Doctor.name",
        "$EXTCALL_2.Doctor[0]",
        "$EXTCALL_2.statuscode",
        "$EXTCALL_2",
        "${EXTCALL_2.cause}",
        "$$zebra",
        "$5",
    ],
)
def test_these_are_set(reference: str) -> None:
    flow = drawn(starts(), asks(3, 3, response_variables=takes(Doctor="doctor")), says(reference, 4), ends())
    assert problems(flow) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "$SECRET.base/x"},
        {"headers": [{"name": "X", "value": "v1 $SECRET.key"}]},
        {"method": "POST", "content_type": "application/json", "body": '{"key": $SECRET.key}'},
        {"method": "POST", "content_type": "multipart/form-data", "form": [{"name": "a", "value": "$SECRET.key"}]},
        {"authentication": {"type": "basic", "user": "ada", "password": "$SECRET.key"}},
        {
            "authentication": {
                "type": "oauth2",
                "token_url": "https://t.test/$SECRET.tenant",
                "client_id": "ivr",
                "client_secret": "$SECRET.key",
            }
        },
    ],
)
def test_named_secrets_belong_into_requests(fields: dict[str, Any]) -> None:
    assert problems(drawn(starts(), asks(3, 3, **fields), ends())) == []


@pytest.mark.parametrize(
    ("row", "path"),
    [
        (says("Your key is $SECRET.key.", 3), "message"),
        (texts("$SECRET.key", 3, 3), "message"),
        (texts("Hello.", 3, 3, to="${SECRET.phone}"), "to"),
        (asks(3, 3, opening_line="$SECRET.key", timeout=5), "opening_line"),
        (asks(3, 3, timed_lines=[{"text": "$SECRET.key", "after": 5}]), "timed_lines[0].text"),
        (asks(3, 3, hold_audio={"type": "speech", "text": "$SECRET.key"}), "hold_audio.text"),
        (
            asks(3, 3, url="https://api.test/", authentication={"type": "basic", "user": "$SECRET.u", "password": "x"}),
            "authentication.user",
        ),
    ],
)
def test_elsewhere_they_are_empty(row: Any, path: str) -> None:
    ((code, block, where, hint),) = problems(drawn(starts(), row, ends()))
    assert (code, block, where) == ("secret_not_sent", 2, f"action.{path}")
    assert "External Web Call" in hint


def test_variables_that_a_flow_sets() -> None:
    known = known_variables(drawn(starts(), asks(3, 3, response_variables=takes(Date="DateText")), texts("Hi.")))
    assert known["ANI"] == "The caller's number, such as +15551234567"
    assert known["Date"] == known["EXTCALL_2.Date"] == "DateText of the answer"
    assert {"EXTCALL_2.statuscode", "EXTCALL_2.cause", "SMS_3.sid", "SMS_3.error"} <= set(known)
    assert not {"statuscode", "sid", "error"} & set(known)


def test_everything_is_found_at_once() -> None:
    flow = drawn(says("$x", 9), {**ends(), "exits": {"next": 1}}, {**ends(), "number": 2})
    codes = {(code, block) for code, block, *_ in problems(flow)}
    assert codes == {("number_twice", 2), ("no_start", 0), ("no_such_block", 1), ("unknown_port", 2)} | {
        ("unknown_variable", 1)
    }


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (Problem("c", "Wrong."), "error: flow: Wrong."),
        (Problem("c", "Wrong.", path="name"), "error: flow, name: Wrong."),
        (Problem("c", "Wrong.", 3, hint="Right it."), "error: block 3: Wrong. Right it."),
        (Problem("c", "Wrong.", 3, "action.url", "", "warning"), "warning: block 3, action.url: Wrong."),
    ],
)
def test_a_problem_in_one_line(problem: Problem, line: str) -> None:
    assert str(problem) == line


def test_a_flow_cannot_be_changed() -> None:
    flow: Any = drawn(starts())
    with pytest.raises(ValueError, match="frozen"):
        flow.name = "Another"
    with pytest.raises(ValueError, match="frozen"):
        flow.blocks[0].number = 2


def test_whatever_is_said_to_be_set_is_set() -> None:
    flow = drawn(starts(), asks(3, 3, response_variables=takes(Date="d")), texts("$Date", 4, 4), ends())
    line = Line(flow).rings().api_answers({"d": "May 1"}).text_is_taken()
    unset = [name for name in known_variables(flow) if isinstance(resolve(line.call.variables, name), Unset)]
    assert unset == ["EXTCALL_2.usual"]  # which is known from the start, or not at all

"""APIs that answer 200 with an error inside: conditions on the answer's values, beside the one on its status."""

from collections.abc import Callable
from typing import Any

import pytest

from ivr.actions.external_web_call import ExternalWebCall
from ivr.core.action import Leave, Visit, Wait
from ivr.core.call import Call
from ivr.core.effects import Fetch
from ivr.core.events import Fetched
from ivr.core.fields import DOTS
from ivr.flow.check import check
from ivr.testing import Line
from tests.story.flows import asks, drawn, ends, says, starts

OK = {"query": "status", "value": "ok"}


def block(*rules: dict[str, Any], **fields: Any) -> ExternalWebCall:
    return ExternalWebCall(url="http://api.test/", success_conditions=rules, **fields)


def left(action: ExternalWebCall, value: Any, *, status: int = 200, **variables: Any) -> Leave:
    visit = Visit(Call("c", "f", 1, block=2, variables=variables), 2, 0)
    outcome = action.resume(visit, Fetched(at=0, token="", cause="ok", status=status, value=value, body="{}"))
    assert isinstance(outcome, Leave)
    return outcome


READY = {"query": "state", "operator": "is_one_of", "values": ["ready", "done"]}


@pytest.mark.parametrize(
    ("match", "value", "error"),
    [
        ("all", {"status": "ok", "state": "ready"}, ""),
        ("all", {"status": "ok", "state": "new"}, "“new” as “state”, and the success rule is: state is one of"),
        ("any", {"status": "ok"}, ""),
        ("any", {"state": "done"}, ""),
        ("any", {"status": "no"}, "success rule is: status equals ok or state is one of ready, done."),
        ("any", None, "no “status”"),
    ],
)  # fmt: skip
def test_all_conditions_must_hold_or_one_is_enough(match: str, value: Any, error: str) -> None:
    outcome = left(block(OK, READY, success_match=match), value)
    assert (outcome.port, outcome.set["cause"]) == (("failure", "body") if error else ("success", "ok"))
    assert error in str(outcome.set["error"])
    assert left(block(success_match=match), value).port == "success"


@pytest.mark.parametrize(
    ("rule", "value", "good"),
    [
        (OK, {"status": "ok"}, True),
        (OK, {"status": "error"}, False),
        (OK, {"status": "OK"}, False),
        ({**OK, "ignore_case": True}, {"status": "OK"}, True),
        (OK, {}, False),
        (OK, None, False),
        (OK, "ok", False),
        ({"query": "error", "operator": "is_not_set"}, {"data": 1}, True),
        ({"query": "error", "operator": "is_not_set"}, {"error": None}, True),
        ({"query": "error", "operator": "is_not_set"}, {"error": {"code": 7}}, False),
        ({"query": "error.code", "value": "0"}, {"error": {"code": 0}}, True),
        ({"query": "code", "operator": "is_one_of", "values": ["0", "200"]}, {"code": 200}, True),
        ({"query": "$.errors[*].code", "operator": "contains", "value": "x"}, {"errors": [{"code": "x"}]}, True),
        ({"query": "errors", "operator": "is_not_set"}, {"errors": []}, True),
        ({"query": "success", "value": "true"}, {"success": True}, True),
        ({"query": "n", "operator": "between", "value": "1", "to": "$most"}, {"n": 3}, True),
        ({"query": "n", "operator": "greater", "value": "$most"}, {"n": 3}, False),
        ({"query": "r.item[0]", "value": "a"}, {"r": {"item": ["a", "b"]}}, True),
    ],
)
def test_a_condition_on_the_body(rule: dict[str, Any], value: Any, good: bool) -> None:
    outcome = left(block(rule), value, most=5)
    assert (outcome.port, outcome.set["cause"]) == (("success", "ok") if good else ("failure", "body"))
    assert (outcome.set["error"] == "") is good


def test_what_stands_there_is_said() -> None:
    assert left(block(OK), {"status": "late"}).set["error"] == (
        "The answer has “late” as “status”, and the success rule is: status equals ok."
    )
    assert left(block(OK), {}).set["error"] == "The answer has no “status”, and the success rule is: status equals ok."
    assert len(left(block(OK), {"status": "x" * 5000}).set["error"]) < 300


def test_a_value_of_the_call_is_not_repeated_in_the_sentence() -> None:
    rule = {"query": "pin", "value": "$COLLECT_1.digits"}
    error = left(block(rule), {"pin": "0"}, COLLECT_1={"digits": "4711"}).set["error"]
    assert "4711" not in error
    assert "$COLLECT_1.digits" in error


def test_the_status_counts_first_and_every_condition_must_hold() -> None:
    action = block(OK, {"query": "n", "value": "1"}, success="any")
    assert left(action, {"status": "ok", "n": 1}, status=500).port == "success"
    assert left(action, {"status": "ok", "n": 2}).set["cause"] == "body"
    assert left(block(OK), {"status": "ok"}, status=500).set["cause"] == "status"


def test_values_are_taken_where_the_answer_is_read_and_set_no_variable() -> None:
    action = block(OK, response_variables=[{"name": "status", "query": "other", "default": "none"}])
    asked = action.enter(Visit(Call("c", "f", 1), 2, 0))
    assert isinstance(asked, Wait)
    assert isinstance(asked.effect, Fetch)
    assert asked.effect.take == (("status", "other"), ("?status", "status"))
    reply = Fetched(at=0, token="", cause="ok", status=200, taken={"?status": "ok"})
    outcome = action.resume(Visit(Call("c", "f", 1), 2, 0), reply)
    assert isinstance(outcome, Leave)
    assert (outcome.port, outcome.share) == ("success", {"status": "none"})


def test_a_page_of_another_status_is_a_status_first() -> None:
    said = "The answer says it is JSON, but it is not."
    reply = Fetched(at=0, token="", cause="unreadable", status=502, error=said)
    outcome = block().resume(Visit(Call("c", "f", 1), 2, 0), reply)
    assert isinstance(outcome, Leave)
    assert (outcome.set["cause"], outcome.set["error"]) == ("status", f"The API answered with status 502. {said}")


def test_mistakes_are_found_while_editing() -> None:
    rule = {"query": "n", "operator": "between", "value": "1"}
    assert [each.path for each in block(rule).problems()] == ["success_conditions[0].to"]
    assert [each.path for each in block({"query": "n", "operator": "contains"}).problems()] == [
        "success_conditions[0].value"
    ]
    with pytest.raises(ValueError, match="query"):
        block({"query": "$["})
    flow = drawn(starts(), asks(3, 3, success_conditions=[{"query": "a", "value": "$nobody"}]), ends())
    assert [(each.code, each.path) for each in check(flow)] == [
        ("unknown_variable", "action.success_conditions[0].value")
    ]


def test_a_caller_hears_of_the_error_inside(line_of: Callable[..., Line]) -> None:
    flow = drawn(
        starts(2), asks(3, 4, success_conditions=[OK]), says("Done."), says("No: $EXTCALL_2.cause, $EXTCALL_2.error")
    )
    assert "Done." in line_of(flow).api("2", json={"status": "ok"}).rings().heard
    (told,) = [words for words in line_of(flow).api("2", json={"status": DOTS}).rings().heard if "wav" not in words]
    assert told.startswith(f"No: body, The answer has “{DOTS}” as “status”")
    xml = line_of(flow).api("2", body="<status>ok</status>", content_type="text/xml").rings()
    assert "Done." in xml.heard

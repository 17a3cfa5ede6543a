"""A block that is visited again: what it had set before is gone, unless it sets it again."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.events import Cause
from ivr.core.resolving import resolve
from ivr.core.template import UNSET
from ivr.flow.model import Flow
from ivr.flow.narration import narrated
from ivr.flow.scope import Scope
from tests.core.any_value import json_values
from tests.story.flows import Row, asks, drawn, says, starts, takes
from tests.story.line import Line


def sets(to: int, **values: str) -> Row:
    rows = [{"name": name, "value": value} for name, value in values.items()]
    return {"action": {"type": "set_variables", "rows": rows}, "exits": {"next": to}}


def block(to: int, **fields: Any) -> Row:
    """A block without a wait, in a loop: however it is left, the call goes on there."""
    return {"action": fields, "exits": {"success": to, "failure": to}}


def shop() -> Flow:
    """Asks for the status of an order, reads it out, and asks again."""
    asked = asks(3, 3, response_variables=takes(Status="status", Eta="eta"))
    return drawn(starts(), asked, says("It is $Status, due $Eta.", 2))


def known(line: Line, reference: str) -> Any:
    return resolve(line.call.variables, reference)


SHIPPED = {"status": "shipped", "eta": "Monday"}


def test_an_answer_without_a_value_leaves_none_of_the_answer_before() -> None:
    line = Line(shop()).rings().api_answers(SHIPPED).api_answers({"status": "new"})
    assert line.heard[-2:] == ["It is shipped, due Monday.", "It is new, due ."]
    assert {"names": ["$Eta"]} in line.traced("unset")
    told = [each.sentence for each in narrated(line.trace)]
    assert "No longer set: $Eta" in told


@pytest.mark.parametrize("again", ["timeout", "not found", "text"])
def test_a_web_call_that_fails_leaves_nothing_of_the_one_that_did_not(again: str) -> None:
    line = Line(shop()).rings().api_answers(SHIPPED)
    match again:
        case "timeout":
            line.api_fails("timeout")
        case "not found":
            line.api_answers({}, 404)
        case _:
            line.api_answers(body="Sorry.")
    assert [known(line, name) for name in ("Status", "Eta", "EXTCALL_2.Status", "EXTCALL_2.Eta")] == [UNSET] * 4
    assert line.heard[-1] == "It is , due ."
    (gone,) = [data["names"] for data in line.traced("unset") if "names" in data]
    assert gone[:2] == ["$Eta", "$Status"]
    assert ("$EXTCALL_2.responsebody" in gone) == (again == "timeout")


@pytest.mark.parametrize(
    ("fields", "result"),
    [
        ({"type": "compute", "first": "$N", "second": "1", "name": "Sum"}, "Compute_2.Result"),
        ({"type": "text_operations", "operation": "digits_only", "text": "$N", "name": "Sum"}, "TEXT_2.result"),
    ],
)
def test_a_result_that_there_is_not_takes_the_one_before_with_it(fields: dict[str, Any], result: str) -> None:
    flow = drawn(sets(2, N="$First"), block(3, **fields), asks(1, 1, response_variables=takes(First="n")), starts(1))
    line = Line(flow)
    flow_of_five = {"n": 5}
    line.rings().api_answers(flow_of_five)
    assert known(line, "Sum") is not UNSET
    assert known(line, result) is not UNSET
    line.api_answers({"n": "x"})
    assert known(line, "Sum") is UNSET
    assert known(line, result) is UNSET


def test_digits_that_are_not_entered_again_are_not_those_of_before() -> None:
    asked = {
        "action": {"type": "collect_digits", "prompt": "Your order?", "attempts": 1, "variable": "order"},
        "exits": {"success": 3, "no_input": 3, "invalid": 3},
    }
    line = Line(drawn(starts(), asked, says("Order $order.", 2))).rings().presses("123")
    assert known(line, "order") == "123"
    line.is_silent()
    assert known(line, "order") is UNSET
    assert "Order ." in line.heard[-1] or line.heard.count("Order .") == 1


def test_what_another_block_has_set_since_stays() -> None:
    asked = asks(3, 3, response_variables=takes(Eta="eta"))
    line = Line(drawn(starts(), asked, sets(2, Eta="tomorrow"))).rings().api_answers({"eta": "Monday"})
    assert known(line, "Eta") == "tomorrow"
    line.api_fails("timeout")
    assert known(line, "Eta") == "tomorrow"
    assert [data for data in line.traced("unset") if "$Eta" in data.get("names", ())] == []


def test_a_block_may_read_what_it_has_set_before_until_it_sets_anew() -> None:
    paged = asks(2, 2, url="http://api.test/?after=$Next", response_variables=takes(Next="next"))
    line = Line(drawn(starts(), paged)).rings().api_answers({"next": "p2"})
    assert line.requests[-1] == ("GET", "http://api.test/?after=p2")
    line.api_answers({})
    assert line.requests[-1] == ("GET", "http://api.test/?after=")


def test_a_name_that_a_loop_may_take_back_is_not_sure() -> None:
    asked = asks(4, 4, response_variables=takes(Eta="eta"))
    scope = Scope(drawn(starts(), sets(3, Eta="unknown"), asked, says("$Eta", 3)))
    assert {each.name: each.maybe for each in scope.at(4)}["Eta"] is True
    straight = Scope(drawn(starts(), sets(3, Eta="unknown"), asked, says("$Eta")))
    assert {each.name: each.maybe for each in straight.at(4)}["Eta"] is False


answers = st.dictionaries(st.sampled_from(["status", "eta", "other"]), json_values, max_size=3)
causes: st.SearchStrategy[Cause] = st.sampled_from(["timeout", "dns", "connect", "too_large", "unknown", "unreadable"])


@settings(max_examples=60, deadline=None)
@given(visits=st.lists(answers | causes, min_size=1, max_size=6))
def test_whatever_came_before_a_block_has_set_what_its_last_visit_set(visits: list[Any]) -> None:
    line = Line(shop()).rings()
    for answer in visits:
        line = line.api_fails(answer) if isinstance(answer, str) else line.api_answers(answer)
    fresh = Line(shop()).rings()
    last = visits[-1]
    fresh = fresh.api_fails(last) if isinstance(last, str) else fresh.api_answers(last)
    assert line.call.variables == fresh.call.variables

"""Several web calls may set the same variable: what one of them does not set, it leaves alone."""

from typing import Any

import pytest

from ivr.core.events import Cause
from tests.story.flows import asks, drawn, says, starts, takes
from tests.story.line import Line


def line(**fields: Any) -> Line:
    """Two web calls, the first with a variable of its own and one that both set; then the first once more."""
    first = asks(3, 3, response_variables=takes(Both="both", Own="own"))
    second = asks(2, 2, **{"response_variables": takes(Both="both", Other="other"), **fields})
    told = drawn(starts(), first, second, says("$EXTCALL_2.response $EXTCALL_3.response"))
    return Line(told).rings().api_answers({"both": 1, "own": 1})


def test_the_last_answer_that_has_it_counts() -> None:
    call = line().api_answers({"both": 2, "other": 2})
    assert [call.variable(name) for name in ("Both", "Own", "Other")] == [2, 1, 2]


@pytest.mark.parametrize("status", [200, 404])
def test_an_answer_without_it_leaves_what_another_block_took(status: int) -> None:
    call = line().api_answers({"elsewhere": 2}, status)
    assert [call.variable(name) for name in ("Both", "Own")] == [1, 1]
    assert call.variable("EXTCALL_3.response") == {"elsewhere": 2}


@pytest.mark.parametrize("cause", ["timeout", "connect", "cancelled", "skipped"])
def test_a_failure_leaves_everything_but_its_own(cause: Cause) -> None:
    defaults = [{"name": "Both", "query": "both", "default": "nothing"}]
    call = line(response_variables=defaults).api_fails(cause, "Oh.")
    assert [call.variable(name) for name in ("Both", "Own")] == ["nothing", 1]
    assert call.variable("EXTCALL_2.response") == {"both": 1, "own": 1}
    assert call.variable("EXTCALL_2.statuscode") == 200
    failed = {"cause": cause, "error": "Oh.", "duration": 0, "attempts": 0}
    assert call.variable("EXTCALL_3") == {**failed, "Both": "nothing"}


def test_a_second_failure_of_the_same_block_leaves_what_others_set() -> None:
    call = line().api_answers({"both": 2, "other": 2}).api_fails("timeout", "Late.")
    assert [call.variable(name) for name in ("Both", "Other")] == [2, 2]
    assert "Own" not in call.call.variables
    assert (call.variable("EXTCALL_2.cause"), call.variable("EXTCALL_3.cause")) == ("timeout", "ok")
    assert call.variable("EXTCALL_3.response") == {"both": 2, "other": 2}


def test_objects_are_read_out_as_json_and_plain_lists_as_people_say_them() -> None:
    told = drawn(
        starts(),
        asks(3, None, response_variables=takes(All="a", One="a.b[0]")),
        says("$All, $One, $EXTCALL_2.response.c"),
    )
    call = Line(told).rings().api_answers({"a": {"b": [1, "x"]}, "c": [True, None]})
    assert call.heard[0] == '{"b":[1,"x"]}, 1, true'

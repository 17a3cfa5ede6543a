"""Walking through a list, one item after the other."""

from typing import Any

import pytest

from ivr.core.values import Value
from ivr.flow.check import check
from ivr.flow.engine import STEPS_WITHOUT_WAIT
from ivr.flow.model import Flow
from tests.story.flows import Row, asks, drawn, ends, says, starts
from tests.story.line import Line


def sets(to: int, value: Value) -> Row:
    """Block 2: a list as JSON, in `$rows`."""
    row = {"name": "rows", "value": value, "as": "json"}
    return {"action": {"type": "set_variables", "rows": [row]}, "exits": {"next": to}}


def each(to: int, done: int, **fields: Any) -> Row:
    return {"action": {"type": "for_each", **fields}, "exits": {"each": to, "done": done, "empty": done}}


def walk(value: str, **fields: Any) -> Flow:
    given = {"list": "$rows", "name": "order", **fields}
    words = "$EACH_3.index of $EACH_3.count: $order.id is $order.state."
    return drawn(starts(), sets(3, value), each(4, 5, **given), says(words, 3), says("That is all.", 6), ends())


def heard(flow: Flow) -> tuple[Line, list[str]]:
    caller = Line(flow).rings()
    return caller, caller.heard


def test_every_item_has_its_turn() -> None:
    flow = walk('[{"id": 7, "state": "sent"}, {"id": 8, "state": "new"}]')
    caller, words = heard(flow)
    assert words[:3] == ["1 of 2: 7 is sent.", "2 of 2: 8 is new.", "That is all."]
    assert caller.variable("EACH_3") == {"index": 0, "count": 2}
    assert check(flow) == []


def test_only_the_first_so_many() -> None:
    assert heard(walk('[{"id": 7, "state": "sent"}, {"id": 8, "state": "new"}]', most=1))[1][:2] == [
        "1 of 1: 7 is sent.",
        "That is all.",
    ]


@pytest.mark.parametrize("value", ["[]", "{}", '"a, b"', "null", "5"])
def test_what_is_empty_or_no_list_goes_its_own_way(value: str) -> None:
    assert heard(walk(value))[1][0] == "That is all."


def test_a_question_for_each_item_keeps_the_place() -> None:
    menu = {"type": "menu", "prompt": "$order.", "choices": [{"key": "1", "label": "Next"}], "timeout": 5}
    flow = drawn(
        starts(),
        sets(3, '["a", "b"]'),
        each(4, 5, list="$rows", name="order"),
        {"action": menu, "exits": {"key_1": 3, "no_input": 3, "no_match": 3}},
        says("Done.", 6),
        ends(),
    )
    assert check(flow) == []
    caller = Line(flow).rings()
    assert caller.variable("order") == "a"
    caller.presses("1")
    assert caller.variable("order") == "b"
    caller.presses("1")
    assert "Done." in caller.heard


def round_by_round() -> Line:
    """Each round fetches a list and asks at each item; 1 goes on with the next, 9 leaves for another round."""
    choices = [{"key": key, "label": key} for key in "19"]
    menu = {"type": "menu", "prompt": "$order, $EACH_3.index of $EACH_3.count.", "choices": choices, "timeout": 5}
    return Line(
        drawn(
            starts(),
            asks(3, 3),
            each(4, 5, list="$EXTCALL_2.response", name="order"),
            {"action": menu, "exits": {"key_1": 3, "key_9": 2}},
            says("No more.", 2),
        )
    ).rings()


@pytest.mark.parametrize("second", [["b1", "b2", "b3"], ["a1", "a2", "a3"]], ids=["new", "equal"])
def test_a_list_that_is_fetched_again_begins_anew(second: list[str]) -> None:
    caller = round_by_round().api_answers(["a1", "a2", "a3"]).presses("1").presses("9").api_answers(second)
    assert [caller.variable("order"), caller.variable("EACH_3.index")] == [second[0], 1]
    assert caller.presses("1").variable("order") == second[1]


def test_a_list_of_one_is_followed_by_another_list_of_one() -> None:
    caller = round_by_round().api_answers(["a"]).presses("9").api_answers(["b"])
    assert caller.variable("order") == "b"
    assert "No more." not in caller.heard
    assert "No more." in caller.presses("1").heard


def test_a_list_that_is_still_the_one_of_before_goes_on() -> None:
    menu = {"type": "menu", "prompt": "$order.", "choices": [{"key": "9", "label": "Away"}], "timeout": 5}
    away = {"action": menu, "exits": {"key_9": 5}}
    flow = drawn(starts(), sets(3, '["a", "b"]'), each(4, 6, list="$rows", name="order"), away, says("Hm.", 3), ends())
    caller = Line(flow).rings().presses("9")
    assert caller.variable("order") == "b"
    caller.presses("9")
    assert caller.call.status == "ended"


def test_a_list_that_is_set_on_the_way_begins_anew_until_the_call_ends() -> None:
    again = {"name": "rows", "value": "$rows"}
    changes = {"action": {"type": "set_variables", "rows": [again]}, "exits": {"next": 3}}
    caller = Line(drawn(starts(), sets(3, '["a", "b"]'), each(4, 5, list="$rows"), changes, ends())).rings()
    assert caller.problems == ["endless_loop"]
    assert caller.variable("EACH_3.index") == 1


def test_a_list_in_a_list() -> None:
    flow = drawn(
        starts(),
        sets(3, '[["a", "b"], ["c"]]'),
        each(4, 6, list="$rows", name="row"),
        each(5, 3, list="$row", name="cell"),
        says("$EACH_3.index $cell.", 4),
        says("Done.", 7),
        ends(),
    )
    assert heard(flow)[1][:4] == ["1 a.", "1 b.", "2 c.", "Done."]
    assert check(flow) == []


def test_a_long_list_without_a_wait_ends_the_call_with_a_problem() -> None:
    caller, words = heard(walk(f"[{', '.join(['1'] * STEPS_WITHOUT_WAIT)}]"))
    assert words[0] == "1 of 100:  is ."
    assert [entry.data["code"] for entry in caller.trace if entry.kind == "problem"] == ["endless_loop"]


@pytest.mark.parametrize(
    ("exits", "codes"),
    [
        ({"each": 4, "done": 5, "empty": 4}, []),
        ({"each": 4, "done": 4, "empty": 5}, ["endless_loop"]),
        ({"each": 4, "done": 4, "empty": 4}, ["endless_loop"]),
    ],
)
def test_a_loop_by_for_each_ends_when_done_leads_out(exits: dict[str, int], codes: list[str]) -> None:
    action = {"type": "for_each", "list": "$rows"}
    flow = drawn(starts(), sets(3, "[1]"), {"action": action, "exits": exits}, says("$EACH_3.item", 3), ends())
    loops = ("endless_loop", "loop_without_wait")
    assert [each.code for each in check(flow) if each.code in loops] == codes

"""From one flow into another: the words go on, the variables come along, and nobody runs in circles for ever."""

from collections.abc import Callable

import pytest

from ivr.flow.model import Flow
from ivr.testing import Line
from tests.story.flows import Row, asks, drawn, ends, says, starts, takes

JUMPS_ALLOWED = 20


def jumps(flow: str, entry: int = 0) -> Row:
    return {"action": {"type": "jump_to", "flow": flow, "entry": entry}}


def arrives(to: int | None) -> Row:
    return {"action": {"type": "jump_from"}, "exits": {"next": to} if to else {}}


def test_the_call_goes_on_with_its_variables(line_of: Callable[..., Line]) -> None:
    sales = drawn(arrives(2), says("Sales. You asked for $topic, $ANI.", 3), ends(), id="sales")
    here = drawn(starts(2), says("Hello.", 3), asks(4, 4, response_variables=takes(topic="topic")), jumps("sales"))
    line = line_of(here, others={"sales": sales}).api("3", json={"topic": "tea"}).rings()
    assert line.heard == ["Hello.", "Sales. You asked for tea, +15550100001."]
    assert (line.ended, line.path) == ("flow", [1, 2, 3, 4, 2, 3])


def test_one_of_several_entries(line_of: Callable[..., Line]) -> None:
    other = drawn(arrives(3), arrives(4), says("First."), says("Second."), id="other")
    assert line_of(drawn(starts(2), jumps("other")), others={"other": other}).rings().heard == ["First."]
    assert line_of(drawn(starts(2), jumps("other", 2)), others={"other": other}).rings().heard == ["Second."]


def test_an_entry_that_is_none_ends_the_call_with_its_name(line_of: Callable[..., Line]) -> None:
    other = drawn(arrives(2), says("Here."), id="other")
    line = line_of(drawn(starts(2), jumps("other", 2)), others={"other": other}).rings()
    assert [entry.data["code"] for entry in line.trace if entry.kind == "problem"] == ["no_start"]


def test_a_flow_that_is_not_there_ends_the_call_politely(line_of: Callable[..., Line]) -> None:
    line = line_of(drawn(starts(2), says("Hello.", 3), jumps("nowhere"))).rings()
    assert line.heard == ["Hello."]
    assert line.problems == ["There is no published flow “nowhere” to go on to."]
    assert line.ended == "flow"


def test_without_a_word_before_it_the_apology_is_heard(line_of: Callable[..., Line]) -> None:
    assert line_of(drawn(starts(2), jumps("nowhere"), apology="So sorry.")).rings().heard == ["So sorry."]


@pytest.mark.parametrize("through", ["here", "there"])
def test_a_block_that_is_come_back_to_takes_back_what_it_had_set(line_of: Callable[..., Line], through: str) -> None:
    asked = asks(4, 4, url="http://api.test/?after=$Next", response_variables=takes(Eta="eta", Next="next"))
    here = drawn(starts(3), arrives(3), asked, says("Due $Eta.", 5), jumps(through), id="here")
    there = drawn(arrives(2), says("Hm, $Eta.", 3), jumps("here"), id="there")
    line = line_of(here, others={"here": here, "there": there})
    line.api("*after=", json={"eta": "Monday", "next": "p2"}).api("*after=p2", json={}).rings()
    due = [words for words in line.heard if words.startswith("Due")]
    assert due[:4] == ["Due Monday.", "Due .", "Due Monday.", "Due ."]


def walks(here: str, there: str) -> Flow:
    """A flow with a For Each 3 and a Counter 4, as the other one has them too: it goes on there after each item."""
    rows = [{"name": "rows", "value": '["x", "y"]', "as": "json"}]
    return drawn(
        starts(2),
        {"action": {"type": "set_variables", "rows": rows}, "exits": {"next": 3}},
        {"action": {"type": "for_each", "list": "$rows"}, "exits": {"each": 4, "done": 8, "empty": 8}},
        {"action": {"type": "counter"}, "exits": {"next": 5}},
        says(f"{here}: $EACH_3.item, $EACH_3.index of $EACH_3.count, visit $COUNTER_4.value.", 6),
        jumps(there),
        arrives(3),
        says("No more."),
        id=here,
    )


def test_no_block_takes_what_one_of_its_number_in_another_flow_knows_for_its_own(line_of: Callable[..., Line]) -> None:
    line = line_of(walks("a", "b"), others={"a": walks("a", "b"), "b": walks("b", "a")}).rings()
    told = [f"{flow}: {item}, {n} of 2, visit {n}." for n, item in enumerate("xy", 1) for flow in "ab"]
    assert line.heard == [*told, "No more."]


def test_flows_that_jump_to_each_other_come_to_an_end(line_of: Callable[..., Line]) -> None:
    here = drawn(starts(3), arrives(3), says("Ping.", 4), jumps("there"), id="here")
    there = drawn(arrives(2), says("Pong.", 3), jumps("here"), id="there")
    line = line_of(here, others={"there": there}).rings()
    assert line.heard == ["Ping.", "Pong."] * (JUMPS_ALLOWED // 2) + ["Ping."]
    assert line.problems == [f"The call went on to {JUMPS_ALLOWED} flows, so it ends here."]


def test_a_wait_in_the_other_flow_is_answered_there(line_of: Callable[..., Line]) -> None:
    other = drawn(
        arrives(2),
        asks(3, 4, response_variables=takes(x="x"), play_hold_music=True),
        says("It is $x."),
        says("No."),
        id="b",
    )
    line = line_of(drawn(starts(2), jumps("b")), others={"b": other}).api("2", json={"x": 7}, after=5).rings()
    assert line.heard == ["(hold.wav)", "It is 7."]

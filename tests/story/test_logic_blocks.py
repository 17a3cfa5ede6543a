"""Calls that set, count, compute, compare, and go different ways."""

from typing import Any

import pytest

from ivr.core.events import Requested
from ivr.flow.check import check
from ivr.flow.discretion import without_hidden
from ivr.flow.model import Flow
from tests.story.flows import Row, asks, drawn, ends, says, starts, takes
from tests.story.line import HANGS_UP, Line


def does(kind: str, fields: dict[str, Any], **exits: int) -> Row:
    return {"action": {"type": kind, **fields}, "exits": exits}


def row(variable: str, operator: str, value: str = "", **fields: Any) -> dict[str, Any]:
    return {"variable": variable, "operator": operator, "value": value, **fields}


def sets(to: int, **values: str) -> Row:
    rows = [{"name": name, "value": value} for name, value in values.items()]
    return does("set_variables", {"rows": rows}, next=to)


def began_with(flow: Flow, **inputs: Any) -> Line:
    """A call that another system started, which passed these values along."""
    return Line(flow).is_started(**inputs)


def api_starts(to: int = 2) -> Row:
    return {"action": {"type": "inbound_api"}, "exits": {"next": to}}


def decisions(line: Line) -> list[dict[str, Any]]:
    """What the trace tells of every Condition and Switch on the way."""
    return [left for left in line.traced("left") if "decided_by" in left]


class TestSetVariables:
    def test_what_is_set_is_there_in_every_text(self) -> None:
        line = Line(
            drawn(starts(), sets(3, Shop="Ada's", Greeting="Welcome to $Shop, $ANI"), says("$Greeting!", 4), ends())
        )
        line.rings("+1")
        assert line.heard == ["Welcome to Ada's, +1!", HANGS_UP]
        known = {"Shop": "Ada's", "Greeting": "Welcome to Ada's, +1"}
        assert line.traced("set")[1] == {**{f"SET_2.{name}": value for name, value in known.items()}, **known}
        assert line.traced("unset") == []

    def test_kinds_survive_the_way_through_the_store(self) -> None:
        rows = [{"name": "n", "value": "007.50", "as": "number"}, {"name": "o", "value": '{"a": [$n]}', "as": "json"}]
        flow = drawn(starts(), does("set_variables", {"rows": rows}, next=3), says("$n of ${o.a[0]}", 4), ends())
        assert Line(flow).rings().heard[0] == "7.50 of 7.50"

    def test_a_mistake_in_a_value_is_traced(self) -> None:
        rows = [{"name": "n", "value": "$ANI!", "as": "number"}]
        line = Line(
            drawn(starts(), does("set_variables", {"rows": rows}, next=3), says("n is “$n”", 4), ends())
        ).rings()
        assert line.heard[0] == "n is “”"
        assert {"port": "next", "mistakes": ["n: the value is not a number"]} in line.traced("left")

    def test_a_variable_that_is_added_to_itself_for_ever_stays_small(self) -> None:
        line = Line(drawn(starts(), sets(2, x="$x$x, and again"))).rings()
        assert line.problems == ["endless_loop"]
        assert len(line.variable("x")) == 50_000


class TestCounter:
    def test_a_loop_ends_after_three_rounds(self) -> None:
        flow = drawn(
            starts(),
            does("counter", {"name": "tries"}, next=3),
            says("Round $tries.", 4),
            does("condition", {"rows": [row("tries", "less", "3")]}, true=2, false=5),
            ends(),
        )
        line = Line(flow).rings()
        assert line.heard == ["Round 1.", "Round 2.", "Round 3.", HANGS_UP]
        assert [decided["decided_by"] for decided in decisions(line)] == ["all rows", "all rows", "row 1"]
        assert [problem.code for problem in check(flow) if problem.level == "error"] == []

    def test_blocks_of_one_name_are_one_counter(self) -> None:
        flow = drawn(
            starts(),
            does("counter", {"name": "n", "initial": 10, "step": 5}, next=3),
            does("counter", {"name": "n", "direction": "down"}, next=4),
            says("$n, $COUNTER_2.value, $COUNTER_3.value", 5),
            ends(),
        )
        assert Line(flow).rings().heard[0] == "14, 15, 14"

    def test_without_a_name_it_counts_for_itself(self) -> None:
        flow = drawn(
            starts(),
            does("counter", {}, next=3),
            does("counter", {"direction": "down"}, next=4),
            does("condition", {"rows": [row("COUNTER_2.value", "greater_or_equal", "2")]}, true=5, false=2),
            says("$COUNTER_2.value and $COUNTER_3.value"),
        )
        assert Line(flow).rings().heard[0] == "2 and -2"


class TestCompute:
    FLOW = drawn(
        api_starts(),
        does(
            "compute",
            {"operation": "multiply", "first": "$price", "second": "$count", "name": "total"},
            success=3,
            failure=4,
        ),
        says("That is $total, or $Compute_2.Result.", 5),
        says("$Compute_2.error"),
        ends(),
    )

    @pytest.mark.parametrize(
        ("price", "count", "heard"),
        [
            (3, 5, "That is 15, or 15."),
            ("3.90", "3", "That is 11.7, or 11.7."),
            ("$5", "3", "$price is not a number."),
            ([1], "3", "$price is not a number."),
        ],
    )
    def test_a_total(self, price: Any, count: Any, heard: str) -> None:
        assert began_with(self.FLOW, price=price, count=count).heard[0] == heard

    def test_a_failure_leaves_what_was_there(self) -> None:
        line = began_with(self.FLOW, price="x", count=1, total="before")
        assert line.variable("total") == "before"
        assert line.variable("Compute_2") == {"error": "$price is not a number."}


class TestTextOperations:
    def test_a_list_is_said_and_a_number_is_spelled(self) -> None:
        flow = drawn(
            starts(),
            asks(3, None, response_variables=takes(names="names", order="order")),
            does("text_operations", {"operation": "say_as_list", "text": "$names", "name": "said"}, success=4),
            does("text_operations", {"operation": "spell", "text": "$order"}, success=5),
            says("We have $said. Your order is $TEXT_4.result."),
        )
        line = Line(flow).rings().api_answers({"names": ["Ada", "Bob", "Cleo"], "order": "AB-12"})
        assert line.heard[0] == "We have Ada, Bob and Cleo. Your order is A B 1 2."

    def test_what_can_t_be_found_has_a_way_of_its_own(self) -> None:
        fields = {"operation": "digits_only", "text": "$said", "name": "zip"}
        flow = drawn(
            api_starts(), does("text_operations", fields, success=3, failure=4), says("$zip"), says("$TEXT_2.error")
        )
        assert began_with(flow, said="It is 9-0-2-1-0.").heard[0] == "90210"
        assert began_with(flow, said="I do not know.").heard[0] == "There is no digit in the text."


class TestWays:
    CASES = (
        {"id": "vip", "label": "Gold", **row("status", "is_one_of", values=["gold", "platinum"], ignore_case=True)},
        {"label": "Spent much", **row("spent", "greater", "100")},
    )

    def flow(self, *cases: dict[str, Any]) -> Flow:
        return drawn(
            api_starts(),
            does("switch", {"cases": cases}, vip=3, spent_much=4, default=5),
            says("Gold line."),
            says("Silver line."),
            says("Ordinary line."),
        )

    @pytest.mark.parametrize(
        ("given", "heard"),
        [
            ({"status": "GOLD", "spent": 5}, "Gold line."),
            ({"status": "none", "spent": "100.01"}, "Silver line."),
            ({"status": "gold", "spent": 500}, "Gold line."),
            ({"spent": 100}, "Ordinary line."),
            ({"status": ["gold"], "spent": "'; or 1=1"}, "Ordinary line."),
        ],
    )
    def test_the_first_row_that_holds(self, given: dict[str, Any], heard: str) -> None:
        assert began_with(self.flow(*self.CASES), **given).heard[0] == heard

    def test_rows_in_another_order_keep_their_connectors(self) -> None:
        line = began_with(self.flow(*reversed(self.CASES)), status="gold", spent=500)
        assert line.heard[0] == "Silver line."
        assert decisions(line)[0]["decided_by"] == "row 1: Spent much"

    def test_the_trace_tells_on_what_values(self) -> None:
        line = began_with(self.flow(*self.CASES), status="silver", spent=7)
        compared = [{key: each[key] for key in ("value", "holds")} for each in decisions(line)[0]["compared"]]
        assert compared == [{"value": "silver", "holds": False}, {"value": 7, "holds": False}]

    def test_the_trace_keeps_no_large_values(self) -> None:
        again = {"variable": "$status", "operator": "is_one_of", "values": ["$status", "$list"]}
        line = began_with(
            self.flow({"id": "a", "label": "A", "variable": "$spent"} | again), status="x" * 20_000, list=[*range(500)]
        )
        told = decisions(line)[0]["compared"][0]
        assert told["value"] == told["with"][0] == "… (20,000 characters)"
        assert (len(told["with"]), told["with"][-1]) == (101, "… and 401 more")


class TestPercentRouting:
    def flow(self, **fields: Any) -> Flow:
        shares = [{"label": "A", "percent": 40}, {"label": "B", "percent": 40}]
        return drawn(
            starts(),
            does("percent_routing", {"shares": shares, **fields}, a=3, b=4, default=5),
            says("A"),
            says("B"),
            says("D"),
        )

    def heard(self, sticky: bool, caller: str, sid: str) -> str:
        line = Line(self.flow(sticky=sticky))
        line.call = type(line.call)(sid, line.flow.id, 1)
        return line.rings(caller).heard[0]

    def test_every_call_has_its_own_chance(self) -> None:
        assert {self.heard(False, "+1", f"CA{number}") for number in range(40)} == {"A", "B", "D"}

    def test_a_caller_stays_with_one_way(self) -> None:
        ways = {
            caller: {self.heard(True, caller, f"CA{number}") for number in range(5)} for caller in ("+1", "+2", "+6")
        }
        assert all(len(each) == 1 for each in ways.values())
        assert {self.heard(True, f"+{number}", "CA1") for number in range(40)} == {"A", "B", "D"}

    def test_the_same_event_goes_the_same_way(self) -> None:
        assert len({self.heard(False, "+1", "CA1") for _ in range(5)}) == 1


def test_a_hidden_list_is_hidden_item_by_item() -> None:
    flow = drawn(api_starts(), does("text_operations", {"operation": "split", "text": "$words"}, success=3), ends())
    line = Line(flow)
    line.call = type(line.call)("CA1", flow.id, 1, hidden=("words",), variables={"words": "alpha, beta"})
    line.is_started()
    assert line.traced("set")[1] == {"TEXT_2.result": ["•••", "•••"], "TEXT_2.error": ""}


def test_what_must_not_be_shown_is_not_shown_by_what_is_made_of_it() -> None:
    """A call that knows a hidden value: what is copied, cut and computed from it is hidden too, and gone at its end."""
    flow = drawn(
        api_starts(),
        sets(3, copy="<$pin>", again="$copy!"),
        does("text_operations", {"operation": "spell", "text": "$pin", "name": "read"}, success=4),
        does("compute", {"first": "$pin", "second": "1", "name": "next"}, success=5, failure=5),
        does("condition", {"rows": [row("pin", "equals", "8315"), row("again", "is_set")]}, true=6, false=6),
        ends(),
    )
    line = Line(flow)
    line.call = type(line.call)("CA1", flow.id, 1, hidden=("pin",), variables={"pin": "8315"})
    line.happens(Requested(at=1, caller="+1", dialled="+2", inputs={"public": "x"}))
    told = str(line.trace)
    assert "8316" not in told
    assert "8315" not in told
    assert "8 3 1 5" not in told
    began = ("CallSid", "ANI", "DNIS", "IAPI_1")
    left = {name: value for name, value in without_hidden(line.call).items() if name not in began}
    assert left == {"SET_2": {}, "TEXT_3": {"error": ""}, "Compute_4": {"error": ""}, "public": "x"}

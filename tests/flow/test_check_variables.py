"""References: unknown, too early, or misspelt."""

from typing import Any

import pytest

from ivr.flow.check import check
from ivr.flow.model import Flow
from tests.story.flows import Row, asks, drawn, ends, says, starts, takes, texts

SET_IT = "Set it in a block before, or correct its name. For a dollar sign write $$."


def found(flow: Flow) -> list[tuple[str, int, str, str]]:
    """Code, block, message and hint."""
    codes = ("unknown_variable", "not_set_here")
    return [(each.code, each.block, each.message, each.hint) for each in check(flow) if each.code in codes]


def from_trigger(kind: str, text: str, **fields: Any) -> Flow:
    return drawn({"action": {"type": kind, **fields}, "exits": {"next": 2}}, texts(text, 3, 3), ends())


def sets(to: int, **values: str) -> Row:
    rows = [{"name": name, "value": value} for name, value in values.items()]
    return {"action": {"type": "set_variables", "rows": rows}, "exits": {"next": to}}


def test_what_is_only_set_later() -> None:
    flow = drawn(starts(), says("$Date", 3), asks(4, 4, response_variables=takes(Date="d")), ends())
    message = "$Date is only set after this block, by block 3, so it will be empty."
    assert found(flow) == [("not_set_here", 2, message, "Put this block behind that one, or use another variable.")]
    assert {each.level for each in check(flow)} == {"warning"}


def test_what_is_only_set_on_another_way() -> None:
    date = takes(Date="d")
    flow = drawn(
        starts(), asks(3, 4), asks(5, 5, response_variables=date), says("$Date.day $EXTCALL_3.cause", 5), ends()
    )
    hint = "Lead the call that way first, or use another variable."
    assert found(flow) == [
        ("not_set_here", 4, f"${name} is set by block 3, but no way from there leads here, so it will be empty.", hint)
        for name in ("Date.day", "EXTCALL_3.cause")
    ]


def test_all_the_blocks_that_set_it_are_told() -> None:
    date = takes(Date="d")
    later = [asks(number + 1, number + 1, response_variables=date) for number in (3, 4)]
    ((_, _, message, _),) = found(drawn(starts(), says("$Date", 3), *later, ends()))
    assert "by blocks 3, 4," in message


def test_a_maybe_is_no_problem() -> None:
    flow = drawn(
        starts(), asks(3, 3, response_variables=takes(Date="d")), says("$Date $EXTCALL_2.statuscode", 4), ends()
    )
    assert found(flow) == []


def test_round_a_loop_is_no_problem() -> None:
    assert found(drawn(starts(), says("$EXTCALL_3.error", 3), asks(4, 2), ends())) == []


def test_a_web_call_does_not_know_its_own_answer() -> None:
    flow = drawn(starts(), asks(3, 3, url="https://api.test/$EXTCALL_2.response.next"), ends())
    message = "$EXTCALL_2.response.next is set when this block is left, so it is empty in the block itself."
    assert found(flow) == [("not_set_here", 2, message, "Use it in a block behind this one.")]


def test_rows_know_the_rows_above() -> None:
    assert found(drawn(starts(), sets(3, a="1", b="$a"), ends())) == []
    assert [code for code, *_ in found(drawn(starts(), sets(3, b="$a", a="1"), ends()))] == ["not_set_here"]


def test_a_question_knows_what_was_answered_before_it_asks_again() -> None:
    action = {"type": "collect_digits", "prompt": "Your number?", "confirm": True}
    exits = dict.fromkeys(("success", "no_input", "invalid"), 3)
    reads = {"action": {**action, "confirm_before": "You have entered $COLLECT_2.spoken"}, "exits": exits}
    assert found(drawn(starts(), reads, ends())) == []


def test_where_no_call_comes_only_names_are_looked_at() -> None:
    flow = drawn(starts(), ends(), asks(4, 4), says("$EXTCALL_3.cause $ANI $zebra", 2))
    assert [(code, block) for code, block, *_ in found(flow)] == [("unknown_variable", 4)]


@pytest.mark.parametrize(
    ("reference", "hint"),
    [
        ("AN", "Did you mean $ANI?"),
        ("ani", "Did you mean $ANI?"),
        ("date", "Did you mean $Date?"),
        ("dat.day", "Did you mean $Date.day?"),
        ("EXTCAL_2.statuscode", "Did you mean $EXTCALL_2.statuscode?"),
        ("EXTCALL_2.StatusCode", "Did you mean $EXTCALL_2.statuscode?"),
        ("EXTCALL_2.zebra", SET_IT),
        ("zebra", SET_IT),
        ("zebra.crossing", SET_IT),
        ("DateTime.CurrentDatText", "Did you mean $DateTime.CurrentDateText?"),
        ("datetime.currentdatetexts", "Did you mean $DateTime.CurrentDateText?"),
        ("DateTime.zebra", SET_IT),
        ("DateTime.CurrentDateText.x", "Did you mean $DateTime.CurrentDateText?"),
        ("DateTim.CurrentDateText", "Did you mean $DateTime.CurrentDateText?"),
    ],
)
def test_what_was_meant(reference: str, hint: str) -> None:
    flow = drawn(starts(), asks(3, 3, response_variables=takes(Date="d")), says(f"${{{reference}}}", 4), ends())
    message = f"Nothing sets ${reference}, so it will be empty."
    assert found(flow) == [("unknown_variable", 3, message, hint)]


@pytest.mark.parametrize("reference", ["DateTime.CurrentDateText", "datetime.currenttimetext"])
def test_the_system_sets_these(reference: str) -> None:
    assert found(drawn(starts(), says(f"${reference}", 3), ends())) == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [("$ANI $CallerName", []), ("$Order.id $EXTCALL_9.cause", []), ("$CalerName", ["unknown_variable"])],
)
def test_calls_from_another_flow_bring_what_nobody_knows_here(text: str, codes: list[str]) -> None:
    """But what looks like a slip of the pen is told."""
    assert [code for code, *_ in found(from_trigger("jump_from", text))] == codes


def test_an_event_finds_what_the_call_had() -> None:
    event: Row = {"action": {"type": "event_handler"}, "exits": {"next": 4}}
    asking = asks(5, 5, response_variables=takes(Date="d"))
    flow = drawn(starts(2), asking, event, texts("$Date $ANI $EVENT_3.reason $zebra", 5, 5), ends())
    assert [(code, block) for code, block, *_ in found(flow)] == [("unknown_variable", 4)]


def test_a_flow_full_of_slips_is_checked_all_the_same() -> None:
    """Every one is told; what was meant only of the first, since comparing names takes long."""
    names = [f"Variable{number}" for number in range(90)]
    slips = " ".join(f"$Varable{number}" for number in range(200))
    flow = drawn(starts(), asks(3, 3, response_variables=takes(**dict.fromkeys(names, "a"))), says(slips, 4), ends())
    hints = [hint for _, _, _, hint in found(flow)]
    assert len(hints) == 200
    assert hints[0] == "Did you mean $Variable0?"
    assert hints[-1] == SET_IT


def test_inputs_that_are_expected_are_known() -> None:
    expected = [{"name": "Order"}]
    assert found(from_trigger("inbound_api", "$Order $ANI", reach_by="text", expected_inputs=expected)) == []
    assert [code for code, *_ in found(from_trigger("inbound_api", "$Orders", expected_inputs=expected))] == [
        "unknown_variable"
    ]

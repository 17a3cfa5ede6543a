"""JSON in and out: every digit kept, everything that is not JSON refused."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from ivr.core.call import Call
from ivr.core.values import DEEPEST, NotJson, parse_json, to_json, to_text
from tests.core.any_value import json_values
from tests.story.line import stored


@pytest.mark.parametrize(
    "text",
    [
        "0",
        "-1",
        "18446744073709551616",
        "123456789012345678901234567890",
        "0.1",
        "1.10",
        "-0.0",
        "1E+400",
        "1.5E-7",
        "1e400",
        "1e5",
        "1E5",
        "1.0e+2",
        "0.0000001",
    ],
)
def test_numbers_keep_every_digit(text: str) -> None:
    assert to_json(parse_json(text)) == to_text(parse_json(text)) == text
    call = Call("CA1", "a-flow", 1, variables={"x": [parse_json(text)]})
    assert to_json(stored(call, Call).variables) == f'{{"x":[{text}]}}'


@given(json_values)
def test_what_is_written_reads_the_same(value: Any) -> None:
    assert parse_json(to_json(value)) == value


@given(json_values)
def test_what_is_set_as_a_variable_is_there_in_the_next_turn(value: Any) -> None:
    call = Call("CA1", "a-flow", 1, variables={"x": value})
    assert stored(call, Call) == call


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "NaN", "Infinity", "-Infinity", "[NaN]", "{", "{'a': 1}", "[1,]", "nul", "01", "1 2", '"\\ud800"',
        b"\xff", b'"\xc3"', '"\ud800"', "\ufeff{}", "9" * 5_000, "<a/>", "1E+99999999999999999999",
    ],
)  # fmt: skip
def test_what_is_not_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(NotJson):
        parse_json(text)


@pytest.mark.parametrize("opened", ["[", '{"a":'])
def test_endless_nesting_is_refused(opened: str) -> None:
    closed = {"[": "]", '{"a":': "}"}[opened]
    with pytest.raises(NotJson):
        parse_json(opened * 100_000 + "1" + closed * 100_000)


def test_what_is_read_can_always_be_stored_and_read_again() -> None:
    """A value nested as deeply as it may be goes into a call, which is nested around it."""
    deepest = parse_json("[" * DEEPEST + "]" * DEEPEST)
    with pytest.raises(NotJson, match="nested"):
        parse_json('{"a":' + "[" * DEEPEST + "]" * DEEPEST + "}")
    call = Call("CA1", "a-flow", 1, variables={"EXTCALL_1": {"x": {"y": {"z": deepest}}}})
    assert len(to_json(stored(call, Call).variables)) == len(to_json(call.variables))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("as it is", "as it is"),
        ("", ""),
        (None, ""),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (Decimal("2.50"), "2.50"),
        ([1, "a", None], '[1,"a",null]'),
        ({"a": {"b": True}}, '{"a":{"b":true}}'),
        ([], ""),
        ({}, ""),
    ],
)
def test_values_as_words(value: Any, text: str) -> None:
    assert to_text(value) == text

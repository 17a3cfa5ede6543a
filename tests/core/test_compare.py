"""How values are compared, whatever they are."""

from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.compare import LONGEST_MATCHED, MOST_ITEMS, Operator, Row, judge, mistakes
from tests.core.any_value import hostile_text, json_values, numbers
from tests.core.filling import Given

OPERATORS = get_args(Operator)
OPPOSITES = [("equals", "not_equals"), ("contains", "not_contains"), ("is_set", "is_not_set")]
monsters = st.sampled_from([10**4000, "9" * 5000, Decimal("1E+999999"), Decimal("1E-999999")])
values = json_values | hostile_text | numbers | st.just("007") | monsters


def holds(operator: str, value: Any, *others: Any, ignore_case: bool = False) -> bool:
    """Whether a row with these values holds; each is given in a variable."""
    given_values = {"v": value, **{f"o{index}": other for index, other in enumerate(others)}}
    fields: dict[str, Any] = {"variable": "$v", "operator": operator, "ignore_case": ignore_case}
    if operator == "is_one_of":
        fields["values"] = [f"$o{index}" for index in range(len(others))]
    else:
        fields |= {name: f"$o{index}" for index, name in enumerate(("value", "to")[: len(others)])}
    return judge(Row.model_validate(fields), Given(given_values)).holds


def written(operator: str, value: Any, pattern: str, **fields: Any) -> bool:
    """Whether a row with a value that its author wrote holds."""
    row = Row.model_validate({"variable": "v", "operator": operator, "value": pattern, **fields})
    return judge(row, Given({"v": value})).holds


@pytest.mark.parametrize(
    ("value", "other", "equal"),
    [
        ("gold", "gold", True),
        ("gold", "Gold", False),
        (10, "10", True),
        (10, "10.0", True),
        ("10.0", "10.00", True),
        (" 5 ", 5, True),
        (Decimal("0.1"), "0.10", True),
        ("007", "7", False),
        ("007", 7, False),
        ("007", "007", True),
        ("+15551230001", "15551230001", False),
        ("1e3", "1000", False),
        ("-0", 0, True),
        (True, "true", True),
        (True, 1, False),
        (None, "", True),
        ("", 0, False),
        ([1, 2], "[1,2]", True),
        ("٣", "3", False),
        (2**70, str(2**70), True),
        ("*", "#", False),
        ("caf\u00e9", "cafe\u0301", True),
    ],
)
def test_equality(value: Any, other: Any, equal: bool) -> None:
    assert holds("equals", value, other) is equal
    assert holds("equals", other, value) is equal
    assert holds("is_one_of", value, "never", other) is equal


@pytest.mark.parametrize(
    ("smaller", "larger"),
    [
        *[(9, "10"), ("9", "10"), ("012345", 20000), ("0930", "1700"), ("2026-01-05", "2026-02-01"), (-1.5, 0)],
        ("a", "b"),
        ("2026-01-05T11:30:00+02:00", "2026-01-05T10:00:00Z"),
        ("2026-01-05T23:00:00-05:00", "2026-01-06T05:00:00+00:00"),
        ("2026-01-05 09:00:00 UTC", "2026-01-05T10:30:00+01:00[Europe/Berlin]"),
        ("2026-01-05T10:00:00", "2026-01-05T11:00:00"),
    ],
)
def test_order(smaller: Any, larger: Any) -> None:
    small, large = (Decimal(str(each)) if isinstance(each, float) else each for each in (smaller, larger))
    assert holds("less", small, large)
    assert holds("less_or_equal", small, large)
    assert holds("greater", large, small)
    assert holds("greater_or_equal", large, small)
    assert holds("between", small, small, large)
    assert holds("between", large, small, large)
    assert not holds("less", large, small)
    assert not holds("less", small, small)
    assert holds("less_or_equal", small, small)
    assert not holds("between", small, large, large)


@pytest.mark.parametrize("value", [None, "", "gold", [1], {"a": 1}, True, "1e5"])
@pytest.mark.parametrize("operator", ["less", "less_or_equal", "greater", "greater_or_equal"])
def test_what_has_no_order_is_neither_less_nor_greater(operator: str, value: Any) -> None:
    assert not holds(operator, value, 5)
    assert not holds(operator, 5, value)
    assert not holds(operator, "", value)


@pytest.mark.parametrize(
    ("operator", "value", "other", "found"),
    [
        ("contains", "12*#3", "*#", True),
        ("contains", "abc", "B", False),
        ("contains", "abc", "", False),
        ("contains", ["a", 10], "10.0", True),
        ("contains", ["abc"], "b", False),
        ("contains", {"id": 5}, "id", True),
        ("contains", {"id": 5}, "5", False),
        ("contains", 12345, "34", True),
        ("starts_with", "+1555", "+1", True),
        ("starts_with", "+1555", "", False),
        ("ends_with", "abc", "bc", True),
        ("ends_with", "abc", "", False),
        ("ends_with", "abc", "ab", False),
    ],
)
def test_parts(operator: str, value: Any, other: Any, found: bool) -> None:
    assert holds(operator, value, other) is found


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("", "", True),
        ("", "a", False),
        ("*", "", True),
        ("*", "any\nthing", True),
        ("abc", "abc", True),
        ("abc", "abcd", False),
        ("a*c", "abbc", True),
        ("a*c", "ac", True),
        ("a*a", "a", False),
        ("*b*", "abc", True),
        ("*b*d*", "abcd", True),
        ("*b*b*", "abc", False),
        ("##-##", "12-34", True),
        ("##-##", "12-3x", False),
        ("#", "٣", False),
        ("?", "漢", True),
        ("?", "", False),
        ("+1*", "+15551230001", True),
        (".*", "abc", False),
        ("[a-z]", "b", False),
        (r"\*\#", "*#", True),
        (r"\*\#", "ab", False),
        (r"a\b", r"a\b", True),
        ("a\\", "a\\", True),
        ("ab*ba", "aba", False),
        ("*a?", "xxab", True),
    ],
)
def test_patterns(pattern: str, text: str, matches: bool) -> None:
    assert written("matches", text, pattern) is matches


@given(hostile_text, hostile_text)
def test_a_value_in_a_pattern_stands_for_itself(value: str, other: str) -> None:
    assert holds("matches", value, value)
    assert holds("matches", value, other) is (value == other)


@given(st.text("ab*?#1", max_size=8), st.text("ab1", max_size=8))
def test_patterns_mean_what_the_slow_definition_says(pattern: str, text: str) -> None:
    def slowly(pattern: str, text: str) -> bool:
        if not pattern:
            return not text
        if pattern[0] == "*":
            return slowly(pattern[1:], text) or (bool(text) and slowly(pattern, text[1:]))
        fits = bool(text) and (pattern[0] in ("?", text[0]) or (pattern[0] == "#" and text[0] == "1"))
        return fits and slowly(pattern[1:], text[1:])

    assert written("matches", text, pattern) is slowly(pattern, text)


def test_a_pattern_made_to_go_back_does_not() -> None:
    assert not written("matches", "a" * LONGEST_MATCHED, "*a" * 400 + "b")
    assert not written("matches", "a" * (LONGEST_MATCHED + 1), "*")


def test_case_may_be_ignored() -> None:
    assert holds("equals", "GOLD", "gold", ignore_case=True)
    assert holds("contains", ["GOLD"], "gold", ignore_case=True)
    assert holds("is_one_of", "straße", ["STRASSE"], ignore_case=True)
    assert holds("starts_with", "Yes please", "YES", ignore_case=True)
    assert written("matches", "AB-12", "ab-##", ignore_case=True)


@pytest.mark.parametrize(("value", "is_set"), [(None, False), ("", False), (0, True), (False, True), (" ", True)])
def test_what_counts_as_set(value: Any, is_set: bool) -> None:
    assert holds("is_set", value) is is_set
    assert holds("is_not_set", value) is not is_set


def test_a_list_is_all_of_its_choices() -> None:
    assert holds("is_one_of", "b", "a", ["b", "c"])
    assert not holds("is_one_of", '["b"]', ["b"])
    assert not written("is_one_of", "a", "a")


@given(st.sampled_from(OPERATORS), values, values, values, st.booleans())
def test_no_value_raises(operator: str, value: Any, other: Any, third: Any, ignore_case: bool) -> None:
    others = {"between": (other, third), "is_one_of": (other, third), "is_set": (), "is_not_set": ()}
    assert isinstance(holds(operator, value, *others.get(operator, (other,)), ignore_case=ignore_case), bool)


@given(values, values, st.booleans())
def test_opposites(value: Any, other: Any, ignore_case: bool) -> None:
    for operator, opposite in OPPOSITES:
        others = () if operator == "is_set" else (other,)
        assert holds(operator, value, *others, ignore_case=ignore_case) is not holds(
            opposite, value, *others, ignore_case=ignore_case
        )


@given(values, values)
def test_of_two_in_order_one_is_less_or_they_are_level(value: Any, other: Any) -> None:
    found = [holds("less", value, other), holds("greater", value, other)]
    assert found.count(True) <= 1
    assert holds("less_or_equal", value, other) is (found[0] or holds("between", value, other, other))


def test_the_verdict_tells_the_values() -> None:
    row = Row.model_validate({"variable": "a.b", "operator": "between", "value": "1", "to": "$Nothing"})
    verdict = judge(row, Given({"a": {"b": 7}}))
    assert (verdict.holds, verdict.value, verdict.compared) == (False, 7, ("1", None))
    assert row.words == "$a.b between 1 and $Nothing"


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"variable": "x", "value": "1"}, []),
        ({"variable": "x", "value": ""}, []),
        ({"variable": "", "value": "1"}, ["no_variable rows[0].variable"]),
        ({"variable": "some words", "value": "1"}, ["no_variable rows[0].variable"]),
        ({"variable": "x", "operator": "contains"}, ["no_value rows[0].value"]),
        ({"variable": "x", "operator": "is_one_of"}, ["no_values rows[0].values"]),
        ({"variable": "x", "operator": "between", "value": "1"}, ["no_value rows[0].to"]),
        ({"variable": "x", "operator": "between", "value": "9", "to": "10"}, []),
        ({"variable": "x", "operator": "between", "value": "10", "to": "9"}, ["ends_swapped rows[0].to"]),
        ({"variable": "x", "operator": "between", "value": "10", "to": "$y"}, []),
        ({"variable": "x", "operator": "is_set"}, []),
    ],
)
def test_mistakes_are_found(fields: dict[str, Any], found: list[str]) -> None:
    assert [f"{each.code} {each.path}" for each in mistakes(Row.model_validate(fields), "rows[0]")] == found


@pytest.mark.parametrize("operator", ["is_one_of", "contains"])
def test_what_is_looked_for_in_a_list_is_written_out_once(operator: str) -> None:
    written: list[int] = []

    class Counted(dict[str, Any]):
        def __eq__(self, other: object) -> bool:  # asked each time it is written out, to see whether it is empty
            written.append(1)
            return super().__eq__(other)

        __hash__ = None  # type: ignore[assignment]

    wanted, items = Counted(a=1), [{"b": number} for number in range(1000)]
    pair = (wanted, items) if operator == "is_one_of" else (items, wanted)
    assert not holds(operator, *pair)
    assert 0 < len(written) < 10


def test_only_so_many_items_are_looked_at() -> None:
    items = [*range(MOST_ITEMS), "last"]
    assert holds("is_one_of", MOST_ITEMS - 1, items)
    assert not holds("is_one_of", "last", items)
    assert not holds("contains", items, "last")


def test_a_pattern_takes_no_more_of_large_values_than_any_text() -> None:
    large = "*" * 100_000
    row = Row.model_validate({"variable": "$x", "operator": "matches", "value": "$large" * 1000})
    verdict = judge(row, Given({"x": "a", "large": large}))
    assert len(str(verdict.compared[0])) == 2 * len(large)

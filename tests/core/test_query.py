"""What an author types to take a value out of an answer."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.query import BadQuery, Nearest, TooMuchWork, check, find, take, tidy
from ivr.core.template import UNSET
from ivr.core.values import to_json
from tests.core.any_value import json_values
from tests.counting import lines_of

ANSWER = {
    "DateText": "Tuesday",
    "a.b": "literal",
    "a": {"b": "by path", "list": [{"x": 1}, {"x": 2}]},
    "x[0]": "literal too",
    "x": ["by index"],
    "$": "a dollar",
    "with blank": {"in it": "yes"},
    "id": 4711,
    "none": None,
    "array": "a key, not the root",
}
ROOT_LIST = [{"c": "first"}, {"c": "second", "d": [10, 20]}]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("DateText", "Tuesday"),
        ("datetext", UNSET),
        ("a.b", "literal"),
        ("a['b']", "by path"),
        ('a["b"]', "by path"),
        ("a.list[0].x", 1),
        ("a.list[1].x", 2),
        ("a.list.1.x", 2),
        ("a.list[-1].x", 2),
        ("a.list[2].x", UNSET),
        ("a.list[-3].x", UNSET),
        ("a.list.x", UNSET),
        ("a['list'][0]['x']", 1),
        ("x[0]", "literal too"),
        ("x.0", "by index"),
        ("$", "a dollar"),
        ("with blank.in it", "yes"),
        ("with blank . in it", "yes"),
        (" \n with\u00a0 blank.in\tit\ufeff", "yes"),
        ("id", 4711),
        ("id.x", UNSET),
        ("none", None),
        ("none.x", UNSET),
        ("array", "a key, not the root"),
        ("DateText[0]", UNSET),
        ("a..b", UNSET),
        ("a.", UNSET),
        ("[0]", UNSET),
        ("a.list[", UNSET),
        ("a.list]", UNSET),
        ("a.list[x]", UNSET),
        (f"x[{'9' * 900}]", UNSET),
        (f"x.{'9' * 900}", UNSET),
        ("$.a.list[1].x", 2),
        ("$..x", [["by index"], 1, 2]),
        ("$..DateText", "Tuesday"),
        ("$.a.list[*].x", [1, 2]),
        ("$.a.list[?(@.x > 0)].x", [1, 2]),
        ("$.a.list[0:1].x", 1),
        ("$.a.list[0:2].x", [1, 2]),
        ("$.a.list[1:9].x", [2]),
        ("$.a.list[*].nothing", UNSET),
        ("$.a.list[?(@.x > 1)].x", 2),
        ("$['a.b']", "literal"),
        ("$.nothing", UNSET),
        ("$..list[-1:].x", 2),
    ],
)
def test_taking_a_value_out_of_an_object(query: str, found: Any) -> None:
    check(query)
    assert find(query, ANSWER) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("array[0].c", "first"),
        ("array[1].d[1]", 20),
        ("[1].c", "second"),
        ("[-1].c", "second"),
        ("1.c", "second"),
        ("$[1].c", "second"),
        ("$[*].d[0]", [10]),
        ("array", UNSET),
        ("array[2].c", UNSET),
        ("c", UNSET),
    ],
)
def test_taking_a_value_out_of_a_list(query: str, found: Any) -> None:
    assert find(query, ROOT_LIST) == found


@pytest.mark.parametrize("answer", [None, "text", "", 5, Decimal("1.5"), True, [], {}])
@pytest.mark.parametrize("query", ["a", "a.b", "[0]", "array[0]", "$.a", "$..a", "0"])
def test_an_answer_without_any_of_it(answer: Any, query: str) -> None:
    assert find(query, answer) is UNSET


@pytest.mark.parametrize("query", ["", "   ", "\ufeff\n", "$.", "$[", "$.a[?(", "$.a.[", "$!", "$.a&b", "${a}", "$a b"])
def test_what_could_never_take_anything_is_refused(query: str) -> None:
    with pytest.raises(BadQuery):
        check(query)


@pytest.mark.parametrize("query", ['$[?(@.a =~ "(a+)+$")]', "$.a.`sub(/(a+)+$/, x)`", "$.a.`split(a, 0, 1)`"])
def test_regular_expressions_are_refused(query: str) -> None:
    with pytest.raises(BadQuery, match="regular expressions"):
        check(query)


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("$.a + $.b", {"a": 1, "b": "x"}),
        ("$.a + 1", {"a": True}),
        ("$.a + $.b", {"a": 1}),
        ("$.`keys`", [1]),
        ("$.`sorted`", 5),
        ("$[\\a]", {"a": 1}),
        ("$.`parent`", {}),
        ("$.a where b", {"a": 1}),
        ("$.`len`", 5),
        ("$[::0]", [1]),
    ],
)
def test_an_expression_that_does_not_fit_the_answer_takes_nothing(query: str, answer: Any) -> None:
    check(query)
    assert find(query, answer) is UNSET


@pytest.mark.parametrize(
    ("query", "labels"),
    [
        ("Datetext", ["DateText"]),
        ("DateTxt", ["DateText"]),
        ("a.list[0].DATETEXT", ["DateText"]),
        ("$.datetext", ["DateText"]),
        ("$['datetext']", ["DateText"]),
        ("blank", ["with blank"]),
        ("zebra", []),
        ("", []),
    ],
)
def test_what_looks_like_it(query: str, labels: list[str]) -> None:
    assert Nearest(ANSWER).to(query) == labels


def test_the_nearest_are_found_deep_inside_and_no_more_than_asked_for() -> None:
    answer = {"data": [{"date_1": 1, "date_2": 2, "date_3": 3, "date_4": 4}]}
    labels = Nearest(answer)
    assert len(labels.to("date")) == 3
    assert labels.to("date_4", limit=1) == ["date_4"]


def test_patience_with_what_is_not_there_is_shared() -> None:
    labels = Nearest({"DateText": 1, "TextOfDate": 2}, patience=8 * (8 + 10))
    assert labels.to("dat_text") == ["DateText"]
    assert labels.to("dat_text") == []
    assert labels.to("text") == ["DateText", "TextOfDate"], "to look whether it is a part is no work"


def test_labels_that_are_all_alike_are_not_compared_for_long() -> None:
    labels = {f"{'aab' * 32}{number}": 1 for number in range(500)}
    assert lines_of(lambda: [Nearest(labels).to("abb" * 32) for _ in range(2)]) < 100_000


PATHS = ["a", "b", "0", "1", "[0]", "[-1]", "[*]", "['a']", ".", "..", "$", "array", " ", "[?(@.a > 1)]", "`len`"]
OTHERS = [
    "`sorted`",
    "`parent`",
    "`keys`",
    "`this`",
    " + 1",
    " - $.b",
    "[\\a]",
    "[/a]",
    "[1:2]",
    "[::0]",
    "|",
    "&",
    "é",
]
queries = st.text(max_size=12) | st.lists(st.sampled_from(PATHS + OTHERS), max_size=6).map("".join)
queries |= queries.map(lambda query: f"$.{query}") | queries.map(lambda query: f"${query}")


@settings(max_examples=4 * settings.default.max_examples)
@given(queries, json_values)
def test_a_query_is_refused_before_or_never_fails(query: str, answer: Any) -> None:
    try:
        check(query)
    except BadQuery as refusal:
        assert str(refusal)  # noqa: PT017
        return
    found = find(query, answer)
    assert find(tidy(query), answer) == found
    if found is not UNSET:
        to_json(found)


@given(queries, json_values)
def test_a_hint_is_always_possible(query: str, answer: Any) -> None:
    assert len(Nearest(answer).to(query)) <= 3


@given(st.dictionaries(st.text("ab.[]0$' \n", min_size=1), st.integers(), min_size=1))
def test_a_label_of_the_answer_always_finds_its_value(answer: dict[str, int]) -> None:
    for label, value in answer.items():
        if label == tidy(label):
            assert find(label, answer) == value


@pytest.mark.parametrize(
    ("query", "answer", "found"),
    [
        ("$.a * 1.5", {"a": Decimal("1.5")}, Decimal("2.25")),
        ("$.a + 1", {"a": 2}, 3),
        ("$.a.`len`", {"a": [1, 2]}, 2),
        ("$[?(@.price > 9.5)].name", [{"price": Decimal("9.9"), "name": "x"}, {"price": 9, "name": "y"}], "x"),
        ("$[?(@.price == 9.5)].name", [{"price": Decimal("9.50"), "name": "x"}], "x"),
        ("$[?(@.on == true)].name", [{"on": 1, "name": "x"}, {"on": True, "name": "y"}], "y"),
        ("$[?(@.a == 1 || @.b == 2)].n", [{"a": 1, "n": "x"}, {"b": 2, "n": "y"}, {"n": "z"}], ["x", "y"]),
        ("$[?(@.gone == null)].n", [{"gone": None, "n": "x"}, {"n": "y"}], "x"),
        ("$.`sorted`", [3, "x", None, 1], [None, 1, 3, "x"]),
        ("$[/a]", [{"a": 2}, {"a": 1}, {}], [{}, {"a": 1}, {"a": 2}]),
        ("$[\\a].a", [{"a": 2}, {"a": 3}], UNSET),
        ("$[\\a]", [{"a": 2}, {"a": 3}], [{"a": 3}, {"a": 2}]),
        ("$.a.b.`parent`.c", {"a": {"b": 1, "c": 2}}, 2),
        ("$[*] where b", [{"b": 1}, {"c": 2}], [{"b": 1}]),
        ("$[?(!@.gone)].n", [{"gone": None, "n": "x"}, {"n": "y"}], "y"),
        ("$.list[?(@.id == $.wanted)].n", {"wanted": 2, "list": [{"id": 1, "n": "x"}, {"id": 2, "n": "y"}]}, "y"),
    ],
)
def test_sums_and_filters(query: str, answer: Any, found: Any) -> None:
    assert find(query, answer) == found


@pytest.mark.parametrize("query", ["$.`path`", "$.a.`str()`"])
def test_parts_that_are_not_supported_are_refused_by_name(query: str) -> None:
    with pytest.raises(BadQuery, match="is not supported"):
        check(query)


@pytest.mark.parametrize("label", ["$id", "$ref", "$schema-version"])
def test_labels_with_a_dollar_sign(label: str) -> None:
    check(label)
    assert find(label, {label: 1, "id": 2}) == 1
    assert find(f"{label}.x", {label: {"x": 3}}) == 3
    assert find(f"a.{label}", {"a": {label: 4}}) == 4
    assert find(label, {"other": 1}) is UNSET


@pytest.mark.parametrize("label", ["two  blanks", " leading", "tab\there", "line\nbreak", "no\u00a0break"])
def test_a_label_with_blanks_matches_exactly_before_it_is_tidied(label: str) -> None:
    assert find(label, {label: 1, tidy(label): 2}) == 1
    assert find(label, {tidy(label): 2}) == 2


DEEP: Any = 1
for _ in range(100):
    DEEP = {"x": DEEP, "y": [DEEP] if _ < 12 else []}
WIDE = [{"a": {"b": [0] * 50}} for _ in range(2000)]


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("$..*..*", WIDE),
        ("$..*..*..*", DEEP),
        ("$..x..x..x", DEEP),
        ("$[?(@..b)]..*..*", WIDE),
        ("$..[?(@..*)]..*", WIDE),
        ("$..b[*]..*[*]..*", [WIDE, WIDE, WIDE]),
        ("$[*][0" + ",0" * 449 + "]", [[1]] * 1000),
        ("$..[" + ",".join(f"'n{number}'" for number in range(110)) + "]", [{}] * 3000),
        ("$.l[?($.a == $.b)]", {"l": [1] * 100, "a": [*range(5000)], "b": [*range(5000)]}),
        ("$.l[?($.a == $.b)]", {"l": [1] * 2000, "a": "x" * 2_000_000, "b": "y" * 2_000_000}),
        ("$.l[?($.a == $.b)]", {"l": [1] * 2000, "a": [["x" * 2_000_000]], "b": [["y" * 2_000_000]]}),
        ("$.l[?(@ > $.a)]", {"l": [Decimal("1.5")] * 1000, "a": int("7" * 4200)}),
        ("$.l[*] * $.a[*]", {"l": [int("7" * 4200)] * 1000, "a": [Decimal("1.5")] * 1000}),
        ("$.l[?($.a.`sorted`)]", {"l": [1] * 2000, "a": ["x" * 2_000_000, "y" * 2_000_000]}),
        ("$.l[?($.a[/n])]", {"l": [1] * 2000, "a": [{"n": "x" * 2_000_000}, {"n": "y" * 2_000_000}]}),
    ],
    ids=lambda each: each[:30] if isinstance(each, str) else "",
)
def test_a_query_that_looks_at_too_much_ends(query: str, answer: Any) -> None:
    check(query)
    with pytest.raises(TooMuchWork, match="300,000"):
        find(query, answer)


def test_the_queries_of_one_answer_share_a_budget() -> None:
    values = list(range(1000))
    assert take({f"v{number}": "$[*]" for number in range(200)}, values)["v99"] == values
    with pytest.raises(TooMuchWork):
        take({f"v{number}": "$[*]" for number in range(400)}, values)


def test_a_query_that_is_too_long_is_refused() -> None:
    check("$" + ".a" * 99)
    with pytest.raises(BadQuery, match="100 parts"):
        check("$" + ".a" * 101)
    with pytest.raises(BadQuery, match="1000 characters"):
        check("$" + ".a" * 500)


LABELLED = {"имя": "Anna", "naïve": {"$id": 1, "2fa": 2}, "items": [{"n": "a"}, {"n": "b"}], "Größe": [{"größe": 3}]}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("$.имя", "Anna"),
        ("$..имя", "Anna"),
        ("$.naïve.$id", 1),
        ("$.naïve['$id']", 1),
        ("$.naïve.2fa", 2),
        ("$.Größe[?(@.größe > 2)].größe", 3),
        ("$['имя']", "Anna"),
        ("items[].n", ["a", "b"]),
        ("$.items[].n", ["a", "b"]),
        ("$.items.length()", 2),
        ("$.items.size()", 2),
        ("items[ 1 ].n", "b"),
        ("items [1] .n", "b"),
        ("items[ * ].n", ["a", "b"]),
    ],
)
def test_labels_of_any_letters_and_how_other_systems_ask_for_many(query: str, found: Any) -> None:
    check(query)
    assert find(query, LABELLED) == found


@pytest.mark.parametrize(
    ("query", "right"),
    [
        ("$EXTCALL_2.response.items[0].n", r"write items\[0\].n"),
        ("${EXTCALL_2.response.n}", "write n"),
        ("$EXTCALL_12.response", "write \\$"),
        ("{{items[0].n}}", "write items"),
        ("${n}", "write n"),
    ],
)
def test_a_reference_in_place_of_a_query_is_refused_with_what_is_right(query: str, right: str) -> None:
    with pytest.raises(BadQuery, match=right):
        check(query)


@given(st.text(st.characters(categories=["L"]), min_size=1, max_size=8), st.integers())
def test_a_label_of_letters_is_found_by_its_path_and_by_jsonpath(label: str, value: int) -> None:
    for query in (label, f"$.{label}", f"$..{label}", f"a.{label}", f"$.a.{label}"):
        answer = {"a": {label: value}} if "a." in query else {label: value}
        assert find(query, answer) == value


def test_a_prefix_of_xml_is_no_part_of_a_label() -> None:
    answer = {"Envelope": {"Body": {"Eta": "Monday", "item": {"x": "1", "y": "2"}}}}
    queries = {"a": "s:Envelope.s:Body.m:Eta", "b": "$['s:Envelope']..Eta", "n": "$.Envelope.Body.item.`len`"}
    assert take(queries, answer, lone=True) == {"a": "Monday", "b": "Monday", "n": 1}
    assert take(queries, answer) == {"n": 2}


def test_an_expression_that_is_far_too_long_takes_nothing() -> None:
    assert find("['" * 500_000, {"a": 1}) is UNSET

"""What authors fill into the blocks of logic and data: what is refused, what is a mistake, what follows from it."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from ivr.actions.condition import Condition
from ivr.actions.percent_routing import PercentRouting
from ivr.actions.set_variables import SetVariables
from ivr.core.action import Action, Leave, Visit
from ivr.core.call import Call
from ivr.registry import AnyAction

action_of: TypeAdapter[Any] = TypeAdapter(AnyAction)


def made(kind: str, **fields: Any) -> Action[Any]:
    action: Action[Any] = action_of.validate_python({"type": kind, **fields})
    return action


def row(**fields: Any) -> dict[str, Any]:
    return {"variable": "$x", "value": "1", **fields}


def ports(action: Action[Any]) -> list[tuple[str, str]]:
    return [(port.id, port.label) for port in action.ports]


@pytest.mark.parametrize(
    ("kind", "fields", "found"),
    [
        ("set_variables", {"rows": [{"name": "a", "value": "007", "as": "number"}]}, []),
        ("set_variables", {"rows": [{"name": "a", "value": "x", "as": "number"}]}, ["wrong_kind rows[0].value"]),
        ("set_variables", {"rows": [{"name": "a", "value": "{", "as": "json"}]}, ["wrong_kind rows[0].value"]),
        ("set_variables", {"rows": [{"name": "a", "value": "$x{", "as": "json"}]}, []),
        (
            "set_variables",
            {"rows": [{"name": "a", "value": "maybe", "as": "true-false"}]},
            ["wrong_kind rows[0].value"],
        ),
        ("compute", {"first": "1", "second": "$x"}, []),
        ("compute", {"first": "one", "second": ""}, ["not_a_number first", "not_a_number second"]),
        ("compute", {"first": "1", "operation": "round"}, []),
        ("compute", {"first": "1", "second": "0.0", "operation": "divide"}, ["by_zero second"]),
        ("text_operations", {"operation": "first", "text": "$x", "count": "2"}, []),
        ("text_operations", {"operation": "first", "text": "$x", "count": "0"}, ["not_a_number count"]),
        ("text_operations", {"operation": "upper_case", "text": "$x", "count": "0"}, []),
        ("text_operations", {"operation": "substring", "text": "$x", "start": "a"}, ["not_a_number start"]),
        ("text_operations", {"operation": "replace", "text": "$x"}, ["nothing_sought search"]),
        ("condition", {"rows": [row(), row(variable="two words")]}, ["no_variable rows[1].variable"]),
        ("switch", {"cases": [row(label="A"), row(label="B", operator="between")]}, ["no_value cases[1].to"]),
        ("switch", {"cases": [row(label="A b"), row(label="a-B")]}, ["row_twice cases[1].label"]),
        ("switch", {"cases": [row(label="A"), row(label="A", id="other")]}, []),
        ("switch", {"cases": [row(label="Default")]}, ["row_twice cases[0].label"]),
        ("percent_routing", {"shares": [{"label": "A", "percent": 100}, {"label": "B", "percent": 0}]}, []),
        (
            "percent_routing",
            {"shares": [{"label": "A", "percent": 60}, {"label": "B", "percent": 41}]},
            ["over_100 shares"],
        ),
        ("percent_routing", {"shares": [{"label": "A", "percent": 0}]}, ["no_shares shares"]),
        ("percent_routing", {"shares": [{"label": "A", "percent": 1}] * 2}, ["row_twice shares[1].label"]),
        ("schedule", {}, []),
        ("schedule", {"hours": []}, ["never_open hours"]),
        (
            "schedule",
            {"hours": [], "dates": [{"date": "12-24", "state": "open", "opens": "09:00", "closes": "12:00"}]},
            [],
        ),
        ("schedule", {"hours": [{"opens": "09:00", "closes": "09:00"}]}, ["no_time hours[0].closes"]),
        ("schedule", {"hours": [{"opens": "00:00", "closes": "24:00"}]}, []),
        ("schedule", {"country": "DE", "subdivision": "BY"}, []),
        ("schedule", {"country": "XX"}, ["unknown_country country"]),
        ("schedule", {"country": "DE", "subdivision": "by"}, ["unknown_subdivision subdivision"]),
        ("schedule", {"subdivision": "BY"}, ["no_country country"]),
        ("schedule", {"dates": [{"date": "12-24", "opens": "09:00"}]}, ["hours_unused dates[0].opens"]),
        ("schedule", {"dates": [{"date": "12-24", "state": "open", "opens": "09:00"}]}, ["half_hours dates[0].closes"]),
        (
            "schedule",
            {"dates": [{"date": "12-24", "state": "open", "opens": "09:00", "closes": "09:00"}]},
            ["no_time dates[0].closes"],
        ),
        ("schedule", {"dates": [{"date": "12-24"}, {"date": "12-24", "state": "open"}]}, ["date_twice dates[1].date"]),
        ("schedule", {"dates": [{"date": "12-24", "state": "open"}] * 2}, []),
    ],
)
def test_mistakes_are_found_where_they_are(kind: str, fields: dict[str, Any], found: list[str]) -> None:
    problems = list(made(kind, **fields).problems())
    assert [f"{problem.code} {problem.path}" for problem in problems] == found
    assert all(problem.hint for problem in problems)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("set_variables", {"rows": []}),
        ("set_variables", {"rows": [{"name": "1st"}]}),
        ("set_variables", {"rows": [{"name": "a", "as": "date"}]}),
        ("set_variables", {"rows": [{"name": "a", "as_": "text"}]}),
        ("counter", {"name": "a b"}),
        ("counter", {"step": 0}),
        ("compute", {"first": "1", "decimals": 7}),
        ("condition", {"rows": []}),
        ("condition", {"rows": [row(operator="eval")]}),
        ("switch", {"cases": [row()]}),
        ("switch", {"cases": [row(label="A", id="a b")]}),
        ("percent_routing", {"shares": [{"label": "A", "percent": 101}]}),
        ("percent_routing", {"shares": [{"label": "A", "percent": -1}]}),
        ("percent_routing", {"shares": [{"label": str(number), "percent": 1} for number in range(11)]}),
        ("schedule", {"hours": [{"days": []}]}),
        ("schedule", {"hours": [{"days": ["Mon"]}]}),
        ("schedule", {"hours": [{"opens": "9"}]}),
        ("schedule", {"dates": [{"date": "2026-02-30"}]}),
        ("schedule", {"time_zone": "Mars/Base"}),
    ],
)
def test_what_makes_no_sense_is_refused(kind: str, fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        made(kind, **fields)


def test_a_way_out_keeps_its_name_when_rows_change_places() -> None:
    cases = [row(label="New customer"), row(label="Größe"), row(label="Renamed", id="vip"), row(label="!?")]
    there, back = made("switch", cases=cases), made("switch", cases=cases[::-1])
    assert ports(there) == [
        ("new_customer", "New customer"),
        ("grösse", "Größe"),
        ("vip", "Renamed"),
        ("row", "!?"),
        ("default", "Default"),
    ]
    assert sorted(ports(back)) == sorted(ports(there))


def test_only_what_can_fail_has_a_port_for_it() -> None:
    assert ports(made("text_operations", operation="upper_case", text="$x")) == [("success", "On Success")]
    assert len(ports(made("text_operations", operation="digits_only", text="$x"))) == 2


def test_the_first_port_of_a_condition_says_what_is_needed() -> None:
    fields = {"rows": [row()]}
    assert ports(Condition.model_validate(fields))[0] == ("true", "If All Conditions True")
    assert ports(Condition.model_validate({**fields, "match": "any"}))[0] == ("true", "If Any Condition True")


def test_a_variable_is_one_with_or_without_its_dollar_sign() -> None:
    rows = [row(variable=text) for text in ("EXTCALL_3.list[0].x", " x ", "$x", "${x}")]
    written = [each.variable.text for each in Condition.model_validate({"rows": rows}).rows]
    assert written == ["$EXTCALL_3.list[0].x", "$x", "$x", "${x}"]


def test_rows_know_what_the_rows_above_set() -> None:
    rows = [{"name": "a", "value": "$ANI"}, {"name": "b", "value": "$a.x, $c and $b"}, {"name": "c", "value": "$a"}]
    action = SetVariables.model_validate({"rows": rows})
    references = [(path, list(template.references)) for path, template in action.templates]
    assert references == [("rows[0].value", ["ANI"]), ("rows[1].value", ["c", "b"])]
    assert action.model_dump()["rows"][0] == {"name": "a", "value": "$ANI", "as": None}


@pytest.mark.parametrize(
    ("kind", "fields", "names"),
    [
        ("set_variables", {"rows": [{"name": "a"}, {"name": "b"}]}, ["a", "b"]),
        ("counter", {"name": "tries"}, ["value", "tries"]),
        ("counter", {}, ["value"]),
        ("compute", {"first": "1", "name": "total"}, ["Result", "error", "total"]),
        ("text_operations", {"operation": "trim", "text": "$x", "name": "zip"}, ["result", "error", "zip"]),
    ],
)
def test_what_a_block_sets_is_known(kind: str, fields: dict[str, Any], names: list[str]) -> None:
    assert [sets.name for sets in made(kind, **fields).variables()] == names


def test_shares_are_what_they_say() -> None:
    """Drawn a thousand times, each by its own call, the shares come out as they were wanted, give or take."""
    shares = [{"label": "none", "percent": 0}, {"label": "A", "percent": 50}, {"label": "B", "percent": 30}]
    action = PercentRouting.model_validate({"shares": shares})
    went: dict[str, int] = {}
    for number in range(1000):
        left = action.enter(Visit(Call(f"CA{number}", "a-flow", 1), 3, at=0))
        assert isinstance(left, Leave)
        went[left.port] = went.get(left.port, 0) + 1
    assert sorted(went) == ["a", "b", "default"]
    assert 450 < went["a"] < 550
    assert 250 < went["b"] < 350

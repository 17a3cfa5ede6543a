"""Loops that never wait: found before they are run, and stopped when they are."""

import pytest

from ivr.flow.check import check
from ivr.flow.model import Flow
from tests.story.flows import Row, asks, drawn, ends, says, starts, texts
from tests.story.line import Line


def counts(to: int, name: str | None = None) -> Row:
    return {"action": {"type": "counter", "name": name}, "exits": {"next": to}}


def compares(variable: str, met: int | None, otherwise: int | None, operator: str = "less", value: str = "3") -> Row:
    row = {"variable": variable, "operator": operator, "value": value}
    exits = {port: to for port, to in (("true", met), ("false", otherwise)) if to is not None}
    return {"action": {"type": "condition", "rows": [row]}, "exits": exits}


def by_chance(way: int, default: int) -> Row:
    shares = [{"label": "Half", "percent": 50}]
    return {"action": {"type": "percent_routing", "shares": shares}, "exits": {"half": way, "default": default}}


def loops(flow: Flow) -> list[tuple[str, str, int, str]]:
    """Code, level, block and message of each."""
    codes = ("endless_loop", "loop_without_wait")
    return [(each.code, each.level, each.block, each.message) for each in check(flow) if each.code in codes]


@pytest.mark.parametrize(
    ("flow", "way"),
    [
        (drawn(starts(), says("Again.", 2)), "2 → 2"),
        (drawn(starts(), says("A", 3), says("B", 4), says("C", 3)), "3 → 4 → 3"),
        (drawn(starts(), compares("$ANI", 3, 4, "starts_with", "+"), says("Again.", 2), ends()), "2 → 3 → 2"),
        (drawn(starts(), counts(3), compares("$ANI", 2, 4, "starts_with", "+"), ends()), "2 → 3 → 2"),
        (drawn(starts(), compares("$COUNTER_3.value", 3, 3), counts(2)), "2 → 3 → 2"),
        (
            drawn(starts(), *(says("x", number + 1) for number in range(2, 12)), says("x", 2)),
            "2 → 3 → 4 → 5 → 6 → 7 → 8 → … → 2",
        ),
    ],
)
def test_what_can_never_end_is_an_error(flow: Flow, way: str) -> None:
    assert loops(flow) == [
        ("endless_loop", "error", int(way[0]), f"A call that goes round here does so for ever: {way}.")
    ]
    line = Line(flow).rings()
    assert line.problems == ["endless_loop"]
    assert line.call.status == "ended"


@pytest.mark.parametrize(
    "flow",
    [
        drawn(starts(), counts(3), says("Again.", 4), compares("$COUNTER_2.value", 2, 5), ends()),
        drawn(starts(), counts(3, "tries"), compares("$tries", 2, 4), ends()),
        drawn(starts(), says("Again.", 3), by_chance(2, 4), ends()),
        drawn(starts(), counts(3), compares("$COUNTER_2.value", 2, None)),
    ],
)
def test_what_may_end_is_a_warning(flow: Flow) -> None:
    ((code, level, block, message),) = loops(flow)
    assert (code, level, block) == ("loop_without_wait", "warning", 2)
    assert message.startswith("The call goes round without waiting for anything: 2 → ")
    assert "endless_loop" not in Line(flow).rings().problems


@pytest.mark.parametrize(
    "flow",
    [
        drawn(starts(), asks(3, 2), ends()),
        drawn(starts(), says("Again.", 3), asks(4, 2), ends()),
        drawn(starts(), texts("Hi.", 2, 2)),
        drawn(starts(), ends(), says("Nobody comes here.", 3)),
        drawn(starts(), compares("$ANI", 3, 3), says("Two ways to one place.", 4), ends()),
    ],
)
def test_these_are_none(flow: Flow) -> None:
    assert loops(flow) == []


def test_a_circle_that_waits_is_none_and_one_beside_it_is() -> None:
    flow = drawn(starts(), asks(3, 2), says("A", 4), says("B", 3))
    assert [(code, block) for code, _, block, _ in loops(flow)] == [("endless_loop", 3)]

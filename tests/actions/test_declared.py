"""What actions say of themselves, against what they do in their golden cases."""

from typing import Any

import pytest

from ivr.core.action import Leave, Visit, Wait
from ivr.core.call import Call
from ivr.core.effects import Question
from ivr.core.values import parse_json
from tests.actions.test_golden import BLOCK, GOLDEN, TYPES, action_of, reply

CASES = [
    pytest.param(case, id=f"{name}: {case['case']}")
    for name in TYPES
    if (GOLDEN / f"{name}.json").exists()
    for case in parse_json((GOLDEN / f"{name}.json").read_bytes())
]


def decided(case: dict[str, Any]) -> tuple[Any, Any]:
    """The action, and its outcome."""
    action = action_of.validate_python(case["action"])
    call = Call("CA1", "a-flow", 1, block=BLOCK, attempt=case.get("attempt", 1), variables=case.get("variables", {}))
    visit = Visit(call, BLOCK, at=0)
    return action, action.resume(visit, reply(case["reply"])) if "reply" in case else action.enter(visit)


@pytest.mark.parametrize("case", CASES)
def test_what_waits_says_so(case: dict[str, Any]) -> None:
    """Else a loop through it would be called endless, and a question to nobody would not be found."""
    action, outcome = decided(case)
    if isinstance(outcome, Wait):
        stay = action.stay()
        assert stay.outside
        assert stay.wait > 0
        assert stay.asks == isinstance(outcome.effect, Question)
        assert stay.silence <= stay.wait


@pytest.mark.parametrize("case", CASES)
def test_what_is_set_is_declared(case: dict[str, Any]) -> None:
    """And what is declared as sure is set: all but what an API may leave out of its answer."""
    action, outcome = decided(case)
    if not isinstance(outcome, Leave) or (action.card.trigger and "reply" not in case):
        return
    declared = {sets.name: sets for sets in action.variables()}
    passed_along = case.get("reply", {}).get("inputs", {})
    assert set(outcome.set) | set(outcome.share) <= {*declared, *passed_along}
    left_out = {each["name"] for each in case["action"].get("response_variables", ())}
    sure = {name for name, sets in declared.items() if not sets.ports or outcome.port in sets.ports}
    assert sure - left_out - set(outcome.set) - set(outcome.share) == set()

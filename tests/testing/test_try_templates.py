"""The scenarios that come with the templates: each passes, and each can fail."""

from importlib.resources import files

import pytest

from ivr.flow.read import read
from ivr.flow.templates import templates
from ivr.testing.scenario import Scenario, read_scenarios
from ivr.testing.trying import attempt

FOLDER = files("ivr.flow.templates")
CASES = [
    pytest.param(each.text, scenario, id=f"{each.id}: {scenario.name}")
    for each in templates()
    for scenario in read_scenarios((FOLDER / f"{each.id}.scenario.yaml").read_text("utf-8"))
]


@pytest.mark.parametrize(("text", "scenario"), CASES)
def test_a_template_does_what_its_scenario_says(text: str, scenario: Scenario) -> None:
    flow, problems = read(text)
    assert flow is not None
    assert not problems
    tried = attempt(flow, scenario)
    assert not tried.failures, "\n".join((*tried.failures, *tried.timeline))
    assert not tried.notes


@pytest.mark.parametrize(("text", "scenario"), CASES)
def test_and_tells_when_it_does_not(text: str, scenario: Scenario) -> None:
    flow, _ = read(text)
    assert flow is not None
    wrong = scenario.model_copy(update={"expect": scenario.expect.model_copy(update={"heard": ("Nobody says this",)})})
    assert attempt(flow, wrong).failures == ("expected to hear “Nobody says this”",)

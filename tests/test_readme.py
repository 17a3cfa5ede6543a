"""The README keeps what it promises."""

import re
from pathlib import Path

import pytest

from ivr.cli import ivr
from ivr.cli.docs import renew
from ivr.flow.read import read

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^( *)```(\w*)\n(.*?)^ *```$", README, re.MULTILINE | re.DOTALL)
FLOWS = [text for _, kind, text in BLOCKS if kind == "json"]
SHELL = "\n".join(text for _, kind, text in BLOCKS if kind == "sh")


def test_what_is_made_from_the_code_is_fresh() -> None:
    assert renew(README) == README, "renew it with: ivr docs README.md"


def test_it_begins_with_two_commands_that_are_each_complete() -> None:
    first, second, *_ = [text.strip() for _, kind, text in BLOCKS if kind == "sh"]
    assert first == "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/ivr demo"
    assert second == "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/pytest"


@pytest.mark.parametrize("text", FLOWS, ids=range(len(FLOWS)))
def test_its_flows_can_be_published(text: str) -> None:
    flow, problems = read(text)
    assert flow is not None
    assert problems == []


def test_its_commands_exist() -> None:
    named = set(re.findall(r"(?:^|`| )ivr ([a-z]+)", README)) - {"is"}
    assert len(FLOWS) == 2
    assert named <= set(ivr.commands) | {"will"}, named - set(ivr.commands)
    assert {"demo", "serve", "call", "check", "flow", "numbers", "twilio", "webcall", "secret"} <= named

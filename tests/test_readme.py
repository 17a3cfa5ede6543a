"""The README keeps what it promises: it is short and has two complete commands. Its code is run in tests/docs."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_it_begins_with_two_commands_that_are_each_complete() -> None:
    first, second, *_ = re.findall(r"^```sh\n(.*?)\n```$", README, re.MULTILINE | re.DOTALL)
    assert first == "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/ivr demo"
    assert second == "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/pytest"


def test_its_first_line_that_ends_in_pytest_is_what_ci_runs() -> None:
    command = next(line for line in README.splitlines() if line.endswith("pytest"))
    assert command == "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/pytest"


def test_it_is_short_and_shows_one_picture() -> None:
    assert len(README.encode()) <= 8_000
    assert len(re.findall(r"!\[[^]]+\]\(", README)) == 1


def test_a_real_number_takes_five_steps() -> None:
    steps = README.partition("## A real number in five steps")[2].partition("## ")[0]
    assert re.findall(r"^(\d)\. ", steps, re.MULTILINE) == ["1", "2", "3", "4", "5"]

"""The table of threats names tests that are there, and one for each threat."""

import ast
import re
from functools import cache

import pytest

from tests.docs.reading import ROOT, read

_test = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
HEADING = "## Threats and tests\n"


def rows() -> list[list[str]]:
    """The cells of each row: who, what they want, what stops them, and what shows it."""
    section = read("security").partition(HEADING)[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_there_are_threats() -> None:
    found = rows()
    assert len(found) > 20
    assert found[0][0], "somebody must be the first"


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[1])
def test_each_threat_is_stopped_and_shown_by_tests_that_are_there(row: list[str]) -> None:
    assert len(row) == 4
    assert all(row[1:3])
    named = _test.findall(row[3])
    assert named
    assert not _test.sub("", row[3]).strip(), "nothing but tests"
    for file, name in named:
        assert name in names_in(file), f"{file} has no {name}"

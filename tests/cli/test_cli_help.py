"""Every command tells what it does."""

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from ivr.cli import ivr


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    """The words of every command there is."""
    yield path
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        else:
            yield (*path, name)


@pytest.mark.parametrize("words", [*commands(ivr)], ids=" ".join)
def test_every_command_has_help(words: tuple[str, ...]) -> None:
    for flag in ("--help", "-h"):
        result = CliRunner().invoke(ivr, [*words, flag])
        assert result.exit_code == 0
        about = result.output.split("\n\n")[1]
        assert about.strip().endswith((".", ":"))


@pytest.mark.parametrize("words", [["nonsense"], ["flow", "nonsense"], ["serve", "--nonsense"], ["check"]])
def test_misuse_is_told_in_a_sentence(words: list[str]) -> None:
    result = CliRunner().invoke(ivr, words)
    assert result.exit_code == 2
    assert "Error: " in result.output


def test_there_is_a_version() -> None:
    assert CliRunner().invoke(ivr, ["--version"]).output.strip()

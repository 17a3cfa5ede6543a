"""Every command tells what it does."""

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from ivr.cli import COMMANDS, ivr


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    """The words of every command there is."""
    yield path
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        else:
            yield (*path, name)


@pytest.mark.parametrize("words", [*commands(ivr)], ids=" ".join)
def test_every_command_has_help(words: tuple[str, ...]) -> None:
    """Commands are called through `ivr` in all tests: click keeps the flags for help from a command's first use."""
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


def test_the_table_of_commands_has_their_own_names() -> None:
    """What a command is called stands in the table, and with the command itself."""
    context = click.Context(ivr)
    found = {name: ivr.get_command(context, name) for name in COMMANDS}
    assert {name: command.name for name, command in found.items() if command} == {name: name for name in COMMANDS}
    assert ivr.get_command(context, "nonsense") is None


def test_there_is_a_version() -> None:
    assert CliRunner().invoke(ivr, ["--version"]).output.strip()

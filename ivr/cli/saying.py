"""What commands print. Each prints here: what a stranger wrote reaches the terminal as letters, and as nothing else."""

import io
import sys
from typing import NamedTuple

import click

from ivr.printable import in_json, in_line


class Styled(NamedTuple):
    """Words of ours in a colour that click knows."""

    words: str
    color: str


def say(*pieces: str | Styled, err: bool = False) -> None:
    """Print one line, on standard error where `err` says so. Tabs in it stay."""
    click.echo("".join(map(_piece, pieces)), err=err)


def say_lines(text: str, *, err: bool = False) -> None:
    """Print a text whose line breaks are meant."""
    click.echo(in_line(text, "\t\n"), err=err)


def say_json(text: str) -> None:
    """Print a JSON text."""
    click.echo(in_json(text))


def say_exactly(text: str) -> None:
    """Print a text that programs read, such as a scenario: letter by letter, unless a person reads it in a terminal."""
    click.echo(in_line(text, "\t\n") if sys.stdout.isatty() else text)


def say_error(error: click.ClickException) -> None:
    """Print what click says of an error, which quotes what was typed."""
    told = io.StringIO()
    error.show(told)
    say_lines(told.getvalue().removesuffix("\n"), err=True)


def confirm(question: str) -> None:
    """Ask, and end the command unless the answer is yes."""
    click.confirm(in_line(question), abort=True)


def ask_hidden(words: str, again: str = "") -> str:
    """Ask for what is not shown as it is typed, and once more with the words `again`, if any."""
    typed: str = click.prompt(words, hide_input=True, confirmation_prompt=again or False, err=True)
    return typed


def _piece(piece: str | Styled) -> str:
    return click.style(piece.words, fg=piece.color) if isinstance(piece, Styled) else in_line(piece, "\t")

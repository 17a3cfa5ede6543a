"""What commands share that read flow files: what is in a file, and the problems to print."""

import os
from collections.abc import Sequence
from pathlib import Path

import click

from ivr.cli.saying import say
from ivr.core.problem import Problem
from ivr.flow.model import Flow
from ivr.flow.read import read


def read_file(path: Path, forgiven: str = "") -> Flow:
    """The flow in a file. Its problems are printed; errors end the command, but those whose code is `forgiven`."""
    return read_text(path, text_in(path), forgiven)


def text_in(path: Path) -> bytes:
    """What is in a file; one that can't be read ends the command."""
    try:
        return path.read_bytes()
    except OSError as error:
        say(f"Error: {path} can't be read: {error.strerror}.", err=True)
        raise click.exceptions.Exit(1) from None


def write_closed(path: Path, text: str) -> None:
    """Write what callers said, or an API about them. A new file is for its user alone."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def read_text(source: Path | str, text: bytes, forgiven: str = "") -> Flow:
    """The flow in a text. Its problems are printed; errors end the command, but those whose code is `forgiven`."""
    flow, problems = read(text)
    report(source, [problem for problem in problems if problem.code != forgiven], also=flow is None)
    if flow is None:
        raise click.exceptions.Exit(1)
    return flow


def report(source: Path | str, problems: Sequence[Problem], *, also: bool = False) -> None:
    """Print problems; errors among them end the command, or `also` does."""
    for problem in problems:
        say(f"{source}: {problem}", err=True)
    if also or any(problem.level == "error" for problem in problems):
        raise click.exceptions.Exit(1)

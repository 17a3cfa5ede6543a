"""The command that tells what is wrong with flow files."""

import json
from pathlib import Path
from typing import Any

import click
import msgspec

from ivr.cli.files import text_in
from ivr.cli.saying import say, say_json
from ivr.core.counted import counted
from ivr.core.problem import Problem
from ivr.flow.model import Flow
from ivr.flow.read import read
from ivr.flow.silence import Audit, audit

SHOWN = 8
"""Blocks of a long way that are named."""


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list, one object for each file, for programs.")
def check(files: tuple[Path, ...], as_json: bool) -> None:
    """Tell every mistake in flow FILES: the block, the field, and what to do.

    Then how long callers wait, at worst: the longest silence, and the longest wait between two questions. Errors end
    the command with exit code 1; warnings don't. What a flow needs from elsewhere, such as audio and secrets, is
    looked for by `ivr flow publish`.
    """
    told: list[dict[str, Any]] = []
    sound = True
    for path in files:
        try:
            text = text_in(path)
        except click.exceptions.Exit:
            sound = False
            continue
        flow, problems = read(text)
        publishable = flow is not None and all(problem.level != "error" for problem in problems)
        sound = sound and publishable
        if as_json:
            told.append(_data(path, flow, problems))
        else:
            _print(path, flow, problems, publishable=publishable)
    if as_json:
        say_json(json.dumps(told, indent=2, ensure_ascii=False))
    if not sound:
        raise click.exceptions.Exit(1)


def _print(path: Path, flow: Flow | None, problems: list[Problem], *, publishable: bool) -> None:
    for problem in problems:
        say(f"{path}: {problem}", err=True)
    if flow is not None and publishable:
        say(f"{path}: “{flow.name}”, {counted(len(flow.blocks), 'block')}, can be published.")
    if flow is not None:
        say(f"{path}: {summary(flow, audit(flow))}")


def summary(flow: Flow, waits: Audit) -> str:
    """How long callers wait, in a sentence."""
    if not waits.longest_wait:
        return "callers never wait for anything but their own answers."
    shown = [_name(flow, number) for number in waits.path]
    if len(shown) > SHOWN:
        shown[SHOWN - 2 : -1] = [f"… ({len(shown) - SHOWN + 1} more)"]
    wait = f"longest wait {waits.longest_wait:g} s: {' → '.join(shown)}"
    if not waits.longest_silence:
        return f"no silence; {wait}."
    return f"longest silence {waits.longest_silence:g} s at {_name(flow, waits.at_block)}; {wait}."


def _name(flow: Flow, number: int) -> str:
    block = flow.by_number[number]
    return f"{number} “{block.title or block.action.card.title}”"


def _data(path: Path, flow: Flow | None, problems: list[Problem]) -> dict[str, Any]:
    """The same for programs; without an audit when the file can't be read as a flow."""
    waits = msgspec.to_builtins(audit(flow)) if flow is not None else None
    shown = [{name: getattr(problem, name) for name in Problem.__struct_fields__} for problem in problems]
    return {"file": str(path), "problems": shown, "audit": waits}

"""What commands share: the store to work on, flow files to read, problems to print."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from ivr.app import stored
from ivr.authoring import Desk, NotReady
from ivr.core.problem import Problem
from ivr.flow.model import Flow
from ivr.flow.read import read
from ivr.settings import load
from ivr.sound.library import Library
from ivr.store import Store

T = TypeVar("T")


def with_store(work: Callable[[Store], Awaitable[T]]) -> T:
    """Do some work on the store that the settings name."""

    async def whole() -> T:
        async with stored(load()) as store:
            return await work(store)

    return asyncio.run(whole())


def read_file(path: Path, forgiven: str = "") -> Flow:
    """The flow in a file. Its problems are printed; errors end the command, but those whose code is `forgiven`."""
    return read_text(path, text_in(path), forgiven)


def text_in(path: Path) -> bytes:
    """What is in a file; one that can't be read ends the command."""
    try:
        return path.read_bytes()
    except OSError as error:
        click.echo(f"Error: {path} can't be read: {error.strerror}.", err=True)
        raise click.exceptions.Exit(1) from None


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
        click.echo(f"{source}: {problem}", err=True)
    if also or any(problem.level == "error" for problem in problems):
        raise click.exceptions.Exit(1)


async def publish_draft(store: Store, flow_id: str, seen: int | None = None, note: str = "", author: str = "") -> int:
    """Publish a draft and print what is left to do. Print what is wrong with one that is not ready, and end the
    command."""
    try:
        done = await Desk(store, Library().shipped).publish(flow_id, seen, author=author, note=note)
    except NotReady as error:
        report(flow_id, [problem for problem in error.problems if problem.level == "error"])
        raise
    report(flow_id, done.left)
    return done.revision

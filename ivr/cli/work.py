"""What commands share: the store to work on, flow files to read, problems to print."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click

from ivr.app import stored
from ivr.core.problem import Problem
from ivr.flow.check import check
from ivr.flow.model import Flow
from ivr.flow.read import read, read_document
from ivr.settings import load
from ivr.store import NotReady, Store
from ivr.store.knowledge import known

T = TypeVar("T")
AFTERWARDS = {"no_number", "unpublished_flow"}
"""Warnings about what is left to do once a flow is published."""


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


def report(source: Path | str, problems: list[Problem], *, also: bool = False) -> None:
    """Print problems; errors among them end the command, or `also` does."""
    for problem in problems:
        click.echo(f"{source}: {problem}", err=True)
    if also or any(problem.level == "error" for problem in problems):
        raise click.exceptions.Exit(1)


async def publish_draft(store: Store, flow_id: str, seen: int | None = None, note: str = "", author: str = "") -> int:
    """Publish a draft that is without errors, and finds what it needs in the store; print what is wrong with one that
    is not, and end the command."""
    draft = await store.flows.draft(flow_id)
    flow, problems = read_document(draft.document)
    if flow is not None:
        problems = check(flow, await known(store, flow))
    report(flow_id, [problem for problem in problems if problem.level == "error" or problem.code in AFTERWARDS])
    try:
        return await store.flows.publish(flow_id, draft.version if seen is None else seen, author=author, note=note)
    except NotReady as error:
        report(flow_id, list(error.problems), also=True)
        raise

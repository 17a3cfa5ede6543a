"""What commands share that work on the store directly, whether a server runs or not."""

import asyncio
import getpass
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import click

from ivr.authoring import Desk, NotReady
from ivr.cli.files import report
from ivr.settings import load
from ivr.sound.library import Library
from ivr.store import Store
from ivr.store.audit_trail import Actor, done_by
from ivr.store.opening import stored

T = TypeVar("T")


def with_store(work: Callable[[Store], Awaitable[T]]) -> T:
    """Do some work on the store that the settings name. The audit trail has who did it, and that it was done here."""

    async def whole() -> T:
        with done_by(Actor(author(), "the command line")):
            async with stored(load()) as store:
                return await work(store)

    return asyncio.run(whole())


def author() -> str:
    """Who runs the command: as `ivr --as` says, else who is logged in; empty when unknown."""
    context = click.get_current_context(silent=True)
    named = context.find_root().params.get("as_") if context is not None else None
    if named:
        return str(named)
    with suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return ""


async def publish_draft(store: Store, flow_id: str, seen: int | None = None, note: str = "") -> int:
    """Publish a draft and print what is left to do. Print what is wrong with one that is not ready, and end the
    command."""
    try:
        done = await Desk(store, Library().shipped).publish(flow_id, seen, note=note)
    except NotReady as error:
        report(flow_id, [problem for problem in error.problems if problem.level == "error"])
        raise
    report(flow_id, done.left)
    return done.revision

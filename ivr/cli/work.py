"""What commands share that work on the store directly, whether a server runs or not."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from ivr.authoring import Desk, NotReady
from ivr.cli.files import report
from ivr.settings import load
from ivr.sound.library import Library
from ivr.store import Store
from ivr.store.opening import stored

T = TypeVar("T")


def with_store(work: Callable[[Store], Awaitable[T]]) -> T:
    """Do some work on the store that the settings name."""

    async def whole() -> T:
        async with stored(load()) as store:
            return await work(store)

    return asyncio.run(whole())


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

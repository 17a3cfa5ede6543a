"""Long work of authors, done aside: a few at a time, so that it never takes all the threads that answers of APIs are
read in, nor most of the time that calls need."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
HANDS = 2
"""Pieces of work that are done at once; others wait for their turn."""
_hands = ThreadPoolExecutor(HANDS, "authoring")


async def aside(work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """What some work gives, or raises, that is done in a thread."""
    task = partial(copy_context().run, partial(work, *args, **named))
    return await asyncio.get_running_loop().run_in_executor(_hands, task)

"""The end of what is kept: each kind has its own number of days."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from ivr.runtime.ports import Clock
from ivr.runtime.trouble import report

log = logging.getLogger(__name__)

DAY = 86_400_000
EVERY = 3600.0
"""Seconds between looks for what is old."""
PAUSE = 0.2
"""Seconds between the pieces of one look, which are for the calls of today."""


class Forgetting(Protocol):
    """Where something is kept that gets old. `kind`: what, as the log calls it."""

    kind: str

    async def forget(self, before: int) -> int:
        """Delete some of what began and ended before then; how many it were, 0 when there are no more."""
        ...


async def keep_tidy(kept: Sequence[tuple[Forgetting, int]], clock: Clock, look: Callable[[], Awaitable[None]]) -> None:
    """Forget what is older than so many days, for ever; with 0 days never. Before each time `look` is called."""
    while True:
        try:
            await look()
        except Exception as error:
            report(log, error, "what is kept could not be looked at; trying again in %g s", EVERY)
        for each, days in kept:
            if days:
                await _keep_tidy(each, clock, days)
        await clock.sleep(EVERY)


async def forget_older(kept: Sequence[Forgetting], clock: Clock, days: int) -> int:
    """Forget what is older than so many days; how many rows of the first kind it were."""
    before = clock.now() - days * DAY
    gone = [await _forget(each, clock, before) for each in kept]
    for each, count in zip(kept, gone, strict=True):
        if count:
            log.info("%d %s older than %d days were deleted", count, each.kind, days)
    return gone[0]


async def _keep_tidy(kept: Forgetting, clock: Clock, days: int) -> None:
    """One that fails does not keep the others from theirs."""
    try:
        await forget_older([kept], clock, days)
    except Exception as error:
        report(log, error, "%s that are old could not be deleted; trying again in %g s", kept.kind, EVERY)


async def _forget(kept: Forgetting, clock: Clock, before: int) -> int:
    gone = 0
    while piece := await kept.forget(before):
        gone += piece
        await clock.sleep(PAUSE)
    return gone

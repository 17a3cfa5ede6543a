"""The end of what is kept of calls, and of starts that other systems asked for."""

import logging
from collections.abc import Sequence
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
    """Where something is kept that gets old."""

    async def forget(self, before: int) -> int:
        """Delete some of what began and ended before then; how many it were, 0 when there are no more."""
        ...


async def keep_tidy(kept: Sequence[Forgetting], clock: Clock, days: int) -> None:
    """Forget what is older than so many days, for ever; with 0 days never."""
    while days:
        try:
            await forget_older(kept, clock, days)
        except Exception as error:
            report(log, error, "what is old could not be deleted; trying again in %g s", EVERY)
        await clock.sleep(EVERY)


async def forget_older(kept: Sequence[Forgetting], clock: Clock, days: int) -> int:
    """Forget what is older than so many days; how many rows of the first kind it were."""
    before = clock.now() - days * DAY
    gone = [await _forget(each, clock, before) for each in kept]
    if gone[0]:
        log.info("%d calls older than %d days were deleted", gone[0], days)
    return gone[0]


async def _forget(kept: Forgetting, clock: Clock, before: int) -> int:
    gone = 0
    while piece := await kept.forget(before):
        gone += piece
        await clock.sleep(PAUSE)
    return gone

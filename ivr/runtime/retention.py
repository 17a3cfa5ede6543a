"""The end of what is kept of calls."""

import logging
from typing import Protocol

from ivr.runtime.ports import Clock

log = logging.getLogger(__name__)

DAY = 86_400_000
EVERY = 3600.0
"""Seconds between looks for old calls."""
PAUSE = 0.2
"""Seconds between the pieces of one look, which are for the calls of today."""


class Forgetting(Protocol):
    """Where calls are kept."""

    async def forget(self, before: int) -> int:
        """Delete some of the calls that began and ended before then; how many it were, 0 when there are no more."""
        ...


async def keep_tidy(history: Forgetting, clock: Clock, days: int) -> None:
    """Forget calls that are older than so many days, for ever; with 0 days never."""
    while days:
        try:
            await forget_older(history, clock, days)
        except Exception:
            log.exception("old calls could not be deleted; trying again in %g s", EVERY)
        await clock.sleep(EVERY)


async def forget_older(history: Forgetting, clock: Clock, days: int) -> int:
    """Forget calls that are older than so many days; how many it were."""
    before = clock.now() - days * DAY
    gone = 0
    while piece := await history.forget(before):
        gone += piece
        await clock.sleep(PAUSE)
    if gone:
        log.info("%d calls older than %d days were deleted", gone, days)
    return gone

"""Calls that are over become known by their words: beside the calls of now, and never in their way."""

import logging
from typing import Protocol

from ivr.runtime.ports import Clock
from ivr.runtime.trouble import report

log = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds between looks for calls that have ended."""
PAUSE = 0.2
"""Seconds between the pieces of one look, which are for the calls of now."""


class Indexing(Protocol):
    """Where calls are kept that are found by their words."""

    async def index(self) -> int:
        """Read the words of some calls that are over; how many, 0 when there are no more."""
        ...


async def keep_indexed(calls: Indexing, clock: Clock) -> None:
    """Read the words of calls that have ended, for ever: a server that stops leaves the rest to the next."""
    while True:
        try:
            while await calls.index():
                await clock.sleep(PAUSE)
        except Exception as error:
            report(log, error, "the words of calls could not be read; trying again in %g s", EVERY)
        await clock.sleep(EVERY)

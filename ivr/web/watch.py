"""What changes in the store, as numbered events for every board that is open: calls, and drafts that were saved.

Looking is what makes it right: a save, in this process or in another one, is seen at the next look. A save in
this process makes the next look come at once.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import suppress

from msgspec import Struct

from ivr.runtime.ports import Clock
from ivr.store.history import CallHistory, CallRow
from ivr.web.feed import Feed

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between looks, when nothing was saved here."""
SHORTEST = 0.2
"""Seconds between looks, however much is saved here."""
OVERLAP = 5_000
"""Milliseconds that a look goes back behind the one before: clocks of processes differ, and a save takes a moment."""
KEPT = 1000
"""Events that are kept for boards that lost the line."""
RECENT = 50
"""Recent events that a new board gets first: it may have loaded its list before they happened. Twice does no harm."""
LINGER = 60
"""Looks after the last board has left; a board that comes back meanwhile misses nothing."""
REMEMBERED = 5_000
"""Calls and drafts whose last event is remembered."""


class CallChanged(Struct, frozen=True):
    """A call has changed."""

    seq: int
    row: CallRow


class DraftSaved(Struct, frozen=True):
    """The draft of a flow was saved."""

    seq: int
    flow: str
    version: int


class Missed(Struct, frozen=True):
    """More has changed than is known any more: look at everything again."""

    seq: int


Change = CallChanged | DraftSaved | Missed


class Watch:
    """Looks at the store as long as there are listeners."""

    def __init__(self, history: CallHistory, clock: Clock) -> None:
        self._history = history
        self._clock = clock
        # Later than every number of a process before, so that a board which has seen those knows that it missed some.
        self._feed: Feed[Change] = Feed(KEPT, clock.now())
        self._told: OrderedDict[str, int] = OrderedDict()
        self._listeners = 0
        self._saved = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None

    def saved(self) -> None:
        """Something was saved in this process."""
        self._saved.set()

    async def follow(self, seen: int = 0) -> AsyncIterator[Change]:
        """Every change after that event, and those to come; 0 for a listener who has seen none."""
        feed = self._feed
        self._listeners += 1
        if self._looking is None:
            self._looking = asyncio.create_task(self._look(), name="live calls")
        try:
            if seen and not feed.before <= seen <= feed.last:
                seen = feed.last
                yield Missed(seen)
            async for change in feed.follow(seen or max(feed.before, feed.last - RECENT)):
                yield change
        finally:
            self._listeners -= 1

    async def close(self) -> None:
        """Stop looking."""
        if self._looking is not None:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking

    async def _look(self) -> None:
        """Look again and again, until there has been no listener for long."""
        idle, since = 0, self._clock.now()
        while idle < LINGER:
            idle = 0 if self._listeners else idle + 1
            self._saved.clear()
            begun = self._clock.now()
            try:
                await self._tell(since - OVERLAP)
                since = begun
            except Exception:
                log.exception("changes could not be looked for; the next look is in %g s", EVERY)
            await asyncio.sleep(SHORTEST)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._saved.wait(), EVERY - SHORTEST)
        self._feed = Feed(KEPT, self._feed.last + 1)
        self._looking = None

    async def _tell(self, since: int) -> None:
        """Add the changes since then that are not in the feed yet."""
        for row in await self._history.changes(since, self._told):
            self._remember(row.id, row.version)
            self._feed.add(lambda seq, row=row: CallChanged(seq, row))  # type: ignore[misc]
        for flow, version in (await self._history.drafts(since)).items():
            if self._told.get(f"flow {flow}") != version:
                self._remember(f"flow {flow}", version)
                self._feed.add(lambda seq, flow=flow, version=version: DraftSaved(seq, flow, version))  # type: ignore[misc]

    def _remember(self, name: str, version: int) -> None:
        self._told[name] = version
        self._told.move_to_end(name)
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)

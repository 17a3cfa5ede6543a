"""One budget for each of the carrier's requests, well within the 15 s after which the carrier gives up.

Whatever a request needs of the store falls under it: what fails is retried until the time is up, since every write is
compare-and-set and every repeat harmless. Then the caller gets a second of silence and comes back to the same address
(see `rounds`). Three orders of events matter:

* The store is slow, but works. The work of a request goes on without it, and the caller's next request waits for that
  same work instead of beginning anew: otherwise a store that needs longer than one budget would never get done.
* The store is away. The work fails at the end of its budget, and the next request begins anew.
* The server stops. Requests that wait for a page are answered at once; the caller finds the words at the next server.
  Those that bring something which the carrier does not repeat wait until it is kept. All work has some seconds to end:
  what is cut between two steps is neither done nor to be done again.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web

from ivr.core.cutting import cut
from ivr.core.mailbox import Page
from ivr.logs import note
from ivr.runtime.ports import Clock, Unavailable
from ivr.runtime.timer import Bell, Timer

log = logging.getLogger(__name__)

SECONDS = 10.0
"""Of the carrier's 15: the rest is for the way there and back."""
RETRY_PAUSES = (0.1, 0.25, 0.5)
"""Seconds before each retry; the last one is for all further ones."""
MOST_LEFT = 1000
"""Works that go on without their request, at most."""
LAST_WORKS = 4.0
"""Seconds that work gets to end when the server stops: less than the listener leaves to its last requests."""
KEPT = 30.0
"""Seconds after which what they have found is too old for the caller's next request."""
LONGEST_REASON = 300
"""Characters of what the store says is wrong."""
MOST_TOLD = 1000
"""Calls of which is remembered what the log has told of them: the latest."""
SLOW = "It did not answer in time."
"""What the log says of a store that has not failed either."""
Find = Callable[[], Coroutine[Any, Any, Page]]


class Budget:
    """Gives each request its time. `seconds` for one request, at whose end `page` finds nothing."""

    def __init__(self, clock: Clock, seconds: float = SECONDS) -> None:
        self._clock = clock
        self._seconds = seconds
        self._left: dict[str, tuple[float, asyncio.Task[Page]]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._told: dict[tuple[str, str], None] = {}
        self._waiting: set[_Wait] = set()
        self._keeping: set[_Wait] = set()
        self._changed = Bell()
        self._ending = self._late = False
        self._last: Timer | None = None

    async def page(self, asked: str, find: Find, *, again: bool = False) -> Page | None:
        """The page that `find` finds, or None when the time is up. `asked`, a call's id and a path,
        is the same for the same page of the same call; `again`: the caller was sent back here. Why there is none, the
        log says once for each call and reason.

        Raises what `find` raises, but for Unavailable.
        """
        work = self._taken_up(asked) if again else None
        tries, why = 0, SLOW
        with self._wait(self._waiting, over=self._ending) as wait:
            while True:
                work = work or self._start(find())
                await wait.until_done(work)
                if not work.done():
                    self._leave(asked, work)
                    self._tell(asked, why)
                    return None
                error = work.exception()
                if not isinstance(error, Unavailable):
                    return work.result()
                why = str(error)
                if wait.over:
                    self._tell(asked, why)
                    return None
                pause = self._start(self._clock.sleep(RETRY_PAUSES[min(tries, len(RETRY_PAUSES) - 1)]))
                await wait.until_done(pause)
                pause.cancel()
                work, tries = None, tries + 1

    async def finish(self, work: Coroutine[Any, Any, Any]) -> None:
        """Wait for some work until the time is up; then it goes on by itself. Raises what it raises until then, and
        HTTPServiceUnavailable where the server stops and may not be able to end it."""
        task = self._start(work)
        with self._wait(self._keeping, over=self._late) as wait:
            await wait.until_done(task)
        if task.done():
            await task
        elif self._ending:
            raise web.HTTPServiceUnavailable(text="The server stops.\n")

    def end(self, patience: float = 0.0) -> None:
        """The server stops: answer all requests that wait for a page, now and from now on. Work may end within
        `patience` seconds."""
        if self._ending:
            return
        self._ending = True
        for wait in self._waiting:
            wait.end()
        self._last = Timer(self._clock, patience, self._no_longer)
        if self._last.done:
            self._no_longer()

    async def close(self) -> None:
        """Stop what goes on without its request, once its time is up."""
        self.end()
        while self._tasks and not self._late:
            self._changed.mute()
            await self._changed.heard()
        if self._last is not None:
            self._last.cancel()
        if self._tasks:
            log.error("the server stops, and %d requests of the carrier could not be worked through", len(self._tasks))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _no_longer(self) -> None:
        self._late = True
        self._changed.ring()
        for wait in self._keeping:
            wait.end()

    @contextmanager
    def _wait(self, those: "set[_Wait]", *, over: bool) -> "Iterator[_Wait]":
        wait = _Wait(over=over)
        those.add(wait)
        try:
            with Timer(self._clock, self._seconds, wait.end):
                yield wait
        finally:
            those.discard(wait)

    def _start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        self._changed.ring()
        if not task.cancelled():
            task.exception()  # seen: where a request waits for it, it is raised there too

    def _tell(self, asked: str, why: str) -> None:
        """Write why a request found nothing, unless it is only that the server stops."""
        call, _, path = asked.partition(" ")
        if (call, why) in self._told or (self._ending and why == SLOW):
            return
        if len(self._told) >= MOST_TOLD:
            del self._told[next(iter(self._told))]
        self._told[call, why] = None
        note(log, logging.ERROR, "store away", call=call, request=path, reason=cut(why, LONGEST_REASON))

    def _leave(self, asked: str, work: asyncio.Task[Page]) -> None:
        now = asyncio.get_running_loop().time()
        for old in [name for name, (at, _) in self._left.items() if at < now - KEPT]:
            del self._left[old]
        if len(self._left) < MOST_LEFT:
            self._left[asked] = (now, work)

    def _taken_up(self, asked: str) -> asyncio.Task[Page] | None:
        at, work = self._left.pop(asked, (0.0, None))
        if work is None or work.cancelled() or at < asyncio.get_running_loop().time() - KEPT:
            return None
        return work


class _Wait:
    """The time of one request. `over`: it is up, or the server stops."""

    __slots__ = ("_changed", "over")

    def __init__(self, *, over: bool) -> None:
        self._changed = Bell()
        self.over = over

    def end(self) -> None:
        self.over = True
        self._changed.ring()

    async def until_done(self, work: asyncio.Task[Any]) -> None:
        """Wait until the work is done, or this is over. Work goes on when its request is cut."""
        if self.over:
            await asyncio.sleep(0)  # what needs no waiting is done at once
            return
        self._changed.mute()
        work.add_done_callback(self._done)
        try:
            await self._changed.heard()
        finally:
            work.remove_done_callback(self._done)

    def _done(self, _: asyncio.Task[Any]) -> None:
        self._changed.ring()

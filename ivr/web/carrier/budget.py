"""One budget for each of the carrier's requests, well within the 15 s after which the carrier gives up.

Whatever a request needs of the store falls under it: what fails is retried until the time is up, since every write is
compare-and-set and every repeat harmless. Then the caller gets a second of silence and comes back to the same address
(see `rounds`). Three orders of events matter:

* The store is slow, but works. The work of a request goes on without it, and the caller's next request waits for that
  same work instead of beginning anew: otherwise a store that needs longer than one budget would never get done.
* The store is away. The work fails at the end of its budget, and the next request begins anew.
* The server stops. Requests that wait are answered at once; the caller finds the words at the next server.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from ivr.core.mailbox import Page
from ivr.runtime.ports import Clock, Unavailable

log = logging.getLogger(__name__)

SECONDS = 10.0
"""Of the carrier's 15: the rest is for the way there and back."""
RETRY_PAUSES = (0.1, 0.25, 0.5)
"""Seconds before each retry; the last one is for all further ones."""
MOST_LEFT = 1000
"""Works that go on without their request, at most."""
KEPT = 30.0
"""Seconds after which what they have found is too old for the caller's next request."""
Find = Callable[[], Coroutine[Any, Any, Page]]


class Budget:
    """Gives each request its time. `seconds` for one request, at whose end `page` finds nothing."""

    def __init__(self, clock: Clock, seconds: float = SECONDS) -> None:
        self._clock = clock
        self._seconds = seconds
        self._left: dict[str, tuple[float, asyncio.Task[Page]]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._ending: asyncio.Event | None = None

    async def page(self, asked: str, find: Find, *, again: bool = False) -> Page | None:
        """The page that `find` finds, or None when the time is up. `asked` is the same for the same page of the same
        call; `again`: the caller was sent back here.

        Raises what `find` raises, but for Unavailable.
        """
        work = self._taken_up(asked) if again else None
        time_is_up = self._start(self._clock.sleep(self._seconds))
        tries = 0
        try:
            while True:
                work = work or self._start(find())
                await self._first(work, time_is_up)
                if not work.done():
                    self._leave(asked, work)
                    return None
                error = work.exception()
                if not isinstance(error, Unavailable):
                    return work.result()
                if self._is_over(time_is_up):
                    log.error("the store was away for a whole request: %s", error)
                    return None
                pause = self._start(self._clock.sleep(RETRY_PAUSES[min(tries, len(RETRY_PAUSES) - 1)]))
                await self._first(pause, time_is_up)
                pause.cancel()
                work, tries = None, tries + 1
        finally:
            time_is_up.cancel()

    async def finish(self, work: Coroutine[Any, Any, Any]) -> None:
        """Wait for some work until the time is up; then it goes on by itself. Raises what it raises until then."""
        task, time_is_up = self._start(work), self._start(self._clock.sleep(self._seconds))
        try:
            await self._first(task, time_is_up)
        finally:
            time_is_up.cancel()
        if task.done():
            await task

    def end(self) -> None:
        """Answer all requests that wait, now and from now on: the server stops."""
        self._stopping().set()

    async def close(self) -> None:
        """Stop what goes on without its request."""
        self.end()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _is_over(self, time_is_up: asyncio.Task[None]) -> bool:
        return time_is_up.done() or self._stopping().is_set()

    def _stopping(self) -> asyncio.Event:
        self._ending = self._ending or asyncio.Event()
        return self._ending

    async def _first(self, work: asyncio.Task[Any], time_is_up: asyncio.Task[None]) -> None:
        """Wait until the work is done, the time is up, or the server stops. Work goes on when its request is cut."""
        stopping = self._start(self._stopping().wait())
        try:
            await asyncio.wait((work, time_is_up, stopping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()

    def _start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # seen: where a request waits for it, it is raised there too

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

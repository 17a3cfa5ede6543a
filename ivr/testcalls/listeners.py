"""Who listens to a test call: the pages that are open on it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ivr.runtime.ports import Clock

ALONE = 30.0
"""Seconds that a call may go on without a listener: a page that reloads is back long before."""


class Listeners:
    """The listeners of a call. `left` is called once there has been none for `ALONE` seconds, also at the start."""

    def __init__(self, clock: Clock, left: Callable[[], None]) -> None:
        self._clock = clock
        self._left = left
        self._count = 0
        self._over = False
        self._leaving: asyncio.Task[None] | None = None
        self._expect()

    @contextmanager
    def joined(self) -> Iterator[None]:
        """One more listens within the context."""
        self._count += 1
        self._stop()
        try:
            yield
        finally:
            self._count -= 1
            self._expect()

    def close(self) -> None:
        """The call is over."""
        self._over = True
        self._stop()

    def _expect(self) -> None:
        if self._count == 0 and not self._over:
            self._leaving = asyncio.create_task(self._wait(), name="no listener")

    def _stop(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None

    async def _wait(self) -> None:
        await self._clock.sleep(ALONE)
        self._left()

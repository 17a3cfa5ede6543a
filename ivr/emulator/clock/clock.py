"""Time as a call sees it: the real one, or one that a test turns by hand."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Awaitable
from typing import Protocol, TypeVar

T = TypeVar("T")

QUIET_ROUNDS = 30  # turns of the event loop without a new or finished sleep: all tasks wait for the clock


class Clock(Protocol):
    """What the emulator asks of time."""

    def now(self) -> float:
        """Seconds since the epoch (of this clock)."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait; nothing or less returns after one turn of the event loop."""
        ...


class RealClock:
    """The clock on the wall, which never jumps: wall time at the start plus monotonic time since."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> float:
        """Seconds since 1970."""
        return self._offset + time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait for that long."""
        await asyncio.sleep(max(0.0, seconds))


class VirtualClock:
    """A clock that stands still until it is advanced, so that hours pass in milliseconds.

    `patience` is the real time in seconds given to threads and sockets at every step; 0 is right
    as long as everything happens in memory.
    """

    def __init__(self, start: float = 0.0, patience: float = 0.0) -> None:
        self._now = start
        self._patience = patience
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._stirred = 0

    def now(self) -> float:
        """Seconds; begins at `start`."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock was advanced by that much."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        alarm: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), alarm))
        self._stirred += 1
        try:
            await alarm
        finally:
            self._stirred += 1

    async def advance(self, seconds: float) -> None:
        """Let that much time pass, waking every sleeper at its own moment and in order."""
        until = self._now + seconds
        await self.settle()
        while (due := self._next()) is not None and due <= until:
            await self._wake()
        self._now = max(self._now, until)
        await self.settle()

    async def run_until_idle(self) -> None:
        """Let time pass until no task sleeps any more."""
        await self.settle()
        while self._next() is not None:
            await self._wake()

    async def run_until(self, goal: Awaitable[T]) -> T:
        """Let time pass until `goal` is reached, and return its result.

        Raises TimeoutError when no task sleeps any more and the goal is still out of reach.
        """
        task = asyncio.ensure_future(goal)
        try:
            await self.settle()
            while not task.done():
                if self._next() is None:
                    raise TimeoutError("nothing is left to happen")
                await self._wake()
            return task.result()
        finally:
            task.cancel()

    async def settle(self) -> None:
        """Let every task run until all of them wait for the clock (or for something outside)."""
        if self._patience:
            await asyncio.sleep(self._patience)
        quiet = 0
        while quiet < QUIET_ROUNDS:
            before = self._stirred
            await asyncio.sleep(0)
            quiet = quiet + 1 if self._stirred == before else 0

    def _next(self) -> float | None:
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    async def _wake(self) -> None:
        due, _, alarm = heapq.heappop(self._sleepers)
        self._now = max(self._now, due)
        alarm.set_result(None)
        await self.settle()


async def within(clock: Clock, seconds: float, work: Awaitable[T]) -> T:
    """The result of `work`, or TimeoutError (and the work cancelled) when `seconds` of `clock` have passed."""
    task = asyncio.ensure_future(work)
    alarm = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({task, alarm}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise TimeoutError(f"not done within {seconds:g} s")
    finally:
        await cancel_all(task, alarm)


async def cancel_all(*tasks: asyncio.Future[T] | asyncio.Future[None]) -> None:
    """Cancel the tasks that still run and wait until they are gone; how they ended does not matter."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

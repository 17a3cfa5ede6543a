"""Time that is up: what happens some seconds from now, by a clock that is never set."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

from ivr.runtime.ports import Clock


class Timer:
    """Calls `then` some seconds from now on, unless it is cancelled, which the end of its context does. `done` says
    whether it has; with no seconds it is from the start, and nothing is called.

    A clock that has a `call_later`, as event loops do, is asked for that: it takes no task.
    """

    __slots__ = ("_alarm", "_then", "done")

    def __init__(self, clock: Clock, seconds: float, then: Callable[[], object]) -> None:
        self._then = then
        self.done = seconds <= 0
        self._alarm: asyncio.TimerHandle | asyncio.Task[None] | None = None
        if self.done:
            return
        call_later = getattr(clock, "call_later", None)
        if call_later is not None:
            self._alarm = call_later(seconds, self._ring)
        else:
            self._alarm = asyncio.create_task(self._sleep(clock, seconds))

    def cancel(self) -> None:
        """Call nothing any more."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cancel()

    async def _sleep(self, clock: Clock, seconds: float) -> None:
        await clock.sleep(seconds)
        self._ring()

    def _ring(self) -> None:
        self.done = True
        self._alarm = None
        self._then()


class Bell:
    """Wakes the one who waits for it, and rings until it is muted. An `asyncio.Event` does so for many, and its list of
    them takes as much room as the rest of a request that waits."""

    __slots__ = ("_rings", "_waiter")

    def __init__(self) -> None:
        self._rings = False
        self._waiter: asyncio.Future[None] | None = None

    def ring(self) -> None:
        self._rings = True
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def mute(self) -> None:
        self._rings = False

    async def heard(self) -> None:
        """Wait until it rings."""
        if not self._rings:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter


async def is_over(timer: Timer, changed: asyncio.Event) -> bool:
    """Wait until the event is set, as the timer does too; whether the timer's time is over by then."""
    if not timer.done:
        await changed.wait()
    changed.clear()
    return timer.done

"""Time that passes by itself: an event loop that jumps to the next timer instead of waiting for it."""

import asyncio
import selectors
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar, TypeVarTuple

T = TypeVar("T")
Given = TypeVarTuple("Given")


class Stuck(RuntimeError):
    """Nothing is left that could happen, yet something is waited for."""


class _Impatient(selectors.DefaultSelector):
    """Never waits: it tells the loop how much time has passed instead."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise Stuck("Nothing more can happen in this call.")
        if not ready and timeout:
            self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock starts at 0 and moves only when everybody sleeps. Days pass in no time, and the same
    work always takes the same course."""

    def __init__(self) -> None:
        self._impatient = _Impatient()
        super().__init__(self._impatient)

    def time(self) -> float:
        """Seconds since the loop was made, of its own time."""
        return self._impatient.now

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Given], T], *args: *Given
    ) -> asyncio.Future[T]:
        """Done at once instead of in a thread: while a thread works everybody sleeps, so time would move on, and how
        far would depend on the machine."""
        done: asyncio.Future[T] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:
            done.set_exception(error)
        return done


class VirtualClock:
    """A `runtime.ports.Clock` on a virtual loop that began at `start`, in milliseconds since 1970."""

    def __init__(self, loop: VirtualLoop, start: int) -> None:
        self._loop = loop
        self.start = start

    def now(self) -> int:
        return self.start + round(self._loop.time() * 1000)

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return self._loop.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def call_later(self, seconds: float, then: Callable[[], object]) -> asyncio.TimerHandle:
        """Call this after some seconds of the loop's time, unless it is cancelled; see `runtime.timer`."""
        return self._loop.call_later(seconds, then)

"""Background work that is never left behind."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from ivr.emulator.clock.clock import cancel_all
from ivr.emulator.errors.carrier_error import CarrierError

T = TypeVar("T")


class Tasks:
    """Tasks that live until they are done or everything is closed. A crash goes to `on_crash` and is never raised."""

    def __init__(self, on_crash: Callable[[BaseException], None]) -> None:
        self._on_crash = on_crash
        self._tasks: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start `work` in the background."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    async def idle(self) -> None:
        """Wait until nothing runs, what is started in the meantime included."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Cancel what runs, and what that starts in turn, and wait until all of it is gone."""
        while self._tasks:
            await cancel_all(*self._tasks)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, CarrierError):
            self._on_crash(error)

"""What this process is doing for its calls right now. Nothing of it need survive: the store knows the rest."""

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from ivr.runtime.ports import Clock, Errand


class Live:
    """Requests being answered, jobs being run, and tasks beside them."""

    def __init__(self) -> None:
        self._visits: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._jobs: dict[str, tuple[Errand, asyncio.Task[None]]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @contextmanager
    def visit(self, call_id: str) -> Iterator[asyncio.Event]:
        """For as long as the carrier's request for this call is open. The event is set when there is news."""
        news = asyncio.Event()
        self._visits[call_id].add(news)
        try:
            yield news
        finally:
            self._visits[call_id].discard(news)
            if not self._visits[call_id]:
                del self._visits[call_id]

    def visited(self, call_id: str) -> bool:
        """Whether a request of the carrier for this call is open here."""
        return call_id in self._visits

    def tell(self, call_id: str) -> None:
        """Wake the requests that wait for news of this call."""
        for news in self._visits.get(call_id, ()):
            news.set()

    def errand(self, call_id: str) -> Errand | None:
        """The job that runs here for this call."""
        return self._jobs[call_id][0] if call_id in self._jobs else None

    def run(self, errand: Errand, work: Coroutine[Any, Any, None]) -> None:
        """Run a job's work in the background."""
        task = asyncio.create_task(work, name=f"job {errand.token} of {errand.call_id}")
        self._jobs[errand.call_id] = (errand, task)
        task.add_done_callback(lambda _: self._forget_job(errand))

    def cancel(self, errand: Errand) -> None:
        """Stop a job that runs here."""
        running = self._jobs.get(errand.call_id)
        if running is not None and running[0] is errand:
            running[1].cancel()

    def once(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Run something in the background, unless it runs already under this name."""
        if name in self._tasks:
            work.close()
            return
        task = asyncio.create_task(work, name=name)
        self._tasks[name] = task
        task.add_done_callback(lambda _: self._tasks.pop(name, None))

    async def close(self) -> None:
        """Stop everything. Jobs stay open in the store, for whoever takes them over."""
        tasks = [task for _, task in self._jobs.values()] + list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _forget_job(self, errand: Errand) -> None:
        if self.errand(errand.call_id) is errand:
            del self._jobs[errand.call_id]


async def news_or(news: asyncio.Event, seconds: float, clock: Clock) -> None:
    """Wait for news, but no longer than `seconds`."""
    waits = [asyncio.ensure_future(news.wait()), asyncio.ensure_future(clock.sleep(seconds))]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()

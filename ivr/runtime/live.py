"""What this process is doing for its calls right now. None of it has to survive: the store has the rest."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from ivr.runtime.ports import Clock, RunningJob


class Live:
    """Requests being answered, jobs being run, and tasks beside them."""

    def __init__(self) -> None:
        self._visits: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._asking: defaultdict[str, list[int]] = defaultdict(list)
        self._jobs: defaultdict[str, dict[str, tuple[RunningJob, asyncio.Task[None]]]] = defaultdict(dict)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.stopping = False
        """Whether requests are answered at once, without waiting."""

    @contextmanager
    def visit(self, call_id: str) -> Iterator[asyncio.Event]:
        """For as long as the carrier's request for this call is open. The event is set when the call has changed."""
        changed = asyncio.Event()
        self._visits[call_id].add(changed)
        try:
            yield changed
        finally:
            self._visits[call_id].discard(changed)
            if not self._visits[call_id]:
                del self._visits[call_id]

    @contextmanager
    def asking(self, call_id: str, page: int) -> Iterator[None]:
        """For as long as a request waits for the words of this page."""
        self._asking[call_id].append(page)
        try:
            yield
        finally:
            self._asking[call_id].remove(page)
            if not self._asking[call_id]:
                del self._asking[call_id]

    def asked(self, call_id: str) -> list[int]:
        """The pages whose words requests wait for here."""
        return self._asking.get(call_id, [])

    def visited(self, call_id: str) -> bool:
        """Whether a request of the carrier for this call is open here."""
        return call_id in self._visits

    def notify(self, call_id: str) -> None:
        """Wake the requests that wait for this call to change."""
        for changed in self._visits.get(call_id, ()):
            changed.set()

    def jobs_of(self, call_id: str) -> list[RunningJob]:
        """The jobs that run here for this call."""
        return [running for running, _ in self._jobs.get(call_id, {}).values()]

    def run(self, running: RunningJob, work: Coroutine[Any, Any, None]) -> None:
        """Run a job's work in the background."""
        task = asyncio.create_task(work, name=f"job {running.token} of {running.call_id}")
        self._jobs[running.call_id][running.token] = (running, task)
        task.add_done_callback(lambda _: self._forget_job(running))

    def cancel(self, running: RunningJob) -> None:
        """Stop a job that runs here."""
        job, task = self._jobs.get(running.call_id, {}).get(running.token, (None, None))
        if task is not None and job is running:
            task.cancel()

    def once(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Run something in the background, unless it runs already under this name."""
        if name in self._tasks:
            work.close()
            return
        task = asyncio.create_task(work, name=name)
        self._tasks[name] = task
        task.add_done_callback(lambda _: self._tasks.pop(name, None))

    def let_go(self) -> None:
        """Wake all requests: this process stops."""
        self.stopping = True
        for call_id in self._visits:
            self.notify(call_id)

    async def finish(self, which: Callable[[RunningJob], bool], over: "Timer") -> None:
        """Wait until no such job runs, or the time is over."""
        while not over.done and (tasks := [task for running, task in self._running() if which(running)]):
            await over.first(*tasks)

    async def close(self) -> None:
        """Stop everything, what begins meanwhile too. Jobs stay open in the store, so that another process takes them
        over."""
        while tasks := [task for _, task in self._running()] + list(self._tasks.values()):
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _forget_job(self, running: RunningJob) -> None:
        jobs = self._jobs.get(running.call_id, {})
        if running.token in jobs and jobs[running.token][0] is running:
            del jobs[running.token]
        if not jobs:
            self._jobs.pop(running.call_id, None)

    def _running(self) -> list[tuple[RunningJob, asyncio.Task[None]]]:
        return [each for jobs in self._jobs.values() for each in jobs.values()]


class Timer:
    """Some seconds from now on, by a clock that is never set. Cancel it when it is of no use any more."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._sleep = asyncio.ensure_future(clock.sleep(seconds)) if seconds > 0 else None

    @property
    def done(self) -> bool:
        return self._sleep is None or self._sleep.done()

    async def first(self, *others: asyncio.Future[Any]) -> None:
        """Wait until the time is over, or one of the others is done."""
        if self._sleep is not None:
            await asyncio.wait((self._sleep, *others), return_when=asyncio.FIRST_COMPLETED)

    def cancel(self) -> None:
        if self._sleep is not None:
            self._sleep.cancel()


async def wait_for(changed: asyncio.Event, over: Timer) -> None:
    """Wait for the event, but no longer than until the time is over."""
    wait = asyncio.ensure_future(changed.wait())
    try:
        await over.first(wait)
    finally:
        wait.cancel()


async def wait_for_either(changed: asyncio.Event, over: Timer, look: Timer) -> None:
    """Wait for the event, but no longer than until either time is over; `look` is of no use any more then."""
    waits = [asyncio.ensure_future(changed.wait()), asyncio.ensure_future(wait_for(changed, look))]
    try:
        await over.first(*waits)
    finally:
        look.cancel()
        for wait in waits:
            wait.cancel()

"""What this process is doing for its calls right now. None of it has to survive: the store has the rest."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from ivr.runtime.ports import CallRecord, Clock, RunningJob
from ivr.runtime.timer import Bell, Timer

log = logging.getLogger(__name__)
MOST_NAMED = 20


class Visit:
    """A request of the carrier that is open. `changed` rings when its call has changed, and when it was patient for
    long enough."""

    __slots__ = ("_patience", "_saved", "changed")

    def __init__(self) -> None:
        self.changed = Bell()
        self._saved: CallRecord | None = None
        self._patience: Timer | None = None

    def patience(self, clock: Clock, seconds: float) -> Timer:
        """The time for which it waits for words; it begins when this is asked for first."""
        self._patience = self._patience or Timer(clock, seconds, self.changed.ring)
        return self._patience

    def end(self) -> None:
        if self._patience is not None:
            self._patience.cancel()

    def tell(self, saved: CallRecord | None) -> None:
        """The call has changed: it was saved here like this, or elsewhere, where None says that it must be read."""
        if saved is None or self._saved is None or saved.version > self._saved.version:
            self._saved = saved
        self.changed.ring()

    def take(self) -> CallRecord | None:
        """The call as it was saved since this was asked for the last time, where that is known. From now on `changed`
        tells of what is saved after that, and after a read that begins now."""
        self.changed.mute()
        saved, self._saved = self._saved, None
        return saved


class Live:
    """Requests being answered, jobs being run, and tasks beside them."""

    def __init__(self) -> None:
        self._visits: defaultdict[str, set[Visit]] = defaultdict(set)
        self._asking: defaultdict[str, list[int]] = defaultdict(list)
        self._jobs: defaultdict[str, dict[str, tuple[RunningJob, asyncio.Task[None]]]] = defaultdict(dict)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._saving: set[asyncio.Task[Any]] = set()
        self.stopping = False
        """Whether requests are answered at once, without waiting."""

    @contextmanager
    def visit(self, call_id: str) -> Iterator[Visit]:
        """For as long as the carrier's request for this call is open."""
        visit = Visit()
        self._visits[call_id].add(visit)
        try:
            yield visit
        finally:
            visit.end()
            self._visits[call_id].discard(visit)
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

    def notify(self, call_id: str, saved: CallRecord | None = None) -> None:
        """Wake the requests that wait for this call to change; `saved` is the call since then, where that is known."""
        for visit in self._visits.get(call_id, ()):
            visit.tell(saved)

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

    @contextmanager
    def saving(self) -> Iterator[None]:
        """For as long as the task that runs here has something to save."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task saves")
        self._saving.add(task)
        try:
            yield
        finally:
            self._saving.discard(task)

    def let_go(self) -> None:
        """Wake all requests: this process stops."""
        self.stopping = True
        for call_id in self._visits:
            self.notify(call_id)

    async def finish(self, which: Callable[[RunningJob], bool], clock: Clock, patience: float) -> None:
        """Wait until no such job runs and nothing is to be saved, but no longer than so many seconds."""
        ended = asyncio.Event()
        with Timer(clock, patience, ended.set) as over:
            while not over.done and (tasks := self._saving | {task for job, task in self._running() if which(job)}):
                ended.clear()
                for task in tasks:
                    task.add_done_callback(lambda _: ended.set())
                await ended.wait()

    async def close(self) -> None:
        """Stop everything, what begins meanwhile too. Jobs stay open in the store, so that another process takes them
        over."""
        if self._saving:
            names = sorted(task.get_name() for task in self._saving)
            log.warning("the server stops before all is saved: %s", ", ".join(names[:MOST_NAMED]))
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

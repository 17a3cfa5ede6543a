"""Jobs: they run off the line, and their replies are delivered however long the store takes to accept them."""

import logging
from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from ivr.core.call import Call
from ivr.core.effects import AnyJob, Expect, Fetch, Text
from ivr.core.events import Fetched, Reply, Texted
from ivr.runtime.gate import Gate, of_call
from ivr.runtime.live import Live
from ivr.runtime.ports import Ports, RunningJob
from ivr.runtime.texting import TakenOver

log = logging.getLogger(__name__)

RETRY_PAUSE = 2.0
"""Seconds before a save that must not be lost is retried when the store failed."""
Deliver = Callable[[str, Reply], Awaitable[None]]


class Jobs:
    """Runs jobs in the background; `deliver` gets the reply of each."""

    def __init__(self, ports: Ports, live: Live, gate: Gate, deliver: Deliver) -> None:
        self._ports = ports
        self._gate = gate
        self._live = live
        self._deliver = deliver

    def start(self, running: RunningJob) -> None:
        """Run a job in the background; its reply is delivered."""
        self._live.run(running, self._run(running))

    def adopt(self, running: RunningJob) -> None:
        """Resume a job whose process died: run it again if that does no harm and time remains."""
        elapsed = max(0, self._ports.clock.now() - running.started_at)
        if isinstance(running.job, Expect):
            self.start(running)
        elif isinstance(running.job, Text):
            self.start(running)  # who sends texts knows how to find out what became of one
        elif repeatable(running.job) and elapsed < running.job.timeout * 1000:
            self.start(running)
        else:
            reply = self._unknown(running)
            self._live.run(running, self.retry(lambda: self._deliver(running.call_id, reply)))

    def start_if_saved(self, running: RunningJob) -> None:
        """Start the job of a save that failed, in case the store made it all the same: else the job never runs."""

        async def later() -> None:
            await self._ports.clock.sleep(RETRY_PAUSE)
            await self.retry(lambda: self._start_if_saved(running))

        self._live.once(f"start {running.call_id} {running.token}", later())

    async def _start_if_saved(self, running: RunningJob) -> None:
        record = await self._ports.calls.load(running.call_id)
        waiting = record.call.waiting if record is not None else None
        started = {(each.token, type(each.job)) for each in self._live.jobs_of(running.call_id)}
        if waiting is None or waiting.token != running.token or (running.token, type(running.job)) in started:
            return
        self.start(running)

    async def _run(self, running: RunningJob) -> None:
        """Run a job to its end and deliver the reply; a save that fails is retried."""
        try:
            if isinstance(running.job, Text):
                reply = await self._send(running, running.job)
            elif isinstance(running.job, Expect):
                reply = await self._expect(running, running.job)
            else:
                reply = await self._ports.fetch(running)
        except TakenOver:
            log.info("job %s of call %s goes on in another process", running.token, running.call_id)
            return
        except Exception:
            log.exception("job %s of call %s failed", running.token, running.call_id)
            reply = self._unknown(running)
        await self.retry(lambda: self._deliver(running.call_id, reply))

    async def _expect(self, running: RunningJob, expected: Expect) -> Reply:
        """The reply when nothing was posted back in time. What is posted comes another way, and ends this."""
        spent = max(0, self._ports.clock.now() - running.started_at) / 1000
        await self._ports.clock.sleep(max(0.0, expected.timeout - spent))
        error = f"Nothing was posted back within {expected.timeout} s."
        milliseconds = expected.timeout * 1000
        now = self._ports.clock.now()
        return Fetched(at=now, token=running.token, cause="timeout", error=error, milliseconds=milliseconds)

    async def _send(self, running: RunningJob, text: Text) -> Reply:
        """Send a text, if it may be sent."""
        record = await self._ports.calls.load(running.call_id)
        call = record.call if record is not None else Call(running.call_id, "", 0)
        verdict = await self._gate.admit(of_call(call, running.token, "text", text.to, fixed=text.fixed))
        if verdict.cause and not running.begun:  # of one that may have been sent already, only what became of it counts
            now, token, cause = self._ports.clock.now(), running.token, verdict.cause
            return Texted(at=now, token=token, accepted=False, error=verdict.reason, refused=cause)
        return await self._ports.text(replace(running, job=replace(text, to=verdict.number or text.to)))

    async def retry(self, save: Callable[[], Awaitable[None]]) -> None:
        """Save, and retry as long as the store fails."""
        while True:
            try:
                return await save()
            except Exception:
                log.exception("the store failed; trying again in %g s", RETRY_PAUSE)
            await self._ports.clock.sleep(RETRY_PAUSE)

    def _unknown(self, running: RunningJob) -> Reply:
        """The reply of a job whose result is lost."""
        now = self._ports.clock.now()
        error = "Nobody knows how this ended: the server stopped while it ran."
        if not isinstance(running.job, Text):
            return Fetched(at=now, token=running.token, cause="unknown", error=error)
        return Texted(at=now, token=running.token, accepted=False, error=error, unknown=True)


def repeatable(job: AnyJob) -> bool:
    """Whether a job may be done twice without harm."""
    return isinstance(job, Fetch | Expect) and job.repeatable

"""Jobs: they run off the line, and their replies are delivered however long the store takes to accept them."""

import logging
from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from ivr.core.call import Call
from ivr.core.effects import Alarm, AnyJob, Ask, Expect, Fetch, Text
from ivr.core.events import Elapsed, Fetched, Reply, Texted, TextedBack
from ivr.runtime.gate import Gate, Verdict, of_call
from ivr.runtime.live import Live
from ivr.runtime.ports import Ports, Question, RunningJob, Unavailable
from ivr.runtime.texting import NotBegun, TakenOver
from ivr.runtime.trouble import report

log = logging.getLogger(__name__)

RETRY_PAUSE = 2.0
"""Seconds before a save that must not be lost is retried when the store failed."""
LATEST = 60_000
"""Milliseconds after which a request is not begun any more, and after its own time not again where its process died:
later its caller is gone."""
NOT_SENT = "The request was not sent, because the database was away."
STOPPED = "The end is unknown: the server stopped while this ran."
FAILED = "The end is unknown: an internal error ended this. The server's log says more."
NOT_BEGUN = "The text was not sent: an internal error came before. The server's log says more."
MOST_PROCESSES = 5
"""That run one job, should each of them die: perhaps it is the job that kills them."""
Deliver = Callable[[str, Reply], Awaitable[object]]
Open = Callable[[Question, Texted], Awaitable[None]]


class Jobs:
    """Runs jobs in the background; `deliver` gets the reply of each, but for texts that ask: `opened` gets those that
    the carrier took."""

    def __init__(self, ports: Ports, live: Live, gate: Gate, deliver: Deliver, opened: Open) -> None:
        self._ports = ports
        self._gate = gate
        self._live = live
        self._deliver = deliver
        self._opened = opened

    def start(self, running: RunningJob) -> None:
        """Run a job in the background; its reply is delivered."""
        self._live.run(running, self._run(running))

    def adopt(self, running: RunningJob) -> None:
        """Resume a job whose process died: run it again if that does no harm and its caller may still be there."""
        now = self._ports.clock.now()
        if running.asked:
            nothing = TextedBack(at=now, token=running.token, came=False)
            self._live.run(running, self.retry(lambda: self._deliver(running.call_id, nothing)))
        elif isinstance(running.job, Text | Expect | Alarm):
            self.start(running)  # the sender of texts knows how to find out whether one was sent
        elif _may_run_again(running, now):
            # With its whole time: the API is not to blame for what the server lost.
            self.start(replace(running, started_at=now))
        else:
            reply = self._unknown(running, STOPPED)
            self._live.run(running, self.retry(lambda: self._deliver(running.call_id, reply)))

    def start_if_saved(self, running: RunningJob) -> None:
        """Start the job of a save that failed, in case the store made it all the same: else the job never runs."""

        async def later() -> None:
            await self._ports.clock.sleep(RETRY_PAUSE)
            await self.retry(lambda: self._start_if_saved(running))

        self._live.once(f"start {running.call_id} {running.token}", later())

    async def _start_if_saved(self, running: RunningJob) -> None:
        record = await self._ports.calls.load(running.call_id)
        saved = record is not None and record.call.asked(running.token) is not None
        started = {(each.token, type(each.job)) for each in self._live.jobs_of(running.call_id)}
        if not saved or (running.token, type(running.job)) in started:
            return
        self.start(running)

    async def _run(self, running: RunningJob) -> None:
        """Run a job to its end and deliver the reply; a save that fails is retried."""
        try:
            reply = await self._reply(running)
        except TakenOver:
            log.info("job %s of call %s goes on in another process", running.token, running.call_id)
            return
        except NotBegun:
            log.exception("job %s of call %s could not begin", running.token, running.call_id)
            now, token = self._ports.clock.now(), running.token
            reply = Texted(at=now, token=token, accepted=False, error=NOT_BEGUN, refused="error")
        except Exception:
            log.exception("job %s of call %s failed", running.token, running.call_id)
            reply = self._unknown(running, FAILED)
        if running.job.private:
            reply = replace(reply, private=running.job.private)
        if isinstance(running.job, Ask) and isinstance(reply, Texted) and reply.accepted:
            await self._open(running, running.job, reply)
        else:
            await self.retry(lambda: self._deliver(running.call_id, reply))

    async def _open(self, running: RunningJob, asked: Ask, taken: Texted) -> None:
        """The question is out: nothing runs for it until it is answered, or its time is over."""
        until = self._ports.clock.now() + asked.timeout * 1000
        asked = replace(asked, to=taken.to or asked.to, sender=taken.sender or asked.called)
        question = Question(replace(running, job=asked), until)
        await self.retry(lambda: self._opened(question, taken))

    async def _reply(self, running: RunningJob) -> Reply:
        """The reply of a job. One that can't begin while the store is away begins later: a text whenever that is, and a
        request as long as its caller may still be there."""
        last = running.started_at + LATEST
        while True:
            try:
                if isinstance(running.job, Text):
                    return await self._send(running, running.job)
                if isinstance(running.job, Expect):
                    return await self._expect(running, running.job)
                if isinstance(running.job, Alarm):
                    return await self._sleep(running, running.job)
                return await self._ports.fetch(running)
            except Unavailable as error:
                log.warning("job %s of call %s can't begin now: %s", running.token, running.call_id, error)
            await self._ports.clock.sleep(RETRY_PAUSE)
            if isinstance(running.job, Fetch):
                now = self._ports.clock.now()
                if now >= last:
                    return Fetched(at=now, token=running.token, cause="not_sent", error=NOT_SENT)
                running = replace(running, started_at=now)

    async def _expect(self, running: RunningJob, expected: Expect) -> Reply:
        """The reply when nothing was posted back in time. What is posted comes another way, and ends this."""
        await self._pass(running, expected.timeout)
        return Fetched(
            at=self._ports.clock.now(),
            token=running.token,
            cause="timeout",
            error=f"Nothing was posted back within {expected.timeout} s.",
            milliseconds=expected.timeout * 1000,
            sent=1,  # the request that the API was to answer by this
        )

    async def _sleep(self, running: RunningJob, alarm: Alarm) -> Reply:
        await self._pass(running, alarm.timeout)
        return Elapsed(at=self._ports.clock.now(), token=running.token, waited=alarm.timeout)

    async def _pass(self, running: RunningJob, seconds: int) -> None:
        """Wait for so many seconds since the job began."""
        spent = max(0, self._ports.clock.now() - running.started_at) / 1000
        await self._ports.clock.sleep(max(0.0, seconds - spent))

    async def _send(self, running: RunningJob, text: Text) -> Reply:
        """Send a text, if it may be sent. Raises NotBegun."""
        try:
            verdict = await self._verdict(running, text)
        except Unavailable:
            raise
        except Exception as error:
            if running.begun:
                raise
            raise NotBegun from error
        if verdict.cause and not running.begun:  # of one that may have been sent already, only its end counts
            now, token, cause = self._ports.clock.now(), running.token, verdict.cause
            return Texted(at=now, token=token, accepted=False, error=verdict.reason, refused=cause)
        return await self._ports.text(replace(running, job=replace(text, to=verdict.number or text.to)))

    async def _verdict(self, running: RunningJob, text: Text) -> Verdict:
        record = await self._ports.calls.load(running.call_id)
        call = record.call if record is not None else Call(running.call_id, "", 0)
        return await self._gate.admit(of_call(call, running.token, "text", text.to, fixed=text.fixed))

    async def retry(self, save: Callable[[], Awaitable[object]]) -> None:
        """Save, and retry as long as the store fails."""
        with self._live.saving():
            while True:
                try:
                    await save()
                    return
                except Exception as error:
                    report(log, error, "the store failed; trying again in %g s", RETRY_PAUSE)
                await self._ports.clock.sleep(RETRY_PAUSE)

    def _unknown(self, running: RunningJob, error: str) -> Reply:
        """The reply of a job whose result is lost."""
        now = self._ports.clock.now()
        if not isinstance(running.job, Text):
            return Fetched(at=now, token=running.token, cause="unknown", error=error)
        return Texted(at=now, token=running.token, accepted=False, error=error, unknown=True)


def _may_run_again(running: RunningJob, now: int) -> bool:
    job = running.job
    return (
        isinstance(job, Fetch)
        and job.repeatable
        and running.tries <= MOST_PROCESSES
        and now - running.started_at < job.timeout * 1000 + LATEST
    )


def repeatable(job: AnyJob) -> bool:
    """Whether a job may be done twice without harm."""
    return job.repeatable

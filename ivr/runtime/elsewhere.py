"""Processes that share the store: each tells the others which call it has changed.

The process that holds the caller's request looks at the call again at once, and the one that runs a job of a call that
is over cancels it. A notice that gets lost costs time only: requests look again by themselves, and so does the round
that looks for jobs whose call is over.
"""

import logging
from collections.abc import Sequence
from itertools import count

from ivr.core.call import Entry
from ivr.core.effects import Alarm, Expect
from ivr.flow.discretion import recalling
from ivr.flow.noting import noted
from ivr.runtime.live import Live
from ivr.runtime.ports import CallRecord, Change, Ports, RunningJob
from ivr.runtime.trouble import report

log = logging.getLogger(__name__)


def doomed(record: CallRecord, jobs: Sequence[RunningJob]) -> list[RunningJob]:
    """Of the jobs of a call those that end with it: none while it goes on, and none that is to be finished."""
    if record.call.status == "active":
        return []
    closed = {*record.call.apart, *(each.token for each in record.call.closed)}
    return [running for running in jobs if not running.job.finish and running.token not in closed]


def _awaited(record: CallRecord, running: RunningJob) -> bool:
    return running.token in record.call.apart or record.call.asked(running.token) is not None


def tokens(jobs: Sequence[RunningJob]) -> tuple[str, ...]:
    return tuple(running.token for running in jobs)


def cancelled(record: CallRecord, jobs: Sequence[RunningJob], at: int) -> tuple[Entry, ...]:
    """What the trace tells of jobs that end with their call; that time was being waited for is nothing to tell."""
    return tuple(
        noted(recalling(record.call, each.job.private), at, "cancelled", {"token": each.token, **each.job.summary})
        for each in jobs
        if not isinstance(each.job, Alarm)
    )


class Elsewhere:
    """What this process tells the others, and hears from them."""

    def __init__(self, ports: Ports, live: Live) -> None:
        self._ports = ports
        self._live = live
        self._count = count()
        ports.notices.subscribe(self._heard)

    def tell(self, call_id: str) -> None:
        """Say in the background that a call has changed."""
        self._live.once(f"notice {next(self._count)}", self._publish(call_id))

    async def cancel_if_over(self, call_id: str) -> None:
        """Stop the jobs that run here for a call which is over, unless their blocks let them finish, and those that it
        has dropped."""
        while jobs := self._live.jobs_of(call_id):
            record = await self._ports.calls.load(call_id)
            if record is None:
                return
            dropped = {each.token for each in record.call.closed if each.cancelled}
            for running in jobs:
                if running.token in dropped or (
                    isinstance(running.job, Expect | Alarm) and not _awaited(record, running)
                ):
                    self._live.cancel(running)
            over = [] if record.over_at is None else doomed(record, jobs)
            if not over:
                return
            now = self._ports.clock.now()
            change = Change(record, trace=cancelled(record, over, now), drop=tokens(over))
            if await self._ports.calls.save(change, now):
                for running in over:
                    self._live.cancel(running)
                return

    def _heard(self, call_id: str) -> None:
        self._live.notify(call_id)
        if self._live.jobs_of(call_id):
            self._live.once(f"over {call_id} elsewhere", self._cancel(call_id))

    async def _cancel(self, call_id: str) -> None:
        try:
            await self.cancel_if_over(call_id)
        except Exception as error:
            report(log, error, "the job of call %s, which is over, could not be cancelled; trying again soon", call_id)

    async def _publish(self, call_id: str) -> None:
        try:
            await self._ports.notices.publish(call_id)
        except Exception as error:
            log.warning("other servers could not be notified of call %s: %s", call_id, error)

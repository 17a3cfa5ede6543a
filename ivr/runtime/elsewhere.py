"""Processes that share the store: each tells the others which call it has changed.

The process that holds the caller's request looks at the call again at once, and the one that runs a job of a call that
is over cancels it. A notice that gets lost costs time only: requests look again by themselves, and so does the round
that looks for jobs whose call is over.
"""

import logging
from itertools import count

from ivr.core.call import Entry
from ivr.runtime.live import Live
from ivr.runtime.ports import Change, Ports
from ivr.runtime.trouble import report

log = logging.getLogger(__name__)


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
        """Stop the job that runs here for a call which is over, unless its block lets it finish."""
        while (running := self._live.job_of(call_id)) is not None and not running.job.finish:
            record = await self._ports.calls.load(call_id)
            if record is None or record.over_at is None or record.call.status == "active":
                return
            now = self._ports.clock.now()
            entry = Entry(now, "cancelled", record.call.block, {"token": running.token, **running.job.summary})
            if await self._ports.calls.save(Change(record, done=running.token, trace=(entry,)), now):
                self._live.cancel(running)
                return

    def _heard(self, call_id: str) -> None:
        self._live.notify(call_id)
        if self._live.job_of(call_id) is not None:
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
            log.warning("other servers could not be told of call %s: %s", call_id, error)

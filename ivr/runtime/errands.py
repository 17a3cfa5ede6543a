"""Jobs: run off the line, their ends delivered however long the store takes to accept them."""

import logging
from collections.abc import Awaitable, Callable

from ivr.core.effects import Fetch
from ivr.core.events import Fetched, Reply, Texted
from ivr.runtime.live import Live
from ivr.runtime.ports import Errand, Ports

log = logging.getLogger(__name__)

INSIST_PAUSE = 2.0
"""Seconds before a save that must not be lost is tried again when the store failed."""
Deliver = Callable[[str, Reply], Awaitable[None]]


class Errands:
    """Runs jobs; `deliver` is told how each ended."""

    def __init__(self, ports: Ports, live: Live, deliver: Deliver) -> None:
        self._ports = ports
        self._live = live
        self._deliver = deliver

    def take_up(self, errand: Errand) -> None:
        """Run a job in the background; its end is delivered."""
        self._live.run(errand, self._run(errand))

    def adopt(self, errand: Errand) -> None:
        """Take up a job whose process died: run it again if that does no harm and time remains."""
        elapsed = self._ports.clock.now() - errand.started_at
        if isinstance(errand.job, Fetch) and errand.job.repeatable and elapsed < errand.job.timeout * 1000:
            self.take_up(errand)
        else:
            reply = self._unknown(errand)
            self._live.run(errand, self.insist(lambda: self._deliver(errand.call_id, reply)))

    def start_later(self, errand: Errand) -> None:
        """A save that failed may have been made all the same: then its job waits for somebody to start it."""

        async def later() -> None:
            await self._ports.clock.sleep(INSIST_PAUSE)
            await self.insist(lambda: self._start_if_saved(errand))

        self._live.once(f"start {errand.call_id} {errand.token}", later())

    async def _start_if_saved(self, errand: Errand) -> None:
        record = await self._ports.calls.load(errand.call_id)
        waiting = record.call.waiting if record is not None else None
        running = self._live.errand(errand.call_id)
        if waiting is None or waiting.token != errand.token or (running and running.token == errand.token):
            return
        self.take_up(errand)

    async def _run(self, errand: Errand) -> None:
        """Run a job to its end and deliver the reply, however long the store takes to accept it."""
        worker = self._ports.fetch if isinstance(errand.job, Fetch) else self._ports.text
        try:
            reply = await worker(errand)
        except Exception:
            log.exception("job %s of call %s failed", errand.token, errand.call_id)
            reply = self._unknown(errand)
        await self.insist(lambda: self._deliver(errand.call_id, reply))

    async def insist(self, save: Callable[[], Awaitable[None]]) -> None:
        """Do what only the store can refuse, until it does not."""
        while True:
            try:
                return await save()
            except Exception:
                log.exception("the store failed; trying again in %g s", INSIST_PAUSE)
            await self._ports.clock.sleep(INSIST_PAUSE)

    def _unknown(self, errand: Errand) -> Reply:
        """The reply of a job of which nobody knows how it ended."""
        now = self._ports.clock.now()
        error = "Nobody knows how this ended: the server stopped while it ran."
        if isinstance(errand.job, Fetch):
            return Fetched(at=now, token=errand.token, cause="unknown", error=error)
        return Texted(at=now, token=errand.token, accepted=False, error=error)

"""The Send SMS job."""

import logging

from msgspec.structs import replace

from ivr.core.effects import Ask, Text
from ivr.core.events import Texted
from ivr.core.segments import segments
from ivr.core.waiting import TEXT_SECONDS
from ivr.runtime.ports import Clock, Message, RunningJob, Unavailable
from ivr.runtime.texting import Handed, NotBegun, Outbox, TakenOver, TextCarrier

log = logging.getLogger(__name__)

PAUSES = (0.5, 1.0, 2.0)
"""Seconds before a text that was surely not taken is handed over again, unless the carrier names more; the last one for
ever."""
LOOKS = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Seconds before each look for a text that may have been taken: the carrier's list and its receipts come late."""
STOPPED = "21610"
"""With which code the carrier refuses a text to somebody who wants none."""
NOT_KNOWN = "The connection to the carrier broke while the text was handed over: it may have been sent, or not."
STORE_PAUSE = 2.0
"""Seconds before the store is asked again what became of a text."""


class Texts:
    """Runs Send SMS jobs. `sender` is for messages that name none; without it they come from the number called."""

    def __init__(self, carrier: TextCarrier, outbox: Outbox, sender: str, clock: Clock) -> None:
        self._carrier = carrier
        self._outbox = outbox
        self._sender = sender
        self._clock = clock

    async def __call__(self, running: RunningJob) -> Texted:
        """Send the text. When a process died while it sent it, find out whether it was sent.

        Raises TakenOver where another process has the job by now, and where the text surely was not handed over:
        Unavailable while the store is away, and NotBegun after another error of ours.
        """
        job = running.job
        if not isinstance(job, Text):
            raise TypeError(f"{type(job).__name__} is not a text message")
        sender = job.sender or self._sender or job.called
        job = replace(job, sender=sender)
        running = replace(running, job=job)
        if running.begun:
            return self._reply(running, job, await self._find(running, job, sender))
        await self._begin(running)
        until = self._clock.now() + round(TEXT_SECONDS * 1000)
        return self._reply(running, job, await self._send(running, job, sender, until))

    async def _begin(self, running: RunningJob) -> None:
        """Note that it is being sent. Raises NotBegun."""
        try:
            mine = await self._outbox.begin(running)
        except Unavailable:
            raise
        except Exception as error:
            raise NotBegun from error
        if not mine:
            raise TakenOver

    async def _send(self, running: RunningJob, text: Text, sender: str, until: int) -> Handed:
        """Hand it over; what the carrier surely has not taken is handed over again, for as long as the block waits."""
        tries = 0
        while True:
            handed = await self._carrier.send(running.call_id, running.token, text, sender)
            if handed.outcome == "unknown":
                log.info("a text of call %s may have been sent, or not: %s", running.call_id, handed.error)
                return await self._find(running, text, sender)
            pause = max(handed.after, PAUSES[min(tries, len(PAUSES) - 1)])
            if handed.outcome != "again" or self._clock.now() + round(pause * 1000) > until:
                return handed
            await self._pause(running, pause)
            tries += 1

    async def _pause(self, running: RunningJob, seconds: float) -> None:
        """Wait before the next attempt, for which it must be noted again that the text is being sent.

        A process that takes over in the meantime need not look for what was never taken: it just sends it.
        """
        try:
            await self._outbox.set_aside(running)
        except Exception:
            log.exception("a pause in sending a text of call %s could not be noted", running.call_id)
        await self._clock.sleep(seconds)
        await self._begin(running)

    async def _find(self, running: RunningJob, text: Text, sender: str) -> Handed:
        """Whether the carrier took a text: its receipt says so, else the carrier's list of messages.

        It is never sent again from here on, so it waits for a store that is away.
        """
        for pause in LOOKS:
            await self._clock.sleep(pause)
            while True:
                try:
                    sid = await self._look(running, text, sender)
                    break
                except Unavailable as error:
                    log.warning("a text of call %s can't be looked for now: %s", running.call_id, error)
                await self._clock.sleep(STORE_PAUSE)
            if sid:
                return Handed("taken", sid)
        return Handed("unknown", error=NOT_KNOWN)

    async def _look(self, running: RunningJob, text: Text, sender: str) -> str | None:
        call_id, token = running.call_id, running.token
        if (sid := await self._outbox.sid_of(call_id, token)) is not None:
            return sid
        found = await self._carrier.look_alikes(text, sender, running.started_at)
        # Of two that look alike, either may belong to another sender. Those that other jobs have had are not ours.
        free = [sid for sid in found or () if not await self._outbox.is_claimed(sid)]
        if len(free) == 1 and await self._outbox.claim(call_id, Message(free[0], token), self._clock.now()):
            return free[0]
        return None

    def _reply(self, running: RunningJob, text: Text, handed: Handed) -> Texted:
        return Texted(
            at=self._clock.now(),
            token=running.token,
            accepted=handed.outcome == "taken",
            sid=handed.sid,
            error=handed.error,
            code=handed.code,
            refused="opted_out" if handed.code == STOPPED else "",
            segments=segments(text.body).count,
            unknown=handed.outcome == "unknown",
            sender=text.sender if isinstance(text, Ask) else "",
            to=text.to if isinstance(text, Ask) else "",
        )

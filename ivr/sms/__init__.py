"""The Send SMS job."""

from collections.abc import Awaitable, Callable

from ivr.core.effects import Text
from ivr.core.events import Texted
from ivr.core.segments import segments
from ivr.runtime.ports import Clock, RunningJob

Send = Callable[[str, Text, str], Awaitable[tuple[str | None, str, str]]]
"""Sends a text: id of the call, the text, and whom it comes from in; the carrier's id out, or None, why not in plain
words, and the carrier's code for that."""


class Texts:
    """Runs Send SMS jobs. `sender` is for messages that name none; without it they come from the number called."""

    def __init__(self, send: Send, sender: str, clock: Clock) -> None:
        self._send = send
        self._sender = sender
        self._clock = clock

    async def __call__(self, running: RunningJob) -> Texted:
        job = running.job
        if not isinstance(job, Text):
            raise TypeError(f"{type(job).__name__} is not a text message")
        sid, error, code = await self._send(running.call_id, job, job.sender or self._sender or job.called)
        return Texted(
            at=self._clock.now(),
            token=running.token,
            accepted=sid is not None,
            sid=sid or "",
            error=error,
            code=code,
            segments=segments(job.body).count,
        )

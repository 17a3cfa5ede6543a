"""The Send SMS job."""

from collections.abc import Awaitable, Callable

from ivr.core.effects import Text
from ivr.core.events import Texted
from ivr.runtime.ports import Clock, Errand

Send = Callable[[str, str, str], Awaitable[tuple[str | None, str]]]
"""Sends a text: to, sender, body in; the carrier's id out, or None and why not in plain words."""


class Texts:
    """Runs Send SMS jobs. `sender` is for messages that name none; without it they come from the number called."""

    def __init__(self, send: Send, sender: str, clock: Clock) -> None:
        self._send = send
        self._sender = sender
        self._clock = clock

    async def __call__(self, errand: Errand) -> Texted:
        job = errand.job
        if not isinstance(job, Text):
            raise TypeError(f"{type(job).__name__} is not a text message")
        sid, error = await self._send(job.to, job.sender or self._sender or job.called, job.body)
        accepted = sid is not None
        return Texted(at=self._clock.now(), token=errand.token, accepted=accepted, sid=sid or "", error=error)

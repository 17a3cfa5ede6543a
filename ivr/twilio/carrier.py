"""The carrier as the runtime sees it: somebody to knock at, and to hand messages to."""

from ivr.runtime.ports import Clock
from ivr.twilio.rest import Accepted, TwilioRest
from ivr.twilio.twiml import Addresses

NOT_IN_PROGRESS = 21220
BUSY_PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds before a text is handed over again when the carrier had too much to do."""


class Knock:
    """Moves a live call to a page, now."""

    def __init__(self, rest: TwilioRest, addresses: Addresses) -> None:
        self._rest = rest
        self._addresses = addresses

    async def __call__(self, call_id: str, page: int) -> str:
        outcome = await self._rest.update_call(call_id, self._addresses.page(page), self._addresses.fallback)
        if isinstance(outcome, Accepted):
            return "accepted"
        if outcome.kind != "refused":
            return "busy"
        return "early" if outcome.code == NOT_IN_PROGRESS else "gone"


class Messages:
    """Sends texts."""

    def __init__(self, rest: TwilioRest, clock: Clock) -> None:
        self._rest = rest
        self._clock = clock

    async def __call__(self, to: str, sender: str, body: str) -> tuple[str | None, str]:
        """The carrier's id of the message, or None and why it was not taken.

        Only what the carrier surely has not done, since it was too busy, is asked again.
        """
        outcome = await self._rest.send_message(to, sender, body)
        for pause in BUSY_PAUSES:
            if isinstance(outcome, Accepted) or outcome.kind != "busy":
                break
            await self._clock.sleep(pause)
            outcome = await self._rest.send_message(to, sender, body)
        return (outcome.sid, "") if isinstance(outcome, Accepted) else (None, outcome.cause)

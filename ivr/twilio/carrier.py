"""The carrier as the runtime sees it: somebody to knock at, and to hand messages to."""

from ivr.twilio.rest import Accepted, TwilioRest
from ivr.twilio.twiml import Addresses

NOT_IN_PROGRESS = 21220


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

    def __init__(self, rest: TwilioRest) -> None:
        self._rest = rest

    async def __call__(self, to: str, sender: str, body: str) -> tuple[str | None, str]:
        """The carrier's id of the message, or None and why it was not taken."""
        outcome = await self._rest.send_message(to, sender, body)
        return (outcome.sid, "") if isinstance(outcome, Accepted) else (None, outcome.cause)

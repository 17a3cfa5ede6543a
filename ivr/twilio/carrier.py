"""The carrier as the runtime sees it: somebody to knock at, to hand messages to, and to place calls."""

import logging

from ivr.core.effects import Text
from ivr.runtime.ports import Clock
from ivr.runtime.starts import Placed, Start
from ivr.twilio.causes import SETUP
from ivr.twilio.rest import Accepted, Failed, TwilioRest
from ivr.twilio.twiml import Addresses

log = logging.getLogger(__name__)

NOT_IN_PROGRESS = 21220
BUSY_PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds before a text is handed over again when the carrier had too much to do, or could not be reached."""
SAFE = frozenset({"busy", "unsent"})
"""What surely has not been done, so that it may be asked again."""
RINGING_SECONDS = 45
EVENTS = ("ringing", "completed")
"""That somebody answers, we hear by being asked for the first document."""


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

    def __init__(self, rest: TwilioRest, addresses: Addresses, clock: Clock) -> None:
        self._rest = rest
        self._addresses = addresses
        self._clock = clock

    async def __call__(self, call_id: str, text: Text, sender: str) -> tuple[str | None, str, str]:
        """The carrier's id of the message; or None, why it was not taken, and the carrier's code for that.

        Only what the carrier surely has not done is asked again. News of the message come later, to the address that
        goes with it.
        """
        status = self._addresses.sms_status(call_id, text.block)
        more = [("StatusCallback", status), *(("MediaUrl", address) for address in text.media)]
        outcome = await self._rest.send_message(text.to, sender, text.body, more)
        for pause in BUSY_PAUSES:
            if isinstance(outcome, Accepted) or outcome.kind not in SAFE:
                break
            await self._clock.sleep(pause)
            outcome = await self._rest.send_message(text.to, sender, text.body, more)
        if isinstance(outcome, Accepted):
            return outcome.sid, "", ""
        if outcome.code in SETUP or outcome.kind != "refused":
            log.warning("a text of call %s could not be sent: %s", call_id, outcome.cause)
        return None, outcome.cause, str(outcome.code or "")


class Calling:
    """Places calls."""

    def __init__(self, rest: TwilioRest, addresses: Addresses) -> None:
        self._rest = rest
        self._addresses = addresses

    async def __call__(self, start: Start) -> Placed:
        """Ring the number. What nobody knows the end of is never asked again: it may be ringing already."""
        more = [
            ("Url", self._addresses.started(start.id)),
            ("Method", "POST"),
            ("FallbackUrl", self._addresses.fallback),
            ("FallbackMethod", "POST"),
            ("StatusCallback", self._addresses.started_status(start.id)),
            ("StatusCallbackMethod", "POST"),
            *(("StatusCallbackEvent", event) for event in EVENTS),
            ("Timeout", str(RINGING_SECONDS)),
        ]
        outcome = await self._rest.place_call(start.caller, start.dialled, more)
        return Placed("placed", sid=outcome.sid) if isinstance(outcome, Accepted) else _not_placed(start, outcome)


def _not_placed(start: Start, failed: Failed) -> Placed:
    if failed.kind == "refused":
        log.warning("the call of run %s was refused: %s", start.id, failed.cause)
        return Placed("refused", reason=failed.cause)
    return Placed("again" if failed.kind in SAFE else "unknown", reason=failed.cause)

"""The carrier as the runtime sees it: it takes knocks and messages, and places calls."""

import logging
from collections.abc import Sequence

from ivr.core.effects import Text
from ivr.core.phone_numbers import without_numbers
from ivr.runtime.starts import Placed, Start
from ivr.runtime.texting import Handed
from ivr.twilio.rest import Accepted, Failed, SentMessage, TwilioRest
from ivr.twilio.twiml import RETRIES, Addresses

log = logging.getLogger(__name__)

NOT_IN_PROGRESS = 21220
NOT_THERE = 20404
CLOCKS_APART = 60.0
"""Seconds by which our clock and the carrier's may differ."""
TRIAL = "Sent from your Twilio trial account - "
"""What Twilio writes before the texts of accounts that do not pay yet."""
NO_SID = "The answer to the text does not say what the message is called."
SAFE = frozenset({"busy", "unsent"})
"""What surely has not been done, so that it may be asked again."""
RINGING_SECONDS = 45
EVENTS = ("ringing", "completed")
"""When the call is answered, the carrier asks for the first document."""


class Knock:
    """Moves a live call to a page, now."""

    def __init__(self, rest: TwilioRest, addresses: Addresses) -> None:
        self._rest = rest
        self._addresses = addresses

    async def __call__(self, call_id: str, page: int) -> str:
        fallback = f"{self._addresses.fallback}{RETRIES}"
        outcome = await self._rest.update_call(call_id, self._addresses.knocked(page), fallback)
        if isinstance(outcome, Accepted):
            return "accepted"
        if outcome.kind != "refused":
            return "busy"
        return "early" if outcome.code == NOT_IN_PROGRESS else "gone"


class Messages:
    """Hands texts over, and looks for those that may have been taken. Implements `runtime.texting.TextCarrier`."""

    def __init__(self, rest: TwilioRest, addresses: Addresses) -> None:
        self._rest = rest
        self._addresses = addresses

    async def send(self, call_id: str, token: str, text: Text, sender: str) -> Handed:
        """Hand it over, once. Reports on the message come later, to the address that goes with it."""
        status = self._addresses.sms_status(call_id, token)
        more = [("StatusCallback", status), *(("MediaUrl", address) for address in text.media)]
        outcome = await self._rest.send_message(text.to, sender, text.body, more)
        if isinstance(outcome, Accepted):
            # A sid is what tells that it was taken; an answer without one may come from anything on the way.
            return Handed("taken", outcome.sid) if outcome.sid else Handed("unknown", error=NO_SID)
        code = str(outcome.code or "")
        if outcome.kind in SAFE:
            return Handed("again", error=outcome.cause, code=code, after=outcome.after)
        return Handed("unknown" if outcome.kind == "unknown" else "refused", error=outcome.cause, code=code)

    async def look_alikes(self, text: Text, sender: str, since: int) -> Sequence[str] | None:
        """Texts like this one that Twilio took since then, in milliseconds; None when it did not say.

        A message that waits to be sent has no date of sending, so a list that is narrowed by date may lack it: where
        that shows nothing, the latest ones are looked through.
        """
        earliest = since / 1000 - CLOCKS_APART
        for asked in (earliest, 0.0):
            found = await self._rest.messages(text.to, asked)
            if isinstance(found, Failed):
                log.warning("Twilio's list of messages could not be read: %s", found.cause)
                return None
            alike = [one.sid for one in found if one.created_at >= earliest and _is_alike(one, text, sender)]
            if alike:
                return alike
        return ()


def _is_alike(one: SentMessage, text: Text, sender: str) -> bool:
    came_from = one.service if sender.startswith("MG") else one.sender
    body = one.body.removeprefix(TRIAL).strip()
    same = came_from == sender and one.media == len(text.media) and body == text.body.strip()
    return bool(one.sid) and one.direction != "inbound" and same


class Recordings:
    """Deletes recordings. It is an `operation.erasure.DeleteRecording`."""

    def __init__(self, rest: TwilioRest) -> None:
        self._rest = rest

    async def __call__(self, sid: str) -> str:
        """Empty once it is gone, or why it could not be deleted."""
        outcome = await self._rest.delete_recording(sid)
        return "" if isinstance(outcome, Accepted) or outcome.code == NOT_THERE else outcome.cause


class Calling:
    """Places calls."""

    def __init__(self, rest: TwilioRest, addresses: Addresses) -> None:
        self._rest = rest
        self._addresses = addresses

    async def __call__(self, start: Start) -> Placed:
        """Ring the number. A request whose end is unknown is never repeated: the phone may ring already."""
        more = [
            ("Url", f"{self._addresses.started(start.id)}{RETRIES}"),
            ("Method", "POST"),
            ("FallbackUrl", f"{self._addresses.started_fallback(start.id)}{RETRIES}"),
            ("FallbackMethod", "POST"),
            ("StatusCallback", f"{self._addresses.started_status(start.id)}{RETRIES}"),
            ("StatusCallbackMethod", "POST"),
            *(("StatusCallbackEvent", event) for event in EVENTS),
            ("Timeout", str(RINGING_SECONDS)),
        ]
        outcome = await self._rest.place_call(start.caller, start.dialled, more)
        return Placed("placed", sid=outcome.sid) if isinstance(outcome, Accepted) else _not_placed(start, outcome)

    async def status(self, call_id: str) -> str:
        """How a call is, in the carrier's words; empty when it does not say, or does not know the call.

        That is no proof of an end: the call may belong to another account than the one that is asked.
        """
        outcome = await self._rest.call_status(call_id)
        return outcome if isinstance(outcome, str) else ""


def _not_placed(start: Start, failed: Failed) -> Placed:
    if failed.kind == "refused":
        log.warning("the call of run %s was refused: %s", start.id, without_numbers(failed.cause))
        return Placed("refused", reason=failed.cause)
    return Placed("again" if failed.kind in SAFE else "unknown", reason=failed.cause)

"""The carrier's requests: form fields to what they mean."""

import re
from collections.abc import Collection
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from ivr.core import opt_out, phone_numbers
from ivr.core.events import (
    Answered,
    Delivered,
    Dialled,
    DialStatus,
    HandedBack,
    Messaged,
    Pressed,
    Recorded,
    Reply,
    Spoken,
)
from ivr.core.opt_out import Said
from ivr.twilio.causes import in_words

Pairs = list[tuple[str, str]]
ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""Values of CallStatus after which a call is over."""
FAILED = frozenset({"undelivered", "failed"})
"""Values of MessageStatus after which a text will never arrive."""
KEPT = FAILED | {"sent", "delivered"}
"""Values of MessageStatus that are kept; the others say only that it is under way."""
MOST_MEDIA = 10
MOST_FIELDS = 200
"""Fields of a form."""
MOST_RESULTS = 50
LONGEST_RESULT = 8_000
"""Fields that a call brings back from where it was handed over, and characters of each."""
_PLACES = ("City", "Country", "State", "Zip")
OF_A_CALL = frozenset(
    {"AccountSid", "ApiVersion", "CallSid", "CallStatus", "CallToken", "CallerName", "Direction", "ForwardedFrom"}
    | {"Called", "Caller", "From", "To", "StirVerstat", "StirPassportToken"}
    | {f"{end}{place}" for end in ("Called", "Caller", "From", "To") for place in _PLACES}
)
"""Fields of every request about a call."""
_name = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}", re.ASCII)
_digits = re.compile(r"\d{1,9}(\.\d{1,9})?", re.ASCII)
_sid = re.compile(r"[A-Za-z0-9:_.-]{1,128}")

_DIALLED: dict[str, DialStatus] = {
    "completed": "answered",
    "answered": "answered",
    "busy": "busy",
    "no-answer": "no_answer",
    "canceled": "no_answer",
}


class Malformed(ValueError):
    """A request that no carrier would send."""


OF_ANSWER = ("From", "To", "CallerName")
"""Fields that a call begins with."""


class Webhook(Struct, frozen=True):
    """A request about a call. `fields` holds everything that came, the first of each name."""

    call_id: str
    status: str
    fields: dict[str, str]

    def only(self, names: Collection[str]) -> "Webhook":
        """The same without all other fields."""
        return replace(self, fields={name: value for name, value in self.fields.items() if name in names})

    def answered(self, at: int) -> Answered:
        """How the call began. Reads the fields `OF_ANSWER`."""
        return Answered(
            at=at,
            caller=phone_numbers.caller(self.fields.get("From", "")),
            dialled=phone_numbers.called(self.fields.get("To", "")),
            caller_name=self.fields.get("CallerName", ""),
        )

    def gathered(self, token: str, at: int) -> Reply:
        """Keys or speech, or neither."""
        if speech := self.fields.get("SpeechResult", ""):
            return Spoken(at=at, token=token, text=speech, confidence=_number(self.fields.get("Confidence", "")))
        digits = self.fields.get("Digits", "")
        return Pressed(at=at, token=token, digits=digits, finished_by=self.fields.get("FinishedOnKey", ""))

    def dialled(self, token: str, at: int) -> Reply:
        """How a transfer ended. A party who picked up, but was never connected, counts as not answered."""
        status = _DIALLED.get(self.fields.get("DialCallStatus", ""), "failed")
        if status == "answered" and self.fields.get("DialBridged") == "false":
            status = "no_answer"
        seconds = int(_number(self.fields.get("DialCallDuration", "")))
        return Dialled(at=at, token=token, status=status, sid=self.fields.get("DialCallSid", ""), seconds=seconds)

    def recorded(self, token: str, at: int) -> Reply:
        """A recording; without an address when there was nothing to record."""
        key = self.fields.get("Digits", "")
        return Recorded(
            at=at,
            token=token,
            url=self.fields.get("RecordingUrl", ""),
            seconds=int(_number(self.fields.get("RecordingDuration", ""))),
            finished_by="" if key == "hangup" else key,
            hung_up=key == "hangup" or self.status in ENDED,
        )

    def handed_back(self, token: str, at: int) -> HandedBack | None:
        """What a call that was handed over brings back; None for one that is over, of which this is only reported."""
        if self.status in ENDED or self.fields.get("QueueResult") == "hangup":
            return None
        found = {name: value for name, value in self.fields.items() if _name.fullmatch(name) and name not in OF_A_CALL}
        kept = dict(list(found.items())[:MOST_RESULTS])
        return HandedBack(at=at, token=token, fields={name: value[:LONGEST_RESULT] for name, value in kept.items()})


class TextWebhook(Struct, frozen=True):
    """A request about a text: one that came in, or one of ours on its way."""

    sid: str
    fields: dict[str, str]

    @property
    def service(self) -> str:
        """The messaging service that it goes by, or nothing."""
        return self.fields.get("MessagingServiceSid", "")[:64]

    @property
    def said(self) -> Said:
        """Whether it is one of the words for no more texts, and the like: as the carrier says, or as the text does."""
        return opt_out.said(self.fields.get("OptOutType", "")) or opt_out.said(self.fields.get("Body", ""))

    def messaged(self, at: int) -> Messaged:
        count = int(_number(self.fields.get("NumMedia", "")))
        media = (self.fields.get(f"MediaUrl{index}", "") for index in range(min(count, MOST_MEDIA)))
        return Messaged(
            at=at,
            sender=phone_numbers.caller(self.fields.get("From", "")),
            dialled=phone_numbers.called(self.fields.get("To", "")),
            text=self.fields.get("Body", ""),
            sid=self.sid,
            media=tuple(address for address in media if address),
        )

    def delivered(self, job: str, at: int) -> Delivered | None:
        """The state of the message, or None for a station on its way that says nothing. `job` is the token of the
        job that sent it; or the number of its block alone, for texts that an earlier version has sent."""
        state = self.fields.get("MessageStatus", "") or self.fields.get("SmsStatus", "")
        if state not in KEPT:
            return None
        error = in_words(self.fields.get("ErrorCode", "")) if state in FAILED else ""
        turn, dot, block = job.rpartition(".")
        token = f"{turn}{dot}{block}" if dot else ""
        return Delivered(at=at, sid=self.sid, block=int(block), state=state, error=error, token=token)


def read_form(body: bytes) -> Pairs:
    """The decoded fields, blanks and repeats included. Raises Malformed, also for more fields than a carrier sends:
    each costs far more to read, sort and hash than the bytes it comes in.
    """
    if body.count(b"&") >= MOST_FIELDS:
        raise Malformed(f"a form has {MOST_FIELDS} fields at most")
    try:
        # The plus sign of phone numbers is nearly all that is encoded; its code is part of no other, and makes none.
        # And finding out here that a field has nothing else to decode is cheaper than in the library.
        parts = (part for part in body.decode("ascii").replace("+", " ").replace("%2B", "+").split("&") if part)
        return [_decoded(part) if "%" in part else part.partition("=")[::2] for part in parts]
    except ValueError as error:
        raise Malformed(f"not a form: {error}") from None


def read_webhook(pairs: Pairs) -> Webhook:
    """What a request is about. Raises Malformed when it names no call."""
    fields = dict(reversed(pairs))
    call_id = fields.get("CallSid", "")
    if not _sid.fullmatch(call_id):
        raise Malformed("the request names no call")
    return Webhook(call_id, fields.get("CallStatus", ""), fields)


def read_text(pairs: Pairs) -> TextWebhook:
    """What text a request is about. Raises Malformed when it names none."""
    fields = dict(reversed(pairs))
    sid = fields.get("MessageSid", "") or fields.get("SmsSid", "")
    if not _sid.fullmatch(sid):
        raise Malformed("the request names no message")
    return TextWebhook(sid, fields)


def _number(text: str) -> float:
    """A number as the carrier writes it, or 0."""
    return float(text) if _digits.fullmatch(text) else 0.0


def _decoded(field: str) -> tuple[str, str]:
    name, _, value = field.partition("=")
    return unquote(name, errors="strict"), unquote(value, errors="strict")

"""The carrier's requests: form fields to what they mean."""

import re
from urllib.parse import unquote

from msgspec import Struct

from ivr.core.events import Answered

Pairs = list[tuple[str, str]]
ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""Values of CallStatus after which a call is over."""
_sid = re.compile(r"[A-Za-z0-9:_.-]{1,128}")


class Malformed(ValueError):
    """A request that no carrier would send."""


class Webhook(Struct, frozen=True):
    """A request about a call. `fields` holds everything that came, the first of each name."""

    call_id: str
    status: str
    fields: dict[str, str]

    def answered(self, at: int) -> Answered:
        return Answered(
            at=at,
            caller=self.fields.get("From", ""),
            dialled=self.fields.get("To", ""),
            caller_name=self.fields.get("CallerName", ""),
        )


def read_form(body: bytes) -> Pairs:
    """The decoded fields, blanks and repeats included. Raises Malformed."""
    try:
        parts = (part.partition("=") for part in body.decode("ascii").replace("+", " ").split("&") if part)
        return [(_plain(name), _plain(value)) for name, _, value in parts]
    except ValueError as error:
        raise Malformed(f"not a form: {error}") from None


def read_webhook(pairs: Pairs) -> Webhook:
    """What a request is about. Raises Malformed when it names no call."""
    fields = dict(reversed(pairs))
    call_id = fields.get("CallSid", "")
    if not _sid.fullmatch(call_id):
        raise Malformed("the request names no call")
    return Webhook(call_id, fields.get("CallStatus", ""), fields)


def _plain(text: str) -> str:
    """Most fields have nothing to decode, and finding that out here is cheaper than in the library."""
    return unquote(text, errors="strict") if "%" in text else text

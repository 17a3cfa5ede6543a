"""Bringing callers back whom the store could not serve in time: to the same address, a few times, with their answer.

    /voice/page/3?round=1            the first time they are sent back
    /voice/gather/3/2.7?round=1&answer=…   what they pressed or said comes along, as a redirect has no other fields

The count is part of the address, and so of what the carrier signs. An answer may be a card number, and addresses end in
logs: so it is sealed, and opens for the same call only.
"""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from aiohttp import web
from msgspec.structs import replace

from ivr.store.errors import Damaged, KeyMissing
from ivr.twilio.webhook import OF_A_CALL, Webhook

MOST_ROUNDS = 3
"""How often a caller is sent back before they hear an apology."""
PAUSE = 1
"""Seconds of silence in between."""
LONGEST_ANSWER = 2000
"""Characters of a sealed answer; a longer one is left out, and the question asked again."""
HANDED_OVER = "/voice/handover/"
"""Where a call comes back to with fields of any name."""
ANSWERS = frozenset(
    {"Digits", "FinishedOnKey", "SpeechResult", "Confidence", "Language"}
    | {"DialCallStatus", "DialCallSid", "DialCallDuration", "DialBridged"}
    | {"RecordingUrl", "RecordingDuration"}
)
"""Fields that come once only, with the request that reports an answer."""


class Seal(Protocol):
    """Seals for a purpose. `open` raises Damaged and KeyMissing."""

    def seal(self, clear: bytes, about: bytes) -> bytes: ...

    def open(self, token: bytes, about: bytes) -> bytes: ...


def round_of(request: web.Request) -> int:
    """How often the caller was sent back to this address; 0 for the first request."""
    if "?" not in request.raw_path:
        return 0
    given = _query(request).get("round", [""])[-1]
    return int(given) if given in {"1", "2", "3"} else 0


class Rounds:
    """Makes addresses to come back to, and reads them. Without a `seal` answers stay behind."""

    def __init__(self, public_url: str, seal: Seal | None = None) -> None:
        self._public_url = public_url
        self._seal = seal

    def again(self, request: web.Request, webhook: Webhook) -> str | None:
        """Where to send the caller back to; None after too many rounds."""
        number = round_of(request) + 1
        if number > MOST_ROUNDS:
            return None
        path = urlsplit(request.raw_path).path
        answer = self._sealed(webhook, path) if asks(path) else ""
        return f"{self._public_url}{path}?round={number}" + (f"&answer={answer}" if answer else "")

    def restored(self, request: web.Request, webhook: Webhook) -> Webhook | None:
        """The webhook with the answer that was given at first; None where that is lost."""
        if not round_of(request) or not asks(urlsplit(request.raw_path).path):
            return webhook
        given = _query(request).get("answer", [""])[-1]
        if self._seal is None or not given:
            return None
        try:
            kept = json.loads(self._seal.open(urlsafe_b64decode(given), _about(webhook)))
        except (Damaged, KeyMissing, ValueError, binascii.Error):
            return None
        return replace(webhook, fields={**webhook.fields, **kept})

    def _sealed(self, webhook: Webhook, path: str) -> str:
        if self._seal is None:
            return ""
        back = path.startswith(HANDED_OVER)
        kept = {
            name: value for name, value in webhook.fields.items() if name in ANSWERS or (back and name not in OF_A_CALL)
        }
        sealed = urlsafe_b64encode(self._seal.seal(json.dumps(kept).encode(), _about(webhook))).decode()
        return sealed if len(sealed) <= LONGEST_ANSWER else ""


def asks(path: str) -> bool:
    """Whether the answer to a question comes in at a path."""
    return path.startswith(("/voice/gather/", "/voice/dial/", "/voice/record/", HANDED_OVER))


def _about(webhook: Webhook) -> bytes:
    return f"answer:{webhook.call_id}".encode()


def _query(request: web.Request) -> dict[str, list[str]]:
    return parse_qs(urlsplit(request.raw_path).query, max_num_fields=10)

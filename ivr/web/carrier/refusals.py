"""Why the carrier's requests are refused: counted, and a few of them told, with the URL that was expected.

An operator whose calls don't come through sees here what does not match. A stranger can cause these lines, so that
there is one of a kind a second; and what they send is shown short, without its query.
"""

import logging
from collections.abc import Callable
from typing import Literal
from urllib.parse import urlsplit

from aiohttp import web

from ivr.logs import note
from ivr.twilio.signature import Body, Signature
from ivr.web.sparing import Sparing

log = logging.getLogger(__name__)

Reason = Literal["unsigned", "not_genuine", "unreadable"]
REASONS: tuple[Reason, ...] = ("unsigned", "not_genuine", "unreadable")
UNSIGNED = "It has no signature: the carrier did not send it, or a proxy dropped the header X-Twilio-Signature."
UNREADABLE = "Its body can't be read: it is too large, packed, or broken off."
OTHER_URL = (
    "It is signed for another URL: set IVR_PUBLIC_URL to the one that the carrier was given, and let the proxy pass on "
    "path and query as they are."
)
OTHER_KEY = (
    "It is not signed with this account's auth token, or for a URL that is not known here: compare TWILIO_AUTH_TOKEN "
    "and IVR_PUBLIC_URL with the carrier's console."
)
LONGEST_SHOWN = 200
"""Characters of a URL."""
LONGEST_HOST = 253


class Refusals:
    """Tells of some refused requests, and `count` of each."""

    def __init__(self, signature: Signature, public_url: str, count: Callable[[Reason], None]) -> None:
        self._signature = signature
        self._public_url = public_url
        self._sparing = Sparing(log)
        self._count = count

    def unsigned(self, request: web.Request) -> None:
        """It has no signature, or one that can be none."""
        if (more := self._due("unsigned")) is not None:
            self._tell(request, "unsigned", UNSIGNED, more)

    def unreadable(self, request: web.Request) -> None:
        """Its body can't be read."""
        if (more := self._due("unreadable")) is not None:
            self._tell(request, "unreadable", UNREADABLE, more)

    def not_genuine(self, request: web.Request, body: Body, given: str, settings: str) -> None:
        """Its signature does not fit. For a line, and only then, it is looked up whether another URL would fit."""
        if (more := self._due("not_genuine")) is None:
            return
        raw_path = request.raw_path
        fits = (
            base for base in self._others(request) if self._signature.at(base).genuine(raw_path, body, given, settings)
        )
        signed_for = next(fits, None)
        if signed_for is None:
            self._tell(request, "other_token", OTHER_KEY, more)
        else:
            self._tell(request, "other_url", OTHER_URL, more, signed_for)

    def _due(self, reason: Reason) -> int | None:
        self._count(reason)
        return self._sparing.due(reason)

    def _others(self, request: web.Request) -> list[str]:
        """Where the carrier may think that this server is: at the host it asked for or the one that is set, by either
        scheme, with the prefix of the path that is set or without."""
        asked = request.headers.get("X-Forwarded-Host", "") or request.headers.get("Host", "")
        own = urlsplit(self._public_url)
        hosts = [
            host for host in dict.fromkeys((asked, own.netloc)) if 0 < len(host) <= LONGEST_HOST and host.isascii()
        ]
        paths = dict.fromkeys((own.path, ""))
        bases = (f"{scheme}://{host}{path}" for path in paths for host in hosts for scheme in ("https", "http"))
        return [base for base in bases if base != self._public_url]

    def _tell(self, request: web.Request, reason: str, to_do: str, more: int, signed_for: str | None = None) -> None:
        path, asks, _ = request.raw_path.partition("?")
        query = "?…" if asks else ""
        note(
            log,
            logging.WARNING,
            "webhook refused",
            reason=reason,
            expected=_short(f"{self._public_url}{path}") + query,
            signed_for=_short(f"{signed_for}{path}") + query if signed_for else None,
            to_do=to_do,
            more=more or None,
        )


def _short(url: str) -> str:
    return url if len(url) <= LONGEST_SHOWN else f"{url[:LONGEST_SHOWN]}…"

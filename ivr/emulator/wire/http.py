"""The seam to the network: a request goes in, a response comes out, and nothing else is known of HTTP."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

Pairs = tuple[tuple[str, str], ...]
Reason = Literal["connect", "dns", "tls", "read", "protocol"]


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. A fetch keeps its limits: seconds to connect, seconds between packets, bytes kept of the body.

    The fetch neither follows redirects nor keeps cookies; both are done here. `fresh`: on a connection of its own, not
    on one that was kept open after another request.
    """

    method: str
    url: str
    headers: Pairs = ()
    body: bytes = b""
    connect_seconds: float = 5.0
    read_seconds: float = 15.0
    max_bytes: int = 65_537
    fresh: bool = False

    def header(self, name: str, default: str = "") -> str:
        """The first header of that name, whatever its case."""
        return find(self.headers, name, default)


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response with its whole body (at most `Request.max_bytes` of it)."""

    status: int
    headers: Pairs = ()
    body: bytes = b""

    def header(self, name: str, default: str = "") -> str:
        """The first header of that name, whatever its case."""
        return find(self.headers, name, default)

    @classmethod
    def xml(cls, twiml: str, *headers: tuple[str, str]) -> "Response":
        """A 200 with a TwiML document."""
        return cls(200, (("Content-Type", "text/xml; charset=utf-8"), *headers), twiml.encode())


Fetch = Callable[[Request], Awaitable[Response]]


class FetchFailed(Exception):
    """No response. `reason` says which part of the exchange failed."""

    def __init__(self, reason: Reason, message: str = "") -> None:
        super().__init__(message or reason)
        self.reason: Reason = reason


def find(headers: Pairs, name: str, default: str = "") -> str:
    """The first value of that name, whatever its case."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), default)

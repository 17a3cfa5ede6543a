"""What happened. Every event says when (`at`, milliseconds since 1970), so the engine needs no clock."""

from typing import Literal

from msgspec import Struct

from ivr.core.values import Value

Cause = Literal[
    "ok",
    "timeout",
    "dns",
    "connect",
    "tls",
    "status",
    "too_large",
    "unreadable",
    "blocked",
    "skipped",
    "missing",
    "unsendable",
    "cancelled",
    "unknown",
]
CAUSES: dict[Cause, str] = {
    "ok": "A complete answer came, and the success rule accepts it. The only good one.",
    "timeout": "No complete answer within the timeout; retries, redirects and tokens count.",
    "dns": "The API's host name could not be found.",
    "connect": "The API could not be reached, or the connection broke.",
    "tls": "No secure connection: the certificate is expired, for another host, or from nobody who is trusted.",
    "status": "An answer came, but the success rule does not accept its status.",
    "too_large": "The answer is larger than allowed.",
    "unreadable": "The answer broke off, is garbled, or is not what it says it is.",
    "blocked": "The egress guard refused the address, or a secret may not be sent to that host.",
    "skipped": "The API failed so often in a row that it is left alone for a moment.",
    "missing": "A secret is not there, or the answer lacks a required response variable.",
    "unsendable": "The request can't be sent as it is: the address, a header.",
    "cancelled": "The caller hung up.",
    "unknown": "Nobody knows how it ended: the server stopped while it ran.",
}
"""Why a web call ended as it did."""


class Event(Struct, frozen=True, kw_only=True):
    """Something that happened to a call."""

    at: int


class Answered(Event, frozen=True, kw_only=True):
    """A caller rang one of our numbers and we take the call."""

    caller: str
    dialled: str
    caller_name: str = ""


class HungUp(Event, frozen=True, kw_only=True):
    """The call is over for the carrier. `reason` is the carrier's word, or why we think so."""

    reason: str = "completed"


class Reply(Event, frozen=True, kw_only=True):
    """The answer to a question. The token names the question, so a late or repeated reply changes nothing."""

    token: str


class Try(Struct, frozen=True, omit_defaults=True):
    """One request that was sent, or could not be: where to, how it ended, and where its milliseconds went."""

    url: str
    cause: Cause
    status: int | None = None
    error: str = ""
    milliseconds: dict[str, int] = {}


class Fetched(Reply, frozen=True, kw_only=True):
    """A web call ended. `status` is None when no answer came; `value` is the parsed body, or None."""

    cause: Cause
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    value: Value = None
    error: str = ""
    milliseconds: int = 0
    tries: tuple[Try, ...] = ()


class Texted(Reply, frozen=True, kw_only=True):
    """The carrier took the message, or refused it; `error` says why in plain words."""

    accepted: bool
    sid: str = ""
    error: str = ""

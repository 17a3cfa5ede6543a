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
    "missing",
    "unsendable",
    "cancelled",
    "unknown",
]
"""Why a web call ended as it did; `ok` is the only good one."""


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


class Fetched(Reply, frozen=True, kw_only=True):
    """A web call ended. `status` is None when no answer came; `value` is the parsed body, or None."""

    cause: Cause
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    value: Value = None
    error: str = ""
    milliseconds: int = 0


class Texted(Reply, frozen=True, kw_only=True):
    """The carrier took the message, or refused it; `error` says why in plain words."""

    accepted: bool
    sid: str = ""
    error: str = ""

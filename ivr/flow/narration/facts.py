"""Facts read from a trace."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, get_args

from msgspec import Struct

from ivr.core.call import Entry
from ivr.core.events import CAUSES
from ivr.core.values import Value, to_text
from ivr.flow.engine import LOST

BEGINNINGS = frozenset({"answered", "messaged", "requested", "happened"})
"""Entries at whose block a run began."""
_found = ("cause", "error")

FAILURES = 400
"""The lowest status that no API means as a success."""
BROKEN_OFF = frozenset({"failed", "busy", "no-answer", "canceled"})
"""The carrier's words for a call that it, and not the caller, has ended."""
Failing = Literal["call", "transfer", "handover", "block", "clip", "page"]
FAILING: tuple[Failing, ...] = get_args(Failing)
"""What may fail in a call besides its web calls and texts; a `block` that did not even begin what it is for, a `page`
that the carrier could not use."""


class Failure(Struct, frozen=True):
    """Something that failed. `cause` is an id or the carrier's number, `error` a sentence for people."""

    kind: Failing
    cause: str
    error: str


def failure_of(entry: Entry) -> Failure | None:
    """What failed by an entry of a trace, if it tells of something that failed besides web calls and texts."""
    data = entry.data
    error = to_text(data.get("error"))
    found: Failure | None = None
    match entry.kind:
        case "problem":
            found = Failure("call", to_text(data.get("code")), to_text(data.get("message")))
        case "unheard":
            found = Failure("clip", to_text(data.get("clip")), to_text(data.get("why")))
        case "unusable":
            found = Failure("page", to_text(data.get("code")) or "unknown", "")
        case "replied" if data.get("status") == "failed":
            found = Failure("transfer", to_text(data.get("refused")) or "carrier", error)
        case "replied" if "fields" in data and error:
            found = Failure("handover", to_text(data.get("refused") or data.get("code")) or "carrier", error)
        case "left" if "cause" in data and not is_unsent(entry):
            found = Failure("block", to_text(data["cause"]), error)
    return found


def broken_off(entry: Entry) -> str:
    """The carrier's word for how it has ended the call, LOST where it has said nothing; empty where it has not."""
    reason = to_text(entry.data.get("reason")) if entry.kind == "hung_up" else ""
    return reason if reason == LOST or reason in BROKEN_OFF else ""


def is_unsent(entry: Entry) -> bool:
    """Whether a block was left as its web call could not even begin."""
    return entry.kind == "left" and entry.data.get("cause") in CAUSES


def unjudged(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """How a web call went whose answer came too late for its block to judge it: a status from 400 on is a failure."""
    status = data.get("status")
    if data.get("cause") != "ok" or not isinstance(status, int) or status < FAILURES:
        return data
    return {**data, "cause": "status", "error": f"The API answered with status {status}."}


def web_causes(trace: Iterable[Entry]) -> Mapping[int, Mapping[str, Value]]:
    """By block: the cause and the error of its web call, as the block found after it had looked at the answer."""
    found: dict[int, dict[str, Value]] = {}
    for entry in trace:
        if entry.kind == "set":
            for name, value in entry.data.items():
                fact = name.rpartition(".")[2]
                if fact in _found and name.endswith(f"_{entry.block}.{fact}"):
                    found.setdefault(entry.block, {})[fact] = value
    return found


def path_of(trace: Iterable[Entry]) -> list[int]:
    """The blocks a call came to, in order."""
    return [entry.block for entry in trace if _is_entered(entry)]


def way_of(trace: Iterable[Entry]) -> list[str]:
    """The same, with `@` and its id where the call went on to another flow."""
    steps = (entry for entry in trace if entry.kind == "jumped" or _is_entered(entry))
    return [f"@{entry.data['flow']}" if "flow" in entry.data else f"{entry.block}" for entry in steps]


def _is_entered(entry: Entry) -> bool:
    return entry.kind == "entered" or is_beginning(entry)


def is_beginning(entry: Entry) -> bool:
    """Whether a walk begins at the entry's block: of a run, or after a jump."""
    return entry.kind in BEGINNINGS or (entry.kind == "jumped" and "flow" not in entry.data)

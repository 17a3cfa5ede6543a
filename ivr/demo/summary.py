"""The demo's call as one object, from both ends of the line: what the carrier saw, and what the server traced."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ivr.core.call import Entry
from ivr.emulator import Happening, Message

WEB_CALL = 3
"""The number of the demo flow's External Web Call block."""


class Moment(NamedTuple):
    """One thing that happened, `at` seconds since the call began, as its kind and its facts."""

    at: float
    kind: str
    facts: Mapping[str, Any]


def heard(happening: Happening) -> Moment:
    """Seen by the carrier."""
    return Moment(happening.at, happening.kind, happening.detail)


def traced(entry: Entry, began: int) -> Moment:
    """Traced by the server; `began` is when the call began, in milliseconds."""
    return Moment((entry.at - began) / 1000, entry.kind, {"block": entry.block, **entry.data})


def summary(moments: Sequence[Moment], messages: Sequence[Message]) -> dict[str, Any]:
    """The whole call as one object; times in seconds since it began, None for what did not happen."""
    web_call = [moment for moment in moments if moment.facts.get("block") == WEB_CALL]
    answer_at = _first(web_call, "replied", "status")
    after = [moment for moment in moments if answer_at is not None and moment.at >= answer_at]
    variables: dict[str, Any] = {}
    for moment in moments:
        variables |= _set(moment.facts) if moment.kind == "set" else {}
    return {
        "ended": next((moment.facts["status"] for moment in moments if _over(moment)), None),
        "port": next((moment.facts["port"] for moment in web_call if moment.kind == "left"), None),
        "statuscode": variables.get(f"EXTCALL_{WEB_CALL}.statuscode"),
        "variables": variables,
        "heard": [words for moment in moments if (words := _words(moment))],
        "sms": [{"to": message.to, "body": message.body} for message in messages],
        "request_at": _first(web_call, "asked", "url"),
        "hold_started_at": _first(moments, "play", "url"),
        "answer_at": answer_at,
        "moved_on_at": _first(after, "say", "text"),
        "cancelled": any(moment.kind == "cancelled" for moment in moments),
    }


def _over(moment: Moment) -> bool:
    """The carrier's word that the call has ended, not the flow's."""
    return moment.kind == "ended" and "status" in moment.facts


def _first(moments: Sequence[Moment], kind: str, fact: str) -> float | None:
    """When the first moment of a kind was that has this fact."""
    return next((moment.at for moment in moments if moment.kind == kind and fact in moment.facts), None)


def _words(moment: Moment) -> str | None:
    if moment.kind == "say":
        return str(moment.facts["text"])
    if moment.kind == "play":
        return "♪ hold audio"
    return None


def _set(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name != "block"}

"""A tried call, line by line: what the caller heard and did, and what the flow did meanwhile."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from ivr.core.call import Entry
from ivr.core.values import to_text
from ivr.testing.caller import Sound

if TYPE_CHECKING:
    from ivr.testing.line import Line


def timeline(line: "Line", start: int) -> list[str]:
    """Lines in the order of what happened; times in seconds since the call began."""
    moments = [(sound.at, 1, text) for sound in line.sounds if (text := _sound(sound))]
    moments += [((entry.at - start) / 1000, 0, text) for entry in line.trace for text in lines_of(entry)]
    return [f"{at:8.2f} s  {text}" for at, _, text in sorted(moments, key=lambda moment: moment[:2])]


def _sound(sound: Sound) -> str:
    match sound.kind:
        case "words":
            return f"“{sound.text}”"
        case "clip":
            return f"♪ {sound.text}, for {sound.seconds:.1f} s"
        case "asked":
            return f"(listens for {sound.text})"
        case "rings":
            return f"(rings {sound.text})"
    return f"(silence, {sound.seconds:.1f} s)" if sound.hold else ""


def lines_of(entry: Entry) -> Iterator[str]:
    """An entry of a trace in words; most entries are one line, some none."""
    teller = _TELLERS.get(entry.kind)
    if teller is not None and (text := teller(entry)):
        yield text


def _asked(entry: Entry) -> str:
    data = entry.data
    match data.get("job"):
        case "fetch":
            return f"→ {data['method']} {data['url']}"
        case "text":
            return f"✉ to {data['to']}: {data['body']}"
    return ""


def _replied(entry: Entry) -> str:
    """The answer to what was asked, told by the fact that only its kind has."""
    return next((tell(entry.data) for fact, tell in _REPLIES.items() if fact in entry.data), "")


def _fetched(data: dict[str, Any]) -> str:
    status = f" {data['status']}" if data["status"] is not None else ""
    error = f": {data['error']}" if data["error"] else ""
    return f"←{status} after {data['milliseconds'] / 1000:.2f} s{error}"


def _variables(data: dict[str, Any]) -> str:
    shown = {name: to_text(value) for name, value in data.items() if "." not in name}
    return "   ".join(f"${name} = {value}" for name, value in shown.items() if value)


def _why(data: dict[str, Any]) -> str:
    return f", decided by {data['decided_by']}" if "decided_by" in data else ""


_REPLIES: dict[str, Callable[[dict[str, Any]], str]] = {
    "hidden": lambda data: "← keys that are not shown",
    "digits": lambda data: f"← pressed {data['digits']}" if data["digits"] else "← nothing was pressed",
    "cause": _fetched,
    "accepted": lambda data: "← the text was taken" if data["accepted"] else f"← the text was refused: {data['error']}",
    "confidence": lambda data: f"← said “{data['text']}”",
    "url": lambda data: f"← recorded {data['seconds']} s" if data["url"] else "← recorded nothing",
    "status": lambda data: f"← {data['status'].replace('_', ' ')}",
}
_TELLERS: dict[str, Callable[[Entry], str]] = {
    "answered": lambda entry: f"{entry.data['caller']} calls {entry.data['dialled']}",
    "messaged": lambda entry: f"{entry.data['sender']} texts: {entry.data['text']}",
    "requested": lambda entry: f"another system asks for {entry.data['caller']}",
    "passed": lambda entry: f"block {entry.block}: passed by (disabled), on by “{entry.data['port']}”",
    "asked": _asked,
    "replied": _replied,
    "set": lambda entry: _variables(entry.data),
    "left": lambda entry: f"block {entry.block}: on by “{entry.data['port']}”" + _why(entry.data),
    "unset": lambda entry: f"! {entry.data['reference']} is not set, in {entry.data['field']}",
    "problem": lambda entry: f"! {entry.data['message']}",
    "cancelled": lambda entry: "✕ the request is cancelled",
    "hung_up": lambda entry: f"the call is over ({entry.data['reason']})",
    "ended": lambda entry: "the flow has ended" + (f": {entry.data['why']}" if entry.data.get("why") else ""),
}

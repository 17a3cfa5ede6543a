"""The sentences about a call that need more than filling in."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from ivr.core.fields import DOTS
from ivr.core.phone_numbers import is_withheld
from ivr.core.values import to_text
from ivr.flow.narration.facts import BROKEN_OFF

END = {
    "flow": "The flow has ended the call.",
    "caller": "The caller hung up.",
    "carrier": "The carrier has ended the call.",
    "failure": "The call ended because something went wrong.",
}
"""How a call ended, by what ended it."""
CAUSES = {
    "timeout": "No answer in time",
    "dns": "Host not found",
    "connect": "Not reached",
    "tls": "No secure connection",
    "status": "Status not accepted",
    "body": "Body not accepted",
    "too_large": "Answer too large",
    "unreadable": "Answer not readable",
    "blocked": "Not allowed",
    "skipped": "Paused after failures",
    "not_sent": "Not sent",
    "no_secret": "Secret missing",
    "missing": "Required value missing",
    "unsendable": "Can’t be sent",
    "cancelled": "Cancelled",
    "too_many": "Too many at once",
    "unknown": "Ending unknown",
}
"""Why a web call failed, in a few words each."""
CANCELLED = {
    "call": "Cancelled: the caller hung up.",
    "end": "Cancelled: the call was over.",
    "key": "Cancelled: the caller pressed a key.",
    "again": "Cancelled: its block was entered again.",
    "jump": "Cancelled: the call goes on in another flow.",
}
"""Why a request was cancelled."""
UNTAKEN = {
    "again": "The request before is finished; its answer is not taken any more",
    "jump": "The request is finished; its answer is not taken any more",
}
"""Why nothing will take an answer."""
LATE = {
    "call": "The answer came after the call ended",
    "key": "The answer came after the caller had pressed a key, and changes nothing",
    "untaken": "The answer came when nothing would take it any more, and changes nothing",
}
"""Why an answer changes nothing, by what was faster."""
LATE_FAILURE = {
    "call": "The request failed after the call ended",
    "key": "The request failed after the caller had pressed a key, which changes nothing",
    "untaken": "The request failed when nothing would take its answer any more, which changes nothing",
}
"""Why a failure changes nothing, by what was faster."""
PARTED = {
    "call": "The request goes on; with its answer the flow goes on without the caller",
    "run": "Waits on without the caller, who pressed a key",
}
"""What is said of a request that outlives its call, in the call and in the run that waits for it."""
SILENT = {
    "silent": "Silence while the caller waits",
    "rings": "The phone rings on while the caller waits",
}
"""What a caller hears who waits without hold audio."""
_INPUTS = {"dtmf": "keys", "speech": "speech"}
_LONGEST = 80
"""Characters of a value in a sentence; the event has all of it."""


def named(name: str) -> str:
    """An id as words: `no_input` is “No input”."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def who(caller: Any) -> str:
    """Who calls or texts: a number, an address, or that it is withheld."""
    text = to_text(caller)
    return "Someone whose number is withheld" if is_withheld(text) else text


def why(data: Mapping[str, Any]) -> str:
    """What decided where the call goes on."""
    return "; ".join(f"{named(name)}: {to_text(value)}" for name, value in data.items() if to_text(value))


def left_by(port: str, reason: str) -> str:
    """How a block was left."""
    return f"On by “{port}”" + (f". {reason}" if reason else "")


def answer(data: Mapping[str, Any]) -> str:
    """How a web call ended: its status or its cause, after how long, and what was wrong."""
    status, cause = data.get("status"), str(data.get("cause", ""))
    first = _status(status) if status is not None else CAUSES.get(cause, named(cause))
    error = f": {data['error']}" if data.get("error") else ""
    notes = "".join(f". {to_text(note).rstrip('.')}" for note in data.get("notes") or ())
    return f"{first} after {seconds(data.get('milliseconds'))}{error}{notes}"


def unusable(code: str) -> str:
    """That the carrier could not use a page; `code` is its number for that, if it has told one."""
    return "The carrier could not fetch or use a page or a clip" + (f": error {code}." if code else ".")


def broken_off(word: str) -> str:
    """How the carrier calls the end of a call that it has ended, where it says so."""
    return f"It says “{word}”." if word in BROKEN_OFF else ""


def late(data: Mapping[str, Any], faster: str) -> str:
    """What came too late to change anything, by what was faster: a key of `LATE`."""
    if data.get("accepted") is False:
        return f"The SMS was refused: {to_text(data.get('error'))}"
    if data.get("cause", "ok") == "ok":
        return LATE[faster]
    return f"{LATE_FAILURE[faster]}. {answer(data)}"


def seconds(milliseconds: Any) -> str:
    """A duration that is never below zero."""
    return f"{max(0, int(milliseconds or 0)) / 1000:.2f} s"


def variables(data: Mapping[str, Any]) -> str:
    """The variables of the flow's own that were set; those of a block, such as `EXTCALL_3.status`, are not shown."""
    shown = ((name, to_text(value)) for name, value in data.items() if "." not in name)
    return ", ".join(f"${name} = {_short(value)}" for name, value in shown if value)


def unset(names: Any) -> str:
    """The variables that a visit of a block took back; `names` is a list, or its text when it is a long one."""
    shown = ", ".join(map(str, names)) if isinstance(names, list) else to_text(names)
    return f"No longer set: {_short(shown)}"


def pressed(keys: str, *, heard: bool = True) -> str:
    """Keys of the caller; `heard`: the flow was listening."""
    return (f"Pressed {keys}" if keys else "Nothing was pressed") + _unheard(heard)


def pressed_late(keys: str) -> str:
    """Keys that the answer was faster than."""
    return f"Pressed {keys}, just after the answer had come"


def said_late(words: str) -> str:
    """Words of the caller that the answer was faster than."""
    return f"Said “{words}”, just after the answer had come"


def said(words: str, *, heard: bool = True) -> str:
    """Words of the caller; `heard`: the flow was listening."""
    return f"Said “{words}”" + _unheard(heard)


def texted_back(data: Mapping[str, Any]) -> str:
    """What came in reply to a question by text."""
    if not data["came"]:
        return "No reply came in time"
    pictures = f" with {len(data['media'])} pictures" if data.get("media") else ""
    return f"Reply by SMS{pictures}: “{to_text(data['text'])}”"


def handed_back(data: Mapping[str, Any]) -> str:
    """What a call brought back from where it was handed over, or why it was not."""
    if data["error"]:
        return f"Not handed over: {to_text(data['error'])}"
    fields = data["fields"]
    shown = (
        ", ".join(f"{name} = {to_text(value)}" for name, value in fields.items()) if isinstance(fields, dict) else ""
    )
    return "Came back" + (f": {_short(shown)}" if shown else "")


def awaits(blocks: Any, title: Callable[[int], str]) -> str:
    """That a block waits for answers to requests which these blocks, each called by its `title`, have started."""
    if not isinstance(blocks, list):
        return f"Waits for answers of {to_text(blocks)}"
    *first, last = [title(each) for each in blocks] or [""]
    if not first:
        return f"Waits for the answer of {last}" if last else "Waits"
    return f"Waits for the answers of {', '.join(first)} and {last}"


def elapsed(data: Mapping[str, Any]) -> str:
    """That a block has waited for such answers long enough."""
    return f"Not all answers came within {to_text(data.get('waited'))} s"


def music(names: Any) -> str:
    """The clips that are played while a caller waits, one after the other."""
    return f"Hold music: {', '.join(names) if isinstance(names, list) else to_text(names)}"


def music_stops(data: Mapping[str, Any]) -> str:
    """That hold audio stops; of a clip, where."""
    if "clip" not in data:
        return "The hold audio stops"
    return f"The hold music stops, {float(data['after']):g} s into {to_text(data['clip'])}"


def hidden() -> str:
    """What the caller entered where it is not to be seen."""
    return f"Pressed {DOTS}"


def listens(inputs: str) -> str:
    """What the line listens for, as the carrier lists it: `dtmf speech`."""
    return f"Listens for {' and '.join(_INPUTS.get(each, each) for each in inputs.split())}"


def _status(status: Any) -> str:
    try:
        return f"{status} {HTTPStatus(int(status)).phrase}"
    except ValueError:
        return str(status)


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"


def _unheard(heard: bool) -> str:
    return "" if heard else " (the flow was not listening)"

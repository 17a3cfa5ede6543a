"""Events drawn as lines of text, for terminals."""

from ivr.flow.narration.event import CallEvent, Kind

_MARKS: dict[Kind, str] = {
    "enter": "▸ ",
    "pass": "▸ ",
    "exit": "  ",
    "play": "♪ ",
    "hold": "♪ ",
    "request": "→ ",
    "response": "← ",
    "key": "← ",
    "sms": "✉ ",
    "set": "= ",
    "error": "! ",
}


def line_of(event: CallEvent, width: int = 8) -> str:
    """One line: seconds since the call began, a mark, the block where the event is about one, and the sentence. Empty
    for an event that is not shown."""
    if not event.sentence:
        return ""
    about = f"{event.title}: " if event.title and event.kind != "enter" else ""
    return f"{event.t / 1000:{width}.2f} s  {_MARKS.get(event.kind, '')}{about}{event.sentence}"

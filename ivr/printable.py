"""Words of strangers, made fit for a terminal: callers, APIs and flow files write what they like.

What begins a line, moves the cursor, colours, names the window, or turns the order of letters becomes an escape, as
Python writes it, or as JSON does. Blanks and joiners that languages are written with stay as they are.
"""

import json

_KEPT = frozenset("\u00a0\u2007\u2009\u202f\u3000\u200c\u200d")
"""Not printable to Python, but harmless, and common in French, Japanese and Persian texts."""


def in_line(text: str, also: str = "") -> str:
    """The text without anything that begins a line, or moves the cursor of a terminal. `also`: what else stays."""
    return text if text.isprintable() else "".join(each if _fits(each, also) else repr(each)[1:-1] for each in text)


def in_json(text: str) -> str:
    """A JSON text that holds the same, and shows in a terminal as it is."""
    return (
        text if text.isprintable() else "".join(each if _fits(each, "\n") else json.dumps(each)[1:-1] for each in text)
    )


def _fits(letter: str, also: str) -> bool:
    return letter.isprintable() or letter in _KEPT or letter in also

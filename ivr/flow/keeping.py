"""How much of events and values a call and its trace keep."""

from functools import cache

from msgspec import to_builtins

from ivr.core.events import Event
from ivr.core.values import Value, to_text

TRACED_CHARACTERS = 2000
KEPT_CHARACTERS = 1000
"""Length up to which a value is kept whether a block reads it or not."""
LONG = (str, dict, list)
"""Kinds of values that may be."""
_WHERE_ANY = {"notes", "sender", "to"}
"""What a trace tells only where there is any."""
_UNTRACED = {"at", "private", "body", "value", "headers"}


def facts(event: Event) -> dict[str, Value]:
    """What the trace tells of an event; a body is kept where it is set as a variable, not here too."""
    told: dict[str, Value] = {}
    for name in _told_of(type(event)):
        value = getattr(event, name)
        if value or name not in _WHERE_ANY:
            told[name] = list(to_builtins(value)) if isinstance(value, tuple) else value
    return told


@cache
def _told_of(kind: type[Event]) -> tuple[str, ...]:
    return tuple(name for name in kind.__struct_fields__ if name not in _UNTRACED)


def is_small(value: Value) -> bool:
    """Whether a value is kept although no block reads it."""
    if isinstance(value, str):
        return len(value) <= KEPT_CHARACTERS
    return not isinstance(value, LONG) or len(to_text(value)) <= KEPT_CHARACTERS


def shortened(value: Value) -> Value:
    """A value as the trace keeps it: long ones are cut."""
    text = value if isinstance(value, str) else to_text(value) if isinstance(value, LONG) else ""
    return value if len(text) <= TRACED_CHARACTERS else f"{text[:TRACED_CHARACTERS]}… ({len(text)} characters)"

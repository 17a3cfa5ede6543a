"""How much of events and values a call and its trace keep."""

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
_UNTRACED = {"at", "body", "value", "headers"}


def facts(event: Event) -> dict[str, Value]:
    """What the trace tells of an event; a body is kept where it is set as a variable, not here too."""
    fields = {name: getattr(event, name) for name in event.__struct_fields__}
    lists = {name: list(to_builtins(value)) for name, value in fields.items() if isinstance(value, tuple)}
    told = {name: value for name, value in {**fields, **lists}.items() if name not in _UNTRACED}
    return {name: value for name, value in told.items() if value or name not in _WHERE_ANY}


def is_small(value: Value) -> bool:
    """Whether a value is kept although no block reads it."""
    if isinstance(value, str):
        return len(value) <= KEPT_CHARACTERS
    return not isinstance(value, LONG) or len(to_text(value)) <= KEPT_CHARACTERS


def shortened(value: Value) -> Value:
    """A value as the trace keeps it: long ones are cut."""
    text = value if isinstance(value, str) else to_text(value) if isinstance(value, LONG) else ""
    return value if len(text) <= TRACED_CHARACTERS else f"{text[:TRACED_CHARACTERS]}… ({len(text)} characters)"

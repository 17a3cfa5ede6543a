"""How much of events and values a call and its trace keep."""

from collections.abc import Mapping
from functools import cache

from msgspec import to_builtins

from ivr.core.effort import Effort, copied, length
from ivr.core.events import Event
from ivr.core.values import Value, to_text

TRACED_CHARACTERS = 2000
MOST_KEPT = 4 * 2**20
"""Characters of all variables of a call together: two of the largest answers that a web call reads by default, each as
text and as the tree that the text stands for."""
MOST_UNMEASURED = 2000
"""Characters that one turn may set before the others are measured: a call has so few turns that these can't matter."""
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


def lengths(variables: Mapping[str, Value]) -> int:
    """The characters of variables, those of blocks among them, each an object of its own."""
    characters = 0
    for variable in variables.values():
        for value in variable.values() if isinstance(variable, dict) else (variable,):
            characters += len(value) if isinstance(value, str) else length(value)
    return characters


def is_small(value: Value) -> bool:
    """Whether a value is kept although no block reads it."""
    return length(value) <= KEPT_CHARACTERS


def shortened(value: Value, effort: Effort) -> Value:
    """A value as the trace keeps it: long ones are cut."""
    text = value if isinstance(value, str) else to_text(value) if isinstance(value, LONG) else ""
    effort.spend(copied(len(text)))
    return value if len(text) <= TRACED_CHARACTERS else f"{text[:TRACED_CHARACTERS]}… ({len(text)} characters)"

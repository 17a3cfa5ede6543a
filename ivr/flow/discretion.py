"""Values that must not be seen: a card number that a caller typed in, kept only for the blocks that need it.

They stand in one place, the call's own variables, and only until the call is over. What is written beside them, in a
trace, in other variables, in words that wait for the caller, never holds them.
"""

from typing import Any

from msgspec.structs import replace

from ivr.core.call import Call
from ivr.core.redaction import Redactor, Veil
from ivr.core.resolving import resolve
from ivr.core.template import Unset
from ivr.core.values import Value, to_text

MOST_FORMER = 20
"""Hidden values that are remembered when others have taken their places."""
NOTHING = Redactor(())


def redactor(call: Call) -> Redactor:
    """Replaces the hidden values of a call by dots."""
    return Redactor(hidden_values(call)) if call.hidden or call.former else NOTHING


def recalling(call: Call, private: tuple[Value, ...]) -> Call:
    """The call with hidden values that it may have forgotten since, to tell of what has outlived them."""
    return replace(call, former=(*call.former, *private)) if private else call


def veil(call: Call) -> Veil:
    """Keeps the hidden values of a call out of words that wait to be heard, and puts them in when they are."""
    return Veil([None if isinstance(value, Unset) else value for value in _resolved(call)])


def masked_values(data: dict[str, Any], call: Call) -> dict[str, Any]:
    """Data by names with every hidden value in it as dots, wherever it stands: alone, in a text, in an address."""
    hidden = redactor(call)
    return {name: hidden.value(value) for name, value in data.items()} if hidden else data


def remembering(before: Call, call: Call) -> Call:
    """The call with the hidden values that it had before and has no more, such as digits that were entered anew: what
    an API says of those must not be seen either."""
    if not before.hidden or call.status != "active":
        return replace(call, former=()) if call.former else call
    kept = [*call.former, *_resolved(call)]
    gone = [value for value in hidden_values(before) if value not in kept and to_text(value)]
    return replace(call, former=(*call.former, *gone)[-MOST_FORMER:]) if gone else call


def without_hidden(call: Call) -> dict[str, Value]:
    """The call's variables without the hidden ones."""
    variables = dict(call.variables)
    for name in call.hidden:
        top, _, field = name.partition(".")
        kept = variables.get(top)
        if not field:
            variables.pop(top, None)
        elif isinstance(kept, dict):
            variables[top] = {key: value for key, value in kept.items() if key != field}
    return variables


def hidden_values(call: Call) -> tuple[Value, ...]:
    """What a call hides, and what it hid before."""
    return (*(value for value in _resolved(call) if not isinstance(value, Unset)), *call.former)


def _resolved(call: Call) -> list[Value | Unset]:
    return [resolve(call.variables, name) for name in call.hidden]

"""Values that must not be seen: a card number that a caller typed in, kept only for the web call that needs it."""

from collections.abc import Iterator
from typing import Any

from ivr.core.call import Call
from ivr.core.fields import DOTS
from ivr.core.template import Unset, resolve
from ivr.core.values import Value, to_text


def masked_values(data: dict[str, Any], call: Call) -> dict[str, Any]:
    """The data with every hidden value in it as dots, wherever it stands: alone, in a text, in an address."""
    found = (resolve(call.variables, name) for name in call.hidden)
    texts = {text for value in found if not isinstance(value, Unset) for text in _texts(value)}
    hidden = sorted(texts - {""}, key=len, reverse=True)
    return {name: _masked(value, hidden) for name, value in data.items()} if hidden else data


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


def _texts(value: Value) -> Iterator[str]:
    """A value as text, and what is in a list or an object by itself."""
    yield to_text(value)
    if isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            if not isinstance(inner, bool):
                yield from _texts(inner)


def _masked(value: Value, hidden: list[str]) -> Value:
    if isinstance(value, dict):
        return {name: _masked(inner, hidden) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner, hidden) for inner in value]
    if isinstance(value, bool) or value is None:
        return value
    text = to_text(value)
    shown = text
    for secret in hidden:
        shown = shown.replace(secret, DOTS)
    return shown if shown != text else value

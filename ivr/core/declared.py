"""Whether an action declares all that the menu, the panel, the checks and the reference read of it."""

import re
from collections.abc import Iterable, Iterator
from inspect import isabstract
from typing import Any, Literal, get_args, get_origin

from ivr.core.action import Action, Card
from ivr.described import descriptions

_type = re.compile(r"[a-z][a-z0-9_]{0,59}")
_prefix = re.compile(r"[A-Z][A-Za-z0-9]{0,19}")
_port = re.compile(r"\w{1,60}")
_field = re.compile(r"\{(\w*)\}")


def type_of(action: type[Action[Any]]) -> str:
    """The type by which flow files name an action; empty when it declares none."""
    field = action.model_fields.get("type")
    names = get_args(field.annotation) if field is not None and get_origin(field.annotation) is Literal else ()
    return names[0] if field is not None and len(names) == 1 and names[0] == field.default else ""


def faults(action: object) -> Iterator[str]:
    """Every reason why something can't stand on the board as an action, each a sentence."""
    if not (isinstance(action, type) and issubclass(action, Action)):
        yield "It is not a subclass of ivr.blocks.Action."
        return
    yield from _class_faults(action)
    yield from _help_faults(action)
    card = getattr(action, "card", None)
    if isinstance(card, Card):
        yield from _card_faults(card, action.model_fields.keys())
    else:
        yield "It has no card: write  card: ClassVar = Card(…)."
    yield from _schema_faults(action)


def _class_faults(action: type[Action[Any]]) -> Iterator[str]:
    if isabstract(action):
        yield "It has no method enter(visit)."
    if not _type.fullmatch(type_of(action)):
        yield 'It has no type in small letters, digits and _: write  type: Literal["acme_lookup"] = "acme_lookup".'
    if not action.model_config.get("frozen") or action.model_config.get("extra") != "forbid":
        yield "Its model_config must stay frozen, with extra fields forbidden."


def _help_faults(action: type[Action[Any]]) -> Iterator[str]:
    if not (action.__doc__ or "").strip():
        yield "It has no docstring, which is its help text."
    texts = descriptions(action)
    for name, field in action.model_fields.items():
        if name != "type" and not (field.description or texts.get(name)):
            yield f"Its field {name} has no docstring below it, which is its help text."


def _card_faults(card: Card, fields: Iterable[str]) -> Iterator[str]:
    for name in ("title", "group", "icon"):
        if not getattr(card, name):
            yield f"Its card has no {name}."
    if not _prefix.fullmatch(card.prefix):
        yield f"The prefix of its card must be letters and digits, the first a capital, not “{card.prefix}”."
    yield from _named_twice("port", [port.id for port in card.ports])
    yield from _named_twice("variable", [sets.name for sets in card.sets])
    yield from (f"Its port “{port.id}” needs a label." for port in card.ports if not port.label)
    yield from (f"“{port.id}” is no id for a port." for port in card.ports if not _port.fullmatch(port.id))
    yield from (f"Its variable “{sets.name}” needs a help text." for sets in card.sets if not sets.help)
    named = (*_field.findall(card.summary), *filter(None, (card.ports_from,)))
    yield from (f"Its card names a field “{name}” that it does not have." for name in named if name not in fields)


def _named_twice(what: str, names: list[str]) -> Iterator[str]:
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield f"It declares the {what} “{name}” twice."


def _schema_faults(action: type[Action[Any]]) -> Iterator[str]:
    try:
        action.model_json_schema()
    except Exception as error:
        yield f"Its fields have no JSON schema: {error}"

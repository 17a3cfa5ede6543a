"""The actions, described from their own declarations: for the reference."""

from collections.abc import Iterable
from typing import Any

from ivr.core.action import Action
from ivr.core.declared import type_of
from ivr.registry import ACTIONS, PACKAGES


def reference(actions: Iterable[type[Action[Any]]] = ACTIONS) -> str:
    """Actions as Markdown: what each does, its fields with their defaults, its ports, and what it sets."""
    return "\n\n".join(_action(action) for action in actions)


def _action(action: type[Action[Any]]) -> str:
    card = action.card
    about = " ".join((action.__doc__ or "").split())
    kind = type_of(action)
    package = f" From the package `{PACKAGES[kind]}`." if kind in PACKAGES else ""
    parts = [f"## {card.title}", f"`{kind}`. {about}{package}", _fields(action)]
    if card.ports:
        parts.append("Ports: " + ", ".join(f"**{port.label}** (`{port.id}`)" for port in card.ports) + ".")
    if card.sets:
        parts.append("Sets:\n" + "\n".join(f"* `${_name(card.prefix, sets)}`: {sets.help}" for sets in card.sets))
    return "\n\n".join(part for part in parts if part)


def _name(prefix: str, sets: Any) -> str:
    return sets.name if sets.shared else f"{prefix}_#.{sets.name}"


def _fields(action: type[Action[Any]]) -> str:
    """A table of the action's fields, nested ones with their path."""
    rows = _rows(action.model_json_schema(), "", {})
    if not rows:
        return ""
    return "\n".join(["| field | default | meaning |", "| --- | --- | --- |", *rows])


def _rows(schema: dict[str, Any], path: str, defs: dict[str, Any]) -> list[str]:
    defs = defs or schema.get("$defs", {})
    rows = []
    for name, field in schema.get("properties", {}).items():
        if name == "type":
            continue
        where = f"{path}{name}"
        default = "required" if name in schema.get("required", []) else _shown(field.get("default"))
        rows.append(f"| `{where}` | {default} | {' '.join(field.get('description', '').split())} |")
        rows += _nested(field, where, defs)
    return rows


def _nested(field: dict[str, Any], where: str, defs: dict[str, Any]) -> list[str]:
    """Rows of what a field is made of, when it is an object, a list of objects, or one of several kinds of object."""
    if "items" in field:
        field, where = field["items"], f"{where}[]"
    kinds = [field, *field.get("anyOf", ()), *field.get("oneOf", ())]
    kinds += [kind for option in field.get("anyOf", ()) for kind in option.get("oneOf", ())]
    named = [kind["$ref"].rsplit("/", 1)[-1] for kind in kinds if "$ref" in kind]
    several = len(named) > 1
    return [row for name in named for row in _rows(defs[name], f"{where}{_kind(defs[name]) if several else ''}.", defs)]


def _kind(schema: dict[str, Any]) -> str:
    """What distinguishes one of several kinds of object from the others."""
    kind = schema.get("properties", {}).get("type", {}).get("const", "")
    return f" ({kind})" if kind else ""


def _shown(default: Any) -> str:
    return "" if default in (None, "", [], ()) else f"`{default}`".replace("True", "true").replace("False", "false")

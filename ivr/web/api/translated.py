"""What the board is told of declarations, in another language. Pure."""

import re
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from ivr.translations import Say
from ivr.web.api.declared import ActionRow, Bootstrap, PortRow, TemplateRow, VariableRow

SPOKEN_PORTS = frozenset({"started", "failure", "unknown", "default"})
"""Ids of ports that some blocks have by their settings: what they are called is declared, not written by authors."""
_HINTS = ("group", "unit", "row", "none")
_named = re.compile(r"[a-z]+([_-][a-z]+)*")
"""A value of a choice that is shown as words."""


def translated(value: Bootstrap, say: Say) -> Bootstrap:
    """All that the board shows of it. The names of groups stay, which the page knows them by."""
    return replace(
        value,
        system_variables=[_variable(each, say) for each in value.system_variables],
        filters=[_variable(each, say) for each in value.filters],
        templates=[TemplateRow(each.id, say(each.name, ""), say(each.description, "")) for each in value.templates],
        causes={cause: say(words, "") for cause, words in value.causes.items()},
        actions=[_action(each, say) for each in value.actions],
    )


def ports(rows: list[PortRow], declared: frozenset[str], say: Say) -> list[PortRow]:
    """Ports of a block, but for those that its author has named. `declared` are the ids of those of its kind."""
    known = declared | SPOKEN_PORTS
    return [replace(row, label=say(row.label, "")) if row.id in known else row for row in rows]


def _variable(row: VariableRow, say: Say) -> VariableRow:
    return VariableRow(row.name, say(row.help, ""))


def _action(row: ActionRow, say: Say) -> ActionRow:
    title = say(row.title, row.type)
    return replace(
        row,
        title=title,
        help=say(row.help, row.type),
        keywords=row.keywords if title == row.title else (row.title, *row.keywords),
        ports=[replace(port, label=say(port.label, row.type)) for port in row.ports],
        variables=[_variable(each, say) for each in row.variables],
        schema=_schema(row.schema, say, row.type),
    )


def _schema(schema: Any, say: Say, action: str) -> Any:
    """A schema with the words of its fields. Titles and descriptions of models are not shown, so they stay."""
    if isinstance(schema, list):
        return [_schema(each, say, action) for each in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: _schema(value, say, action) for name, value in schema.items() if name != "properties"}
    if "x-ui" in schema:
        told["x-ui"] = _hints(schema["x-ui"], say, action)
    if "properties" in schema:
        told["properties"] = {
            name: _field(field, say, f"{action}.{name}", _schema(field, say, action))
            for name, field in schema["properties"].items()
        }
    return told


def _field(field: dict[str, Any], say: Say, where: str, told: dict[str, Any]) -> dict[str, Any]:
    if "const" in field:
        return told
    told |= {name: say(field[name], where) for name in ("title", "description") if name in field}
    shown = {value: say(_words(value), where) for value in _values(field) if _named.fullmatch(value)}
    changed = {value: words for value, words in shown.items() if words != _words(value)}
    if changed:
        hints = told.get("x-ui", {})
        told["x-ui"] = hints | {"labels": changed | hints.get("labels", {})}
    return told


def _hints(hints: dict[str, Any], say: Say, where: str) -> dict[str, Any]:
    told = hints | {name: say(hints[name], where) for name in _HINTS if name in hints}
    if " " in hints.get("placeholder", ""):  # words, and not an example of what to fill in
        told["placeholder"] = say(hints["placeholder"], where)
    if "labels" in hints:
        told["labels"] = {value: say(words, where) for value, words in hints["labels"].items()}
    return told


def _values(field: dict[str, Any]) -> Iterator[str]:
    """What may be chosen in a field, as one value or several, that has no label of its own."""
    labels = field.get("x-ui", {}).get("labels", {})
    for each in (field, *field.get("anyOf", ())):
        for value in (*each.get("enum", ()), *each.get("items", {}).get("enum", ())):
            if isinstance(value, str) and value not in labels:
                yield value


def _words(value: str) -> str:
    """A value of a choice as the page shows it: `call_ended` is “Call ended”."""
    words = re.sub("[_-]+", " ", value)
    return words[:1].upper() + words[1:]

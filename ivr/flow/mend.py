"""Blocks in the middle of being filled in, as they may become: so that the rest of a flow can be checked meanwhile.

A row with a mistake is left out, a field with one goes back to its default, and what must be there and is not is made
up. Where a block leads, and what it sets, is then as its author will have it, but for what is not written yet.
"""

from typing import Any

from pydantic import ValidationError

from ivr.flow.model import Block, Flow
from ivr.flow.read import MOST_OF_A_BLOCK, place_of, readable, unreadable
from ivr.registry import ACTIONS

Json = dict[str, Any]
ROUNDS = 4
"""What was made up or left out can bring out another mistake; more than this and it is given up."""


def mended(document: Any) -> Flow:
    """What can be read of a document as a flow, with its other blocks mended where that is possible."""
    flow = readable(document)
    if not isinstance(document, dict):
        return flow
    rows = {id(row): made for row in unreadable(document) if (made := _mended(row)) is not None}
    if not rows:
        return flow
    every = [rows.get(id(row), row) for row in document["blocks"]]
    return readable({**document, "blocks": every})


def _mended(row: Any) -> Json | None:
    """A block without mistakes, or nothing."""
    for _ in range(ROUNDS):
        try:
            Block.model_validate(row)
        except ValidationError as error:
            wrong = {_outermost(tuple(place_of(Block, each["loc"])[0])) for each in error.errors(include_url=False)}
        else:
            made: Json = row
            return made
        if len(wrong) > MOST_OF_A_BLOCK:
            return None
        for place in sorted(wrong, key=_from_behind):
            row = _changed(row, place)
    return None


def _outermost(place: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The place of what is left out: the whole row of a list, or the field of the action."""
    first = next((index for index, part in enumerate(place) if isinstance(part, int)), None)
    return place[: first + 1] if first is not None else place[:2]


def _from_behind(place: tuple[int | str, ...]) -> int:
    """Rows of a list by their index, the last first, so that it stays true."""
    return -place[-1] if place and isinstance(place[-1], int) else 1


def _changed(row: Any, place: tuple[int | str, ...]) -> Any:
    """A block without what stands at a place; made up where it must be there."""
    if not isinstance(row, dict):
        return row
    match place:
        case ("action", str(name)) if isinstance(row.get("action"), dict):
            action = {key: value for key, value in row["action"].items() if key != name}
            return {**row, "action": action | _made_up(str(action.get("type")), name)}
        case ("action", str(name), int(index)) if isinstance(rows := row.get("action", {}).get(name), list):
            return {**row, "action": {**row["action"], name: [*rows[:index], *rows[index + 1 :]]}}
        case ("exits", str(port)):
            return {**row, "exits": {key: value for key, value in row["exits"].items() if key != port}}
        case ("title" | "place" | "disabled" as name,):
            return {key: value for key, value in row.items() if key != name}
    return row


def _made_up(kind: str, name: str) -> Json:
    """A value for a field that must be there; nothing for one that need not."""
    action = next((each for each in ACTIONS if each.model_fields["type"].default == kind), None)
    if action is None or name not in action.model_fields or not action.model_fields[name].is_required():
        return {}
    schema = action.model_json_schema()
    return {name: _any(schema["properties"][name], schema.get("$defs", {}))}


def _any(schema: Json, known: Json) -> Any:
    """Some value that a schema takes."""
    if "$ref" in schema:
        return _any(known[schema["$ref"].rpartition("/")[2]], known)
    if "enum" in schema:
        return schema["enum"][0]
    some: dict[str, Any] = {
        "object": {name: _any(schema["properties"][name], known) for name in schema.get("required", ())},
        "array": [_any(schema["items"], known)] * schema["minItems"] if "minItems" in schema else [],
        "integer": schema.get("minimum", 0),
        "number": schema.get("minimum", 0),
        "boolean": False,
    }
    return some.get(schema.get("type", ""), "x")

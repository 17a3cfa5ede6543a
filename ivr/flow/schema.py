"""The JSON Schema of a flow file, for editors and for programs that write flows."""

from typing import Any

from ivr.core.declared import type_of
from ivr.flow.model import Flow
from ivr.registry import ACTIONS

_titles = {type_of(action): action.card.title for action in ACTIONS}
_secret = [
    {"type": "string", "description": "Typed in, or the name of a secret: $SECRET.name."},
    {
        "type": "object",
        "properties": {"set": {"const": True}},
        "required": ["set"],
        "additionalProperties": False,
        "description": "The secret that is stored already. Flow files that were exported hold no other.",
    },
]


def schema() -> dict[str, Any]:
    """JSON Schema 2020-12. Everything it refuses is a mistake; a file that it accepts may still have one that only
    `check` finds, such as a port that leads nowhere.
    """
    made = _plain(Flow.model_json_schema())
    for definition in made["$defs"].values():
        kind = definition.get("properties", {}).get("type", {}).get("const")
        definition["title"] = _titles.get(kind, definition.get("title"))
    about = {"title": "Flow", "description": "A flow file: a whole call, from ring to hang-up."}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, **about}


def _plain(value: Any) -> Any:
    """Without the board's hints, which are not for others; a secret may be one that is stored already."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    hints = value.get("x-ui")
    plain = {key: _plain(inner) for key, inner in value.items() if key != "x-ui"}
    if isinstance(hints, dict) and hints.get("widget") == "secret":
        plain.pop("type", None)
        plain["anyOf"] = _secret
    return plain

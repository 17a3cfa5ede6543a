"""The JSON Schema of a flow file, for editors and for programs that write flows."""

from typing import Any

from ivr.actions import ACTIONS
from ivr.flow.model import Flow

_titles = {action.__name__: action.card.title for action in ACTIONS}
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
    """JSON Schema 2020-12. Whatever it refuses is a mistake; what it lets pass may still have one that only `check`
    finds, such as a port that leads nowhere.
    """
    made = _plain(Flow.model_json_schema())
    for name, title in _titles.items():
        made["$defs"][name]["title"] = title
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

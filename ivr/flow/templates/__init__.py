"""Flows to begin with. Each is a flow file beside this one."""

import json
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from msgspec import Struct


class UnknownTemplate(LookupError):
    """There is no such template."""


class Template(Struct, frozen=True):
    """A flow to begin with: its id, what it is called, what it is for, and its flow file."""

    id: str
    name: str
    description: str
    text: str

    def begin(self, flow_id: str, name: str) -> dict[str, Any]:
        """The document of a new flow."""
        document: dict[str, Any] = json.loads(self.text)
        return {**document, "id": flow_id, "name": name, "description": ""}


@cache
def templates() -> tuple[Template, ...]:
    """All templates, the plainest first."""
    rows = [file.read_text("utf-8") for file in files(__name__).iterdir() if file.name.endswith(".json")]
    return tuple(sorted(map(_template, rows), key=lambda each: (len(each.text), each.id)))


def template(template_id: str) -> Template:
    """A template by its id. Raises UnknownTemplate."""
    known = {each.id: each for each in templates()}
    if template_id not in known:
        close = get_close_matches(template_id, known, n=1)
        hint = f"Did you mean “{close[0]}”?" if close else f"There are: {', '.join(known)}."
        raise UnknownTemplate(f"There is no template “{template_id}”. {hint}")
    return known[template_id]


def _template(text: str) -> Template:
    document = json.loads(text)
    return Template(document["id"], document["name"], document["description"], text)

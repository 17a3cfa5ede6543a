"""Files that are taken for flows: what they are, and what can be done with them."""

import re
from typing import Any

from ivr.core.problem import Problem

_DRAW = "It can't be converted: draw the flow on the board, where a template is a beginning."
_REQUESTS = "Its web requests can be taken over: copy each as curl, and paste it into an External Web Call."
_SCENARIO = "Run it with `ivr try FLOW FILE`."
_OTHER = "A flow is a JSON object; `ivr flow export FLOW` writes one."
LOOKED_AT = 20_000
"""Characters of a text that are looked at."""

_OBJECTS: tuple[tuple[str, frozenset[str], str], ...] = (
    ("a Twilio Studio flow", frozenset({"states", "initial_state"}), f"Its blocks are under `states`. {_DRAW}"),
    (
        "an Amazon Connect contact flow",
        frozenset({"Actions", "StartAction"}),
        f"Its blocks are under `Actions`. {_DRAW}",
    ),
    ("an Amazon Connect contact flow", frozenset({"modules", "start"}), f"Its blocks are under `modules`. {_DRAW}"),
    ("a Genesys or Voiceflow project", frozenset({"diagrams", "version"}), f"Its blocks are under `diagrams`. {_DRAW}"),
    ("an n8n workflow", frozenset({"nodes", "connections"}), f"Its blocks are under `nodes`. {_DRAW} {_REQUESTS}"),
    ("a RapidPro or TextIt export", frozenset({"flows", "version"}), _DRAW),
    ("a Genesys flow", frozenset({"inboundCall"}), _DRAW),
    ("a Webex or Botpress flow", frozenset({"nodes", "edges"}), f"Its blocks are under `nodes`. {_DRAW}"),
    ("a Botpress flow", frozenset({"nodes", "startNode"}), f"Its blocks are under `nodes`. {_DRAW}"),
    ("a Dialogflow or Rasa export", frozenset({"intents", "entities"}), f"It has intents, not blocks. {_DRAW}"),
    ("a document of SignalWire (SWML)", frozenset({"sections"}), _DRAW),
    ("an OpenAPI document", frozenset({"openapi", "paths"}), f"It describes an API, not a flow. {_REQUESTS}"),
    ("an OpenAPI document", frozenset({"swagger", "paths"}), f"It describes an API, not a flow. {_REQUESTS}"),
    ("a Postman collection", frozenset({"info", "item"}), f"It describes requests, not a flow. {_REQUESTS}"),
    ("an Insomnia export", frozenset({"_type", "resources"}), f"It describes requests, not a flow. {_REQUESTS}"),
    ("a recording of a browser (HAR)", frozenset({"log"}), _REQUESTS),
    ("a JSON Schema", frozenset({"$schema", "properties"}), _OTHER),
    ("a package of Node.js", frozenset({"dependencies", "scripts"}), _OTHER),
    ("a scenario", frozenset({"steps"}), _SCENARIO),
)
"""Objects of JSON by fields that only they have."""
_LISTS: tuple[tuple[str, frozenset[str], str], ...] = (
    ("a Node-RED flow", frozenset({"id", "type", "z"}), f"{_DRAW} {_REQUESTS}"),
    ("a Node-RED flow", frozenset({"id", "type", "label"}), f"{_DRAW} {_REQUESTS}"),
    ("an application of jambonz", frozenset({"verb"}), _DRAW),
)
_BYTES = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"RIFF", "a sound or a picture"),
    (b"ID3", "a sound"),
    (b"OggS", "a sound"),
    (b"fLaC", "a sound"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive, or a document of an office program"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"SQLite format 3", "a database"),
)
_SOUND = "Sounds come into the audio library: `ivr audio add FILE`."
_PLACE = r"(?m)^[ \t]{0,8}-?[ \t]{0,8}"
_TEXTS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("a VoiceXML document", re.compile(r"<vxml\b"), _DRAW),
    ("a TwiML document", re.compile(r"^\s*(?:<\?xml[^>]{0,200}>)?\s*<Response\b"), _DRAW),
    ("a BPMN diagram", re.compile(r"<(?:bpmn:)?definitions\b"), _DRAW),
    ("a web page", re.compile(r"^\s*<(?:!doctype html|html)\b", re.IGNORECASE), "Was it saved in place of the file?"),
    ("an XML document", re.compile(r"^\s*<[?!A-Za-z]"), _OTHER),
    ("a curl command", re.compile(r"^\s*(?:[$>] )?curl(?:\.exe)?\s"), "Paste it into an External Web Call."),
    ("a Genesys flow", re.compile(_PLACE + r"(?:inboundCall|inboundShortMessage|commonModule|workflow):"), _DRAW),
    ("an OpenAPI document", re.compile(_PLACE + r"""["']?(?:openapi|swagger)["']?:"""), _REQUESTS),
    ("a document of SignalWire (SWML)", re.compile(r"(?m)^sections:"), _DRAW),
    ("a Rasa project", re.compile(r"(?m)^(?:nlu|stories|intents):"), _DRAW),
    ("a scenario", re.compile(r"(?m)^(?:steps|expect|api):"), _SCENARIO),
    ("a YAML document", re.compile(r"\A\s*(?:---|[A-Za-z_][\w -]{0,60}:(?:\s|$))"), _OTHER),
    ("a table (CSV)", re.compile(r"\A[^\n{}\[\]]{1,500}[,;\t][^\n{}\[\]]{1,500}\r?\n[^\n{}\[\]]{1,500}[,;\t]"), _OTHER),
)
"""Texts that are no JSON, by what stands in them. The first that fits counts."""


def what_it_is(document: Any) -> Problem | None:
    """What the JSON of another system is; None when that is not known, or when it may be a flow."""
    if isinstance(document, list):
        keys = [each.keys() for each in document[:20] if isinstance(each, dict)]
        return next(
            (_problem(name, hint) for name, fields, hint in _LISTS if any(fields <= each for each in keys)), None
        )
    if not isinstance(document, dict) or "blocks" in document:
        return None
    return next((_problem(name, hint) for name, fields, hint in _OBJECTS if fields <= document.keys()), None)


def what_else(text: bytes) -> Problem | None:
    """What a file is that is no JSON; None when it may be JSON with a mistake in it, or is not known."""
    if not text.strip():
        return Problem("foreign_file", "The file is empty.", hint=_OTHER)
    kind = next((kind for magic, kind in _BYTES if text.startswith(magic)), "")
    if kind or b"\x00" in text[:LOOKED_AT]:
        return _problem(kind or "no text", _SOUND if "sound" in kind else _OTHER)
    start = text[:LOOKED_AT].decode("utf-8", "replace").removeprefix("\ufeff")
    if start.lstrip().startswith(("{", "[")):
        return None
    return next((_problem(name, hint) for name, pattern, hint in _TEXTS if pattern.search(start)), None)


def _problem(name: str, hint: str) -> Problem:
    return Problem("foreign_file", f"This is {name}, not a flow, and it is not read here.", hint=hint)

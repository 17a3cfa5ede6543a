"""Files that are no flows: it is said what they are, and what can be done with them."""

import json
from pathlib import Path
from typing import Any

import pytest

from ivr.flow.read import read
from tests.cli.process import run
from tests.story.flows import drawn, ends, starts

WIDGET = {"name": "Trigger", "type": "trigger", "transitions": []}
DOCUMENTS: dict[str, tuple[Any, str, str]] = {
    "Studio": (
        {"description": "x", "states": [WIDGET], "initial_state": "Trigger", "flags": {}},
        "Twilio Studio",
        "draw",
    ),
    "Node-RED": (
        [{"id": "1", "type": "tab", "label": "Flow 1"}, {"id": "2", "type": "inject", "z": "1"}],
        "Node-RED",
        "draw",
    ),
    "n8n": ({"name": "x", "nodes": [], "connections": {}}, "n8n", "copy each as curl"),
    "Connect": ({"Version": "2019-10-30", "StartAction": "a", "Actions": []}, "Amazon Connect", "draw"),
    "old Connect": ({"modules": [], "start": "a", "metadata": {}}, "Amazon Connect", "draw"),
    "RapidPro": ({"version": "13", "site": "x", "flows": []}, "RapidPro", "draw"),
    "Genesys": ({"inboundCall": {"name": "x"}}, "Genesys", "draw"),
    "SWML": ({"version": "1.0.0", "sections": {"main": []}}, "SWML", "draw"),
    "jambonz": ([{"verb": "say", "text": "Hi"}], "jambonz", "draw"),
    "OpenAPI": ({"openapi": "3.1.0", "info": {}, "paths": {}}, "OpenAPI", "copy each as curl"),
    "Swagger": ({"swagger": "2.0", "info": {}, "paths": {}}, "OpenAPI", "copy each as curl"),
    "Postman": ({"info": {}, "item": []}, "Postman", "copy each as curl"),
    "HAR": ({"log": {"entries": []}}, "HAR", "copy each as curl"),
    "scenario": ({"name": "x", "steps": []}, "scenario", "ivr try"),
}
FILES: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "The file is empty", "JSON object"),
    "blanks": (b" \n", "The file is empty", "JSON object"),
    "picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "a picture", "JSON object"),
    "photo": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a picture", "JSON object"),
    "sound": (b"RIFF\x24\x00\x00\x00WAVEfmt ", "a sound", "ivr audio add"),
    "PDF": (b"%PDF-1.7\n", "a PDF", "JSON object"),
    "archive": (b"PK\x03\x04\x14\x00", "a ZIP", "JSON object"),
    "program": (b"\x7fELF\x02\x01\x01\x00\x00", "no text", "JSON object"),
    "VoiceXML": (b'<?xml version="1.0"?>\n<vxml version="2.1"><form/></vxml>', "VoiceXML", "draw"),
    "TwiML": (b'<?xml version="1.0"?><Response><Say>Hi</Say></Response>', "TwiML", "draw"),
    "page": (b"<!DOCTYPE html>\n<html>", "web page", "saved"),
    "XML": (b"<a/>", "XML", "JSON object"),
    "Genesys": (b"inboundCall:\n  name: Main\n  startUpRef: /x\n", "Genesys", "draw"),
    "OpenAPI in YAML": (b'# Orders\nopenapi: "3.0.3"\ninfo:\n  title: x\n', "OpenAPI", "copy each as curl"),
    "scenario": (b"name: A caller\nsteps:\n  - hears: Hi\n", "scenario", "ivr try"),
    "YAML": (b"name: x\nother: y\n", "YAML", "JSON object"),
    "CSV": (b"phone,name\n+1555,Ada\n", "CSV", "JSON object"),
    "CSV with semicolons": ("\ufeffTelefon;Name\r\n+49;Jürgen\r\n".encode(), "CSV", "JSON object"),
    "curl": (b"curl https://api.example.com -d a=1", "curl", "External Web Call"),
}
ALL = {
    **{name: (json.dumps(document).encode(), *told) for name, (document, *told) in DOCUMENTS.items()},
    **{f"{name}, a file": row for name, row in FILES.items()},
}


@pytest.mark.parametrize(("raw", "what", "hint"), ALL.values(), ids=ALL.keys())
def test_it_is_said_what_a_file_is(raw: bytes, what: str, hint: str) -> None:
    flow, (problem,) = read(raw)
    assert flow is None
    assert (problem.code, problem.level, problem.block) == ("foreign_file", "error", 0)
    assert what in problem.message
    assert hint in problem.hint


def test_a_flow_is_still_a_flow_and_a_mistake_in_one_is_still_a_mistake() -> None:
    text = json.dumps(drawn(starts(), ends()).model_dump(mode="json")).encode()
    assert read(text)[0] is not None
    assert read(b"\xef\xbb\xbf" + text)[0] is not None
    assert [each.code for each in read(text[:-2])[1]] == ["not_json"]
    assert [each.code for each in read(b"[]")[1]] == ["not_a_flow"]
    assert [each.code for each in read(b"3")[1]] == ["not_a_flow"]
    assert "foreign_file" not in {each.code for each in read(b'{"id": "x", "states": []}')[1]}
    assert "foreign_file" not in {each.code for each in read(b'{"blocks": [], "steps": []}')[1]}


@pytest.mark.parametrize("name", ["Studio", "Node-RED", "picture, a file", "empty, a file", "VoiceXML, a file"])
async def test_import_says_it_and_stops(name: str, tmp_path: Path) -> None:
    raw, what, hint = ALL[name]
    (tmp_path / "file").write_bytes(raw)
    ran = await run(tmp_path, "flow", "import", str(tmp_path / "file"))
    assert ran.code == 1
    assert what in ran.said
    assert hint in ran.said
    assert "Traceback" not in ran.said

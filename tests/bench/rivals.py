"""What others would pick: Flask with the vendor's library under gunicorn, and Node-RED. Each does the same call.

Neither is a dependency of ours: both are installed into the run's temporary folder by pip and npm, and where that can't
be done they are left out. Node-RED gets one flow by its own file: a webhook, a request, a document.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.servers import Process, started
from tests.ports import free_port

INSTALL_SECONDS = 240
FLASK = """
import os
import requests
from flask import Flask, Response, request
from twilio.twiml.voice_response import VoiceResponse

app = Flask(__name__)
session = requests.Session()


@app.post("/voice/answer")
def answer():
    found = session.get(f"{os.environ['BENCH_API']}/api/{request.form['CallSid']}", timeout=60).json()
    words = VoiceResponse()
    words.say(f"The benchmark says: you see {found['doctor']['name']} on {found['DateText']}.")
    words.hangup()
    return Response(str(words), mimetype="text/xml")
"""
_TWIML = (
    '<?xml version="1.0" encoding="UTF-8"?><Response><Say>The benchmark says: you see {{payload.doctor.name}}'
    " on {{payload.DateText}}.</Say><Hangup/></Response>"
)
NODE_RED_SETTINGS = """
module.exports = {{
    uiHost: "127.0.0.1", uiPort: {port}, userDir: {folder}, flowFile: "flow.json", httpAdminRoot: false,
    logging: {{console: {{level: "warn"}}}}, telemetry: {{enabled: false}}
}};
"""


class NotInstalled(Exception):
    """A rival can't be had here; the message says why."""


@contextmanager
def flask(folder: Path, api_port: int, workers: int = 2) -> Iterator[Process]:
    """Flask and twilio under gunicorn, with so many processes. Raises NotInstalled."""
    packages = folder / "packages"
    target = ["--target", str(packages), "flask", "twilio", "gunicorn", "requests"]
    _install([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *target])
    (packages / "bench_flask.py").write_text(FLASK)
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
    command += ["--worker-class", "gthread", "--threads", "32", "--keep-alive", "60", "bench_flask:app"]
    settings = {"PYTHONPATH": str(packages), "BENCH_API": f"http://127.0.0.1:{api_port}"}
    with started(command, port, settings) as process:
        yield process


@contextmanager
def node_red(folder: Path, api_port: int) -> Iterator[Process]:
    """Node-RED with one flow. Raises NotInstalled."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise NotInstalled("there is no npm here")
    _install([npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), "node-red"])
    port = free_port()
    (folder / "flow.json").write_text(json.dumps(_nodes(api_port)))
    settings = NODE_RED_SETTINGS.format(port=port, folder=json.dumps(str(folder)))
    (folder / "settings.js").write_text(settings)
    red = folder / "node_modules" / "node-red" / "red.js"
    with started([node, str(red), "--settings", str(folder / "settings.js")], port, {}) as process:
        yield process


def _nodes(api_port: int) -> list[dict[str, object]]:
    url = f"http://127.0.0.1:{api_port}/api/{{{{payload.CallSid}}}}"
    headers = {"content-type": "text/xml"}
    return [
        {"id": "tab", "type": "tab", "label": "inline"},
        {"id": "in", "type": "http in", "z": "tab", "url": "/voice/answer", "method": "post", "wires": [["ask"]]},
        {
            "id": "ask",
            "type": "http request",
            "z": "tab",
            "method": "GET",
            "ret": "obj",
            "url": url,
            "wires": [["say"]],
        },
        {"id": "say", "type": "template", "z": "tab", "field": "payload", "fieldType": "msg", "format": "handlebars"}
        | {"syntax": "mustache", "template": _TWIML, "output": "str", "wires": [["out"]]},
        {"id": "out", "type": "http response", "z": "tab", "statusCode": "200", "headers": headers, "wires": []},
    ]


def _install(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=INSTALL_SECONDS, text=True)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalled(f"it could not be installed: {type(error).__name__}") from None
    if done.returncode:
        last = (done.stderr.strip() or "no reason was given").splitlines()[-1]
        raise NotInstalled(f"it could not be installed: {last[:120]}")

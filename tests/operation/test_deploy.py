"""The deployment kit: written out whole, each file read by its own program where that is at hand, and calls through a
real nginx and a real Caddy. CI needs none of these programs: without one its test is skipped, and says so."""

import asyncio
import json
import os
import re
import shutil
import socket
import ssl
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from aiohttp.abc import AbstractResolver

from ivr.app import serve
from ivr.cli.deploy import KINDS
from ivr.settings import NAMES, load
from ivr.web.server import bind, port_of
from tests.cli.process import run
from tests.ports import free_port
from tests.web.listener import ACCOUNT, LINE, NOWHERE, TOKEN, Carrier, greeting, put_on_line
from tests.webcall.certificates import Authority

ROOT = Path(__file__).parents[2]
DEPLOY = files("ivr.deploy")
PATIENCE = 30.0
HOST, BOARD = "ivr.example.com", "board.example.com"


def text(path: str) -> str:
    return DEPLOY.joinpath(path).read_text("utf-8")


def program(name: str) -> str:
    """A program that is installed; without it the test is skipped."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        pytest.skip(f"the program {name} is not installed")
    return found


async def ends(*words: str, env: dict[str, str] | None = None) -> tuple[int, str]:
    """How a program ends, and what it says."""
    made = await asyncio.create_subprocess_exec(
        *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, env={**os.environ, **(env or {})}
    )
    said, _ = await asyncio.wait_for(made.communicate(), PATIENCE)
    return made.returncode or 0, said.decode("utf-8", "replace")


@pytest.mark.parametrize("kind", KINDS)
async def test_the_command_writes_the_files_out_and_overwrites_none(tmp_path: Path, kind: str) -> None:
    written = await run(tmp_path, "deploy", kind, "here")
    assert written.code == 0
    made = {each.name: each.read_text("utf-8") for each in (tmp_path / "here").iterdir()}
    assert made == {each.name: each.read_text("utf-8") for each in (DEPLOY / kind).iterdir() if each.is_file()}
    assert made
    again = await run(tmp_path, "deploy", kind, "here")
    assert (again.code, "would be overwritten" in again.said) == (1, True)
    assert (await run(tmp_path, "deploy", kind, "here", "--force")).code == 0


@pytest.mark.parametrize(
    "path",
    ["docker/Dockerfile", "compose/compose.yml", "systemd/ivr.service", "kubernetes/ivr.yaml", "caddy/Caddyfile"],
)
def test_every_setting_that_is_named_is_one(path: str) -> None:
    named = set(re.findall(r"\b(?:IVR|TWILIO)_[A-Z_]+\b", text(path))) - {"IVR_HOST"}
    assert named <= set(NAMES)


def test_the_image_runs_as_nobody_with_a_health_check_and_no_tools_to_build() -> None:
    stages = text("docker/Dockerfile").split("\nFROM ")
    last = stages[-1]
    assert len(stages) == 3
    assert re.search(r"^USER 10001", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert "hatchling" not in last
    assert "pip install" not in last
    assert 'CMD ["serve"]' in last


def test_the_image_has_every_extra_that_serves_and_a_list_of_what_is_in_it() -> None:
    extras = set(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"])
    first = text("docker/Dockerfile").split("\nFROM ")[1]
    named = re.search(r'"\.\[([a-z,]+)\]"', first)
    assert named is not None
    assert set(named[1].split(",")) == extras - {"test"}
    assert "cyclonedx-py environment /opt/ivr/bin/python" in first
    assert {".env", ".git", "ivr-data"} <= set(text("docker/Dockerfile.dockerignore").splitlines())


def test_compose_has_two_servers_that_share_all_but_their_folders() -> None:
    made = yaml.safe_load(text("compose/compose.yml"))
    one, two = made["services"]["ivr-1"], made["services"]["ivr-2"]
    assert {name for name in one if one[name] != two[name]} == {"volumes"}
    assert one["read_only"]
    assert one["cap_drop"] == ["ALL"]
    assert "ports" not in one
    assert made["services"]["caddy"]["ports"] == ["80:80", "443:443", "443:443/udp"]
    assert text("compose/Caddyfile") == text("caddy/Caddyfile")
    named = {volume.partition(":")[0] for each in made["services"].values() for volume in each["volumes"]}
    assert {name for name in named if not name.startswith(".")} == set(made["volumes"])


def manifests() -> dict[str, Any]:
    return {each["kind"]: each for each in yaml.safe_load_all(text("kubernetes/ivr.yaml"))}


def test_kubernetes_drains_before_it_kills_and_keeps_one_server() -> None:
    made = manifests()
    pod = made["Deployment"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    drain = int(made["ConfigMap"]["data"]["IVR_DRAIN_SECONDS"])
    probe = container["readinessProbe"]
    assert (probe["httpGet"]["path"], container["livenessProbe"]["httpGet"]["path"]) == ("/readyz", "/healthz")
    assert probe["periodSeconds"] * probe["failureThreshold"] < drain < pod["terminationGracePeriodSeconds"] - 10
    assert made["PodDisruptionBudget"]["spec"]["minAvailable"] < made["Deployment"]["spec"]["replicas"]
    labels = made["Deployment"]["spec"]["template"]["metadata"]["labels"]
    for kind in ("Deployment", "PodDisruptionBudget"):
        assert made[kind]["spec"]["selector"]["matchLabels"] == labels
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert pod["securityContext"]["runAsNonRoot"]
    ports = {each["name"] for each in container["ports"]}
    services = [each for each in yaml.safe_load_all(text("kubernetes/ivr.yaml")) if each["kind"] == "Service"]
    assert {each["spec"]["ports"][0]["targetPort"] for each in services} == ports
    paths = [rule["http"]["paths"][0]["backend"]["service"] for rule in made["Ingress"]["spec"]["rules"]]
    assert {each["name"] for each in paths} == {each["metadata"]["name"] for each in services}


async def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = program("systemd-analyze")
    units = [tmp_path / name for name in ("ivr.service", "ivr-public.socket", "ivr-board.socket")]
    for unit in units:
        unit.write_text(text(f"systemd/{unit.name}").replace("/opt/ivr/bin/ivr serve", "/bin/true"))
    assert await ends(analyze, "verify", *map(str, units)) == (0, "")


async def test_prometheus_takes_rules_and_configuration(tmp_path: Path) -> None:
    promtool = program("promtool")
    for name in ("alerts.yml", "prometheus.yml"):
        (tmp_path / name).write_text(text(f"prometheus/{name}"))
    code, said = await ends(promtool, "check", "config", "--syntax-only", str(tmp_path / "prometheus.yml"))
    assert (code, said) == (0, said)
    code, said = await ends(promtool, "check", "rules", str(tmp_path / "alerts.yml"))
    assert code == 0, said


@asynccontextmanager
async def both(folder: Path, public_url: str, board_url: str) -> AsyncIterator[tuple[int, int]]:
    """A server for calls under a public URL. The ports of its listeners."""
    public, board = bind("127.0.0.1", 0), bind("127.0.0.1", 0)
    environ = {
        "IVR_PUBLIC_URL": public_url,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": NOWHERE,
        "IVR_DATA": str(folder / "data"),
        "IVR_TRUSTED_PROXIES": "127.0.0.1",
    }
    async with serve(load(env_file=None, environ=environ), public, board) as server:
        await put_on_line(server.store, greeting())
        yield port_of(public), port_of(board)


class Resolver(AbstractResolver):
    """Every name is this machine."""

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET) -> list[Any]:
        here = {"hostname": host, "host": "127.0.0.1", "port": port, "family": socket.AF_INET}
        return [{**here, "proto": 0, "flags": 0}]

    async def close(self) -> None:
        """There is nothing to close."""


async def calls_come_through(scheme: str, port: int, authority: Authority | None) -> None:
    """A call and an odd query, signed for the public URL; strangers and too much are kept out; the board answers."""
    trust = False if authority is None else ssl.create_default_context(cafile=authority.file)
    connector = aiohttp.TCPConnector(resolver=Resolver(), ssl=trust)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        carrier = Carrier(session, f"{scheme}://{HOST}:{port}")
        await _up(carrier)
        assert (await carrier.post("/voice/answer", To=LINE)).words == ["Hello ."]
        form = {"CallSid": "CA1", "CallStatus": "completed", "From": "+1", "To": LINE}
        assert (await carrier.form("/voice/status?a=%2F%20b&c=", form)).status == 204
        assert (await carrier.form("/voice/status", form, "another-token")).status == 403
        # Caddy 2.6 says 502 to what is too large.
        assert (await carrier.ask("POST", "/voice/answer", data=b"x" * 100_000)).status in {413, 502}
        board = Carrier(session, f"{scheme}://{BOARD}:{port}")
        assert (await board.ask("GET", "/healthz")).status == 200


async def _up(carrier: Carrier) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                if (await carrier.ask("GET", "/healthz")).status == 200:
                    return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)


@asynccontextmanager
async def started(*words: str, env: dict[str, str] | None = None) -> AsyncIterator[None]:
    """A program that runs until the end of the context."""
    made = await asyncio.create_subprocess_exec(*words, env={**os.environ, **(env or {})})
    try:
        yield
    finally:
        if made.returncode is None:
            made.terminate()
        await asyncio.wait_for(made.wait(), PATIENCE)


@pytest.mark.process
async def test_a_call_through_a_real_nginx(tmp_path: Path) -> None:
    nginx, port, authority = program("nginx"), free_port(), Authority(tmp_path)
    certificates = {host: authority.certificate(host) for host in (HOST, BOARD)}
    url = f"https://{HOST}:{port}"
    async with both(tmp_path, url, f"https://{BOARD}:{port}") as (public, board):
        conf = text("nginx/ivr.conf").replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
        conf = conf.replace("127.0.0.1:8080", f"127.0.0.1:{public}").replace("127.0.0.1:8081", f"127.0.0.1:{board}")
        for host in (HOST, BOARD):
            for name in ("fullchain", "privkey"):
                conf = conf.replace(f"/etc/ssl/ivr/{name}.pem", str(certificates[host]), 1)
        conf = conf.replace("/var/log/nginx", str(tmp_path))
        temporary = "".join(
            f"{name}_temp_path {tmp_path}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        file = tmp_path / "nginx.conf"
        file.write_text(
            f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log;\n"
            f"events {{}}\nhttp {{ {temporary} {conf} }}\n"
        )
        words = (nginx, "-p", str(tmp_path), "-c", str(file), "-e", str(tmp_path / "error.log"))
        code, said = await ends(*words, "-t")
        assert code == 0, said
        async with started(*words):
            await calls_come_through("https", port, authority)


@pytest.mark.process
async def test_a_call_through_a_real_caddy(tmp_path: Path) -> None:
    caddy, port = program("caddy"), free_port()
    async with both(tmp_path, f"http://{HOST}:{port}", f"http://{BOARD}:{port}") as (public, board):
        file = tmp_path / "Caddyfile"
        # Certificates from an authority on the internet can't be had here.
        file.write_text(f"{{\n\tadmin off\n\tauto_https off\n}}\n{text('caddy/Caddyfile')}")
        env = {
            "IVR_HOST": f"http://{HOST}:{port}",
            "BOARD_HOST": f"http://{BOARD}:{port}",
            "PUBLIC": f"127.0.0.1:{public}",
            "BOARD": f"127.0.0.1:{board}",
            "HOME": str(tmp_path),
        }
        words = ("--adapter", "caddyfile", "--config", str(file))
        code, said = await ends(caddy, "validate", *words, env=env)
        assert code == 0, said
        async with started(caddy, "run", *words, env=env):
            await calls_come_through("http", port, None)


def test_the_dashboard_is_json_with_panels_that_do_not_overlap() -> None:
    panels = json.loads(text("grafana/ivr.json"))["panels"]
    places = [(each["gridPos"]["x"], each["gridPos"]["y"]) for each in panels]
    assert len(set(places)) == len(panels) == len({each["id"] for each in panels})

"""`ivr doctor` against a server and the pretend carrier on loopback: what is right is ok, and what is wrong is said."""

import asyncio
import json
import ssl
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from ivr.demo.api import Api, served
from ivr.demo.world import NUMBER, Sockets, World, demo_settings, demo_world
from ivr.operation.doctor import Finding, Outside, examine
from ivr.settings import Secret, Settings, load
from ivr.store import KeyMissing, Store, StoreError
from ivr.web.server import bind, port_of
from tests.cli.process import run
from tests.webcall.certificates import Authority

ALL = ["settings", "database", "clock", "public URL", "signature", "account", "numbers"]


class Line:
    """A server with its carrier, and the settings that it runs with."""

    def __init__(self, world: World, settings: Settings) -> None:
        self.world = world
        self.settings = settings

    async def found(
        self, store: Store | Exception | None = None, now: Any = time.time, **changed: Any
    ) -> dict[str, Finding]:
        """What is found with other settings than the server's. The last of several for one check."""
        settings = self.settings.model_copy(update=changed)
        store = store or self.world.server.store
        return {each.check: each async for each in examine(settings, store, Outside(), now)}


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    sockets = Sockets(*(bind("127.0.0.1", 0) for _ in range(3)))
    settings = demo_settings(load(env_file=None, environ={"IVR_DATA": str(tmp_path)}), sockets)
    async with demo_world(settings, sockets, Api(0)) as world:
        yield Line(world, settings)


async def test_a_line_that_is_healthy(line: Line) -> None:
    found = await line.found()
    assert list(found) == ALL
    assert [each for each in found.values() if not each.ok] == []
    assert found["numbers"].says.endswith("points here.")


@pytest.mark.parametrize(
    ("changed", "check", "says"),
    [
        ({"auth_token": Secret("another")}, "signature", "A signed request is answered with 403."),
        ({"auth_token": Secret("another")}, "account", "The account SID or the auth token is wrong."),
        ({"public_url": "http://127.0.0.1:9"}, "public URL", "http://127.0.0.1:9 can't be reached"),
        ({"twilio_api_url": "http://127.0.0.1:9"}, "clock", "The carrier could not be asked for the time"),
        ({"twilio_api_url": "http://127.0.0.1:9"}, "account", "Twilio could not be reached."),
        ({"warnings": ("IVR_X is not a setting.",)}, "settings", "IVR_X is not a setting."),
    ],
)
async def test_what_is_wrong_is_said_with_what_to_do(
    line: Line, changed: dict[str, Any], check: str, says: str
) -> None:
    finding = (await line.found(**changed))[check]
    assert finding.says.startswith(says)
    assert finding.to_do.endswith((".", "connect"))


@pytest.mark.parametrize("error", [StoreError("The database is away."), KeyMissing("There is no key.")])
async def test_a_database_that_can_not_be_opened(line: Line, error: Exception) -> None:
    found = await line.found(error)
    assert (found["database"].says, found["database"].ok) == (str(error), False)
    assert "numbers" not in found


async def test_a_clock_that_is_wrong(line: Line) -> None:
    finding = (await line.found(now=lambda: time.time() + 3600))["clock"]
    assert (finding.ok, "+36" in finding.says) == (False, True)


async def test_a_number_that_points_elsewhere(line: Line) -> None:
    carrier = line.world.carrier
    carrier.change_number(carrier.numbers[NUMBER], voice_url="https://elsewhere.example.com/voice")
    finding = (await line.found())["numbers"]
    assert finding.says == "+1 555-010-0100 points elsewhere with its calls."
    assert finding.to_do == f"ivr twilio connect {NUMBER}"


async def test_a_number_of_another_account(line: Line) -> None:
    await line.world.server.store.flows.assign("+15550100999", "appointment")
    finding = (await line.found())["numbers"]
    assert finding.says == "+1 555-010-0999 is no number of this account."


@pytest.mark.parametrize(
    ("status", "headers", "body", "says"),
    [
        (301, {"Location": "https://a.example.com/"}, "", "leads on to 'https://a.example.com/'."),
        (200, {}, "Welcome to nginx!", "answers 200, but this server would say ok."),
        (502, {}, "", "answers 502"),
    ],
)
async def test_another_server_at_the_public_url(
    line: Line, status: int, headers: dict[str, str], body: str, says: str
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, headers=headers, text=body)

    app = web.Application()
    app.add_routes([web.get("/healthz", answer)])
    sock = bind("127.0.0.1", 0)
    async with served(app, sock):
        found = await line.found(public_url=f"http://127.0.0.1:{port_of(sock)}")
    assert says in found["public URL"].says
    assert not found["public URL"].ok
    assert "signature" not in found


@pytest.mark.parametrize(
    ("days", "trusted", "says"),
    [
        (60, True, "It is valid for 59 more days."),
        (5, True, "It ends in 4 days."),
        (60, False, "No secure connection: "),
    ],
)
async def test_a_certificate(line: Line, tmp_path: Path, days: int, trusted: bool, says: str) -> None:
    (tmp_path / "certificates").mkdir()
    authority = Authority(tmp_path / "certificates")
    there = authority.server("localhost", lasting=timedelta(days=days, hours=12))
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=there)
    url = f"https://localhost:{server.sockets[0].getsockname()[1]}"
    trust = ssl.create_default_context(cafile=authority.file) if trusted else None
    async with server:
        settings = line.settings.model_copy(update={"public_url": url})
        found = [each async for each in examine(settings, line.world.server.store, Outside(trust))]
    finding = next(each for each in found if each.check == "certificate")
    assert finding.says.startswith(says)
    assert finding.ok == (days == 60 and trusted)


async def test_the_command_says_it_to_people_and_to_programs(line: Line, tmp_path: Path) -> None:
    env = {
        "IVR_PUBLIC_URL": line.settings.public_url,
        "TWILIO_ACCOUNT_SID": line.settings.account_sid,
        "TWILIO_AUTH_TOKEN": line.settings.auth_token.get_secret_value(),
        "TWILIO_API_URL": line.settings.twilio_api_url,
        "IVR_DATA": str(tmp_path / "empty"),
    }
    for_people = await run(tmp_path, "doctor", env=env)
    assert for_people.code == 1
    assert "ok     public URL: The server answers there." in for_people.out
    assert "WRONG  numbers: No flow answers a number yet.\n       To do: Assign one" in for_people.out
    for_programs = await run(tmp_path, "doctor", "--json", env=env)
    assert [each["check"] for each in json.loads(for_programs.out) if not each["ok"]] == ["numbers"]

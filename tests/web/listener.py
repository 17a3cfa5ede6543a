"""The public listener, up on loopback with everything behind it, and a carrier's hand to knock at it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import aiohttp
from twilio.request_validator import RequestValidator
from yarl import URL

from ivr.app import serve
from ivr.flow.model import Flow
from ivr.operation.meters import Meters
from ivr.settings import load
from ivr.store import Store
from ivr.web.server import bind, port_of

ACCOUNT = "AC" + "0" * 32
TOKEN = "not-a-secret"
LINE = "+15550001111"
CALLER = "+15551234567"
NOWHERE = "http://127.0.0.1:9"
"""Where nobody listens."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Any
    body: bytes

    @property
    def xml(self) -> ElementTree.Element:
        """The document, which must be one a carrier can use."""
        assert self.status == 200
        assert self.headers["Content-Type"].startswith("text/xml")
        root = ElementTree.fromstring(self.body)
        assert root.tag == "Response"
        assert root[-1].tag in {"Redirect", "Hangup"}
        return root

    @property
    def verbs(self) -> list[str]:
        return [verb.tag for verb in self.xml]

    @property
    def words(self) -> list[str]:
        return [verb.text or "" for verb in self.xml if verb.tag == "Say"]


class Carrier:
    """Asks like the carrier does: forms by POST, signed with the account's token."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self.url = url

    async def post(self, path: str, call: str = "CA1", /, **fields: str) -> Answer:
        """A signed form about a call."""
        status = {"CallStatus": "ringing", **({"CallSid": call} if call else {})}
        return await self.form(path, {"From": CALLER, "To": LINE, **status, **fields})

    async def form(self, path: str, form: dict[str, str], token: str = TOKEN) -> Answer:
        signature = RequestValidator(token).compute_signature(self.url + path, form)
        return await self.ask("POST", path, data=form, headers={"X-Twilio-Signature": signature})

    def way_back(self, answer: Answer) -> str:
        """Where an answer sends the caller on to: path and query."""
        return (answer.xml[-1].text or "").removeprefix(self.url)

    async def ask(self, method: str, path: str, **more: Any) -> Answer:
        """Any request; the path goes over the wire as it is."""
        async with self._session.request(
            method, URL(self.url + path, encoded=True), allow_redirects=False, **more
        ) as answer:
            return Answer(answer.status, answer.headers, await answer.read())


@dataclass(frozen=True)
class Listener:
    """`carrier` asks it, `store` is what it keeps."""

    carrier: Carrier
    store: Store
    meters: Meters


@asynccontextmanager
async def listener(folder: Path, flow: Flow | None = None, **environ: str) -> AsyncIterator[Listener]:
    """Serve on a free port; the flow, if any, answers the line. `environ` holds further settings."""
    sock = bind("127.0.0.1", 0)
    url = f"http://127.0.0.1:{port_of(sock)}"
    environ = {
        "IVR_PUBLIC_URL": url,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": NOWHERE,
        "IVR_DATA": str(folder),
        "IVR_EGRESS_ALLOW": "127.0.0.0/8",
        **environ,
    }
    async with serve(load(env_file=None, environ=environ), sock) as server, carrier(url) as asks:
        if flow is not None:
            await put_on_line(server.store, flow)
        yield Listener(asks, server.store, server.meters)


@asynccontextmanager
async def carrier(url: str) -> AsyncIterator[Carrier]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield Carrier(session, url)
    await asyncio.sleep(0)


async def put_on_line(store: Store, flow: Flow) -> None:
    await store.flows.save_draft(flow.model_dump(mode="json"))
    await store.flows.publish(flow.id)
    await store.flows.assign(LINE, flow.id)


def greeting(message: str = "Hello $CallerName.") -> Flow:
    """Say something and hang up."""
    return made_of(
        {"type": "play_message", "message": message},
        {"type": "end_call"},
    )


def waiting(url: str, *, music: bool = True) -> Flow:
    """Say a word, ask an API, and say whether it worked."""
    ask = {"type": "external_web_call", "url": url, "timeout": 60, "play_hold_music": music}
    return made_of(
        {"type": "play_message", "message": "One moment."},
        ask,
        {"type": "play_message", "message": "Thank you."},
        {"type": "end_call"},
    )


def made_of(*actions: dict[str, Any]) -> Flow:
    """Blocks in a row, every exit leading to the next."""
    blocks: list[dict[str, Any]] = [{"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 2}}]
    ports = {"external_web_call": ("success", "failure"), "send_sms": ("success", "failure"), "end_call": ()}
    ports["collect_digits"] = ("success", "no_input", "invalid")
    for number, action in enumerate(actions, 2):
        exits = dict.fromkeys(ports.get(action["type"], ("next",)), number + 1)
        blocks.append({"number": number, "action": action, "exits": exits})
    return Flow.model_validate({"id": "line", "name": "Line", "blocks": blocks})

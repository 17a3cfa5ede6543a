"""A carrier that is served on loopback, and a voice server beside it: for what has to be seen over sockets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import web
from aiohttp.test_utils import TestServer
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from ivr.emulator import Callee, Carrier, Timing
from tests.emulator.world import ACCOUNT, LINE, TOKEN, wav

T = TypeVar("T")
QUICK = Timing(answer_visible_after=0, update_after=0, status_callback_after=0, message_sent_after=0)


@dataclass
class Served:
    """The carrier, the address of its API, and the forms that the voice server was sent, by path."""

    carrier: Carrier
    api: TestServer
    voice: TestServer
    forms: list[tuple[str, dict[str, str]]]

    async def ask(self, question: Callable[[Client], T], token: str = TOKEN) -> T:
        """Put a question to the API with the official client, which blocks, in a thread."""

        def blocking() -> T:
            http = TwilioHttpClient(pool_connections=False)
            client = Client(ACCOUNT, token, http_client=http)
            client.api.base_url = str(self.api.make_url("")).rstrip("/")
            return question(client)

        return await asyncio.to_thread(blocking)

    def url(self, path: str) -> str:
        """An address on the voice server."""
        return str(self.voice.make_url(path))


@asynccontextmanager
async def served() -> AsyncIterator[Served]:
    """Both servers, up; both down and everything gone afterwards."""
    forms: list[tuple[str, dict[str, str]]] = []

    async def answer(request: web.Request) -> web.Response:
        forms.append((request.path, {name: str(value) for name, value in (await request.post()).items()}))
        if request.path == "/hold.wav":
            return web.Response(body=wav(600).body, content_type="audio/wav")
        if request.path == "/voice":
            twiml = "<Response><Play>/hold.wav</Play></Response>"
        else:
            twiml = f"<Response><Hangup/><!-- {request.path} --></Response>"
        return web.Response(text=twiml, content_type="text/xml")

    server = web.Application()
    server.router.add_route("*", "/{path:.*}", answer)
    carrier = Carrier(ACCOUNT, TOKEN, timing=QUICK)
    carrier.add_callee("+15557770000", Callee(after=0))
    async with TestServer(server) as voice, TestServer(carrier.app()) as api, carrier:
        carrier.add_number(LINE, str(voice.make_url("/voice")), status_callback=str(voice.make_url("/status")))
        yield Served(carrier, api, voice, forms)

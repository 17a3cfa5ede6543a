"""A carrier that is served on loopback, and a voice server beside it: for what has to be seen over sockets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from ivr.emulator import Callee, Carrier, Timing
from tests.emulator.world import ACCOUNT, LINE, TOKEN, wav

T = TypeVar("T")
QUICK = Timing(answer_visible_after=0, update_after=0, status_callback_after=0, message_sent_after=0)


@dataclass(frozen=True)
class Webhook:
    """One request as the voice server received it; `signed` is the verdict of the official validator."""

    method: str
    path: str
    url: str
    fields: dict[str, str]
    signed: bool


@dataclass
class Served:
    """The carrier, its API, the voice server with its `pages` (path to verbs), and the webhooks that reached it."""

    carrier: Carrier
    api: TestServer
    voice: TestServer
    pages: dict[str, str]
    webhooks: list[Webhook]

    @property
    def forms(self) -> list[tuple[str, dict[str, str]]]:
        """Path and fields of each webhook."""
        return [(one.path, one.fields) for one in self.webhooks]

    async def ask(self, question: Callable[[Client], T], token: str = TOKEN) -> T:
        """Put a question to the API with the official client, which blocks, in a thread."""

        def blocking() -> T:
            http = TwilioHttpClient(pool_connections=False)
            client = Client(ACCOUNT, token, http_client=http)
            client.api.base_url = str(self.api.make_url("")).rstrip("/")
            return question(client)

        return await asyncio.to_thread(blocking)

    async def raw(self, method: str, path: str, **options: Any) -> aiohttp.ClientResponse:
        """Ask a path below the account without the official client; the answer is read."""
        url = self.api.make_url(f"/2010-04-01/Accounts/{ACCOUNT}/{path}")
        proof = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT, TOKEN)}
        async with aiohttp.ClientSession(headers=proof) as client, client.request(method, url, **options) as answer:
            await answer.read()
            return answer

    def url(self, path: str) -> str:
        """An address on the voice server."""
        return str(self.voice.make_url(path))


async def refusal(at: Served, question: Callable[[Client], object], token: str = TOKEN) -> tuple[int, int]:
    """HTTP status and code of a refused question."""
    with pytest.raises(TwilioRestException) as caught:
        await at.ask(question, token)
    return caught.value.status, caught.value.code


async def received(request: web.Request) -> Webhook:
    """A webhook, its signature checked against the URL as it came over the wire."""
    form = {name: str(value) for name, value in (await request.post()).items()}
    url = f"{request.scheme}://{request.headers['Host']}{request.raw_path}"
    proof = request.headers.get("X-Twilio-Signature", "")
    signed = RequestValidator(TOKEN).validate(url, form, proof)
    return Webhook(request.method, request.path, url, {**request.query, **form}, signed)


@asynccontextmanager
async def served(timing: Timing = QUICK) -> AsyncIterator[Served]:
    """Both servers, up; both down and everything gone afterwards."""
    pages: dict[str, str] = {"/voice": "<Play>/hold.wav</Play>"}
    webhooks: list[Webhook] = []

    async def answer(request: web.Request) -> web.Response:
        if request.path.endswith(".wav"):
            webhooks.append(Webhook(request.method, request.path, str(request.url), {}, signed=False))
            return web.Response(body=wav(600).body, content_type="audio/wav")
        webhooks.append(await received(request))
        if request.path == "/moved":
            raise web.HTTPSeeOther(request.query["to"])
        verbs = pages.get(request.path, f"<Hangup/><!-- {request.path} -->")
        return web.Response(text=f"<Response>{verbs}</Response>", content_type="text/xml")

    server = web.Application()
    server.router.add_route("*", "/{path:.*}", answer)
    carrier = Carrier(ACCOUNT, TOKEN, timing=timing)
    carrier.add_callee("+15557770000", Callee(after=0))
    async with TestServer(server) as voice, TestServer(carrier.app()) as api, carrier:
        carrier.add_number(LINE, str(voice.make_url("/voice")), status_callback=str(voice.make_url("/status")))
        yield Served(carrier, api, voice, pages, webhooks)

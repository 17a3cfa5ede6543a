"""The composition root: the only file that knows everyone."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from msgspec import Struct

from ivr.runtime.ports import Clock, Ports
from ivr.runtime.recovery import keep_watch
from ivr.runtime.runner import Runner
from ivr.settings import Settings, SettingsError
from ivr.sms import Texts
from ivr.sound.library import Cache, Library
from ivr.store import Store, load_keys, open_store
from ivr.twilio.carrier import Knock, Messages
from ivr.twilio.rest import TwilioRest
from ivr.twilio.signature import Signature
from ivr.twilio.twiml import Addresses
from ivr.web import media
from ivr.web.server import listen
from ivr.web.voice import Voice
from ivr.webcall.breaker import Rules
from ivr.webcall.client import WebCalls
from ivr.webcall.connections import open_client
from ivr.webcall.guard import Guard
from ivr.webcall.limits import Limits
from ivr.webcall.request import Secrets

NEEDED = ("IVR_PUBLIC_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
"""Settings without which calls can't be served."""


class WallClock:
    """The time of day, and real waiting."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Server(Struct, frozen=True):
    """A server that is up."""

    store: Store
    addresses: Addresses


@asynccontextmanager
async def stored(settings: Settings) -> AsyncIterator[Store]:
    """The store that the settings name."""
    keys = load_keys(settings.key.get_secret_value(), settings.data)
    store = await open_store(settings.data, settings.database_url.get_secret_value(), keys, WallClock().now)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def open_web_calls(settings: Settings, store: Store, clock: Clock) -> AsyncIterator[WebCalls]:
    """The executor of External Web Calls, for live calls and for test requests."""
    async with open_client(_guard(settings), settings.ca_file) as client:
        calls = WebCalls(
            client,
            Secrets(store.vault.open_text, store.secrets.open),
            Limits(clock, Rules(concurrent=settings.host_limit)),
            clock,
        )
        try:
            yield calls
        finally:
            await calls.close()


@asynccontextmanager
async def serve(settings: Settings, sock: socket.socket) -> AsyncIterator[Server]:
    """Serve calls on a bound socket until the end of the context."""
    clock = WallClock()
    addresses = Addresses(settings.public_url)
    token = settings.auth_token.get_secret_value()
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(stored(settings))
        cache = Cache(store.audio, settings.data / "audio")
        await cache.tidy()
        library = Library(cache)
        rest = await stack.enter_async_context(
            TwilioRest(settings.account_sid, token, base_url=settings.twilio_api_url)
        )
        web_calls = await stack.enter_async_context(open_web_calls(settings, store, clock))
        ports = Ports(
            calls=store.calls,
            flows=store.flows,
            fetch=web_calls,
            text=Texts(Messages(rest, clock), settings.sms_from, clock),
            knock=Knock(rest, addresses),
            clock=clock,
            clip=library.clip,
        )
        runner = Runner(ports)
        stack.push_async_callback(runner.close)
        await stack.enter_async_context(background(keep_watch(ports, runner)))
        signature = Signature(token, settings.public_url, settings.shared_key.get_secret_value() or None)
        routes = [*Voice(runner, signature, addresses, clock).routes(), *media.routes(library)]
        await stack.enter_async_context(listen(sock, routes))
        yield Server(store, addresses)


@asynccontextmanager
async def background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do some work for as long as the context lasts."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _guard(settings: Settings) -> Guard:
    try:
        return Guard.parse(settings.egress_allow)
    except ValueError as error:
        raise SettingsError(f"IVR_EGRESS_ALLOW {error}.") from None

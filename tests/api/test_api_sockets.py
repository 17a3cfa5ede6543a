"""WebSockets come in by the same door as requests, and go when their session does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from ivr.store import Store, open_store
from ivr.web.api import session
from ivr.web.doors import HOUR, Doors, Place
from ivr.web.private import Board, private
from ivr.web.route import Route
from ivr.web.server import bind, port_of, serving
from ivr.web.socket import ENDED, MOST, stream
from tests.api.board import HASH, Browser, Hands, lock

PATIENCE = 60
RECHECK = 0.1


async def _nothing() -> AsyncIterator[str]:
    await asyncio.Event().wait()
    yield ""


async def _events(request: web.Request) -> web.StreamResponse:
    return await stream(request, _nothing())


EVENTS = Route(method="GET", path="/api/events", summary="Events", handle=_events, status=101)


class Stage:
    """A board with one WebSocket to open, its clock, and its store."""

    def __init__(self, stack: AsyncExitStack, store: Store, clock: Hands, url: str) -> None:
        self.stack, self.store, self.clock, self.url = stack, store, clock, url

    async def browser(self) -> Browser:
        jar = aiohttp.CookieJar(unsafe=True)
        return Browser(await self.stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar)), self.url)

    async def follow(self, browser: Browser, **headers: str) -> aiohttp.ClientWebSocketResponse:
        return await browser.session.ws_connect(f"{self.url}/api/events", headers=headers)


@asynccontextmanager
async def set_up(tmp_path: Path, *, users: bool = True) -> AsyncIterator[Stage]:
    clock = Hands()
    async with AsyncExitStack() as stack:
        store = await open_store(tmp_path, None, [bytes(32)], clock.now)
        stack.push_async_callback(store.close)
        if users:
            await lock(store)
        sock = stack.enter_context(closing(bind("127.0.0.1", 0)))
        doors = Doors(store, clock, Place(port_of(sock), loopback=True, hours=12, days=2))
        context: Any = SimpleNamespace(doors=doors, store=store, clock=clock)
        app = private(Board([*session.routes(context), EVENTS], (), recheck=RECHECK), doors)
        await stack.enter_async_context(serving(sock, app))
        yield Stage(stack, store, clock, f"http://127.0.0.1:{port_of(sock)}")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with set_up(tmp_path) as stage:
        yield stage


async def end_of(socket: aiohttp.ClientWebSocketResponse) -> int | None:
    """The code with which the server closes it."""
    async with asyncio.timeout(PATIENCE):
        while (await socket.receive()).type not in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}:
            pass
    return socket.close_code


@asynccontextmanager
async def followed(stage: Stage) -> AsyncIterator[tuple[Browser, aiohttp.ClientWebSocketResponse]]:
    browser = await stage.browser()
    await browser.sign_in()
    async with await stage.follow(browser) as socket:
        yield browser, socket


async def test_it_takes_a_session_and_our_own_page(stage: Stage) -> None:
    stranger, browser = await stage.browser(), await stage.browser()
    await browser.sign_in()
    for one, headers, status in ((stranger, {}, 401), (browser, {"Origin": "https://evil.example"}, 403)):
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await stage.follow(one, **headers)
        assert caught.value.status == status
    async with await stage.follow(browser, Origin=stage.url) as socket:
        assert not socket.closed


async def test_it_ends_when_its_user_signs_out(stage: Stage) -> None:
    async with followed(stage) as (browser, socket), followed(stage) as (_, other):
        await browser.delete("/api/session")
        assert await end_of(socket) == ENDED
        assert not other.closed
        await other.ping()


async def test_it_ends_when_the_password_changes(stage: Stage) -> None:
    async with followed(stage) as (_, socket):
        await stage.store.users.set_password("admin", HASH + "x")
        assert await end_of(socket) == ENDED


async def test_it_ends_when_the_session_is_too_old(stage: Stage) -> None:
    async with followed(stage) as (_, socket):
        stage.clock.time += 12 * HOUR
        assert await end_of(socket) == ENDED


async def test_it_ends_when_the_role_is_no_longer_enough(stage: Stage) -> None:
    await stage.store.users.add("ben", "admin", HASH)
    browser = await stage.browser()
    await browser.sign_in(user="ben")
    async with await stage.follow(browser) as socket:
        await stage.store.users.set_role("ben", "viewer")
        assert await end_of(socket) == ENDED
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await stage.follow(browser)
    assert caught.value.status == 403


async def test_it_ends_when_there_were_no_users_and_now_there_are(tmp_path: Path) -> None:
    async with set_up(tmp_path, users=False) as stage:
        browser = await stage.browser()
        await browser.enter(stage.store)
        async with await stage.follow(browser) as socket:
            await lock(stage.store)
            assert await end_of(socket) == ENDED


async def test_a_session_has_so_many_and_no_more(stage: Stage) -> None:
    async with AsyncExitStack() as stack:
        browser, other = await stage.browser(), await stage.browser()
        await browser.sign_in()
        await other.sign_in()
        sockets = [await stack.enter_async_context(await stage.follow(browser)) for _ in range(MOST)]
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await stage.follow(browser)
        assert caught.value.status == 429
        async with await stage.follow(other) as socket:
            assert not socket.closed
        await sockets[0].close()
        async with asyncio.timeout(PATIENCE):
            while (await browser.get("/api/events", headers=UPGRADE)).status == 429:
                continue


UPGRADE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "12",  # one that is refused once there is a place
    "Sec-WebSocket-Key": "MDEyMzQ1Njc4OWFiY2RlZg==",
}


async def test_a_session_that_is_used_ends_all_the_same(stage: Stage) -> None:
    browser = await stage.browser()
    await browser.sign_in()
    for _ in range(5):
        stage.clock.time += 9 * HOUR
        assert (await browser.arrive()).json["user"] is not None
    stage.clock.time += 3 * HOUR
    assert (await browser.arrive()).json["user"] is None
    async with followed(stage) as (_, socket):
        assert not socket.closed

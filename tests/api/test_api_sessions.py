"""Sessions on a clock that moves when it is told to, and what is told when something goes wrong inside."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from ivr.store import Damaged, KeyMissing, Store, StoreError, open_store
from ivr.web.api import session
from ivr.web.doors import HOUR, Doors, Place
from ivr.web.private import Board, private
from ivr.web.route import Route, done
from ivr.web.server import bind, port_of, serving
from tests.api.board import Browser, Hands, lock

CANARY = "canary-2b90"
BROKEN: dict[str, BaseException] = {
    "bug": RuntimeError(f"{CANARY} in /etc/secret/path"),
    "store": StoreError(f"{CANARY}: connection refused"),
    "damaged": Damaged(CANARY),
    "key": KeyMissing(CANARY),
    "found": web.HTTPFound("/elsewhere"),
}


async def _fine(_: web.Request) -> web.Response:
    return done()


async def _broken(request: web.Request) -> web.Response:
    raise BROKEN[request.match_info["how"]]


ROUTES = (
    Route(method="GET", path="/api/fine", summary="Fine", handle=_fine),
    Route(method="GET", path="/api/broken/{how}", summary="Broken", handle=_broken),
)


class Stage:
    """A private listener with few routes, its clock, and its store."""

    def __init__(self, stack: AsyncExitStack, store: Store, clock: Hands, url: str) -> None:
        self.stack, self.store, self.clock, self.url = stack, store, clock, url

    async def browser(self) -> Browser:
        jar = aiohttp.CookieJar(unsafe=True)
        return Browser(await self.stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar)), self.url)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    clock = Hands()
    async with AsyncExitStack() as stack:
        store = await open_store(tmp_path, None, [bytes(32)], clock.now)
        stack.push_async_callback(store.close)
        await lock(store)
        sock = stack.enter_context(closing(bind("127.0.0.1", 0)))
        doors = Doors(store, clock, Place(port_of(sock), loopback=True, hours=12))
        context: Any = SimpleNamespace(doors=doors, store=store, clock=clock)
        app = private(Board([*session.routes(context), *ROUTES], ()), doors)
        await stack.enter_async_context(serving(sock, app))
        yield Stage(stack, store, clock, f"http://127.0.0.1:{port_of(sock)}")


async def test_a_session_ends_when_it_is_not_used(stage: Stage) -> None:
    browser = await stage.browser()
    assert (await browser.sign_in()).status == 200
    assert (await browser.get("/api/fine")).status == 204
    stage.clock.time += 12 * HOUR + 1
    assert (await browser.get("/api/fine")).status == 401
    assert (await browser.arrive()).json["user"] is None


async def test_a_session_that_is_used_lasts(stage: Stage) -> None:
    browser = await stage.browser()
    await browser.sign_in()
    for _ in range(5):
        stage.clock.time += 11 * HOUR
        answer = await browser.get("/api/fine")
        assert answer.status == 204
        assert "Max-Age=43200" in answer.headers["Set-Cookie"]
    stage.clock.time += HOUR // 2
    assert "Set-Cookie" not in (await browser.get("/api/fine")).headers


async def test_a_session_is_nobody_elses(stage: Stage) -> None:
    browser, other = await stage.browser(), await stage.browser()
    await browser.sign_in()
    await other.sign_in()
    assert browser.cookie() != other.cookie()
    other.csrf = browser.csrf
    assert (await other.delete("/api/session")).status == 403
    assert (await browser.delete("/api/session")).status == 204
    assert (await other.get("/api/fine")).status == 204


@pytest.mark.parametrize("cookie", ["", "x", "é", "a" * 4000, '"; DROP TABLE sessions; --', "\ud83d\ude00"])
async def test_a_cookie_that_somebody_made_up(stage: Stage, cookie: str) -> None:
    browser = await stage.browser()
    name = f"ivr_session_{stage.url.rpartition(':')[2]}"
    answer = await browser.get("/api/fine", headers={"Cookie": f"{name}={cookie}".encode("utf-8", "replace").decode()})
    assert answer.status == 401


@pytest.mark.parametrize(("how", "status"), [("bug", 500), ("store", 503), ("damaged", 503), ("key", 503)])
async def test_what_goes_wrong_inside_stays_inside(
    stage: Stage, caplog: pytest.LogCaptureFixture, how: str, status: int
) -> None:
    browser = await stage.browser()
    await browser.sign_in()
    with caplog.at_level(logging.ERROR):
        answer = await browser.get(f"/api/broken/{how}")
    assert answer.status == status
    assert CANARY not in answer.body.decode()
    assert CANARY in caplog.text
    told = answer.problem
    if status == 500:
        assert told["reference"] in caplog.text
        assert told["reference"] in told["detail"]
    else:
        assert answer.headers["Retry-After"] == "5"


async def test_a_store_that_is_away_has_few_lines_in_the_log(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    browser = await stage.browser()
    await browser.sign_in()
    for _ in range(50):
        assert (await browser.get("/api/broken/store")).status == 503
    assert 0 < len([record for record in caplog.records if CANARY in record.message]) < 25


async def test_a_move_is_no_mistake(stage: Stage) -> None:
    browser = await stage.browser()
    await browser.sign_in()
    answer = await browser.get("/api/broken/found")
    assert (answer.status, answer.headers["Location"]) == (302, "/elsewhere")

"""What tests in a browser stand on: one server for all of them, and windows that must stay without a fault."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from ivr.board import build
from tests.board.browser import ARGS, CHROMIUM, Api, Server, Visitor, Visits
from tests.ports import free_port


@pytest.fixture(scope="session")
def launched() -> Iterator[tuple[Browser, asyncio.AbstractEventLoop]]:
    """Debian's Chromium, one for all tests, and the loop it runs in. Where there is none the tests are skipped, but
    not in CI.
    """
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing")
        pytest.skip(f"{CHROMIUM} is missing (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield browser, loop
        asyncio._set_running_loop(loop)
        browser.close()


@pytest.fixture
def chromium(launched: tuple[Browser, asyncio.AbstractEventLoop]) -> Iterator[Browser]:
    """The browser, for one test.

    Between two calls Playwright leaves its loop marked as the one that runs in this thread, and no other can run then.
    So after each test the mark is taken off, and tests with loops of their own may come before the next; Playwright's
    stands still meanwhile.
    """
    browser, loop = launched
    asyncio._set_running_loop(loop)
    yield browser
    asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def built() -> None:
    """The page as its sources are now."""
    if build.state() != "fresh" and os.environ.get("IVR_BOARD") != "skip":
        build.build()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, built: None) -> Iterator[Server]:
    """One for all tests of a file; each makes flows under names of its own."""
    server = Server(tmp_path_factory.mktemp("board"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory, built: None) -> Iterator[Server]:
    """A server whose public listener is known to callers."""
    server = Server(tmp_path_factory.mktemp("line"), IVR_LISTEN=f"127.0.0.1:{free_port()}")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_server(tmp_path: Path, built: None) -> Iterator[Server]:
    """One that a test may stop and start. Ask for it before `visits`: windows close before their server does."""
    server = Server(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def api() -> Iterator[Api]:
    """A local HTTP service."""
    with Api().up() as api:
        yield api


USUAL = {"viewport": {"width": 1600, "height": 940}, "reduced_motion": "reduce"}


@pytest.fixture(scope="session")
def usual() -> list[BrowserContext]:
    """The context that most windows open in, once there is one: it keeps scripts and styles, but nothing of a test."""
    return []


def emptied(context: BrowserContext) -> BrowserContext:
    """A context as if it were new, but for its cache."""
    context.clear_cookies()
    context.clear_permissions()
    context.set_offline(False)
    return context


@pytest.fixture
def visits(chromium: Browser, usual: list[BrowserContext]) -> Iterator[Visits]:
    """Opens windows on a server; none of them may have had a fault in the end."""
    opened: list[Visitor] = []

    def visit(server: Server, *, stranger: bool = False, **more: Any) -> Visitor:
        if more or opened:
            context = chromium.new_context(**{**USUAL, **more})
        else:
            usual[:] = [emptied(usual[0]) if usual else chromium.new_context(**USUAL)]
            context = usual[0]
        opened.append(Visitor.of(context, server, stranger=stranger))
        return opened[-1]

    yield visit
    for visitor in opened:
        visitor.closes()
        if visitor.context not in usual:
            visitor.context.close()
    for visitor in opened:
        visitor.check()


@pytest.fixture
def visitor(visits: Visits, server: Server) -> Visitor:
    return visits(server)

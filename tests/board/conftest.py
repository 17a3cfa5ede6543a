"""What tests in a browser stand on: one server for all of them, and windows that must stay without a fault."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from ivr.board import build
from tests.board.browser import ARGS, CHROMIUM, Api, Server, Visitor, Visits
from tests.board.windows import FLAGS, Windows
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
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*ARGS, *FLAGS])
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


def started(data: Path) -> Iterator[Server]:
    with Server(data).up() as server:
        yield server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, built: None) -> Iterator[Server]:
    """One for all tests; each makes flows under names of its own."""
    yield from started(tmp_path_factory.mktemp("board"))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, built: None) -> Iterator[Server]:
    """One for the tests of a file that look at lists, in which others have left nothing."""
    yield from started(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="session")
def own_port() -> int:
    """What a browser has compiled it knows by the address: it need not do so again for each server of a test's own."""
    return free_port()


@pytest.fixture
def own_server(tmp_path: Path, built: None, own_port: int) -> Iterator[Server]:
    """One that a test may stop and start. Ask for it before `visits`: windows close before their server does."""
    with Server(tmp_path, own_port).up() as server:
        yield server


@pytest.fixture
def api() -> Iterator[Api]:
    """A local HTTP service."""
    with Api().up() as api:
        yield api


@pytest.fixture(scope="session")
def windows() -> Windows:
    return Windows()


@pytest.fixture
def visits(chromium: Browser, windows: Windows) -> Iterator[Visits]:
    """Opens windows on a server; none of them may have had a fault in the end."""
    opened: list[Visitor] = []

    def visit(server: Server, *, stranger: bool = False, **looks: Any) -> Visitor:
        opened.append(Visitor.of(windows.take(chromium, server.url, **looks), server, stranger=stranger))
        return opened[-1]

    yield visit
    for visitor in opened:
        visitor.closes()
    windows.give_back()
    for visitor in opened:
        visitor.check()


@pytest.fixture
def visitor(visits: Visits, server: Server) -> Visitor:
    return visits(server)

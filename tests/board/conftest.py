"""What tests in a browser stand on: one server for all of them, and windows that must stay without a fault."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from ivr.board import build
from tests.board.browser import ARGS, CHROMIUM, Api, Server, Visitor, Visits


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Where there is none the tests are skipped, but not in CI.

    One for each file: as long as it is there it has the thread's event loop, and tests of other files want their own.
    """
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing")
        pytest.skip(f"{CHROMIUM} is missing (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        yield browser
        browser.close()


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
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(tmp_path_factory.mktemp("line"), IVR_LISTEN=f"127.0.0.1:{port}")
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


@pytest.fixture
def visits(chromium: Browser) -> Iterator[Visits]:
    """Opens windows on a server; none of them may have had a fault in the end."""
    opened: list[Visitor] = []

    def visit(server: Server, **more: Any) -> Visitor:
        context = chromium.new_context(
            **{"viewport": {"width": 1600, "height": 940}, "reduced_motion": "reduce", **more}
        )
        opened.append(Visitor.of(context, server))
        return opened[-1]

    yield visit
    for visitor in opened:
        visitor.context.close()
    for visitor in opened:
        visitor.check()


@pytest.fixture
def visitor(visits: Visits, server: Server) -> Visitor:
    return visits(server)

"""The board in a real browser: a server of its own, a person who looks at it, and an API that behaves as told."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, expect

from tests.ports import free_port

CHROMIUM = next(
    (path for name in ("chromium-headless-shell", "chromium") if (path := Path("/usr/bin", name)).exists()),
    Path("/usr/bin/chromium"),
)
"""Debian's Chromium: the one without windows, which takes half the work, else the whole one."""
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
PATIENCE = 30.0
"""Seconds after which something is not going to happen any more."""

expect.set_options(timeout=PATIENCE * 1000)  # left to itself it gives up after 5 s, which a busy machine needs


def until(happened: Callable[[], Any], what: str) -> Any:
    """What a question answers as soon as the answer is true. For what no page shows, such as what the server has."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := happened():
            return found
        time.sleep(0.05)
    raise AssertionError(f"it never came to this: {what}")


class Server:
    """`ivr serve` with a data folder, on ports that stay the same when it is started again."""

    def __init__(self, data: Path, board: int = 0, **settings: str) -> None:
        self.data = data
        self.settings = settings
        self.board = board or free_port()
        self.public = free_port()
        """Where the carrier's requests come in."""
        self.process: subprocess.Popen[str] | None = None
        self._csrf = ""
        self.cookies = CookieJar()
        """Of whoever has the board open on the machine of the server, by the link that it prints."""
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.board}"

    def start(self) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("IVR_", "TWILIO_"))}
        settings = {
            "IVR_DATA": str(self.data),
            "IVR_LISTEN": f"127.0.0.1:{self.public}",
            "IVR_BOARD_LISTEN": f"127.0.0.1:{self.board}",
            "IVR_PUBLIC_URL": "https://ivr.example.com",
            "IVR_EGRESS_ALLOW": "127.0.0.1",
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": "not-a-secret",
            "TWILIO_API_URL": "http://127.0.0.1:9",
            "IVR_DRAIN_SECONDS": "0",
            "PYTHONUNBUFFERED": "1",
        }
        self.process = subprocess.Popen(
            [str(Path(sys.executable).with_name("ivr")), "serve"],
            env=kept | settings | self.settings,
            cwd=self.data,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        told = []
        for line in self.process.stdout or ():
            told.append(line)
            if found := re.search(rf"The board: ({self.url}/\S*)", line):
                if "/open?" in found[1] and not self.is_open():
                    self._opener.open(found[1]).close()
                threading.Thread(target=self._drain, args=(self.process,), daemon=True).start()
                self._csrf = ""
                return
        raise AssertionError("the server did not start:\n" + "".join(told))

    @contextmanager
    def up(self) -> Iterator["Server"]:
        """Started, and stopped at the end of the context."""
        self.start()
        try:
            yield self
        finally:
            self.stop()

    def is_open(self) -> bool:
        """Whether the session of an earlier start goes on."""
        return bool(self.ask("GET", "/api/session")["user"])

    def lets_in(self, context: BrowserContext) -> None:
        """Give the session of whoever opened the link to a window."""
        kept = [(each.name, each.value or "") for each in self.cookies]
        context.add_cookies([{"name": name, "value": value, "url": self.url} for name, value in kept])

    @staticmethod
    def _drain(process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            sys.stderr.write(line)

    def stop(self, *, at_once: bool = False) -> None:
        if self.process is None:
            return
        self.process.send_signal(signal.SIGKILL if at_once else signal.SIGTERM)
        self.process.wait(PATIENCE)
        if self.process.stdout:
            self.process.stdout.close()
        self.process = None

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """An answer of the API, its JSON read. Raises HTTPError."""
        if method != "GET" and not self._csrf:
            self._csrf = self.ask("GET", "/api/session")["csrf"]
        data = None if body is None else json.dumps(body).encode()
        more = {"Content-Type": "application/json", "X-CSRF-Token": self._csrf} | headers
        request = urllib.request.Request(self.url + path, data, more, method=method)
        with self._opener.open(request) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def flow(self, document: dict[str, Any]) -> str:
        """A new flow; returns the path of its board."""
        self.ask("POST", "/api/flows", {"document": document})
        return f"/flows/{document['id']}"

    def draft(self, flow_id: str) -> Any:
        return self.ask("GET", f"/api/flows/{flow_id}/draft")

    def blocks(self, flow_id: str) -> dict[int, Any]:
        return {block["number"]: block for block in self.draft(flow_id)["blocks"]}


@dataclass
class Visitor:
    """A browser window, and everything that went wrong in it."""

    context: BrowserContext
    page: Page
    server: Server
    console: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    expected: list[str] = field(default_factory=list)
    """Patterns of what the console may say, for tests that break something on purpose."""

    @classmethod
    def of(cls, context: BrowserContext, server: Server, *, stranger: bool = False) -> "Visitor":
        """A window with the board open in it, or that of a stranger, who still has to come in."""
        if not stranger:
            server.lets_in(context)
        visitor = cls(context, context.new_page(), server)
        visitor.page.on("console", visitor._said)
        visitor.page.on("pageerror", lambda error: visitor.console.append(str(error)))
        context.on("request", visitor._asked)
        stored = {"origin": server.url, "storageTypes": "local_storage"}
        context.new_cdp_session(visitor.page).send("Storage.clearDataForOrigin", stored)
        visitor.page.set_default_timeout(PATIENCE * 1000)
        return visitor

    def _said(self, message: ConsoleMessage) -> None:
        self.console.append(f"{message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        if request.url.startswith(("http", "ws")):
            self.hosts.add(urlsplit(request.url).hostname or "")

    def closes(self) -> None:
        """Close the window, and those that were opened from it; not the first page, which keeps their process."""
        for page in self.context.pages[1:]:
            page.close()
        self.context.remove_listener("request", self._asked)

    def check(self) -> None:
        """The console is empty, and nobody but this machine was asked."""
        told = [line for line in self.console if not any(re.search(each, line) for each in self.expected)]
        assert told == [], told
        assert self.hosts <= {"127.0.0.1"}

    # The board

    def opens(self, path: str) -> Page:
        self.page.goto(self.server.url + path)
        self.page.locator("#main").wait_for()
        return self.page

    def opens_board(self, path: str) -> Page:
        page = self.opens(path)
        page.locator(".block").first.wait_for()
        return page

    def block(self, number: int) -> Locator:
        return self.page.locator(f".react-flow__node-block[data-id='{number}']")

    def in_view(self, number: int) -> Locator:
        """A block, all of it on the visible part of the board, as people bring it there before they click on it."""
        board = self.page.locator(".react-flow").bounding_box()
        there = self.block(number).bounding_box()
        assert board
        assert there
        across = board["x"] <= there["x"] and there["x"] + there["width"] <= board["x"] + board["width"]
        down = board["y"] <= there["y"] and there["y"] + there["height"] <= board["y"] + board["height"]
        if not (across and down):
            self.page.get_by_role("button", name="Fit the flow").click()
        return self.block(number)

    def selects(self, number: int) -> Locator:
        """Clicks on a block; returns its panel."""
        self.in_view(number).locator(".tile").first.click()
        panel = self.page.locator("aside.side .panel")
        expect(panel.locator(".head")).to_be_visible()
        return panel

    def exit(self, number: int, port: str) -> Locator:
        return self.block(number).locator(f".exit[data-handleid='{port}']")

    def wire(self, number: int, port: str) -> Locator:
        return self.page.locator(f".react-flow__edge[data-id='{number}:{port}']")

    def saved(self) -> None:
        """Wait until the top bar says that the draft is saved."""
        self.page.locator(".save-state[data-state=saved]").wait_for()

    def middle(self, of: Locator) -> tuple[float, float]:
        box = of.bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drags(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """With the mouse, in steps as a hand does."""
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(start[0] + 6, start[1] + 6, steps=2)
        self.page.mouse.move(*end, steps=8)
        self.page.mouse.up()


Handle = Callable[[str, str], "tuple[int, str, bytes]"]


class Api:
    """A local HTTP service. `answer` is asked for (status, content type, body) of each request; it may wait."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.answer: Handle = lambda method, path: (200, "application/json", b"{}")
        api = self

        class Handler(BaseHTTPRequestHandler):
            def _any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                api.asked.append((self.command, self.path, dict(self.headers.items()), body))
                status, kind, text = api.answer(self.command, self.path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815 - what the library calls

            def log_message(self, *args: Any) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                """Whoever hung up does not hear the answer."""

        self._server = Quiet(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def json(self, value: Any, status: int = 200) -> None:
        """Answer this from now on."""
        self.answer = lambda method, path: (status, "application/json", json.dumps(value).encode())

    @contextmanager
    def up(self) -> Iterator["Api"]:
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


def block(number: int, place: tuple[int, int], exits: dict[str, int] | None = None, /, **action: Any) -> dict[str, Any]:
    """A block of a document; `title` is the block's."""
    title = action.pop("title", "")
    return {"number": number, "title": title, "action": action, "exits": exits or {}, "place": list(place)}


def document(flow_id: str, *blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    last = max((each["number"] for each in blocks), default=0)
    name = flow_id.replace("-", " ").capitalize()
    return {"id": flow_id, "name": name, "blocks": list(blocks), "last_number": last, "notes": []} | more


def books(flow_id: str) -> dict[str, Any]:
    """A bookshop's main line: eight blocks, and two exits that lead nowhere."""
    menu = {
        "prompt": "Thanks for calling Harbor Books. For your order, press 1. For a person, press 0.",
        "choices": [{"key": "1", "label": "Order status"}, {"key": "0", "label": "A person"}],
    }
    return document(
        flow_id,
        block(1, (80, 240), {"next": 2}, type="inbound_call", title="Main number"),
        block(2, (400, 200), {"key_1": 3, "key_0": 6, "no_input": 6}, type="menu", title="Welcome menu", **menu),
        block(
            3,
            (720, 112),
            {"success": 4, "failure": 6},
            type="external_web_call",
            title="Look up the order",
            url="http://127.0.0.1:9/orders?phone=$ANI",
            response_variables=[{"name": "orderStatus", "query": "order.status"}],
        ),
        block(4, (1040, 64), {"next": 5}, type="play_message", title="Read the status", message="It is $orderStatus."),
        block(
            5, (1360, 64), {"success": 7, "failure": 7}, type="send_sms", title="Text the link", to="$ANI", message="Hi"
        ),
        block(
            6, (1040, 288), {"answered": 7, "no_answer": 8}, type="transfer", title="Shop desk", numbers=["+15550142"]
        ),
        block(7, (1680, 140), type="end_call", title="Goodbye"),
        block(8, (1360, 360), {"recorded": 7, "nothing": 7}, type="record", title="Leave a message"),
        name="Harbor Books",
    )


Visits = Callable[..., Visitor]
"""Opens windows on a server."""

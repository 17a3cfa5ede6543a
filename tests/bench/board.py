"""The board's page in a real browser: its weight, and how long a person waits for it.

* First page and board: the scripts that are asked for until the page can be used, packed, and those that follow.
* Ready: from navigation until the first block is painted and no long task is under way. The server is warm, the browser
  has nothing in its cache. The baseline is an empty page of the same server.
* Frames per second while a block is dragged in circles, beside those while the mouse does so without it.
* Find: from the keys that open it, and from a letter, until what they bring is painted.
* Call events: from an API's answer to a test call until the page knows of it.
"""

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page

from tests.bench.large import large
from tests.bench.table import number, percentile, table
from tests.bench.window import BLOCK, Look, chromium, empty, frames, window
from tests.bench.wire import Wrong
from tests.board.browser import CHROMIUM, Api, Server, block, document

SMALL = "appointment"
"""A template that a first flow is often made from."""
ROW = 20
WEB_CALLS = 20
"""Of one test call."""
PATIENCE = 60.0
FINDING = ("find ms", "first letter", "later")
PAINTED = """
const painted = () => new Promise(done => {
    const after = new MessageChannel();
    after.port1.onmessage = () => done();
    requestAnimationFrame(() => after.port2.postMessage(0));
});
"""
OPENED = f"""
async () => {{
    {PAINTED}
    const began = performance.now();
    document.body.dispatchEvent(new KeyboardEvent("keydown", {{key: "k", ctrlKey: true, bubbles: true}}));
    while (!document.querySelector(".picker input")) await new Promise(requestAnimationFrame);
    await painted();
    return performance.now() - began;
}}
"""
FOUND = f"""
async text => {{
    {PAINTED}
    const input = document.activeElement, began = performance.now();
    const put = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
    put.call(input, text);
    input.dispatchEvent(new Event("input", {{bubbles: true}}));
    await painted();
    return performance.now() - began;
}}
"""
EVENTS = """
kind => performance.getEntriesByName("call-event").filter(mark => mark.detail.kind === kind)
    .map(mark => performance.timeOrigin + mark.startTime)
"""


class Size(NamedTuple):
    """How much is measured: looks at each board, blocks of the large ones, seconds of dragging, test calls."""

    looks: int
    blocks: tuple[int, ...]
    seconds: float
    calls: int


FULL = Size(5, (300, 1000), 2.5, 5)
QUICK = Size(3, (300,), 2.0, 1)


class Find(NamedTuple):
    """Milliseconds until the box is there, until the first letter's answer is, and the median of later letters."""

    opened: float
    first: float
    later: float


class Opened(NamedTuple):
    """A board, and what was measured on it: `drag` and `still` in frames per second."""

    blocks: int
    looks: list[Look]
    drag: float
    still: float
    find: Find


class Board(NamedTuple):
    """Everything measured. `empty` and `events` in milliseconds."""

    first: list[Look]
    empty: list[float]
    opened: list[Opened]
    events: list[float]

    def report(self) -> str:
        """The tables."""
        weights = [("first page", self.first), ("board", self.opened[0].looks)]
        rows = [
            (
                name,
                number(median(look.scripts for look in looks) / 1000, 1),
                number(median(look.all for look in looks) / 1000, 1),
            )
            for name, looks in weights
        ]
        note = "Aim: 100 kB before the first page can be used."
        events = f"p50 {number(percentile(self.events, 0.5))} ms, p99 {number(percentile(self.events, 0.99))} ms"
        return "\n".join(
            [
                table("The page's scripts, kB packed", ("", "before use", "in all"), rows, [note]),
                table("The board", *self._boards()),
                f"  Call events on the page after they happened: {events} of {len(self.events)}. Aim: 100 ms.",
            ]
        )

    def _boards(self) -> tuple[Sequence[str], Sequence[Sequence[str]], Sequence[str]]:
        alone = median(self.empty)
        rows = []
        for each in self.opened:
            ready = [look.ready for look in each.looks]
            spread = f"{min(ready):,.0f}-{max(ready):,.0f}"
            rate = (number(each.drag), number(each.drag / each.still, 2), *map(number, each.find))
            rows.append(
                (f"{each.blocks} blocks", number(median(ready)), spread, number(median(ready) / alone, 1), *rate)
            )
        columns = ("", "ready ms", "looks", "times empty", "drag frames/s", "of still", *FINDING)
        aims = "Aims: ready in 700 ms; 50 frames/s and 50 ms for the first letter with 1,000 blocks."
        return columns, rows, [f"An empty page of this server: {number(alone)} ms.", aims]


def is_possible() -> bool:
    """Whether there is a browser to measure with."""
    return CHROMIUM.exists()


def report(size: Size, folder: Path) -> str:
    """The tables, or why there are none. Raises Wrong and TimeoutError."""
    if not is_possible():
        return f"\nThe board was not measured: {CHROMIUM} is missing."
    return measure(size, folder).report()


def measure(size: Size, folder: Path) -> Board:
    """Start a server and a browser, and measure. Raises Wrong and TimeoutError."""
    with Server(folder).up() as server, chromium() as browser, Api().up() as api:
        flows = list(_flows(server, size.blocks))
        server.flow(_asking(api.url))
        _look(browser, server, flows[0][1])  # the server is warm from here on
        return Board(
            [_look(browser, server, wanted="#main h1") for _ in range(size.looks)],
            [empty(browser, server.url) for _ in range(size.looks)],
            [_opened(browser, server, flow, size) for flow in flows],
            [delay for _ in range(size.calls) for delay in _call(browser, server, api)],
        )


def _flows(server: Server, sizes: Sequence[int]) -> Iterator[tuple[int, str]]:
    server.ask("POST", "/api/flows", {"name": "Small", "id": "small", "template": SMALL})
    yield len(server.draft("small")["blocks"]), "/flows/small"
    for blocks in sizes:
        made = json.loads(large(blocks).model_dump_json()) | {"id": f"large-{blocks}"}
        for at, each in enumerate(made["blocks"]):
            each["place"] = [80 + at % ROW * 320, 80 + at // ROW * 400]
        yield blocks, server.flow(made)


def _look(browser: Browser, server: Server, path: str = "", wanted: str = BLOCK) -> Look:
    with window(browser, server, path, wanted) as (_, look):
        return look


def _opened(browser: Browser, server: Server, flow: tuple[int, str], size: Size) -> Opened:
    blocks, path = flow
    looks = [_look(browser, server, path) for _ in range(size.looks - 1)]
    with window(browser, server, path) as (page, look):
        still = frames(page, size.seconds, dragging=False)
        drag = frames(page, size.seconds, dragging=True)
        return Opened(blocks, [*looks, look], drag, still, _find(page))


def _find(page: Page) -> Find:
    opened = float(page.evaluate(OPENED))
    first, *later = [float(page.evaluate(FOUND, text)) for text in ("m", "me", "men", "menu", "menu 2")]
    return Find(opened, first, median(later))


def _asking(url: str) -> dict[str, Any]:
    """One web call after the other."""
    first = block(1, (80, 80), {"next": 2}, type="inbound_call")
    asking = [
        block(
            each, (80 + each * 320, 80), {"success": each + 1, "failure": each + 1}, type="external_web_call", url=url
        )
        for each in range(2, 2 + WEB_CALLS)
    ]
    last = block(2 + WEB_CALLS, (80, 400), type="end_call")
    return document("asking", first, *asking, last)


def _call(browser: Browser, server: Server, api: Api) -> list[float]:
    """Milliseconds of each answer, from the API's hands to the page."""
    answered: list[float] = []

    def answer(method: str, path: str) -> tuple[int, str, bytes]:
        answered.append(time.time() * 1000)
        return 200, "application/json", b"{}"

    api.answer = answer
    with window(browser, server, "/flows/asking") as (page, _):
        page.locator(".test-call").click()
        page.get_by_role("button", name="Call", exact=True).click()
        end = time.monotonic() + PATIENCE
        while not page.evaluate(EVENTS, "end"):
            if time.monotonic() > end:
                raise TimeoutError("a test call that does not end")
            page.wait_for_timeout(50)
        told: list[float] = page.evaluate(EVENTS, "response")
    if len(told) != WEB_CALLS or len(answered) != WEB_CALLS:
        raise Wrong(f"{len(told)} of {WEB_CALLS} answers came to the page")
    return [there - here for here, there in zip(answered, told, strict=True)]

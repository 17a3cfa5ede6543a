"""What a caller waits for: keys meanwhile, answers that come later, and several requests at once."""

import threading
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.board.axe import faults
from tests.board.browser import PATIENCE, Api, Server, Visitor, Visits, block, document, until
from tests.board.caller import Caller
from tests.board.test_board_calls import published
from tests.board.test_board_testcall import opens_phone, timeline
from tests.board.test_board_web_call import cell, opened, orders

KEYS = [
    {"key": "1", "label": "Text me", "then": "go on", "says": "We text you.", "words": ["text"], "late": True},
    {"key": "2", "label": "How long", "then": "wait", "says": "A minute."},
]
UNTIL = [{"query": "state", "operator": "equals", "value": "done"}]


def test_each_key_that_leaves_has_a_port(visitor: Visitor) -> None:
    """The keys stand in the panel, each that leaves has a way out on the board, and no theme has a fault."""
    fields = {
        "while_waiting": KEYS,
        "soft_limit": 20,
        "soft_limit_line": "This takes longer. Press 1.",
        "later": {"type": "poll", "within": 300, "until": UNTIL},
        "when_caller_hangs_up": "go on",
    }
    found = opened(visitor, orders("keys", "https://api.test/", **fields))
    expect(visitor.exit(2, "key_1")).to_be_visible()
    expect(visitor.exit(2, "key_2")).to_have_count(0)
    expect(cell(found, "while_waiting[0].label").locator("input")).to_have_value("Text me")
    expect(cell(found, "soft_limit").locator("input")).to_have_value("20")
    expect(cell(found, "while_waiting[0].late").get_by_role("switch")).to_be_checked()
    expect(cell(found, "later.until[0].query").locator("input")).to_have_value("state")
    assert faults(visitor.page, ".panel") == []


def test_a_plain_web_call_shows_none_of_it(visitor: Visitor) -> None:
    """What few need is folded away."""
    found = opened(visitor, orders("plain", "https://api.test/"))
    for path in ("while_waiting", "soft_limit", "soft_limit_line", "later", "when_caller_hangs_up"):
        expect(cell(found, path)).to_have_count(0)


def weather(flow_id: str, api: str) -> dict[str, Any]:
    """Two look-ups that nobody has named, and who waits for both."""
    ask = {"type": "external_web_call", "timeout": 30}
    return document(
        flow_id,
        block(1, (0, 80), {"next": 2}, type="inbound_call", title="Main number"),
        block(2, (320, 80), {"started": 3}, url=f"{api}/city", start="go on", **ask),
        block(3, (640, 80), {"success": 4}, url=f"{api}/wind", **ask),
        block(4, (960, 80), {"success": 5, "failure": 5, "timeout": 5}, type="await", title="Both", hold_delay=0),
        block(5, (1280, 80), {"next": 6}, type="play_message", title="Tell", message="Thanks for waiting."),
        block(6, (1600, 80), type="end_call", title="Goodbye"),
    )


class Doors:
    """An API that keeps each answer until its own door is opened."""

    def __init__(self, api: Api) -> None:
        self.close()
        api.answer = self._answer

    def close(self) -> None:
        self.open = {path: threading.Event() for path in ("/city", "/wind")}

    def _answer(self, method: str, path: str) -> tuple[int, str, bytes]:
        self.open[path].wait(PATIENCE)
        return (200 if path == "/city" else 404), "application/json", b"{}"


def draws(visitor: Visitor) -> None:
    """The second request goes on as well: its wire follows. The wait is told what it waits for."""
    found = visitor.selects(3)
    found.get_by_text("While Waiting", exact=True).click()
    found.get_by_label("Once the request is sent").select_option(label="Go on at once, and read the answer later")
    expect(found.get_by_label("Started", exact=True)).to_have_value("4")
    expect(visitor.exit(3, "success")).to_have_count(0)
    found = visitor.selects(4)
    for number in (2, 3):
        found.locator(".toggles label").filter(has_text=f"{number} External Web Call").click()
    found.get_by_role("switch", name="Play Hold Music").check()
    blocks = lambda: visitor.server.blocks("await")  # noqa: E731
    until(lambda: blocks()[4]["action"].get("play_hold_music"), "the last change is saved")
    assert blocks()[3]["exits"] == {"started": 4}
    assert blocks()[4]["action"]["blocks"] == [2, 3]


def bar(page: Page, words: str) -> Any:
    return page.locator(".bars li").filter(has_text=words)


def span(page: Page, words: str) -> tuple[float, float]:
    """From where to where a bar goes, on the screen."""
    box = bar(page, words).locator(".track b").bounding_box()
    assert box
    return box["x"], box["x"] + box["width"]


def watches(page: Page, doors: Doors) -> None:
    """Both requests run; the second is answered first, and its bar ends within the other's."""
    page.get_by_role("tab", name="Requests").click()
    expect(bar(page, "at the same time as External Web Call 3").first).to_contain_text("and goes on")
    doors.open["/wind"].set()
    expect(bar(page, "404 Not Found")).to_contain_text("External Web Call 3")
    doors.open["/city"].set()
    expect(bar(page, "200 OK")).to_contain_text("External Web Call 2")
    (first, last), (begun, ended) = span(page, "200 OK"), span(page, "404")
    assert first <= begun < ended < last


def test_two_requests_at_once_and_an_await(visits: Visits, server: Server, api: Api, tmp_path: Path) -> None:
    """Drawn, tried and watched, then called on a real line: requests that run at the same time stand one above the
    other, on every screen and by the keyboard."""
    doors = Doors(api)
    visitor = visits(server)
    page = opens_phone(visitor, published(server, weather("await", api.url)))
    draws(visitor)
    page.get_by_role("button", name="Call", exact=True).click()
    expect(timeline(page, "Waits for the answers of External Web Call 2 and External Web Call 3")).to_be_visible()
    watches(page, doors)
    expect(bar(page, "Hold audio")).to_be_visible()
    expect(page.get_by_text("Call ended", exact=True)).to_be_visible()
    assert faults(page, ".phone") == []

    doors.close()
    server.ask("POST", "/api/flows/await/publish", {"note": ""}, **{"If-Match": "*"})
    caller = Caller(server, "+15550001234", sid="CAbars").rings()
    page = visitor.opens_board("/calls/CAbars")
    watches(page, doors)
    caller.waits_for("Thanks for waiting.").hangs_up()
    expect(page.get_by_role("region", name="What happened").get_by_text("Completed")).to_be_visible()
    expect(visitor.block(3).get_by_text("Started", exact=True)).to_be_visible()
    expect(visitor.exit(3, "success")).to_have_count(0)
    for width, height in (1600, 940), (640, 400), (390, 844):
        page.set_viewport_size({"width": width, "height": height})
        bar(page, "Waits for").scroll_into_view_if_needed()
        expect(bar(page, "Waits for")).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is cut off at the side"
        assert faults(page, ".trace-side") == []
        page.screenshot(path=tmp_path / f"bars-{width}.png")
    page.get_by_role("tab", name="Requests").press("Tab")
    page.keyboard.press("Tab")
    moment = page.get_by_role("slider", name="Moment of the call")
    last = moment.input_value()
    page.keyboard.press("Enter")
    assert int(moment.input_value()) < int(last), "the call is shown as it was when the request began"

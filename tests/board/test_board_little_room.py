"""The board where there is little room: a page twice as large, a tablet, a phone."""

from playwright.sync_api import Page, expect

from tests.board.axe import barriers
from tests.board.browser import Api, Server, Visits, books, until
from tests.board.caller import Caller
from tests.board.test_board_calls import orders, published

TWICE_AS_LARGE = {"width": 640, "height": 400}
"""What is left of 1280 × 800 when the page is twice as large."""


def clean(page: Page) -> None:
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is cut off at the side"


def test_a_flow_is_edited_on_a_page_twice_as_large(visits: Visits, server: Server) -> None:
    """The menu is folded, lies over the board while it is open, and folds when it was used; the panel has its room; all
    that publishes is there."""
    visitor = visits(server, viewport=TWICE_AS_LARGE)
    page = visitor.opens_board(server.flow(books("large")))
    page.get_by_role("button", name="Unfold the actions").click()
    page.get_by_label("Find an action").fill("text op")
    clean(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Unfold the actions")).to_be_visible()
    panel = page.get_by_role("complementary", name="Configuration")
    expect(panel).to_be_visible()
    edge = visitor.middle(panel)[0] - 180
    until(lambda: visitor.middle(visitor.block(9))[0] + 100 < edge, "the new block comes out from under the panel")
    panel.locator(".head-title").fill("Cut it")
    panel.locator(".head-title").press("Enter")
    until(lambda: server.blocks("large").get(9, {}).get("title") == "Cut it", "the name is saved")
    clean(page)
    page.get_by_role("button", name="Publish…").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Publish", exact=True)).to_be_in_viewport()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Test call").click()
    expect(page.get_by_role("complementary", name="Test call")).to_be_visible()
    expect(panel).to_be_hidden()


def test_a_trace_on_a_phone_leads_with_its_timeline(visits: Visits, server: Server, api: Api) -> None:
    """All of it comes before the way of the call."""
    api.json({"order": {"status": "out"}})
    published(server, orders("phone-trace", api.url))
    Caller(server, "+15550004001", sid="CAphone").rings().presses("1").waits_for("It is").hangs_up()
    page = visits(server, viewport={"width": 390, "height": 844}).opens("/calls/CAphone")
    rows = page.get_by_role("list", name="Timeline").get_by_role("listitem")
    expect(rows.first).to_be_in_viewport()
    [last, board] = [each.bounding_box() for each in (rows.last, page.locator(".trace-board"))]
    assert last
    assert board
    assert last["y"] + last["height"] <= board["y"]
    clean(page)

"""A board that is only to look at: everything on it can be read, and nothing changed."""

import urllib.error
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.board.axe import barriers
from tests.board.browser import Server, Visitor, Visits, books

FLOW = "harbor-books"


@pytest.fixture(scope="module")
def read_only(tmp_path_factory: pytest.TempPathFactory, built: None) -> Iterator[Server]:
    """Such a board, with something on it."""
    server = Server(tmp_path_factory.mktemp("read-only"))
    with server.up():
        server.flow(books(FLOW))
        server.ask("POST", f"/api/flows/{FLOW}/publish", {}, **{"If-Match": "*"})
        server.ask("PUT", "/api/numbers/+15550100100", {"flow": FLOW})
        server.ask("PUT", "/api/secrets/token", {"value": "otter", "hosts": ["api.example.com"]})
    server.settings["IVR_READ_ONLY"] = "yes"
    with server.up():
        yield server


def test_lists_can_only_be_read(read_only: Server, visits: Visits) -> None:
    """No new flow, nothing to add and nothing to take away."""
    visitor = visits(read_only)
    page = visitor.opens("/")
    page.locator("tbody tr").first.wait_for()
    expect(page.get_by_role("button", name="New flow")).to_have_count(0)
    expect(page.get_by_label("Import")).to_have_count(0)
    page.get_by_role("button", name="More for Harbor Books").click()
    expect(page.get_by_role("menuitem")).to_have_text(["Open", "Versions", "Export"])
    for path, more in (("/numbers", "More for"), ("/secrets", "More for"), ("/audio", "Delete")):
        visitor.opens(path)
        page.locator("tbody tr").first.wait_for()
        expect(page.get_by_role("button", name=more)).to_have_count(0)
        expect(page.get_by_role("button", name="Add")).to_have_count(0)
    with pytest.raises(urllib.error.HTTPError, match="403"):
        read_only.ask("POST", "/api/flows", {"name": "Another"})


def a_name_is_text(visitor: Visitor) -> None:
    """And the settings can be looked at."""
    page = visitor.page
    expect(page.locator("h1")).to_have_text("Harbor Books")
    expect(page.locator("h1 button")).to_have_count(0)
    page.keyboard.press("F2")
    expect(page.get_by_label("Name of the flow")).to_have_count(0)
    page.get_by_role("button", name="Settings of the flow").click()
    expect(page.locator(".flow-panel").get_by_label("Name")).to_have_attribute("readonly", "")
    page.keyboard.press("Escape")


def blocks_stay_where_they_are(visitor: Visitor) -> None:
    """Neither the mouse nor a key changes any."""
    page = visitor.page
    before = visitor.server.blocks(FLOW)
    x, y = visitor.middle(visitor.block(2))
    visitor.drags((x, y), (x + 120, y + 90))
    visitor.block(2).focus()
    for key in ["Delete", "ArrowDown", "F2", "Control+d", "n"]:
        page.keyboard.press(key)
    expect(page.locator(".block")).to_have_count(8)
    expect(page.locator(".note")).to_have_count(0)
    assert visitor.server.blocks(FLOW) == before


def fields_are_to_look_at(visitor: Visitor) -> None:
    """Everything can be read in the panel, and nothing changed."""
    found = visitor.selects(3)
    expect(found.locator("[data-path='url'] textarea")).to_have_attribute("readonly", "")
    expect(found.locator("[data-path='method'] select")).to_be_disabled()
    expect(found.locator(".exits select").first).to_be_disabled()
    expect(found.get_by_role("button", name="Delete")).to_have_count(0)
    expect(found.locator(".variables .variable").filter(has_text="$ANI").first).to_be_disabled()
    found = visitor.selects(4)
    expect(found.get_by_label("Name of the block")).to_have_value("Read the status")
    expect(found.locator("textarea:not([readonly]):not([disabled])")).to_have_count(0)


def test_a_board_can_only_be_looked_at(read_only: Server, visits: Visits) -> None:
    """No actions, no publishing, no dragging, no keys that change anything, no fields to type in; the test call
    stays."""
    visitor = visits(read_only)
    page = visitor.opens_board(f"/flows/{FLOW}")
    expect(page.get_by_text("Read-only")).to_be_visible()
    expect(page.get_by_role("navigation", name="Actions")).to_have_count(0)
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    a_name_is_text(visitor)
    blocks_stay_where_they_are(visitor)
    fields_are_to_look_at(visitor)
    expect(page.get_by_role("button", name="Test call")).to_be_enabled()
    assert barriers(page) == []

"""Drafts save themselves, outlive a server that goes away, and never overwrite somebody else's work unasked."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.board.browser import Server, Visitor, block, document, until


def short(flow_id: str) -> dict[str, Any]:
    return document(
        flow_id,
        block(1, (80, 160), {"next": 2}, type="inbound_call", title="Main number"),
        block(2, (400, 160), type="end_call", title="Goodbye"),
    )


def rename(visitor: Visitor, number: int, title: str) -> None:
    visitor.block(number).click()
    visitor.block(number).focus()
    visitor.page.keyboard.press("F2")
    visitor.page.keyboard.type(title)
    visitor.page.keyboard.press("Enter")


def title(server: Server, flow_id: str, number: int) -> str:
    found: str = server.blocks(flow_id)[number]["title"]
    return found


def test_a_change_is_saved_by_itself(server: Server, visitor: Visitor) -> None:
    """Autosave: what was typed is on the server a moment later, and there after a reload; undo still works then."""
    page = visitor.opens_board(server.flow(short("kept")))
    rename(visitor, 2, "So long")
    until(lambda: title(server, "kept", 2) == "So long", "it is saved")
    visitor.saved()
    page.keyboard.press("Control+z")
    until(lambda: title(server, "kept", 2) == "Goodbye", "undo is saved too")
    visitor.saved()
    page.reload()
    expect(visitor.block(2).locator("strong")).to_have_text("Goodbye")


def test_a_server_that_goes_away_loses_nothing(own_server: Server, visits: Any) -> None:
    """Kill the server in the middle of an edit: a strip says so, edits go on, and are saved when it is back."""
    visitor: Visitor = visits(own_server)
    visitor.expected.append(r"net::ERR_\w+|WebSocket")
    page = visitor.opens_board(own_server.flow(short("outlived")))
    visitor.block(1).click()
    expect(page.get_by_role("complementary", name="Configuration").get_by_text("ICALL_1")).to_be_visible()
    own_server.stop(at_once=True)
    rename(visitor, 2, "While you were away")
    strip = page.get_by_text("Not connected. Your changes are kept here")
    expect(strip).to_be_visible()
    rename(visitor, 1, "Still here")
    own_server.start()
    expect(strip).to_have_count(0, timeout=30_000)
    visitor.saved()
    assert title(own_server, "outlived", 2) == "While you were away"
    assert title(own_server, "outlived", 1) == "Still here"


@pytest.fixture
def two(server: Server, visits: Any, request: pytest.FixtureRequest) -> tuple[Visitor, Visitor]:
    """Two people at the same flow; the first has saved something that the second has not seen, and did the same."""
    flow_id = f"shared-{request.node.callspec.id if hasattr(request.node, 'callspec') else 'any'}"
    path = server.flow(short(flow_id))
    first, second = visits(server), visits(server)
    second.expected.append("412")
    for each in (first, second):
        each.opens_board(path)
    rename(first, 2, "From the first")
    until(lambda: title(server, flow_id, 2) == "From the first", "the first is saved")
    rename(second, 1, "From the second")
    expect(second.page.get_by_text("This flow was saved elsewhere since.")).to_be_visible()
    return first, second


def names(page: Page) -> list[str]:
    return [page.locator(f".react-flow__node[data-id='{number}'] strong").inner_text() for number in (1, 2)]


@pytest.mark.parametrize("choice", [pytest.param("mine", marks=pytest.mark.slow), "theirs"])
def test_one_of_two_drafts_is_kept(server: Server, two: tuple[Visitor, Visitor], choice: str) -> None:
    """Conflict: see what differs, then keep one's own or take the other's; undo brings back what was given up."""
    page = two[1].page
    flow_id = page.url.rsplit("/", 1)[1]
    page.get_by_role("button", name="See changes").click()
    expect(page.get_by_role("dialog").get_by_role("listitem")).to_have_count(2)
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    assert server.blocks(flow_id)[1]["title"] == "Main number", "nothing was overwritten"
    page.get_by_role("button", name="Keep mine" if choice == "mine" else "Take theirs").click()
    expect(page.get_by_text("This flow was saved elsewhere")).to_have_count(0)
    kept = ["From the second", "Goodbye"] if choice == "mine" else ["Main number", "From the first"]
    expect(page.locator(".block strong")).to_have_text(kept)
    until(lambda: [title(server, flow_id, number) for number in (1, 2)] == kept, "that one is saved")
    if choice == "theirs":
        page.locator("#main").focus()
        page.keyboard.press("Control+z")
        until(lambda: title(server, flow_id, 1) == "From the second", "one's own is back")

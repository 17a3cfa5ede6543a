"""Publishing, and what was published: looking at it, comparing, going back."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.board.browser import Server, Visitor, block, document, until


def greets(flow_id: str, words: str = "Hello.") -> dict[str, Any]:
    return document(
        flow_id,
        block(1, (80, 160), {"next": 2}, type="inbound_call", title="Main number"),
        block(2, (400, 160), {"next": 3}, type="play_message", title="Greeting", message=words),
        block(3, (720, 160), type="end_call", title="Goodbye"),
    )


def live(server: Server, flow_id: str) -> int | None:
    """The number of the version that new calls get."""
    rows = server.ask("GET", f"/api/flows/{flow_id}/revisions")
    return next((row["number"] for row in rows if row["live"]), None)


def publishes(page: Page, note: str) -> None:
    page.get_by_role("button", name="Publish…").click()
    dialog = page.get_by_role("dialog", name="Publish")
    dialog.get_by_label("Note").fill(note)
    dialog.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("dialog", name="is live").get_by_role("button", name="Back to the board").click()


def says(visitor: Visitor, words: str) -> None:
    """Types another greeting."""
    visitor.in_view(2).locator(".tile").first.click()
    visitor.page.locator("aside.side").get_by_role("textbox", name="Message").fill(words)
    visitor.page.keyboard.press("Escape")
    visitor.saved()


def test_publish_change_compare_restore_and_roll_back(server: Server, visitor: Visitor) -> None:
    """Publish, change, compare, restore, roll back: each does what it says, and only that."""
    page = visitor.opens_board(server.flow(greets("history-of-one")))
    page.get_by_role("button", name="Publish…").click()
    dialog = page.get_by_role("dialog", name="Publish")
    expect(dialog).to_contain_text("This is the first version")
    expect(dialog).to_contain_text("Calls that are under way stay on the version they began with.")
    page.keyboard.press("Escape")
    publishes(page, "As agreed")
    assert live(server, "history-of-one") == 1

    says(visitor, "Good evening.")
    page.get_by_role("button", name="Publish…").click()
    expect(dialog.locator(".differences li")).to_contain_text(["Message “Hello.” → “Good evening.”"])
    page.keyboard.press("Escape")
    publishes(page, "Evening words")
    assert live(server, "history-of-one") == 2

    page.goto(f"{server.url}/flows/history-of-one/versions")
    versions = page.locator(".version")
    expect(versions).to_contain_text(["Draft", "Version 2", "Version 1"])
    expect(versions.nth(1)).to_contain_text("Live")
    expect(versions.nth(1)).to_contain_text("Evening words")
    expect(versions.nth(2)).to_contain_text("As agreed")
    expect(page.locator(".react-flow__node-block[data-id='2']")).to_contain_text("Good evening.")
    page.get_by_label("Compare with").select_option("1")
    expect(page.locator(".differences li")).to_contain_text(["Message “Hello.” → “Good evening.”"])
    expect(page.locator(".block.changed")).to_have_count(1)
    expect(page).to_have_url(f"{server.url}/flows/history-of-one/versions?version=2&with=1")

    page.get_by_role("button", name="More for version 1").click()
    page.get_by_role("menuitem", name="Roll back to this").click()
    page.get_by_role("dialog").get_by_role("button", name="Roll back").click()
    expect(versions.nth(2)).to_contain_text("Live")
    assert live(server, "history-of-one") == 1
    assert server.blocks("history-of-one")[2]["action"]["message"] == "Good evening."

    page.get_by_role("button", name="More for version 1").click()
    page.get_by_role("menuitem", name="Restore as draft").click()
    page.get_by_role("dialog").get_by_role("button", name="Restore as draft").click()
    expect(visitor.block(2)).to_contain_text("Hello.")
    assert server.blocks("history-of-one")[2]["action"]["message"] == "Hello."
    assert live(server, "history-of-one") == 1


def test_a_flow_that_no_number_leads_to_says_so(server: Server, visitor: Visitor) -> None:
    """Publish: the first version tells which numbers it answers, or that nobody can call it yet."""
    page = visitor.opens_board(server.flow(greets("unreached")))
    page.get_by_role("button", name="Publish…").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    live_now = page.get_by_role("dialog", name="Version 1 is live")
    expect(live_now).to_contain_text("No number leads to this flow yet")
    live_now.get_by_role("link", name="Numbers").click()
    expect(page).to_have_url(f"{server.url}/numbers")

    server.flow(greets("reached"))
    server.ask("PUT", "/api/numbers/+15550199300", {"flow": "reached"})
    visitor.opens_board("/flows/reached")
    page.get_by_role("button", name="Publish…").click()
    expect(page.get_by_role("dialog")).to_contain_text("from now on it answers +15550199300")


def test_comparing_shows_what_came_and_what_went(server: Server, visitor: Visitor) -> None:
    """Compare: blocks that are gone are drawn too; a line of the words leads to its block."""
    path = server.flow(greets("came-and-went"))
    server.ask("POST", "/api/flows/came-and-went/publish", {"note": "one"}, **{"If-Match": "*"})
    later = greets("came-and-went")
    later["blocks"][1] = block(4, (400, 160), {"next": 3}, type="play_message", title="Jingle", message="Ding.")
    later["blocks"][0]["exits"] = {"next": 4}
    later["last_number"] = 4
    server.ask("PUT", "/api/flows/came-and-went/draft", later, **{"If-Match": "*"})
    page = visitor.opens(f"{path}/versions?version=draft&with=1")
    expect(page.locator(".react-flow__node-block")).to_have_count(4)
    kinds = page.locator(".differences li")
    expect(kinds).to_contain_text(["Main number", "Jingle (block 4): added", "Greeting (block 2): removed"])
    page.get_by_role("button", name="Greeting (block 2): removed").click()
    expect(visitor.block(2)).to_have_class(re.compile(r"\bselected\b"))


def test_errors_keep_a_flow_from_going_live(server: Server, visitor: Visitor) -> None:
    """Publish: errors are listed with their blocks and block it; a click leads to the field."""
    page = visitor.opens_board(server.flow(greets("with-a-mistake", "")))
    page.get_by_role("button", name="Publish…").click()
    dialog = page.get_by_role("dialog", name="Publish")
    wrong = dialog.locator(".found.bad")
    expect(wrong).to_contain_text("1 error to mend before this can go live")
    expect(dialog.get_by_role("button", name="Publish", exact=True)).to_be_disabled()
    wrong.get_by_role("button", name="Greeting").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("aside.side").get_by_role("textbox", name="Message")).to_be_focused()
    assert live(server, "with-a-mistake") is None


def test_what_is_live_already_is_not_published_again(server: Server, visitor: Visitor) -> None:
    """Publish: where the draft is what is live, it says so."""
    path = server.flow(greets("the-same"))
    server.ask("POST", "/api/flows/the-same/publish", {}, **{"If-Match": "*"})
    page = visitor.opens_board(path)
    page.get_by_role("button", name="Publish…").click()
    dialog = page.get_by_role("dialog", name="Publish")
    expect(dialog).to_contain_text("there is nothing to publish")
    expect(dialog.get_by_role("button", name="Publish", exact=True)).to_be_disabled()


def test_a_draft_that_moved_on_is_not_published_unseen(server: Server, visitor: Visitor) -> None:
    """Publish: what somebody else saved while the dialog was open does not go live unseen."""
    visitor.expected = ["412"]
    page = visitor.opens_board(server.flow(greets("moved-on")))
    page.get_by_role("button", name="Publish…").click()
    dialog = page.get_by_role("dialog", name="Publish")
    expect(dialog).to_contain_text("This is the first version")
    server.ask("PUT", "/api/flows/moved-on/draft", greets("moved-on", "Something else."), **{"If-Match": "*"})
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(dialog.get_by_role("alert")).to_be_visible()
    assert live(server, "moved-on") is None
    until(lambda: server.blocks("moved-on")[2]["action"]["message"] == "Something else.", "theirs is kept")

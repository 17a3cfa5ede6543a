"""Help: the documentation on the board, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ivr.actions import BUILT_IN
from ivr.docs.pages import pages
from ivr.docs.render import render
from tests.board.browser import Server, Visitor, Visits, books
from tests.board.tiers import some

TOPICS = Path(__file__).parents[2] / "ivr/board/ui/src/frame/topics.ts"
SCREENS = {
    "/": "flow-files#drafts-and-revisions",
    "/calls": "troubleshooting",
    "/numbers": "a-real-number#3-bring-a-flow-in",
    "/secrets": "external-web-call#secrets",
    "/audio": "what-the-caller-hears#hold-audio",
}


def opened(page: Page, name: str) -> Page:
    """The tab that a question mark opens."""
    with page.context.expect_page() as found:
        page.get_by_role("link", name=name, exact=True).click()
    found.value.locator("article h1").wait_for()
    return found.value


def at_top(page: Page, place: str) -> None:
    """Wait until this part of the page is near the top; or in view, where the page ends before that."""
    page.wait_for_function(
        """(id) => {
          const top = document.getElementById(id)?.getBoundingClientRect().top ?? -1;
          const scroller = document.querySelector(".scroll");
          const ended = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 2;
          return top > 0 && (top < 200 || (ended && top < innerHeight));
        }""",
        arg=place,
    )


def test_every_topic_is_a_place_in_the_documentation() -> None:
    places = {page.name: {each.anchor for each in render(page).sections} for page in pages()}
    topics = re.findall(r'^  \w+: "([^"]+)",$', TOPICS.read_text("utf-8"), re.MULTILINE)
    topics += re.findall(r'external_web_call: "([^"]+)"', TOPICS.read_text("utf-8"))
    assert len(topics) > 10
    for topic in topics:
        page, _, anchor = topic.partition("#")
        assert page in places, topic
        assert not anchor or anchor in places[page], topic
    for action in BUILT_IN:
        assert action.card.title.lower().replace(" ", "-") in places["actions"], action


@pytest.mark.parametrize("path", some(SCREENS, "/", "/secrets"))
def test_every_screen_has_a_question_mark_that_opens_its_page(visitor: Visitor, path: str) -> None:
    help_page = opened(visitor.opens(path), "Help")
    expect(help_page).to_have_url(f"{visitor.server.url}/help/{SCREENS[path]}")
    if "#" in SCREENS[path]:
        at_top(help_page, SCREENS[path].partition("#")[2])


def test_a_block_opens_its_own_page(visitor: Visitor, server: Server) -> None:
    page = visitor.opens_board(server.flow(books("helped")))
    visitor.block(3).click()
    help_page = opened(page, "Help: External Web Call")
    expect(help_page.locator("h1")).to_have_text("The External Web Call")
    help_page.close()
    page.bring_to_front()  # a tab in the background draws no frames, and a click waits for some
    visitor.in_view(5).click()
    at_top(opened(page, "Help: Send SMS"), "send-sms")


def test_pages_are_found_read_and_left_without_loading_anew(visitor: Visitor) -> None:
    page = visitor.opens("/help")
    expect(page.locator("article h1")).to_have_text("Start here")
    page.evaluate("window.kept = true")
    page.get_by_label("Search the documentation").fill("idempotency-key")
    page.locator(".help-hits a", has_text="Start a flow from another system").click()
    at_top(page, "start-a-flow-from-another-system")
    expect(page).to_have_title("The API · Help")
    page.locator("article a", has_text="Inbound API").first.click()
    at_top(page, "inbound-api")
    expect(page.locator("article h1")).to_have_text("Actions")
    page.get_by_role("navigation", name="On this page").get_by_role("link", name="Switch").click()
    at_top(page, "switch")
    page.get_by_label("Search the documentation").fill("")
    page.get_by_role("navigation", name="Documentation").get_by_role("link", name="Causes").click()
    expect(page.locator("article h1")).to_have_text("Causes")
    page.go_back()
    expect(page.locator("article h1")).to_have_text("Actions")
    assert page.evaluate("window.kept")
    assert page.get_by_role("link", name="Help", exact=True).count() == 0


def test_a_page_that_is_not_there_leads_back(visitor: Visitor) -> None:
    visitor.expected.append("404")
    page = visitor.opens("/help/nothing")
    expect(page.locator("#main")).to_contain_text("There is no such page in the documentation.")
    page.get_by_role("link", name="Start of the documentation").click()
    expect(page.locator("article h1")).to_have_text("Start here")


def test_the_first_page_does_not_load_the_documentation(visits: Visits, server: Server) -> None:
    visitor = visits(server)
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.opens("/").locator("h1").wait_for()
    assert asked
    assert not [url for url in asked if "/api/help" in url or "/Help-" in url]
    visitor.opens("/help")
    assert [url for url in asked if "/Help-" in url]

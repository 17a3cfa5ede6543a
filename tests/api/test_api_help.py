"""The documentation as the board gets it."""

import re
from html.parser import HTMLParser

import msgspec
import pytest

from ivr.docs.pages import NAMES, Page
from ivr.docs.render import render
from ivr.web.api.help import HelpIndex, HelpPage
from tests.api.board import Browser, Served, lock

ALLOWED = {
    *("h1", "h2", "h3", "p", "ul", "ol", "li", "a", "span", "strong", "em", "code", "pre", "br", "hr", "blockquote"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
"""What pages are made of. No scripts, no styles, no pictures from elsewhere."""


class Reader(HTMLParser):
    """Collects what a page is made of, where it leads, and the ids in it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.ids += [value or "" for name, value in attrs if name == "id"]


async def page(board: Browser, name: str) -> tuple[HelpPage, Reader]:
    answer = await board.get(f"/api/help/{name}")
    assert answer.status == 200
    found = msgspec.json.decode(answer.body, type=HelpPage)
    reader = Reader()
    reader.feed(found.html)
    return found, reader


async def test_every_page_is_there_and_harmless(board: Browser) -> None:
    index = msgspec.json.decode((await board.get("/api/help")).body, type=HelpIndex)
    assert [each.name for each in index.pages] == list(NAMES)
    places: dict[str, list[str]] = {}
    links: list[str] = []
    for name in NAMES:
        found, reader = await page(board, name)
        assert reader.tags <= ALLOWED
        assert reader.attributes <= {"href", "id", "tabindex", "target", "rel", "style"}
        assert len(set(reader.ids)) == len(reader.ids)
        assert [each.anchor for each in index.sections if each.page == name] == reader.ids
        assert {each.anchor for each in found.headings} <= set(reader.ids)
        places[f"/help/{name}"] = reader.ids
        links += [f"/help/{name}{link}" if link.startswith("#") else link for link in reader.links]
    inside = [link for link in links if not link.startswith("https://")]
    assert len(inside) > 100
    for link in inside:
        path, _, anchor = link.partition("#")
        assert path in places, link
        assert not anchor or anchor in places[path], link


async def test_what_is_searched_has_no_marks_of_markdown(board: Browser) -> None:
    index = msgspec.json.decode((await board.get("/api/help")).body, type=HelpIndex)
    found = {(each.page, each.anchor): each.text for each in index.sections}
    assert "Seconds to wait for the whole answer" in found["actions", "external-web-call"]
    assert not [text for text in found.values() if re.search(r"\]\(|<!--", text)]


@pytest.mark.parametrize("name", ["nothing", "..%2Fpages", "%2e%2e", "start.md", "x" * 500])
async def test_a_page_that_is_not_there(board: Browser, name: str) -> None:
    answer = await board.get(f"/api/help/{name}")
    assert answer.status == 404


async def test_strangers_do_not_read_it(server: Served) -> None:
    """With a password it takes a session, as everything on the private listener does."""
    await lock(server.store)
    browser = await server.browser()
    for path in ("/api/help", "/api/help/start", "/api/help/nothing"):
        assert (await browser.get(path)).status == 401
    assert (await browser.sign_in()).status == 200
    assert (await browser.get("/api/help/start")).status == 200


def test_html_in_a_page_is_text() -> None:
    made = render(Page("x", "x", "X", "# X\n\n<script>alert(1)</script>\n\n[a](javascript:alert(1)) <!-- gone -->\n"))
    assert "<script" not in made.html
    assert "&lt;script&gt;" in made.html
    assert "href" not in made.html
    assert "gone" not in made.html

"""The documentation, for the board's Help: it comes from the installed package, so that it also works offline."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from aiohttp import web
from msgspec import Struct

from ivr.docs.pages import Page, pages
from ivr.web.api.context import Context
from ivr.web.problem import Refused
from ivr.web.route import Route, ok

if TYPE_CHECKING:
    from ivr.docs.render import Rendered


class HelpRow(Struct, frozen=True):
    """A page in the list of pages."""

    name: str
    group: str
    title: str


class HelpSection(Struct, frozen=True):
    """A part of a page, for the search: its heading, the id of that, and its words."""

    page: str
    anchor: str
    title: str
    text: str


class HelpIndex(Struct, frozen=True):
    """Every page in reading order, and every section of them."""

    pages: list[HelpRow]
    sections: list[HelpSection]


class HelpHeading(Struct, frozen=True):
    """A heading of a page, of level 2 or 3."""

    anchor: str
    title: str
    level: int


class HelpPage(Struct, frozen=True):
    """A page as HTML that the server made of its own Markdown, with its headings."""

    name: str
    title: str
    html: str
    headings: list[HelpHeading]


def routes(context: Context) -> Sequence[Route]:
    """The list of pages with what the search needs, and one page. They are the same for every server."""

    async def index(_: web.Request) -> web.Response:
        return _packed(ok(await asyncio.to_thread(_index)))

    async def show(request: web.Request) -> web.Response:
        page = next((each for each in pages() if each.name == request.match_info["page"]), None)
        if page is None:
            raise Refused(404, "There is no such page in the documentation.")
        made = await asyncio.to_thread(_rendered, page)
        headings = [HelpHeading(each.anchor, each.title, each.level) for each in made.sections if each.level in {2, 3}]
        return _packed(ok(HelpPage(page.name, page.title, made.html, headings)))

    return (
        Route(
            method="GET",
            role="viewer",
            path="/api/help",
            summary="The pages of the documentation, and their sections for a search",
            handle=index,
            answer=HelpIndex,
        ),
        Route(
            method="GET",
            role="viewer",
            path="/api/help/{page}",
            summary="A page of the documentation as HTML",
            handle=show,
            answer=HelpPage,
            errors={404: "There is no such page."},
        ),
    )


def _index() -> HelpIndex:
    rows = [HelpRow(each.name, each.group, each.title) for each in pages()]
    sections = [
        HelpSection(page.name, each.anchor, each.title, each.text)
        for page in pages()
        for each in _rendered(page).sections
    ]
    return HelpIndex(rows, sections)


def _rendered(page: Page) -> "Rendered":
    """Made once, in a thread: all pages take half a second, and the event loop serves callers meanwhile."""
    from ivr.docs.render import render  # noqa: PLC0415 - many a server never shows one

    return render(page)


def _packed(response: web.Response) -> web.Response:
    response.enable_compression()
    return response

"""Pages as HTML for the board, and their sections for its search. The one place that knows the Markdown library.

HTML inside of a page is never passed on: the library escapes it, and comments are taken out before.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec import Struct

from ivr.docs.pages import NAMES, Page

HELP = "/help/"
"""Where the board shows pages."""
_comment = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_page = re.compile(r"(?P<name>[a-z0-9-]+)\.md(?P<anchor>#[\w-]*)?")
_no_anchor = re.compile(r"[^\w\- ]")


class Section(Struct, frozen=True):
    """A heading of a page, and the words below it up to the next one. `level` is 1 for the page's title."""

    anchor: str
    title: str
    level: int
    text: str


class Rendered(Struct, frozen=True):
    """A page as HTML, and its sections in order."""

    html: str
    sections: tuple[Section, ...]


@cache
def render(page: Page) -> Rendered:
    """Make the HTML of a page. Headings have the ids that forges give them; links to pages lead to the board's Help.

    A link to a file of the source, which the board does not have, becomes plain text.
    """
    library = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = library.parse(_comment.sub("", page.text))
    sections = tuple(_sections(tokens))
    anchors = iter(sections)
    for token in tokens:
        if token.type == "heading_open":
            token.attrSet("id", next(anchors).anchor)
        elif token.type == "fence":
            # A long line scrolls sideways, and the keyboard must get there too.
            token.attrSet("tabindex", "0")
        _lead_links(token.children or [])
    library.add_render_rule("fence", _fence)
    return Rendered(str(library.renderer.render(tokens, library.options, {})), sections)


def anchor_of(title: str) -> str:
    """The id of a heading, as forges make it: small letters, hyphens for blanks, no punctuation."""
    return _no_anchor.sub("", title.lower()).replace(" ", "-")


def _sections(tokens: Sequence[Token]) -> Iterator[Section]:
    """Split a page at its headings. A heading that comes twice on a page gets a number, as forges give it."""
    seen: dict[str, int] = {}
    starts = [index for index, token in enumerate(tokens) if token.type == "heading_open"]
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        title = _words(tokens[start + 1])
        anchor = anchor_of(title)
        count = seen.get(anchor, 0)
        seen[anchor] = count + 1
        below = " ".join(_words(token) for token in tokens[start + 3 : end])
        level = int(tokens[start].tag[1:])
        yield Section(f"{anchor}-{count}" if count else anchor, title, level, " ".join(below.split()))


def _words(token: Token) -> str:
    if token.type == "fence":
        return token.content
    parts = (" " if each.type.endswith("break") else each.content for each in token.children or ())
    return "".join(parts)


def _lead_links(tokens: Sequence[Token]) -> None:
    """Let every link lead somewhere that the board has."""
    opened: list[Token] = []
    for token in tokens:
        if token.type == "link_open":
            opened.append(token)
            _lead(token)
        elif token.type == "link_close":
            token.tag = opened.pop().tag


def _lead(link: Token) -> None:
    href = str(link.attrGet("href") or "")
    if href.startswith("#"):
        return
    if href.startswith("https://"):
        link.attrSet("target", "_blank")
        link.attrSet("rel", "noreferrer")
        return
    found = _page.fullmatch(href)
    if found and found["name"] in NAMES:
        link.attrSet("href", f"{HELP}{found['name']}{found['anchor'] or ''}")
    else:
        link.tag, link.attrs = "span", {}


def _fence(_: object, tokens: Sequence[Token], index: int, *__: object) -> str:
    text = tokens[index].content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<pre tabindex="0"><code>{text}</code></pre>\n'

"""The board's page and what belongs to it, for the private listener."""

import asyncio
import logging
from functools import cache
from pathlib import Path

from aiohttp import web

from ivr.board.build import HERE, state
from ivr.language import Setting, spoken

log = logging.getLogger(__name__)

FOR_EVER = "public, max-age=31536000, immutable"
"""A year, for what is named by its content."""
POLICY = "; ".join(
    (
        "default-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # the canvas places blocks with style attributes
        "img-src 'self' data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
GUARDED = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
PAGE = {**GUARDED, "Content-Security-Policy": POLICY, "Cache-Control": "no-cache", "Vary": "Accept-Language"}
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".md": "text/plain; charset=utf-8",
}
"""Set here, since operating systems differ about the type of .js."""
PAGES = {"en": "index.html", "de": "index.de.html"}
"""The one page by its language."""
NO_PAGES = ("/api/", "/assets/")
NOT_BUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>The board is not built</title>
<style>
body { max-width: 34em; margin: 12vh auto; padding: 0 24px; font: 16px/1.5 system-ui, sans-serif }
code { padding: 2px 6px; border: 1px solid; border-radius: 5px }
</style>
<h1>The board is not built</h1>
<p>The server runs and answers calls, but this installation came without the pages of the board.</p>
<p>Run <code>python -m ivr.board.build</code> in a checkout, or install the package again without
<code>IVR_BOARD=skip</code>. Then load this page anew.</p>
</html>
"""


def routes(here: Path = HERE, language: Setting = "auto") -> list[web.RouteDef]:
    """The page at every path that nothing else answers, so add these last; its assets; an icon; the licences.

    `here` is the folder that holds static/. Without a built page, every page is a 503 that says what to run. `language`
    is the one of the page, or "auto" for the one that the browser prefers.
    """
    _warn(here)
    static = here / "static"

    async def page(request: web.Request) -> web.StreamResponse:
        accepted = request.headers.get("Accept-Language", "")
        return await _page(static / PAGES[spoken(language, accepted)], request)

    async def asset(request: web.Request) -> web.StreamResponse:
        return await _file(static / "assets" / request.match_info["name"], FOR_EVER)

    async def beside(request: web.Request) -> web.StreamResponse:
        return await _file(static / request.path[1:], "no-cache")

    return [
        web.get("/assets/{name:[A-Za-z0-9_-][A-Za-z0-9_.-]*}", asset),
        web.get("/favicon.svg", beside),
        web.get("/THIRD-PARTY-LICENSES.md", beside),
        web.get("/{path:.*}", page),
    ]


async def _page(index: Path, request: web.Request) -> web.StreamResponse:
    """The one page, whose script draws what the path names."""
    if request.path.startswith(NO_PAGES) or not _reads_html(request):
        raise web.HTTPNotFound(text="There is nothing here.", headers=GUARDED)
    if not await asyncio.to_thread(index.is_file):
        return web.Response(status=503, text=NOT_BUILT, content_type="text/html", headers=PAGE)
    return web.FileResponse(index, headers={**PAGE, "Content-Type": "text/html; charset=utf-8"})


def _reads_html(request: web.Request) -> bool:
    return request.path == "/" or "text/html" in request.headers.get("Accept", "")


async def _file(path: Path, caching: str) -> web.StreamResponse:
    """A file as it is, or packed if it lies there packed and the browser takes it so."""
    if not await asyncio.to_thread(path.is_file):
        raise web.HTTPNotFound(text="There is nothing here.", headers={**GUARDED, "Cache-Control": "no-store"})
    kind = TYPES.get(path.suffix, "application/octet-stream")
    return web.FileResponse(path, headers={**GUARDED, "Content-Type": kind, "Cache-Control": caching})


_state = cache(state)
"""Looked at once for the process: it reads all sources of the page."""


def _warn(here: Path) -> None:
    found = _state(here)
    if found != "fresh":
        log.warning("the board's page is %s: python -m ivr.board.build makes it anew", found)

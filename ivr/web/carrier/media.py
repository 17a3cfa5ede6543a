"""Audio for the carrier: fetched once, then kept by its proxies."""

import logging
from pathlib import Path

from aiohttp import web

from ivr.sound.library import Library
from ivr.store import StoreError
from ivr.web.sparing import Sparing

log = logging.getLogger(__name__)

FOR_EVER = "public, max-age=31536000, immutable"
"""A year, for what is named by its content."""
FOR_A_DAY = "public, max-age=86400"
"""For what a newer version of us may change: clips that come with us, by their plain names."""


def routes(library: Library) -> list[web.RouteDef]:
    sparing = Sparing(log)

    async def audio(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        found = await _find(library, name, sparing)
        if found is None:
            raise web.HTTPNotFound(text="There is no such clip.")
        caching = FOR_A_DAY if name in library.shipped else FOR_EVER
        headers = {"Content-Type": "audio/wav", "Cache-Control": caching}
        if isinstance(found, bytes):
            return web.Response(body=found, headers=headers)
        return web.FileResponse(found, headers=headers)

    return [web.get("/audio/{name}", audio)]


async def _find(library: Library, name: str, sparing: Sparing) -> Path | bytes | None:
    """The clip's file, or what would be in it."""
    try:
        try:
            return await library.path(name)
        except OSError as error:
            sparing.error("a clip could not be written, so it is served from the store: %s", error)
            return await library.content(name)
    except (StoreError, OSError) as error:
        sparing.error("a clip could not be read: %s", error)
        raise web.HTTPServiceUnavailable(text="The clip can't be read now.", headers={"Retry-After": "1"}) from None

"""Audio for the carrier: fetched once, then kept by its proxies."""

from aiohttp import web

from ivr.sound.library import Library


def routes(library: Library) -> list[web.RouteDef]:
    async def audio(request: web.Request) -> web.StreamResponse:
        path = library.path(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound(text="There is no such clip.")
        return web.FileResponse(path, headers={"Content-Type": "audio/wav", "Cache-Control": "public, max-age=86400"})

    return [web.get("/audio/{name}", audio)]


async def healthz(_: web.Request) -> web.Response:
    """A sign of life."""
    return web.Response(text="ok\n")

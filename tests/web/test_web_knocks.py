"""A knock as the carrier gets it: the page it asks for says that it is asked for because of a knock."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from ivr.web.server import bind, listen, port_of
from tests.web.listener import listener, made_of


async def test_a_caller_who_comes_before_the_knock_is_asked_only_when_it_cuts_nothing(tmp_path: Path) -> None:
    ends, knocked, let_go = asyncio.Event(), asyncio.Queue[str](), asyncio.Event()

    async def api(request: web.Request) -> web.Response:
        await ends.wait()
        return web.json_response({})

    async def update(request: web.Request) -> web.Response:
        knocked.put_nowait(str((await request.post())["Url"]))
        await let_go.wait()
        return web.json_response({"sid": "CA1"})

    sock = bind("127.0.0.1", 0)
    there = f"http://127.0.0.1:{port_of(sock)}"
    flow = made_of(
        {"type": "external_web_call", "url": f"{there}/slow", "timeout": 60, "play_hold_music": True},
        {"type": "collect_digits", "prompt": "Your number?"},
        {"type": "end_call"},
    )
    routes = [web.get("/slow", api), web.post("/2010-04-01/{path:.*}", update)]
    async with listen(sock, routes), listener(tmp_path, flow, TWILIO_API_URL=there) as line:
        held = await line.carrier.post("/voice/answer")
        assert held.verbs == ["Play", "Redirect"]
        ends.set()
        page = urlsplit(await knocked.get())
        alone = await line.carrier.post(line.carrier.way_back(held))
        assert alone.verbs == ["Pause", "Redirect"]
        assert line.carrier.way_back(alone) == page.path
        brought = await line.carrier.post(f"{page.path}?{page.query}")
        assert "Gather" in brought.verbs
        let_go.set()

"""A small appointments API, as slow and as broken as the demo wants it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from aiohttp import web

APPOINTMENT = {"DateText": "Tuesday, March 3 at 2:30 PM", "doctor": {"name": "Doctor Okafor"}, "id": 4711}


class Api(NamedTuple):
    """How the API behaves: seconds until it answers, and the status of its answers."""

    delay: float = 3.0
    status: int = 200


@asynccontextmanager
async def appointments(sock: socket.socket, api: Api) -> AsyncIterator[None]:
    """Serve `GET /appointments?phone=…` on a bound socket."""

    async def answer(request: web.Request) -> web.Response:
        await asyncio.sleep(api.delay)
        if api.status >= 400:
            return web.json_response({"error": "the calendar is not available"}, status=api.status)
        return web.json_response({**APPOINTMENT, "phone": request.query.get("phone", "")}, status=api.status)

    app = web.Application()
    app.add_routes([web.get("/appointments", answer)])
    async with served(app, sock):
        yield


@asynccontextmanager
async def served(app: web.Application, sock: socket.socket) -> AsyncIterator[None]:
    """Serve an application on a bound socket. No request outlives the demo, or its own client."""
    runner = web.AppRunner(
        app,
        access_log=None,
        auto_decompress=False,  # a few bytes could become gigabytes
        handle_signals=False,
        handler_cancellation=True,
        shutdown_timeout=0.1,
    )
    await runner.setup()
    try:
        await web.SockSite(runner, sock).start()
        yield
    finally:
        await runner.cleanup()

"""A web service that answers when it is told to, and notices who leaves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from ivr.demo.api import served
from ivr.web.server import bind, port_of


@dataclass
class SlowApi:
    """`go` lets it answer; `asked` and `left` are set when somebody asks, and leaves without an answer."""

    url: str = ""
    status: int = 200
    answer: Any = field(default_factory=lambda: {"status": "on its way"})
    go: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, _: web.Request) -> web.Response:
        self.asked.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.left.set()
            raise
        return web.json_response(self.answer, status=self.status)


@asynccontextmanager
async def slow_api() -> AsyncIterator[SlowApi]:
    api = SlowApi()
    app = web.Application()
    app.add_routes([web.get("/orders", api.handle)])
    with closing(bind("127.0.0.1", 0)) as sock:
        api.url = f"http://127.0.0.1:{port_of(sock)}/orders"
        async with served(app, sock):
            yield api

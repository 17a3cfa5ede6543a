"""A small API of a business, as slow and as broken as the demo wants it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from aiohttp import ClientError, ClientSession, web

APPOINTMENT = {"DateText": "Tuesday, March 3 at 2:30 PM", "doctor": {"name": "Doctor Okafor"}, "id": 4711}
ORDER = {"state": "on its way", "id": 1207}
CUSTOMER = {"name": "Alex Caller"}
PRICE = {"price": "420 dollars", "id": 93}
HERE = "http://127.0.0.1:"
"""Where answers may be posted back to: this machine, and nowhere else."""
SOONER = 0.6
"""Of the delay: the customer is found faster than the order."""
Handler = Callable[[web.Request], Awaitable[web.Response]]


class Api(NamedTuple):
    """How the API behaves: seconds until it answers, the status of its answers, and how it lets the seconds pass."""

    delay: float = 3.0
    status: int = 200
    wait: Callable[[float], Awaitable[object]] = asyncio.sleep


@asynccontextmanager
async def appointments(sock: socket.socket, api: Api) -> AsyncIterator[None]:
    """Serve `GET /appointments`, `/orders` and `/customers`, each with `?phone=…`, and `POST /prices`, which posts its
    answer to the address `reply_to` of the JSON that it gets, on a bound socket."""
    app = web.Application()
    prices = _Prices(api)
    app.add_routes(
        [
            web.get("/appointments", _answering(api, APPOINTMENT, api.delay)),
            web.get("/orders", _answering(api, ORDER, api.delay)),
            web.get("/customers", _answering(api, CUSTOMER, api.delay * SOONER)),
            web.post("/prices", prices.take),
        ]
    )
    async with served(app, sock):
        try:
            yield
        finally:
            await prices.close()


def _answering(api: Api, found: dict[str, Any], delay: float) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        await api.wait(delay)
        if api.status >= 400:
            return _not_available(api)
        return web.json_response({**found, "phone": request.query.get("phone", "")}, status=api.status)

    return answer


def _not_available(api: Api) -> web.Response:
    return web.json_response({"error": "the system is not available"}, status=api.status)


class _Prices:
    """Takes requests, and answers each later."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, request: web.Request) -> web.Response:
        if self._api.status >= 400:
            return _not_available(self._api)
        try:
            reply_to = (await request.json())["reply_to"]
        except (ValueError, TypeError, KeyError):
            reply_to = None
        if not isinstance(reply_to, str) or not reply_to.startswith(HERE):
            return web.json_response({"error": "say where the answer goes: reply_to"}, status=422)
        task = asyncio.create_task(self._post(reply_to))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return web.json_response({"state": "taken"}, status=202)

    async def _post(self, reply_to: str) -> None:
        await self._api.wait(self._api.delay)
        try:
            async with ClientSession() as session, session.post(reply_to, json=PRICE):
                pass
        except ClientError:
            return  # the demo is over

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


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

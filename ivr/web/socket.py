"""WebSockets that tell a browser what happens, while it happens."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any
from weakref import WeakSet

from aiohttp import WSCloseCode, web

from ivr.core.values import to_json
from ivr.web.problem import Refused

HEARTBEAT = 20.0
"""Seconds between looks whether anybody is still there."""
MOST_BYTES = 1024
"""Of a message that comes in; none is asked for."""
GONE = 4404
"""Tells a browser, which never sees the status of a refused socket, that there is no such thing."""
_number = re.compile(r"\d{1,15}", re.ASCII)


class Open:
    """The sockets of an application that are open."""

    def __init__(self) -> None:
        self.sockets: WeakSet[web.WebSocketResponse] = WeakSet()


OPEN = web.AppKey("open sockets", Open)


def after(request: web.Request) -> int:
    """The number of the last event that is known already. Raises Refused."""
    text = request.query.get("after", "0")
    if not _number.fullmatch(text):
        raise Refused(422, "“after” must be the number of the last event that was seen.")
    return int(text)


async def stream(request: web.Request, events: AsyncIterator[Any]) -> web.WebSocketResponse:
    """Tell every event as a line of JSON, until there are no more or the browser leaves."""
    socket = await _open(request)
    telling = asyncio.create_task(_tell(socket, events))
    try:
        async for _ in socket:
            pass  # whatever is said to us here means nothing
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
    return socket


async def turned_away(request: web.Request, sentence: str) -> web.StreamResponse:
    """The answer to whoever asks for events of what is not there. Raises Refused unless it is a browser's socket."""
    if not web.WebSocketResponse().can_prepare(request):
        raise Refused(404, sentence)
    socket = await _open(request)
    await socket.close(code=GONE, message=sentence.encode()[:120])
    return socket


async def close_all(app: web.Application) -> None:
    """Let every browser go: the server stops."""
    closing = (socket.close(code=WSCloseCode.GOING_AWAY) for socket in app[OPEN].sockets)
    await asyncio.gather(*closing, return_exceptions=True)


async def _open(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=MOST_BYTES, timeout=1.0)
    if not socket.can_prepare(request):
        refused = Refused(426, "These events come over a WebSocket.")
        refused.headers = {"Upgrade": "websocket"}
        raise refused
    await socket.prepare(request)
    request.app[OPEN].sockets.add(socket)
    return socket


async def _tell(socket: web.WebSocketResponse, events: AsyncIterator[Any]) -> None:
    try:
        async for event in events:
            await socket.send_str(to_json(event))
        await socket.close()
    except ConnectionError:
        return  # left in the middle of a word; the reading side notices

"""WebSockets that tell a browser what happens, while it happens."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakSet

from aiohttp import WSCloseCode, web

from ivr.core.values import to_json
from ivr.store.errors import StoreError
from ivr.web.connection import hush
from ivr.web.doors import PASS, Pass
from ivr.web.problem import Refused

HEARTBEAT = 20.0
"""Seconds between looks whether the client is still there, and, unless set otherwise, whether it may be."""
MOST = 30
"""Sockets of one session at once; each window of the board has one or two."""
ENDED = 4401
"""Tells a browser that the session is over."""
MOST_BYTES = 1024
"""Of a message that comes in; none is asked for."""
GONE = 4404
"""Tells a browser, which never sees the status of a refused socket, that there is no such thing."""
_number = re.compile(r"\d{1,15}", re.ASCII)


class Open:
    """The sockets of an application that are open, and how many each session has."""

    def __init__(self, recheck: float = HEARTBEAT) -> None:
        self.recheck = recheck
        self.sockets: WeakSet[web.WebSocketResponse] = WeakSet()
        self._held: Counter[str] = Counter()

    @contextmanager
    def place(self, holder: str) -> Iterator[None]:
        """A place for one more socket, within the context. Raises Refused."""
        if self._held[holder] >= MOST:
            raise Refused(429, f"This session has {MOST} windows open that follow what happens: close some.")
        self._held[holder] += 1
        try:
            yield
        finally:
            self._held[holder] -= 1
            if not self._held[holder]:
                del self._held[holder]


OPEN = web.AppKey("open sockets", Open)


def after(request: web.Request) -> int:
    """The number of the last event that is known already. Raises Refused."""
    text = request.query.get("after", "0")
    if not _number.fullmatch(text):
        raise Refused(422, "“after” must be the number of the last event that was seen.")
    return int(text)


async def stream(request: web.Request, events: AsyncIterator[Any]) -> web.WebSocketResponse:
    """Tell every event as a line of JSON, until there are no more, the browser leaves, or its session ends."""
    entered, open_ = request[PASS], request.app[OPEN]
    with open_.place(entered.holder):
        socket = await _open(request)
        tasks = [
            asyncio.create_task(_tell(socket, events)),
            asyncio.create_task(_watch(socket, entered, open_.recheck)),
        ]
        try:
            async for _ in socket:
                pass  # whatever is said to us here means nothing
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    return socket


async def turned_away(request: web.Request, sentence: str) -> web.StreamResponse:
    """The answer to a client that asks for unknown events. Raises Refused unless it is a browser's socket."""
    if not web.WebSocketResponse().can_prepare(request):
        raise Refused(404, sentence)
    with request.app[OPEN].place(request[PASS].holder):
        socket = await _open(request)
        await socket.close(code=GONE, message=sentence.encode()[:120])
    return socket


async def close_all(app: web.Application) -> None:
    """Let every browser go: the server stops."""
    closing = (socket.close(code=WSCloseCode.GOING_AWAY) for socket in app[OPEN].sockets)
    await asyncio.gather(*closing, return_exceptions=True)


async def _open(request: web.Request) -> web.WebSocketResponse:
    # Nothing is compressed, so that nothing that comes in has to be unpacked.
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=MOST_BYTES, timeout=1.0, compress=False)
    if not socket.can_prepare(request):
        refused = Refused(426, "These events come over a WebSocket.")
        refused.headers = {"Upgrade": "websocket"}
        raise refused
    await socket.prepare(request)
    hush(request)
    request.app[OPEN].sockets.add(socket)
    return socket


async def _watch(socket: web.WebSocketResponse, entered: Pass, recheck: float) -> None:
    """Close a socket whose session has ended: signed out, too old, or of a password that was changed."""
    lasts = True
    while lasts:
        await asyncio.sleep(recheck)
        with suppress(StoreError):  # what can't be read now is read the next time
            lasts = await entered.lasts()
    await socket.close(code=ENDED, message=b"The session has ended.")


async def _tell(socket: web.WebSocketResponse, events: AsyncIterator[Any]) -> None:
    try:
        async for event in events:
            await socket.send_str(to_json(event))
        await socket.close()
    except ConnectionError:
        return  # left in the middle of a word; the reading side notices

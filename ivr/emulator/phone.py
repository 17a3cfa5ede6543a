"""A phone over a WebSocket: dial, watch what happens, press keys, hang up."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import WSMsgType, web

from ivr.emulator.account import Account, UnknownNumber
from ivr.emulator.call import PhoneCall
from ivr.emulator.clock import cancel_all
from ivr.emulator.messages import Message

MOST_BYTES = 4096
LONGEST_FIELD = 100
LONGEST_TEXT = 1600
LOOK = 0.2
"""Seconds between looks for texts that came."""


class Misdialled(ValueError):
    """What the phone sent cannot be done; the text says why."""


def phone_handler(account: Account) -> Callable[[web.Request], Awaitable[web.WebSocketResponse]]:
    """Handles `GET /phone`: one call per connection, over when the call or the connection is."""

    async def handle(request: web.Request) -> web.WebSocketResponse:
        if not _same_site(request):
            raise web.HTTPForbidden(text="another site may not use this phone")
        socket = web.WebSocketResponse(max_msg_size=MOST_BYTES)
        await socket.prepare(request)
        handset = _Handset(account, socket)
        try:
            await handset.run()
        finally:
            await handset.put_down()
        return socket

    return handle


class _Handset:
    """One connection and its call."""

    def __init__(self, account: Account, socket: web.WebSocketResponse) -> None:
        self._account = account
        self._socket = socket
        self._call: PhoneCall | None = None
        self._watching: asyncio.Task[None] | None = None

    async def run(self) -> None:
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                await self._send({"error": "send JSON as text"})
                continue
            try:
                self._obey(_object(message.data))
            except (Misdialled, UnknownNumber, ValueError) as error:
                await self._send({"error": str(error)})

    async def put_down(self) -> None:
        if self._call is not None:
            self._call.hang_up()
        if self._watching is not None:
            await cancel_all(self._watching)
        await self._socket.close()

    def _obey(self, wish: dict[str, object]) -> None:
        if "call" in wish:
            self._dial(wish)
        elif "text" in wish:
            self._write(wish)
        elif self._call is None:
            raise Misdialled('no call yet; send {"call": "+1...", "from": "+1..."}')
        elif "press" in wish:
            self._call.press(_text(wish, "press"))
        elif "say" in wish:
            self._call.speak(_text(wish, "say"))
        elif wish.get("hang_up") is True:
            self._call.hang_up()
        else:
            raise Misdialled("send one of: call, press, say, hang_up")

    def _dial(self, wish: dict[str, object]) -> None:
        if self._call is not None:
            raise Misdialled("this phone is already in a call")
        name = _text(wish, "name") if "name" in wish else ""
        self._call = self._account.ring(from_=_text(wish, "from"), to=_text(wish, "call"), caller_name=name)
        self._watching = asyncio.ensure_future(self._watch(self._call))

    def _write(self, wish: dict[str, object]) -> None:
        """Send a text; from then on every text that comes to this phone is shown."""
        sent = self._account.text(_text(wish, "from"), _text(wish, "to"), _text(wish, "text", LONGEST_TEXT))
        if self._watching is None:
            self._watching = asyncio.ensure_future(self._read(sent))

    async def _read(self, sent: Message) -> None:
        shown = {message.sid for message in self._account.outbox.messages}
        clock = self._account.exchange.clock
        while True:
            await clock.sleep(LOOK)
            for message in self._account.outbox.messages:
                if message.sid not in shown and message.to == sent.from_:
                    shown.add(message.sid)
                    detail = {"from": message.from_, "to": message.to, "body": message.body}
                    await self._send({"at": round(message.at - sent.at, 3), "kind": "message", **detail})

    async def _watch(self, call: PhoneCall) -> None:
        async for happening in call.follow():
            await self._send(happening.as_json())
        await self._socket.close()

    async def _send(self, what: dict[str, object]) -> None:
        if not self._socket.closed:
            try:
                await self._socket.send_json(what)
            except ConnectionError:
                return  # hung up in the middle of a word; the reading side notices


def _same_site(request: web.Request) -> bool:
    """Whether no web page asks (there is no Origin), or one from this very host."""
    origin = request.headers.get("Origin")
    try:
        return origin is None or urlsplit(origin).netloc == request.host
    except ValueError:
        return False


def _object(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Misdialled("this is not JSON") from None
    if not isinstance(found, dict):
        raise Misdialled("send a JSON object")
    return found


def _text(wish: dict[str, object], name: str, longest: int = LONGEST_FIELD) -> str:
    value = wish.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise Misdialled(f"{name} must be a text of 1 to {longest} characters")
    return value

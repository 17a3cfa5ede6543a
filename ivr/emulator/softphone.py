"""A phone over a WebSocket: dial, watch what happens, press keys, hang up."""

import asyncio
import ipaddress
import json
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import WSMsgType, web

from ivr.emulator.account import Account, UnknownNumber
from ivr.emulator.call.call import PhoneCall
from ivr.emulator.clock.clock import cancel_all
from ivr.emulator.messages.message import Message

MOST_BYTES = 4096
LONGEST_FIELD = 100
LONGEST_TEXT = 1600
UNSENT = frozenset({"scheduled", "canceled"})
LOOK = 0.2
"""Seconds between looks for texts that came."""


class BadCommand(ValueError):
    """The phone sent a command that cannot be done; the text says why."""


def phone_handler(account: Account) -> Callable[[web.Request], Awaitable[web.WebSocketResponse]]:
    """Handles `GET /phone`: one call per connection, over when the call or the connection is."""

    async def handle(request: web.Request) -> web.WebSocketResponse:
        if not (_same_site(request) and _meant(request)):
            raise web.HTTPForbidden(text="another site may not use this phone")
        socket = web.WebSocketResponse(max_msg_size=MOST_BYTES)
        await socket.prepare(request)
        connection = _Connection(account, socket)
        try:
            await connection.run()
        finally:
            await connection.close()
        return socket

    return handle


class _Connection:
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
                self._execute(_object(message.data))
            except (BadCommand, UnknownNumber, ValueError) as error:
                await self._send({"error": str(error)})

    async def close(self) -> None:
        if self._call is not None:
            self._call.hang_up()
        if self._watching is not None:
            await cancel_all(self._watching)
        await self._socket.close()

    def _execute(self, command: dict[str, object]) -> None:
        if "call" in command:
            self._dial(command)
        elif "text" in command:
            self._write(command)
        elif self._call is None:
            raise BadCommand('no call yet; send {"call": "+1...", "from": "+1..."}')
        elif "press" in command:
            self._call.press(_text(command, "press"))
        elif "say" in command:
            self._call.speak(_text(command, "say"))
        elif command.get("hang_up") is True:
            self._call.hang_up()
        else:
            raise BadCommand("send one of: call, press, say, hang_up")

    def _dial(self, command: dict[str, object]) -> None:
        if self._call is not None:
            raise BadCommand("this phone is already in a call")
        name = _text(command, "name") if "name" in command else ""
        self._call = self._account.ring(from_=_text(command, "from"), to=_text(command, "call"), caller_name=name)
        self._watching = asyncio.ensure_future(self._watch(self._call))

    def _write(self, command: dict[str, object]) -> None:
        """Send a text; from then on every text that comes to this phone is shown."""
        sent = self._account.text(_text(command, "from"), _text(command, "to"), _text(command, "text", LONGEST_TEXT))
        if self._watching is None:
            self._watching = asyncio.ensure_future(self._read(sent))

    async def _read(self, sent: Message) -> None:
        shown = {message.sid for message in self._account.outbox.messages}
        clock = self._account.exchange.clock
        while True:
            await clock.sleep(LOOK)
            for message in self._account.outbox.messages:
                if message.sid not in shown and message.to == sent.from_ and message.status not in UNSENT:
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


def _meant(request: web.Request) -> bool:
    """Whether it is asked for by a name of its own: on loopback one of this machine, not one that a page led here."""
    at = request.transport.get_extra_info("sockname") if request.transport else None
    if at and not _is_loopback(str(at[0])):
        return True
    try:
        return _is_loopback(urlsplit(f"//{request.headers.get('Host', '')}").hostname or "")
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _object(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise BadCommand("this is not JSON") from None
    if not isinstance(found, dict):
        raise BadCommand("send a JSON object")
    return found


def _text(command: dict[str, object], name: str, longest: int = LONGEST_FIELD) -> str:
    value = command.get(name)
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise BadCommand(f"{name} must be a text of 1 to {longest} characters")
    return value

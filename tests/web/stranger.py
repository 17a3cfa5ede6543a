"""A stranger with a bare socket: sends any bytes at any time, and sees what comes back and whether it is cut off."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import NamedTuple

from aiohttp import web

from ivr.app import serve
from ivr.web.crowd import Limits
from ivr.web.server import bind, listen, port_of
from tests.api.board import settings_for

PATIENCE = 60
"""Seconds after which a test gives up; nothing waits for them."""
SHORT = Limits(head=0.3, body=0.3, write=0.3, idle=0.3)
"""Deadlines that a test can wait for; each is waited for by what it causes."""


class Answer(NamedTuple):
    """What came back; `status` 0 is nothing at all."""

    status: int
    head: str
    body: bytes

    def header(self, name: str) -> str:
        for line in self.head.split("\r\n")[1:]:
            found, _, value = line.partition(":")
            if found.lower() == name.lower():
                return value.strip()
        return ""


class Stranger:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self._writer = reader, writer

    async def send(self, data: bytes) -> None:
        """Send, as far as anybody listens."""
        try:
            self._writer.write(data)
            await self._writer.drain()
        except ConnectionError:
            pass

    async def answer(self) -> Answer:
        """The next answer, told by its length."""
        async with asyncio.timeout(PATIENCE):
            try:
                head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            except (asyncio.IncompleteReadError, ConnectionError):
                return Answer(0, "", b"")
            answer = Answer(int(head.split(" ", 2)[1]), head, b"")
            length = int(answer.header("Content-Length") or 0)
            return answer._replace(body=await self.reader.readexactly(length))

    async def ended(self) -> bytes:
        """Wait until the server ends the connection; what it still sent."""
        async with asyncio.timeout(PATIENCE):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""

    async def drip(self, data: bytes) -> None:
        """Send the same again and again, until the server ends the connection."""
        async with asyncio.timeout(PATIENCE):
            while not self.reader.at_eof() and self.reader.exception() is None:
                await self.send(data)
                await asyncio.sleep(0.02)

    @property
    def gone(self) -> bool:
        """Whether the server has ended the connection, as far as that was noticed."""
        return self._writer.transport.is_closing() or self.reader.at_eof()

    def leave(self) -> None:
        """Be gone, without a word."""
        self._writer.transport.abort()

    def stop_reading(self) -> None:
        """Read nothing any more; the kernel reads ahead a little."""
        self._writer.transport.pause_reading()  # type: ignore[attr-defined]

    async def reset(self) -> None:
        """Send drops until the connection is found to be gone, though nothing of it is read."""
        async with asyncio.timeout(PATIENCE):
            while not self._writer.transport.is_closing():
                await self.send(b"x")
                await asyncio.sleep(0.02)


@asynccontextmanager
async def stranger(port: int, source: str = "127.0.0.1", buffer: int = 0) -> AsyncIterator[Stranger]:
    """Connect from an address of this machine; `buffer` bytes are read ahead by the kernel, at most."""
    sock = socket.socket()
    if buffer:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    sock.bind((source, 0))
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=sock, limit=buffer or 65_536)
    try:
        yield Stranger(reader, writer)
    finally:
        writer.transport.abort()
        await asyncio.sleep(0)


async def asks(port: int, *lines: str, body: bytes = b"", source: str = "127.0.0.1") -> Answer:
    """One request of a line and headers, its length added, on a connection of its own."""
    async with stranger(port, source) as one:
        length = (f"Content-Length: {len(body)}",) if body else ()
        await one.send("\r\n".join((*lines, "Host: 127.0.0.1", *length, "", "")).encode("latin-1") + body)
        return await one.answer()


class Ports(NamedTuple):
    """Where the whole server listens."""

    public: int
    board: int


@asynccontextmanager
async def whole(folder: Path, **more: str) -> AsyncIterator[Ports]:
    """The whole server with both listeners."""
    async with AsyncExitStack() as stack:
        public, board = (stack.enter_context(closing(bind("127.0.0.1", 0))) for _ in range(2))
        await stack.enter_async_context(serve(settings_for(folder, port_of(public), **more), public, board))
        yield Ports(port_of(public), port_of(board))
        await asyncio.sleep(0)


@asynccontextmanager
async def alone(limits: Limits, routes: Sequence[web.RouteDef] = ()) -> AsyncIterator[int]:
    """A listener with these routes and limits, by its port."""
    with closing(bind("127.0.0.1", 0)) as sock:
        port = port_of(sock)
        async with listen(sock, routes, limits):
            yield port
            await asyncio.sleep(0)

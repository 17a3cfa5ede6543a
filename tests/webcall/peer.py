"""An API that behaves as badly as a test wants it, and somebody to ask it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from ivr.app import WallClock
from ivr.core.effects import Fetch
from ivr.core.events import Fetched
from ivr.runtime.ports import Errand
from ivr.webcall.client import WebCalls, open_client

PATIENCE = 10.0
"""Seconds after which a test gives up: nothing here takes that long unless it hangs."""


@dataclass
class Talk:
    """One connection, from the API's side."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, raw: bytes) -> None:
        self.writer.write(raw)
        await self.writer.drain()

    async def gone(self) -> None:
        """Wait until the other side has closed, and pass it on."""
        while await self.reader.read(65_536):
            pass
        raise ConnectionResetError


Behaviour = Callable[[Talk], Awaitable[None]]


@dataclass
class Peer:
    """`asked` holds every request as it came over the wire, and `arrived` something for each to wait for.

    `left` is set when somebody closed before we did.
    """

    port: int = 0
    scheme: str = "http"
    asked: list[bytes] = field(default_factory=list)
    arrived: asyncio.Queue[None] = field(default_factory=asyncio.Queue)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}/"

    def header(self, name: str, nth: int = -1) -> str | None:
        """A header of a request."""
        head = self.asked[nth].partition(b"\r\n\r\n")[0].decode("utf-8").split("\r\n")[1:]
        found = [line.partition(":")[2].strip() for line in head if line.lower().startswith(f"{name.lower()}:")]
        return found[0] if found else None


@asynccontextmanager
async def peer(behave: Behaviour, tls: ssl.SSLContext | None = None) -> AsyncIterator[Peer]:
    """A server on loopback that reads a request and then does what `behave` says; in the end it hangs up."""
    made = Peer(scheme="https" if tls else "http")
    tasks: set[asyncio.Task[Any]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            made.asked.append(await _request(reader))
            made.arrived.put_nowait(None)
            await behave(Talk(reader, writer))
        except (ConnectionError, asyncio.IncompleteReadError):
            made.left.set()
        except asyncio.CancelledError:
            writer.transport.abort()  # the test is over, and nobody takes what is still to be sent
        finally:
            writer.close()
            with suppress(ConnectionError, ssl.SSLError, asyncio.CancelledError):
                await writer.wait_closed()
            tasks.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        await asyncio.sleep(0.01)  # who knocked just now is let in, and has a task from then on
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _request(reader: asyncio.StreamReader) -> bytes:
    """A request, head and body."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if b"content-length" in line), 0)
    return head + await reader.readexactly(length)


def says(raw: bytes) -> Behaviour:
    """Answer with these bytes and hang up."""

    async def behave(talk: Talk) -> None:
        await talk.send(raw)

    return behave


def answer(body: bytes = b"", *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    """An answer as bytes; `length` is what it claims to be long."""
    claimed = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", "Connection: close", *headers, f"Content-Length: {claimed}", "", ""]
    return "\r\n".join(lines).encode() + body


def as_json(body: str | bytes, kind: str = "application/json") -> bytes:
    return answer(body.encode() if isinstance(body, str) else body, f"Content-Type: {kind}")


class Asker:
    """Asks over the process's own client."""

    def __init__(self, web_calls: WebCalls) -> None:
        self.web_calls = web_calls

    async def __call__(self, url: str, *, waited: float = 0.0, **fields: Any) -> Fetched:
        """The reply to a request that was decided upon `waited` seconds ago."""
        started = WallClock().now() - round(waited * 1000)
        job = Fetch(**{"method": "GET", "timeout": 8, **fields}, url=url)
        async with asyncio.timeout(PATIENCE):
            return await self.web_calls(Errand("CA1", "1.3", job, started))


@asynccontextmanager
async def asker(open_secret: Callable[[str], str] = str.upper) -> AsyncIterator[Asker]:
    """For as long as the context lasts; `open_secret` opens sealed passwords."""
    async with open_client() as client:
        yield Asker(WebCalls(client, open_secret, WallClock()))

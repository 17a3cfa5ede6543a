"""HTTP/1.1 as far as a benchmark needs it: ready-made bytes out, whole messages in, at a few microseconds each.

The cheaper this side is, the more of the machine is left to the server that is being measured.
"""

import asyncio
import re
from collections.abc import Callable, Sequence
from time import perf_counter

_length = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_HEAD_END = b"\r\n\r\n"


Follow = Callable[[bytes, bytes], bytes | None]
"""From a request and the body of its answer to the next request."""


class Wire(asyncio.Protocol):
    """One connection. `received` is called with head and body of each whole message; bodies are told by length."""

    def __init__(self, received: Callable[["Wire", bytes, bytes], None]) -> None:
        self._received = received
        self._buffer = bytearray()
        self.transport: asyncio.Transport | None = None
        self.lost: Callable[[Wire], None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def connection_lost(self, error: Exception | None) -> None:
        if self.lost is not None:
            self.lost(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(_HEAD_END)) >= 0:
            found = _length.search(self._buffer, 0, end + 2)
            whole = end + 4 + (int(found[1]) if found else 0)
            if len(self._buffer) < whole:
                return
            head, body = bytes(self._buffer[:end]), bytes(self._buffer[end + 4 : whole])
            del self._buffer[:whole]
            self._received(self, head, body)

    def send(self, message: bytes) -> None:
        if self.transport is not None:
            self.transport.write(message)

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()


class Wrong(Exception):
    """A server did not answer as a benchmark needs it, so its figures would mean nothing."""


def check(head: bytes, body: bytes, expected: bytes) -> None:
    """Raise Wrong unless this is a 200 with the expected words."""
    if not head.startswith(b"HTTP/1.1 200 ") or expected not in body:
        raise Wrong(f"{head[:60]!r} … {body[:200]!r} instead of 200 with {expected!r}")


async def load(
    port: int,
    requests: Sequence[bytes],
    expected: bytes,
    connections: int = 64,
    *,
    taken: list[float] | None = None,
    follow: Follow = lambda request, body: None,
) -> float:
    """Seconds that a server on loopback takes for all requests, over connections that are kept alive.

    Each connection sends its next request when the answer to its last has come. `taken` gets the seconds of each;
    `follow` the request that an answer without the expected words sends the client on to, if it does. Raises Wrong.
    """
    under = _Load(requests, expected, taken, follow)
    wires = [await _connected(port, under.answered) for _ in range(min(connections, len(requests)))]
    for wire in wires:
        wire.lost = lambda _: _fail(under.done, Wrong("the server closed a connection"))
    try:
        began = perf_counter()
        for wire in wires:
            under.send(wire)
        async with asyncio.timeout(60 + len(requests) / 50):
            await under.done
        return perf_counter() - began
    finally:
        for wire in wires:
            wire.lost = None
            wire.close()
        await asyncio.sleep(0)


class _Load:
    """Requests that are sent one after the other on each connection."""

    def __init__(self, requests: Sequence[bytes], expected: bytes, taken: list[float] | None, follow: Follow) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting = iter(requests)
        self._left = len(requests)
        self._expected = expected
        self._taken = taken if taken is not None else []
        self._follow = follow
        self._sent: dict[Wire, tuple[float, bytes]] = {}

    def send(self, wire: Wire) -> None:
        """The next request, if there is one."""
        following = next(self._waiting, None)
        if following is not None and not self.done.done():
            self._sent[wire] = perf_counter(), following
            wire.send(following)

    def answered(self, wire: Wire, head: bytes, body: bytes) -> None:
        began, request = self._sent[wire]
        onward = self._follow(request, body) if self._expected not in body else None
        if onward is not None:
            wire.send(onward)
            return
        self._left -= 1
        self._taken.append(perf_counter() - began)
        try:
            check(head, body, self._expected)
        except Wrong as error:
            _fail(self.done, error)
        if not self._left and not self.done.done():
            self.done.set_result(None)
        self.send(wire)


async def _connected(port: int, received: Callable[[Wire, bytes, bytes], None]) -> Wire:
    loop = asyncio.get_running_loop()
    _, wire = await loop.create_connection(lambda: Wire(received), "127.0.0.1", port)
    return wire


def _fail(done: asyncio.Future[None], error: Exception) -> None:
    if not done.done():
        done.set_exception(error)


class Posts:
    """Requests to one server, each on a connection of its own while it is open; idle connections are used again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[Wire] = []
        self._answers: dict[Wire, asyncio.Future[tuple[bytes, bytes]]] = {}

    async def ask(self, request: bytes, expected: bytes = b"") -> bytes:
        """The body of the answer. Raises Wrong."""
        wire = self._idle.pop() if self._idle else await _connected(self._port, self._answered)
        wire.lost = self._lost
        answer = asyncio.get_running_loop().create_future()
        self._answers[wire] = answer
        wire.send(request)
        head, body = await answer
        check(head, body, expected)
        return body

    def close(self) -> None:
        for wire in [*self._idle, *self._answers]:
            wire.lost = None
            wire.close()

    def _answered(self, wire: Wire, head: bytes, body: bytes) -> None:
        self._idle.append(wire)
        answer = self._answers.pop(wire)
        if not answer.done():
            answer.set_result((head, body))

    def _lost(self, wire: Wire) -> None:
        if wire in self._idle:
            self._idle.remove(wire)
        if wire in self._answers and not self._answers[wire].done():
            self._answers.pop(wire).set_exception(Wrong("the server closed a connection"))

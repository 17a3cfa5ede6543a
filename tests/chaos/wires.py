"""Two wires: one to the database, to be broken; and one from the carrier, to whichever server is ready."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, Literal

import aiohttp

CHUNK = 65_536
LOOK = 0.1
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def _listening(port: int, serve: Callable[[Streams], Coroutine[Any, Any, None]]) -> AsyncIterator[int]:
    tasks: set[asyncio.Task[None]] = set()

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve((reader, writer))
        finally:
            writer.close()

    def taken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(served(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(taken, "127.0.0.1", port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for _ in range(3):
            await asyncio.sleep(0)  # what was just accepted becomes a task
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Wire:
    """To PostgreSQL's socket in the file system. `mode`: what happens to what comes through from now on."""

    def __init__(self, folder: str) -> None:
        self._path = f"{folder}/.s.PGSQL.5432"
        self.mode: Literal["passes", "slow", "black hole"] = "passes"
        self.delay = 0.0
        self._writers: set[asyncio.StreamWriter] = set()
        self._open = asyncio.Event()
        self._open.set()

    @asynccontextmanager
    async def up(self) -> AsyncIterator[int]:
        """Its port on loopback."""
        async with _listening(0, self._serve) as port:
            yield port

    def black_hole(self, on: bool) -> None:
        """Nothing comes through, and nobody is told; then everything at once."""
        self._open.clear() if on else self._open.set()

    def cut(self) -> None:
        """Reset all connections."""
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, near: Streams) -> None:
        try:
            far = await asyncio.open_unix_connection(self._path)
        except OSError:
            near[1].transport.abort()
            return
        await _joined(near, far, self._pass, self._writers)

    async def _pass(self) -> None:
        await self._open.wait()
        if self.delay:
            await asyncio.sleep(self.delay / 2)


class Front:
    """The proxy before the servers: each connection goes to one that says it is ready, and to none that has just cut
    one, until it says so again. `failed` counts the connections that could not be made, and those that a server cut
    while a request was on its way."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.servers: list[int] = []
        self._ready: set[int] = set()
        self._looked = asyncio.Condition()
        self.failed = 0
        self._next = 0

    @asynccontextmanager
    async def up(self) -> AsyncIterator[None]:
        looking = asyncio.create_task(self._look())
        try:
            async with _listening(self._port, self._serve):
                yield
        finally:
            looking.cancel()
            with suppress(asyncio.CancelledError):
                await looking

    async def until_ready(self, port: int, ready: bool = True) -> None:
        """Wait until this server is asked, or no longer asked, for calls."""
        async with asyncio.timeout(120):
            async with self._looked:
                await self._looked.wait_for(lambda: (port in self._ready) == ready)

    async def _look(self) -> None:
        timeout = aiohttp.ClientTimeout(total=5)
        async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(force_close=True)) as session:
            while True:
                for port in list(self.servers):
                    try:
                        async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                            (self._ready.add if answer.status == 200 else self._ready.discard)(port)
                    except (OSError, aiohttp.ClientError, TimeoutError):
                        self._ready.discard(port)
                async with self._looked:
                    self._looked.notify_all()
                await asyncio.sleep(LOOK)

    async def _serve(self, near: Streams) -> None:
        ports = [port for port in self.servers if port in self._ready] or list(self.servers)
        self._next += 1
        for n in range(len(ports)):
            port = ports[(self._next + n) % len(ports)]
            with suppress(OSError):
                far = await asyncio.open_connection("127.0.0.1", port)
                break
        else:
            self.failed += 1
            near[1].transport.abort()
            return
        cut = await _joined(near, far, _at_once, set())
        if cut:
            self._ready.discard(port)
        self.failed += cut


async def _at_once() -> None:
    """Nothing is in the way."""


async def _joined(
    near: Streams, far: Streams, wait: Callable[[], Coroutine[Any, Any, None]], writers: set[asyncio.StreamWriter]
) -> bool:
    """Pass bytes both ways until either side is done. True: the far side ended while it owed an answer."""
    owes = [False]

    async def passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asks: bool) -> None:
        with suppress(OSError):
            while chunk := await reader.read(CHUNK):
                owes[0] = asks
                await wait()
                writer.write(chunk)
                await writer.drain()

    writers |= {near[1], far[1]}
    ways = [asyncio.ensure_future(passed(near[0], far[1], True)), asyncio.ensure_future(passed(far[0], near[1], False))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        return owes[0] and ways[1].done()
    finally:
        # Before anything is waited for: this may be cancelled once more.
        near[1].close()
        far[1].close()
        writers -= {near[1], far[1]}
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)

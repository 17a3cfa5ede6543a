"""How long DNS, connecting and TLS took, each told apart from the others."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiohttp.abc import ResolveResult

from tests.egress.world import Names
from tests.webcall.certificates import Authority
from tests.webcall.peer import Asker, Talk, World, answer, asker, peer, says

FINE = says(answer(b"[]"))
DELAY = 0.2


@asynccontextmanager
async def hesitant(port: int) -> AsyncIterator[int]:
    """A port that connects at once and passes everything on to another, the first word only after a while."""
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        hello = await reader.read(65_536)
        await asyncio.sleep(DELAY)
        there, onward = await asyncio.open_connection("127.0.0.1", port)
        onward.write(hello)
        with suppress(ConnectionError):
            await asyncio.gather(_pass_on(reader, onward), _pass_on(there, writer))
        tasks.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while some := await reader.read(65_536):
            writer.write(some)
            await writer.drain()
    finally:
        writer.close()


async def test_a_slow_handshake_is_counted_as_tls(authority: Authority) -> None:
    async with (
        peer(FINE, authority.server("127.0.0.1")) as api,
        hesitant(api.port) as port,
        asker(World(ca_file=authority.file)) as ask,
    ):
        reply = await ask(f"https://127.0.0.1:{port}/")
    (only,) = reply.tries
    spent = only.milliseconds
    assert (only.cause, list(spent)) == ("ok", ["connect", "tls", "first_byte", "total"])
    assert spent["tls"] >= DELAY * 1000 - 10  # the peer's own delay, all of it
    assert spent["connect"] + spent["tls"] + spent["first_byte"] <= spent["total"] + 2  # each is rounded


async def test_a_slow_name_is_counted_as_dns_alone() -> None:
    class Slow(Names):
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[ResolveResult]:
            await asyncio.sleep(DELAY)
            return await super().resolve(host, port, family)

    names = Slow({"api.example.test": [["127.0.0.1"]]})
    async with peer(FINE) as api, asker(World(resolver=names)) as ask:
        reply = await ask(api.at("api.example.test"))
    spent = reply.tries[0].milliseconds
    assert list(spent) == ["dns", "connect", "first_byte", "total"]
    assert spent["dns"] >= DELAY * 1000 - 10
    assert spent["dns"] + spent["connect"] + spent["first_byte"] <= spent["total"] + 2


async def test_a_handshake_that_failed_has_no_time(authority: Authority) -> None:
    async with peer(FINE, authority.alone("127.0.0.1")) as api, asker(World(ca_file=authority.file)) as ask:
        reply = await ask(api.url)
    (only,) = reply.tries
    assert (only.cause, list(only.milliseconds)) == ("tls", ["connect", "total"])


async def test_a_connection_that_failed_has_no_time(ask: Asker) -> None:
    async with peer(FINE) as api:
        url = api.url
    (only,) = (await ask(url)).tries
    assert (only.cause, list(only.milliseconds)) == ("connect", ["total"])


async def test_a_secure_connection_that_is_open_costs_nothing(authority: Authority) -> None:
    kept = says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")

    async def again(talk: Talk) -> None:
        await kept(talk)
        await talk.reader.readuntil(b"\r\n\r\n")
        await kept(talk)

    async with peer(again, authority.server("127.0.0.1")) as api, asker(World(ca_file=authority.file)) as ask:
        first = await ask(api.url)
        second = await ask(api.url)
    assert [list(each.tries[0].milliseconds) for each in (first, second)] == [
        ["connect", "tls", "first_byte", "total"],
        ["first_byte", "total"],
    ]

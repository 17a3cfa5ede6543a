"""The default fetch, against loopback servers that behave and that do not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from ivr.emulator import FetchFailed, Request
from ivr.emulator.clock.clock import RealClock
from ivr.emulator.wire.client import HttpClient, OutgoingRequest
from ivr.emulator.wire.fetch import AiohttpFetch


@pytest.fixture
async def fetch() -> AsyncIterator[AiohttpFetch]:
    """A fetch with sockets."""
    made = AiohttpFetch()
    yield made
    await made.close()


async def test_a_whole_exchange(fetch: AiohttpFetch) -> None:
    async def answer(request: web.Request) -> web.Response:
        body = f"{request.raw_path} {request.headers['X-A']} {await request.text()}"
        return web.Response(status=302, text=body, headers={"Location": "/b", "Set-Cookie": "a=1"})

    app = web.Application()
    app.router.add_post("/a", answer)
    async with TestServer(app) as server:
        url = str(server.make_url("/")) + "a?q=%2B%20"
        response = await fetch(Request("POST", url, (("X-A", "x"),), b"body"))
        short = await fetch(Request("POST", url, (("X-A", "x"),), b"body", max_bytes=4))
    assert (response.status, response.header("location"), response.header("Set-Cookie")) == (302, "/b", "a=1")
    assert (response.body, short.body) == (b"/a?q=%2B%20 x body", b"/a?q")


async def test_nobody_listens(fetch: AiohttpFetch) -> None:
    with pytest.raises(FetchFailed) as caught:
        await fetch(Request("GET", f"http://127.0.0.1:{unused_port()}/"))
    assert caught.value.reason == "connect"


@asynccontextmanager
async def raw_server(answer: Callable[[asyncio.StreamWriter], Awaitable[None]]) -> AsyncIterator[Request]:
    """A server that writes whatever it likes; yields a request to it."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await answer(writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield Request("GET", f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", read_seconds=5)


@pytest.mark.parametrize("sent", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"])
async def test_servers_that_do_not_speak_http(fetch: AiohttpFetch, sent: bytes) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(sent)

    async with raw_server(answer) as request:
        with pytest.raises(FetchFailed) as caught:
            await fetch(request)
    assert caught.value.reason == "protocol"


async def test_a_server_that_stays_silent(fetch: AiohttpFetch) -> None:
    given_up = asyncio.Event()

    async def answer(_writer: asyncio.StreamWriter) -> None:
        await given_up.wait()

    async with raw_server(answer) as request:
        with pytest.raises(FetchFailed) as caught:
            await fetch(replace(request, read_seconds=0.05))
        given_up.set()
    assert caught.value.reason == "read"


async def test_a_retry_takes_a_connection_of_its_own(fetch: AiohttpFetch) -> None:
    """When a server dies, all connections that were kept open to it are dead: a retry on another of them is lost."""
    served: list[int] = []  # requests on each connection, in the order of their coming
    both, dying = asyncio.Barrier(2), asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mine = len(served)
        served.append(0)
        while (await reader.read(65_536)) and not (served[mine] and dying.is_set()):
            served[mine] += 1
            if not dying.is_set():
                await both.wait()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        client = HttpClient(fetch, RealClock())
        outgoing = OutgoingRequest(Request("POST", f"{url}#rc=1&rp=rt"))
        await asyncio.gather(client.send(outgoing), client.send(outgoing))
        dying.set()
        assert (await client.send(outgoing)).response.status == 200
        await fetch.close()
    assert served == [1, 1, 1]

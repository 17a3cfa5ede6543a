"""Whoever is silent, or sends or reads drop by drop, is disconnected; whoever takes their time for a reason is not."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiohttp import web

from ivr.web.connection import RATE
from ivr.web.crowd import Limits
from tests.web.stranger import SHORT, alone, stranger

ANSWER = 4 * 2**20
"""Bytes of an answer that no kernel takes at once."""
POST = b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n"


class Seen:
    """What happens inside."""

    def __init__(self) -> None:
        self.broke_off = asyncio.Event()
        self.go = asyncio.Event()

    @contextmanager
    def breaking(self) -> Iterator[None]:
        try:
            yield
        except ConnectionError:
            self.broke_off.set()
            raise


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
async def port(seen: Seen, tmp_path: Path) -> AsyncIterator[int]:
    file = tmp_path / "file"
    await asyncio.to_thread(file.write_bytes, bytes(ANSWER))

    async def read(request: web.Request) -> web.Response:
        with seen.breaking():
            return web.Response(text=str(len(await request.read())))

    async def large(_: web.Request) -> web.Response:
        return web.Response(body=bytes(ANSWER))

    async def fetched(_: web.Request) -> web.FileResponse:
        return web.FileResponse(file)

    async def waits(_: web.Request) -> web.Response:
        await seen.go.wait()
        return web.Response(text="at last")

    async def streamed(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        with seen.breaking():
            while True:
                await response.write(bytes(65_536))
        return response

    routes = [
        web.post("/read", read),
        web.get("/large", large),
        web.get("/file", fetched),
        web.get("/streamed", streamed),
        web.get("/waits", waits),
    ]
    async with alone(SHORT, routes) as port:
        yield port


async def test_silence(port: int) -> None:
    async with stranger(port) as one:
        assert await one.ended() == b""


@pytest.mark.parametrize("begun", [b"", b"GET /heal", b"GET /healthz HTTP/1.1\r\nHost: x\r\n"])
async def test_a_head_in_drops(port: int, begun: bytes) -> None:
    async with stranger(port) as one:
        await one.send(begun)
        await one.drip(b"X: y\r\n" if begun.endswith(b"\n") else b"x")


async def test_a_second_head_in_drops(port: int) -> None:
    async with stranger(port) as one:
        await one.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await one.answer()).status == 200
        await one.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        await one.drip(b"X: y\r\n")


@pytest.mark.parametrize("kind", ["length", "chunks", "nowhere", "pipelined"])
async def test_a_body_in_drops(port: int, seen: Seen, kind: str) -> None:
    head = {
        "length": POST,
        "chunks": POST.replace(b"Content-Length: 60000", b"Transfer-Encoding: chunked"),
        "nowhere": POST.replace(b"/read", b"/nowhere"),
        "pipelined": b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" + POST,
    }[kind]
    async with stranger(port) as one:
        await one.send(head)
        await one.drip(b"1\r\nx\r\n")
        if kind != "nowhere":
            async with asyncio.timeout(60):
                await seen.broke_off.wait()


async def test_a_body_that_never_comes(port: int, seen: Seen) -> None:
    async with stranger(port) as one:
        await one.send(POST)
        assert await one.ended() == b""
        assert seen.broke_off.is_set()


async def test_a_connection_that_is_kept_for_nothing(port: int) -> None:
    async with stranger(port) as one:
        await one.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await one.answer()).status == 200
        assert await one.ended() == b""


@pytest.mark.parametrize("path", [b"/large", b"/file", b"/streamed"])
@pytest.mark.parametrize("more", [b"", b"Connection: close\r\n"])
async def test_an_answer_that_nobody_reads(path: bytes, more: bytes, seen: Seen, port: int) -> None:
    async with stranger(port, buffer=4096) as one:
        one.stop_reading()
        await one.send(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n" + more + b"\r\n")
        await one.reset()


async def test_many_requests_whose_answers_nobody_reads(port: int) -> None:
    async with stranger(port, buffer=4096) as one:
        one.stop_reading()
        for _ in range(300):
            await one.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 100)
        await one.reset()


async def test_who_waits_for_an_answer_is_let_wait(port: int, seen: Seen) -> None:
    async with stranger(port) as one, stranger(port) as silent:
        await one.send(b"GET /waits HTTP/1.1\r\nHost: x\r\n\r\n")
        # All deadlines have passed once two silent ones, one after the other, have been sent away.
        await silent.ended()
        async with stranger(port) as another:
            await another.ended()
        seen.go.set()
        assert (await one.answer()).body == b"at last"


async def test_a_long_body_has_longer() -> None:
    async def read(request: web.Request) -> web.Response:
        return web.Response(text=str(len(await request.read())))

    limits = Limits(head=0.3, body=0.3, write=0.3, idle=0.3)
    async with alone(limits, [web.post("/read", read)]) as port, stranger(port) as one:
        await one.send(b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (3 * RATE))
        await one.send(bytes(2 * RATE))
        for _ in range(2):
            async with stranger(port) as silent:
                await silent.ended()
        await one.send(bytes(RATE))
        assert (await one.answer()).body == b"%d" % (3 * RATE)

"""What comes in over a WebSocket means nothing, and is little: whoever sends more is disconnected."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from yarl import URL

from tests.api.board import Browser, Served
from tests.web.stranger import PATIENCE, Stranger, stranger

ASK = (
    "GET /api/live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n{more}\r\n"
)
TEXT, PING, PONG = 1, 9, 10
TOO_BIG, WRONG = 1009, 1002


def frame(opcode: int, body: bytes = b"", *, final: bool = True, packed: bool = False, length: int = -1) -> bytes:
    """A frame as browsers send them, with a mask; `length` is what it claims to have."""
    size = len(body) if length < 0 else length
    first = opcode | 0x80 * final | 0x40 * packed
    if size < 126:
        return struct.pack(">BB4x", first, 0x80 | size) + body
    if size < 65_536:
        return struct.pack(">BBH4x", first, 0x80 | 126, size) + body
    return struct.pack(">BBQ4x", first, 0x80 | 127, size) + body


def port_at(server: Served) -> int:
    return URL(server.url).port or 0


@asynccontextmanager
async def following(server: Served, board: Browser, more: str = "") -> AsyncIterator[Stranger]:
    """A socket that is open, of a browser in which the board is."""
    port = port_at(server)
    async with stranger(port) as one:
        cookie = f"Cookie: ivr_session_{port}={board.cookie()}\r\n"
        await one.send(ASK.format(port=port, more=cookie + more).encode())
        answer = await one.answer()
        assert answer.status == 101
        assert (answer.header("Sec-WebSocket-Extensions"), answer.header("Server")) == ("", "ivr")
        yield one


def code_in(sent: bytes) -> int:
    """The code of the frame that closes a socket, which is the last one."""
    place = sent.rfind(b"\x88")
    return int.from_bytes(sent[place + 2 : place + 4]) if place >= 0 else 0


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (frame(TEXT, b"x" * 1025), TOO_BIG),
        (frame(TEXT, length=2**62), TOO_BIG),
        (frame(TEXT, b"x" * 600, final=False) + frame(0, b"x" * 600), TOO_BIG),
        (frame(TEXT, b"x" * 600, final=False) + frame(0, b"x" * 600, final=False), TOO_BIG),
        (frame(TEXT, bytes(9), packed=True), WRONG),
    ],
    ids=["large", "endless", "in pieces", "in pieces without an end", "packed"],
)
async def test_one_frame_too_large(server: Served, board: Browser, sent: bytes, code: int) -> None:
    async with following(server, board, "Sec-WebSocket-Extensions: permessage-deflate\r\n") as one:
        await one.send(sent)
        assert code_in(await one.ended()) == code


@pytest.mark.parametrize(
    "sent",
    [frame(TEXT, b"x"), frame(PING), frame(PONG), frame(PING, b"x" * 125), frame(0, final=False)],
    ids=["texts", "pings", "pongs", "long pings", "nothing, again and again"],
)
@pytest.mark.parametrize("reads", [True, False])
async def test_frames_without_end(server: Served, board: Browser, sent: bytes, *, reads: bool) -> None:
    async with following(server, board) as one:
        await one.send(frame(TEXT, final=False) if sent[0] == 0 else b"")
        if not reads:
            one.stop_reading()
        async with asyncio.timeout(PATIENCE):
            while not one.gone:
                await one.send(sent * 1000)
                await asyncio.sleep(0)
    assert (await board.get("/api/session")).status == 200


async def test_the_little_that_browsers_say(server: Served, board: Browser) -> None:
    async with following(server, board) as one:
        for _ in range(50):
            await one.send(frame(PONG))
        await one.send(frame(PING, b"still there"))
        async with asyncio.timeout(PATIENCE):
            await one.reader.readuntil(b"still there")


async def test_a_stranger_gets_no_socket(server: Served) -> None:
    async with stranger(port_at(server)) as one:
        await one.send(ASK.format(port=port_at(server), more="").encode() + frame(PING) * 10_000)
        assert (await one.answer()).status == 401

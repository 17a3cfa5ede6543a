"""A body is never unpacked for anybody: a few hundred bytes can become gigabytes."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import brotli
import pytest

from ivr.demo.api import Api, appointments, served
from ivr.emulator import Carrier
from ivr.web.server import bind, port_of
from tests.web.stranger import Ports, asks, stranger, whole

PACK: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}
SIGNED = "X-Twilio-Signature: AAAAAAAAAAAAAAAAAAAAAAAAAAA="
FORM = "Content-Type: application/x-www-form-urlencoded"
PUBLIC = {"/voice/answer": 415, "/voice/page/1": 415, "/voice/status": 415, "/sms/inbound": 415, "/nowhere": 404}


@pytest.fixture
async def ports(tmp_path: Path) -> AsyncIterator[Ports]:
    async with whole(tmp_path) as ports:
        yield ports


@pytest.mark.parametrize("coding", [*PACK, "zstd", "GZIP", "identity, br", "x-own"])
async def test_no_packed_body_is_taken_by_anybody(ports: Ports, coding: str, caplog: pytest.LogCaptureFixture) -> None:
    # What can't be unpacked at all is refused by whoever tries.
    for body in (b"\xffnothing that was packed", PACK.get(coding, bytes)(bytes(2**24))):
        for path, status in PUBLIC.items():
            answer = await asks(
                ports.public, f"POST {path} HTTP/1.1", SIGNED, FORM, f"Content-Encoding: {coding}", body=body
            )
            assert (path, answer.status) == (path, status)
        for path, status in {"/healthz": 405, "/audio/x.wav": 405, "/": 404}.items():
            answer = await asks(ports.public, f"POST {path} HTTP/1.1", f"Content-Encoding: {coding}", body=body)
            assert (path, answer.status) == (path, status)
    # Nor was it tried where the answer is the same.
    assert not [record for record in caplog.records if record.exc_info]


async def test_one_who_drips_a_bomb_is_answered_as_anybody(ports: Ports) -> None:
    bomb = brotli.compress(bytes(2**26))
    async with stranger(ports.public) as one:
        await one.send(b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Encoding: br\r\n")
        await one.send(b"Content-Length: %d\r\n\r\n" % len(bomb))
        for place in range(0, len(bomb), 50):
            await one.send(bomb[place : place + 50])
            await asyncio.sleep(0)
        assert (await one.answer()).status == 404


@pytest.mark.parametrize("coding", [*PACK, "zstd"])
async def test_the_demo_unpacks_no_body_either(coding: str) -> None:
    """What can't be unpacked at all is refused by whoever tries."""
    api, carrier = (bind("127.0.0.1", 0) for _ in range(2))
    body = b"\xffnothing that was packed"
    async with appointments(api, Api(delay=0)), served(Carrier("AC1", "token").app(), carrier):
        for sock, line, status in (
            (api, "GET /appointments HTTP/1.1", 200),
            (api, "POST /nowhere HTTP/1.1", 404),
            (carrier, "POST /2010-04-01/Accounts/AC1/Calls.json HTTP/1.1", 401),
            (carrier, "POST /nowhere HTTP/1.1", 404),
        ):
            answer = await asks(port_of(sock), line, FORM, f"Content-Encoding: {coding}", body=body)
            assert (line, answer.status) == (line, status)

"""How many may connect: at an address, in all, through a proxy; and what happens when no more files can be opened."""

import asyncio
import errno
import logging
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from ipaddress import ip_network
from pathlib import Path

import pytest
from aiohttp import web
from twilio.request_validator import RequestValidator

from ivr.twilio.signature import Signature
from ivr.twilio.twiml import Addresses
from ivr.web.acceptor import Acceptor
from ivr.web.carrier.signed import Signed
from ivr.web.crowd import Crowd, Limits, Ticket, for_web_calls, shares
from ivr.web.peer import Proxies
from ivr.web.sparing import Sparing
from tests.web.stranger import PATIENCE, Stranger, alone, asks, stranger

TOKEN, URL = "not-a-secret", "https://ivr.example.com"
PROXY = "127.0.0.9"
FEW = Limits(total=6, per_address=2, exempt=lambda _: False, proxies=Proxies((ip_network(f"{PROXY}/32"),)))


class Place:
    """A listener with an address that answers when it is let, and one that only the carrier may ask."""

    def __init__(self, port: int, go: asyncio.Event, under_way: asyncio.Semaphore) -> None:
        self.port, self.go, self.under_way = port, go, under_way


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    go, under_way = asyncio.Event(), asyncio.Semaphore(0)
    signed = Signed(Signature(TOKEN, URL), Addresses(URL))

    async def waits(_: web.Request) -> web.Response:
        under_way.release()
        await go.wait()
        return web.Response()

    async def carried(request: web.Request) -> web.Response:
        await signed.form(request)
        return web.Response(text="yours")

    async with alone(FEW, [web.get("/waits", waits), web.post("/voice", carried)]) as port:
        yield Place(port, go, under_way)
        go.set()


async def lives(one: Stranger) -> bool:
    """Whether a connection is served."""
    await one.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    return (await one.answer()).status == 200


async def is_turned_away(one: Stranger) -> bool:
    """Whether nothing is answered, however well it is asked."""
    await one.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    return (await one.answer()).status == 0


async def test_a_few_from_an_address(place: Place) -> None:
    async with stranger(place.port) as first, stranger(place.port) as second:
        assert await lives(first)
        assert await lives(second)
        async with stranger(place.port) as third:
            assert await is_turned_away(third)
        async with stranger(place.port, "127.0.0.2") as other:
            assert await lives(other)
        first.leave()
        async with asyncio.timeout(PATIENCE):
            while (await asks(place.port, "GET /healthz HTTP/1.1")).status != 200:
                continue


async def test_the_carrier_may_have_more(place: Place) -> None:
    """Nobody who signs is a stranger, and some carriers have one address only."""
    signature = RequestValidator(TOKEN).compute_signature(f"{URL}/voice", {})
    async with AsyncExitStack() as stack:
        for _ in range(FEW.per_address + 3):
            one = await stack.enter_async_context(stranger(place.port))
            await one.send(f"POST /voice HTTP/1.1\r\nHost: x\r\nX-Twilio-Signature: {signature}\r\n\r\n".encode())
            assert (await one.answer()).body == b"yours"


async def test_a_few_in_all(place: Place) -> None:
    async with AsyncExitStack() as stack:
        ones = [await stack.enter_async_context(stranger(place.port, f"127.0.1.{host}")) for host in range(1, 7)]
        assert all([await lives(one) for one in ones])
        async with stranger(place.port, "127.0.1.7") as one_more:
            assert await is_turned_away(one_more)


async def test_those_turned_away_have_few_lines_in_the_log(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    async with AsyncExitStack() as stack:
        for number in range(FEW.per_address + 100):
            one = await stack.enter_async_context(stranger(place.port))
            assert number < FEW.per_address or await is_turned_away(one)
    lines = [record for record in caplog.records if "is refused" in record.message]
    assert 0 < len(lines) < 50


async def test_through_a_proxy_each_counts_alone(place: Place) -> None:
    async with AsyncExitStack() as stack:

        async def ask(forwarded: str) -> Stranger:
            one = await stack.enter_async_context(stranger(place.port, PROXY))
            await one.send(f"GET /waits HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {forwarded}\r\n\r\n".encode())
            return one

        busy = [await ask("198.51.100.1") for _ in range(2)]
        for _ in busy:
            await place.under_way.acquire()
        # What it claims itself stands before what the proxy adds.
        refused = await (await ask("203.0.113.7, 198.51.100.1")).answer()
        assert (refused.status, refused.header("Retry-After")) == (429, "1")
        other = await ask("198.51.100.2")
        await place.under_way.acquire()
        place.go.set()
        assert [(await one.answer()).status for one in (*busy, other)] == [200, 200, 200]
        # And then there is room again.
        assert (await (await ask("198.51.100.1")).answer()).status == 200


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("10.0.0.1", [], "10.0.0.1"),
        ("192.0.2.1", ["198.51.100.1"], "192.0.2.1"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["203.0.113.7, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["203.0.113.7", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("10.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("::ffff:10.0.0.1", ["2001:db8::1"], "2001:db8::1"),
        ("10.0.0.1", ["unknown"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1, "], "10.0.0.1"),
        ("10.0.0.1", ["\x00, <script>"], "10.0.0.1"),
        ("10.0.0.1", [", " * 4000 + "198.51.100.1"], "198.51.100.1"),
    ],
)
def test_whose_request_it_is(peer: str, forwarded: list[str], address: str) -> None:
    from aiohttp.test_utils import make_mocked_request
    from multidict import CIMultiDict

    headers = CIMultiDict([("X-Forwarded-For", each) for each in forwarded])
    request = make_mocked_request("GET", "/", headers=headers).clone(remote=peer)
    assert Proxies.parse("10.0.0.0/24, 2001:db8:9::1").address(request) == address


def test_places_are_given_back_once() -> None:
    crowd = Crowd(Limits(total=2, per_address=1, exempt=lambda _: False))
    first = crowd.connected("2001:db8:1:2::1")
    assert first is not None
    assert crowd.connected("2001:db8:1:2:ffff::1") is None
    first.vouch()
    second = crowd.connected("2001:db8:1:2:ffff::1")
    assert second is not None
    assert crowd.connected("2001:db8:1:3::1") is None
    for _ in range(3):
        first.leave()
        second.leave()
    assert crowd.total == 0
    assert crowd.connected("2001:db8:1:2::1") is not None


@pytest.mark.parametrize("files", [256, 1024, 65_536, 1_048_576])
def test_the_board_keeps_a_share(files: int) -> None:
    public, board = shares(files)
    assert board >= 16
    assert public + board + for_web_calls(files) < files


SERVER = """
import asyncio, logging, resource, sys
from ivr.web.crowd import Limits
from ivr.web.server import bind, listen, port_of

async def main():
    logging.basicConfig(format="%(levelname)s %(name)s %(message)s")
    sock = bind("127.0.0.1", 0)
    async with listen(sock, [], Limits(total=10_000)):
        resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
        print(port_of(sock), flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(main())
"""


async def test_no_more_files_to_open(tmp_path: Path) -> None:
    """It is told once, not a thousand times a second; whoever connects meanwhile is served when others have left."""
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", SERVER),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert server.stdin is not None
    assert server.stdout is not None
    assert server.stderr is not None
    async with AsyncExitStack() as stack, asyncio.timeout(PATIENCE):
        port = int(await server.stdout.readline())
        crowd = [await stack.enter_async_context(stranger(port)) for _ in range(60)]
        told = await server.stderr.readline()
        assert b"no connection can be taken now" in told
        assert await lives(crowd[0])
        for one in crowd[:40]:
            one.leave()
        assert await lives(crowd[-1])
        server.stdin.close()
        told += await server.stderr.read()
        await server.wait()
    assert b"Traceback" not in told
    # One a second, and by a second or two there was room again.
    assert len(told.splitlines()) < 20


class NoFiles(socket.socket):
    """A socket that is always asked for, where no more files can be opened."""

    tries = 0

    def accept(self) -> tuple[socket.socket, object]:
        self.tries += 1
        raise OSError(errno.EMFILE, "Too many open files")


async def test_where_no_more_files_can_be_opened_it_is_not_tried_again_at_once() -> None:
    async def turns(count: int) -> None:
        for _ in range(count):
            await asyncio.sleep(0)

    def nobody(_: Ticket) -> asyncio.Protocol:
        raise AssertionError("nobody is taken")

    with NoFiles() as sock, socket.socket() as client:
        sock.bind(("127.0.0.1", 0))
        acceptor = Acceptor(sock, Crowd(Limits()), nobody, Sparing(logging.getLogger("files")))
        client.connect(sock.getsockname())
        await turns(1000)
        await acceptor.close()
        assert 0 < sock.tries < 20

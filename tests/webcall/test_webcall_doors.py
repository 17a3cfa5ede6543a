"""Connecting: certificates, connections that do not come about, and hosts that are spared."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from ivr.webcall.breaker import Rules
from tests.egress.world import table
from tests.webcall.certificates import DAY, Authority
from tests.webcall.peer import PATIENCE, Naps, Talk, World, answer, asker, nothing, peer, says

FINE = says(answer(b"[]"))
NAMES = {"api_example_test": ["127.0.0.1"]}
HOST = "api.example.test"


async def test_a_private_authority_is_trusted_where_its_file_says_so(authority: Authority) -> None:
    world = World(ca_file=authority.file, resolver=table(**NAMES))
    async with peer(FINE, authority.server(HOST)) as api, asker(world) as ask:
        reply = await ask(api.at(HOST))
    assert (reply.cause, reply.status, reply.error) == ("ok", 200, "")


async def test_an_address_may_have_a_certificate(authority: Authority) -> None:
    async with peer(FINE, authority.server("127.0.0.1")) as api, asker(World(ca_file=authority.file)) as ask:
        assert (await ask(api.url)).cause == "ok"


async def test_it_is_not_trusted_without_the_file(authority: Authority) -> None:
    async with peer(FINE, authority.server("127.0.0.1")) as api, asker() as ask:
        reply = await ask(api.url)
        assert (reply.cause, reply.status, api.asked) == ("tls", None, [])
    assert reply.error.startswith("The API's certificate is not valid: ")


BAD = {
    "expired": lambda by: by.server(HOST, age=10 * DAY, lasting=9 * DAY),
    "not yet valid": lambda by: by.server(HOST, age=timedelta(days=-1)),
    "another host's": lambda by: by.server("other.example.test"),
    "its own": lambda by: by.alone(HOST),
}


@pytest.mark.parametrize("kind", BAD)
async def test_a_certificate_that_does_not_hold(authority: Authority, kind: str) -> None:
    world = World(ca_file=authority.file, resolver=table(**NAMES))
    async with peer(FINE, BAD[kind](authority)) as api, asker(world) as ask:
        reply = await ask(api.at(HOST))
        assert (reply.cause, reply.status, api.asked) == ("tls", None, [])
    assert reply.error.startswith("The API's certificate is not valid: ")
    assert [each.cause for each in reply.tries] == ["tls"]


async def test_no_secure_connection_where_there_is_none() -> None:
    async with asyncio.timeout(PATIENCE), asker() as ask:
        sock = socket.create_server(("127.0.0.1", 0))
        sock.setblocking(False)
        asking = asyncio.create_task(ask(f"https://127.0.0.1:{sock.getsockname()[1]}/"))
        loop = asyncio.get_running_loop()
        with sock:
            connection, _ = await loop.sock_accept(sock)
            with connection:
                await loop.sock_sendall(connection, b"HTTP/1.1 400 Bad Request\r\n\r\n")
                reply = await asking
    assert (reply.cause, reply.status) == ("tls", None)


async def test_plain_words_to_a_secure_door(authority: Authority) -> None:
    async with peer(FINE, authority.alone("127.0.0.1")) as api, asker() as ask:
        reply = await ask(api.url.replace("https:", "http:"))
    assert reply.cause in {"connect", "unreadable"}
    assert reply.status is None


async def test_a_door_that_is_closed() -> None:
    async with peer(nothing) as api:
        pass
    async with asker() as ask:
        reply = await ask(api.url)
    assert (reply.cause, reply.status) == ("connect", None)
    assert reply.error.startswith("The API could not be reached: ")
    assert [each.cause for each in reply.tries] == ["connect"]


async def test_a_host_name_that_nobody_has() -> None:
    async with asker() as ask:
        reply = await ask("http://api.invalid/appointments")
    assert (reply.cause, reply.status) == ("dns", None)
    assert reply.error.startswith("The API's host name could not be found: ")


@contextmanager
def crowded() -> Iterator[int]:
    """The port of a door where so many wait that nobody is let in any more."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as sock:
        port = sock.getsockname()[1]
        crowd = [socket.socket() for _ in range(4)]
        for each in crowd:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        try:
            yield port
        finally:
            for each in crowd:
                each.close()


async def test_who_is_not_let_in_in_time_was_never_connected() -> None:
    with crowded() as port:
        async with asker() as ask:
            reply = await ask(f"http://127.0.0.1:{port}/", connect_timeout=1, timeout=8)
    assert (reply.cause, reply.status) == ("connect", None)
    assert reply.error.startswith("No connection to the API could be made in time: ")
    assert reply.milliseconds < 6_000


async def test_a_door_that_opens_but_never_shakes_hands() -> None:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        async with asker() as ask:
            reply = await ask(f"https://127.0.0.1:{sock.getsockname()[1]}/", connect_timeout=1, timeout=8)
    assert (reply.cause, reply.status) == ("connect", None)


async def test_a_host_gets_no_more_at_once_than_it_should() -> None:
    at_once, most = 0, 0

    async def count(talk: Talk) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.02)
        at_once -= 1
        await FINE(talk)

    async with peer(count) as api, asker(World(rules=Rules(concurrent=3))) as ask:
        replies = await asyncio.gather(*(ask(api.url) for _ in range(12)))
    assert ([reply.cause for reply in replies], most) == (["ok"] * 12, 3)


async def test_who_waits_for_a_place_has_a_deadline_too() -> None:
    async with peer(nothing) as api, asker(World(rules=Rules(concurrent=1))) as ask:
        first = asyncio.create_task(ask(api.url, timeout=8))
        await api.arrived.get()
        reply = await ask(api.url, timeout=1)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
    assert (reply.cause, len(api.asked)) == ("not_sent", 1)
    assert [each.cause for each in reply.tries] == ["not_sent"]


async def test_a_host_that_is_down_is_spared_and_then_probed() -> None:
    clock = Naps()
    rules = Rules(failures=3, pause=15)
    async with peer(says(answer(b"no", status="500 Oh"))) as api, asker(World(rules=rules, clock=clock)) as ask:
        for _ in range(3):
            await ask(api.url)
        reply = await ask(api.url, retries=3)
        assert (reply.cause, reply.status, len(api.asked), clock.slept) == ("skipped", None, 3, [])
        assert reply.error.startswith(f"The API at 127.0.0.1:{api.port} failed 3 times in a row; it is asked again in ")
        assert [each.cause for each in reply.tries] == ["skipped"]
        clock.ahead = 16_000
        assert (await ask(api.url)).status == 500
    assert len(api.asked) == 4


async def test_what_is_our_own_doing_says_nothing_about_a_host() -> None:
    rules = Rules(failures=1)
    names = table(inside_example=["10.0.0.1"])
    async with asker(World(rules=rules, resolver=names)) as ask:
        causes = [(await ask("http://inside.example/")).cause for _ in range(3)]
    assert causes == ["blocked"] * 3

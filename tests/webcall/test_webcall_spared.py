"""Which ends of a request say that a host is down, and which say that it is well."""

import asyncio
import errno
import os
import re
import sys
from collections.abc import AsyncIterator
from typing import cast

import pytest
from aiohttp import ClientOSError, ClientResponse

from ivr.webcall.breaker import Rules
from ivr.webcall.client import WebCalls
from ivr.webcall.connections import Client, open_client
from ivr.webcall.exchange import LACK_PAUSE, NEXT_NOT_SENT, NOT_SENT
from ivr.webcall.guard import Guard
from ivr.webcall.limits import Limits
from ivr.webcall.outgoing import Outgoing
from ivr.webcall.request import Secrets
from ivr.webcall.timings import note
from tests.webcall.certificates import Authority
from tests.webcall.peer import (
    LOOPBACK,
    Asker,
    Behaviour,
    Naps,
    World,
    answer,
    asker,
    in_turn,
    nothing,
    peer,
    redirect,
    says,
)

ONE = Rules(failures=1)
TWO = World(rules=Rules(failures=2))
FINE = says(answer(b"[]"))
BROKEN = says(answer(b"no", status="500 Oh"))


@pytest.fixture
async def ask() -> AsyncIterator[Asker]:
    async with asker(TWO) as ask:
        yield ask


DOWN: dict[str, Behaviour] = {
    "500": BROKEN,
    "503": says(answer(b"no", status="503 Later")),
    "599": says(answer(b"no", status="599 Odd")),
    "hangs up": says(b""),
    "silence": nothing,
}


@pytest.mark.parametrize("behave", DOWN.values(), ids=DOWN)
async def test_what_tells_that_a_host_is_down(ask: Asker, behave: Behaviour) -> None:
    async with peer(behave) as api:
        for _ in range(2):
            assert (await ask(api.url, timeout=1)).cause != "skipped"
        came = len(api.asked)
        assert ((await ask(api.url)).cause, len(api.asked)) == ("skipped", came)


async def test_a_closed_door_does(ask: Asker) -> None:
    async with peer(FINE) as api:
        pass
    assert [(await ask(api.url)).cause for _ in range(3)] == ["connect", "connect", "skipped"]


async def test_a_certificate_that_does_not_hold_does(ask: Asker, authority: Authority) -> None:
    async with peer(FINE, authority.alone("127.0.0.1")) as api:
        assert [(await ask(api.url)).cause for _ in range(3)] == ["tls", "tls", "skipped"]


async def test_an_answer_in_between_tells_that_it_is_well(ask: Asker) -> None:
    async with peer(in_turn(BROKEN, FINE, BROKEN, FINE)) as api:
        assert [(await ask(api.url)).status for _ in range(4)] == [500, 200, 500, 200]


WELL: dict[str, Behaviour] = {
    "404": says(answer(b"no", status="404 Not Found")),
    "429": says(answer(b"no", status="429 Slowly")),
    "what can't be read": says(answer(b"{", "Content-Type: application/json")),
    "what is too large": says(answer(b"x" * 2_000_000)),
}


@pytest.mark.parametrize("behave", WELL.values(), ids=WELL)
async def test_whatever_it_answers_it_is_there(ask: Asker, behave: Behaviour) -> None:
    async with peer(behave) as api:
        assert "skipped" not in [(await ask(api.url)).cause for _ in range(4)]
    assert len(api.asked) == 4


async def test_one_host_says_nothing_of_another(ask: Asker) -> None:
    async with peer(BROKEN) as down, peer(FINE) as other:
        for _ in range(2):
            await ask(down.url)
        assert ((await ask(down.url)).cause, (await ask(other.url)).cause) == ("skipped", "ok")


QUEUES = {
    "the connections of all hosts": World(rules=Rules(failures=1), most=1),
    "the places of one host": World(rules=Rules(failures=1, concurrent=1)),
}


@pytest.mark.parametrize("world", QUEUES.values(), ids=QUEUES)
async def test_whoever_waited_for_us_alone_says_nothing_of_the_host(world: World) -> None:
    """The request that found no place was not sent, which its reply says; the next one finds one."""
    async with asker(world) as ask, peer(in_turn(nothing, FINE)) as api:
        first = asyncio.create_task(ask(api.url))
        await api.arrived.get()
        late = await ask(api.url, timeout=1, waited=0.9)
        assert (late.cause, late.error, late.tries[0].error) == ("not_sent", NOT_SENT, NOT_SENT)
        first.cancel()
        assert ((await ask(api.url)).cause, len(api.asked)) == ("ok", 2)


@pytest.mark.parametrize("world", QUEUES.values(), ids=QUEUES)
async def test_time_in_our_queue_is_told_and_not_held_against_the_host(world: World) -> None:
    """Neither request leaves the API half of its time: one begins late, the other waits for it to end."""
    async with asker(world) as ask, peer(in_turn(nothing, nothing, FINE)) as api:
        first = asyncio.create_task(ask(api.url, timeout=3, waited=1.8))
        await api.arrived.get()
        late = await ask(api.url, timeout=2)
        await first
        assert (late.cause, list(late.tries[0].milliseconds)) == ("timeout", ["queue", "connect", "total"])
        assert re.fullmatch(
            r"The API did not answer within 2 s, \d\.\d s of which passed here while it waited for others to end\.",
            late.error,
        )
        assert (late.tries[0].error, (await ask(api.url)).cause) == (late.error, "ok")


async def test_a_host_that_a_redirect_reached_late_is_not_to_blame() -> None:
    async with (
        asker(World(rules=ONE)) as ask,
        peer(in_turn(nothing, FINE)) as there,
        peer(redirect(there.url)) as api,
    ):
        late = await ask(api.url, timeout=1, waited=0.6)
        assert (late.cause, len(there.asked), (await ask(there.url)).cause) == ("timeout", 1, "ok")


async def test_the_next_request_that_waited_for_us_alone_was_not_sent() -> None:
    """A redirect leads to a host whose only place is taken."""
    async with asker(World(rules=Rules(concurrent=1))) as ask, peer(nothing) as busy, peer(redirect(busy.url)) as api:
        first = asyncio.create_task(ask(busy.url))
        await busy.arrived.get()
        late = await ask(api.url, timeout=1, waited=0.8)
        first.cancel()
        assert (late.cause, late.error, len(busy.asked)) == ("not_sent", NEXT_NOT_SENT, 1)
        assert [(each.cause, each.status) for each in late.tries] == [("ok", 302), ("not_sent", None)]


class _NoFiles:
    """A client of a process that may open no more files, so many times."""

    def __init__(self, client: Client, times: int) -> None:
        self._client = client
        self._times = times

    async def send(self, outgoing: Outgoing, connect_timeout: float) -> ClientResponse:
        if self._times:
            self._times -= 1
            note("connect_began")
            raise ClientOSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return await self._client.send(outgoing, connect_timeout)


@pytest.mark.parametrize(
    ("times", "cause", "error"), [(2, "ok", ""), (sys.maxsize, "not_sent", NOT_SENT)], ids=["some", "none"]
)
async def test_whoever_finds_no_file_to_open_waits_for_one(times: int, cause: str, error: str) -> None:
    clock = Naps()
    async with peer(FINE) as api, open_client(Guard.parse(LOOPBACK)) as client:
        calls = WebCalls(
            cast("Client", _NoFiles(client, times)), Secrets(str, World().open_named), Limits(clock, ONE), clock
        )
        reply = await Asker(calls, clock)(api.url, timeout=1, waited=0.9 if times > 2 else 0)
        assert (reply.cause, reply.error, clock.slept[:2]) == (cause, error, [LACK_PAUSE] * 2)
        calls = WebCalls(client, Secrets(str, World().open_named), calls._limits, clock)
        assert (await Asker(calls, clock)(api.url)).cause == "ok"

"""Kept connections: a request that meets one which the API has closed is sent once more, and each is told of."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from ivr.core.credentials import Hmac
from ivr.core.fields import Secret
from ivr.webcall.breaker import Rules
from tests.webcall.peer import Asker, Behaviour, Peer, Talk, World, answer, asker, in_turn, peer, says

KEPT = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"
FINE, DROPPED = says(answer(b"[]")), says(b"")
SAFE = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]


@asynccontextmanager
async def keeper(then: Behaviour, before_it_closes: bytes = b"") -> AsyncIterator[Peer]:
    """An API that answers, reads one more request over the same connection, and closes it; `then` is what it does to
    those who come over another."""

    async def behave(talk: Talk) -> None:
        if len(api.asked) > 1:
            await then(talk)
            return
        await talk.send(KEPT)
        api.asked.append(await talk.reader.readuntil(b"\r\n\r\n"))
        await talk.send(before_it_closes)

    async with peer(behave) as api:
        yield api


async def second(api: Peer, ask: Asker, **fields: object) -> tuple[list[str], int]:
    """How each try of a second request ended; and how many requests arrived for it."""
    assert (await ask(api.url)).cause == "ok"
    reply = await ask(api.url, **fields)
    return [each.cause for each in reply.tries], len(api.asked) - 1


@pytest.mark.parametrize("method", [*SAFE, "POST", "PATCH"])
async def test_a_new_connection_that_is_closed_is_told_and_not_tried_again(ask: Asker, method: str) -> None:
    async with peer(DROPPED) as api:
        reply = await ask(api.url, method=method)
        assert (reply.cause, [each.cause for each in reply.tries], len(api.asked)) == ("connect", ["connect"], 1)


async def test_a_retry_is_one_request(ask: Asker) -> None:
    async with peer(in_turn(DROPPED, DROPPED, FINE)) as api:
        reply = await ask(api.url, method="DELETE", retries=1, backoff=0.1)
        assert ([each.cause for each in reply.tries], len(api.asked)) == (["connect", "connect"], 2)


@pytest.mark.parametrize("method", SAFE)
async def test_a_kept_connection_that_was_closed_costs_one_more_request(ask: Asker, method: str) -> None:
    async with keeper(FINE) as api:
        assert await second(api, ask, method=method) == (["connect", "ok"], 2)


async def test_once_and_no_more(ask: Asker) -> None:
    async with keeper(DROPPED) as api:
        assert await second(api, ask) == (["connect", "connect"], 2)


@pytest.mark.parametrize(("key", "tries"), [("", ["connect"]), ("CA1.3.2", ["connect", "ok"])], ids=["plain", "keyed"])
async def test_what_is_not_harmless_is_not_sent_again(ask: Asker, key: str, tries: list[str]) -> None:
    async with keeper(FINE) as api:
        assert await second(api, ask, method="POST", idempotency_key=key) == (tries, len(tries))


async def test_not_after_a_byte_of_an_answer(ask: Asker) -> None:
    async with keeper(FINE, before_it_closes=b"HTTP/1.1 2") as api:
        tries, arrived = await second(api, ask)
        assert (len(tries), arrived) == (1, 1)


async def test_it_is_signed_anew(ask: Asker) -> None:
    auth = Hmac(Secret(sealed="key"), sign="{nonce}", headers=(("X-Nonce", "{nonce}"),))
    async with keeper(FINE) as api:
        await second(api, ask, auth=auth)
        nonces = [api.header("X-Nonce", nth) for nth in (1, 2)]
    assert None not in nonces
    assert len(set(nonces)) == 2


async def test_it_says_nothing_of_the_host() -> None:
    async with keeper(FINE) as api, asker(World(rules=Rules(failures=1))) as ask:
        assert await second(api, ask, method="POST") == (["connect"], 1)
        assert (await ask(api.url)).cause == "ok"

"""When a request is sent again, and how long it waits before."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.events import Fetched
from ivr.webcall.retry import LONGEST_PAUSE, retry_after
from tests.egress.world import table
from tests.webcall.certificates import Authority
from tests.webcall.peer import Behaviour, Naps, Peer, World, answer, asker, in_turn, nothing, peer, redirect, says

FINE = says(answer(b"[]"))
DROPPED = says(b"")
KEYED: dict[str, Any] = {"method": "POST", "idempotency_key": "CA1.3.2"}
"""Harmless by its key alone."""


def refused(status: int, *headers: str) -> Behaviour:
    return says(answer(b"", *headers, status=f"{status} Later"))


async def asked(*behaviours: Behaviour, **fields: Any) -> tuple[Peer, Fetched, list[float]]:
    """What became of a request, with the pauses between its tries."""
    clock = Naps()
    async with peer(in_turn(*behaviours)) as api, asker(World(clock=clock)) as ask:
        return api, await ask(api.url, **{"retries": 3, **fields}), clock.slept


@pytest.mark.parametrize("fault", [DROPPED, refused(429), refused(503)], ids=["connect", "429", "503"])
async def test_what_may_pass_by_itself_is_tried_again(fault: Behaviour) -> None:
    _, reply, slept = await asked(fault, fault, FINE, **KEYED)
    assert (reply.cause, reply.status, len(reply.tries), slept) == ("ok", 200, 3, [0.5, 1.0])


async def test_no_more_often_than_said() -> None:
    api, reply, slept = await asked(refused(503), retries=2, backoff=0.25)
    assert (reply.cause, reply.status, len(api.asked), slept) == ("ok", 503, 3, [0.25, 0.5])


async def test_not_at_all_unless_said() -> None:
    api, reply, slept = await asked(refused(503), retries=0)
    assert (reply.status, len(api.asked), slept) == (503, 1, [])


FINAL: dict[str, Behaviour] = {
    **{str(status): refused(status) for status in (400, 401, 404, 408, 500, 502, 504)},
    "what can't be read": says(answer(b"{", "Content-Type: application/json")),
    "what is no HTTP": says(b"220 hello\r\n"),
    "what breaks off": says(answer(b"x", length=100)),
    "what is too large": says(answer(b"x" * 2_000_000)),
    "too many redirects": redirect("/"),
}


@pytest.mark.parametrize("behave", FINAL.values(), ids=FINAL.keys())
async def test_what_does_not_pass_by_itself_is_final(behave: Behaviour) -> None:
    api, _, slept = await asked(behave)
    assert slept == []
    assert len(api.asked) in {1, 6}


SAFE = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]


@pytest.mark.parametrize("method", [*SAFE, "POST", "PATCH"])
async def test_only_what_is_harmless_is_done_twice(method: str) -> None:
    api, _, _ = await asked(refused(503), says(answer()), method=method)
    assert len(api.asked) == (2 if method in SAFE else 1)


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_a_key_makes_anything_harmless_and_stays_the_same(method: str) -> None:
    api, reply, _ = await asked(DROPPED, refused(503), FINE, method=method, body="x", idempotency_key="CA1.3.2")
    assert (reply.cause, [api.header("Idempotency-Key", nth) for nth in range(3)]) == ("ok", ["CA1.3.2"] * 3)


async def test_an_answer_may_ask_for_a_longer_pause() -> None:
    _, _, slept = await asked(refused(429, "Retry-After: 3"), refused(503, "Retry-After: 0"), FINE)
    assert slept == [3.0, 1.0]


async def test_until_a_date() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=4), usegmt=True)
    _, _, slept = await asked(refused(503, f"Retry-After: {date}"), FINE)
    assert len(slept) == 1
    assert 1 < slept[0] <= 4


@pytest.mark.parametrize("told", ["soon", "-5", "", "Mon, 99 Foo 2024", "Mon, 01 Jan 2001 00:00:00 GMT"])
async def test_a_pause_that_says_nothing(told: str) -> None:
    _, reply, slept = await asked(refused(503, f"Retry-After: {told}"), FINE)
    assert (reply.status, slept) == (200, [0.5])


async def test_never_beyond_the_deadline() -> None:
    api, reply, slept = await asked(refused(503, "Retry-After: 60"), timeout=5)
    assert (reply.cause, reply.status, len(api.asked), slept) == ("ok", 503, 1, [])


async def test_the_pauses_double_up_to_the_longest() -> None:
    _, _, slept = await asked(refused(503), retries=5, backoff=10.0, timeout=1000)
    assert slept == [10, 20, 40, LONGEST_PAUSE, LONGEST_PAUSE]


async def test_the_deadline_is_over_all_tries_and_pauses() -> None:
    async with peer(in_turn(refused(503), DROPPED, redirect("/there"), nothing)) as api, asker() as ask:
        reply = await ask(api.url, retries=5, backoff=0.1, timeout=1, **KEYED)
    assert (reply.cause, reply.error) == ("timeout", "The API did not answer within 1 s.")
    assert reply.milliseconds < 4_000
    assert [(each.cause, each.status) for each in reply.tries] == [
        ("ok", 503),
        ("connect", None),
        ("ok", 302),
        ("timeout", None),
    ]


async def test_a_name_that_is_not_found_yet() -> None:
    class Later(Naps):
        async def sleep(self, seconds: float) -> None:
            names.table["api.example"] = [["127.0.0.1"]]

    names = table()
    async with peer(FINE) as api, asker(World(resolver=names, clock=Later())) as ask:
        reply = await ask(api.at("api.example"), retries=1)
    assert (reply.cause, [each.cause for each in reply.tries]) == ("ok", ["dns", "ok"])


async def test_a_door_without_a_valid_certificate(authority: Authority) -> None:
    clock = Naps()
    async with peer(FINE, authority.alone("127.0.0.1")) as api, asker(World(clock=clock)) as ask:
        reply = await ask(api.url, retries=1)
    assert [each.cause for each in reply.tries] == ["tls", "tls"]


@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d+ \d+:\d+:\d+ [-+A-Z]*\d*", fullmatch=True))
def test_any_header_asks_for_a_pause_or_for_none(header: str) -> None:
    asked = retry_after(header, 1_700_000_000)
    assert asked is None or asked >= 0

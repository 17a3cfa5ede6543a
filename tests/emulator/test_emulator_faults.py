"""Faults over loopback: what the client and the server see, and what really happened."""

from collections.abc import AsyncIterator
from random import Random

import aiohttp
import pytest
import requests

from ivr.emulator import Faults, Request, RestFault, Timing, WebhookFault
from tests.emulator.served import Served, refusal, served
from tests.emulator.world import CALLER, LINE, kinds, of_kind

pytestmark = pytest.mark.process

MESSAGE = {"To": CALLER, "From": LINE, "Body": "hi"}


@pytest.fixture
async def at() -> AsyncIterator[Served]:
    """A served carrier that delivers at once."""
    async with served(Timing(message_sent_after=0, message_delivered_after=0, status_callback_after=0)) as made:
        made.pages["/voice"] = "<Hangup/>"
        yield made


REFUSALS = [
    (Faults(refuse_requests=1), 429, 20429, "1"),
    (Faults(refuse_requests=1, retry_after=2.5), 429, 20429, "3"),
    (Faults(refuse_requests=1, retry_after=0), 429, 20429, None),
    (Faults(unavailable_requests=1, retry_after=7), 503, 20503, "7"),
]


@pytest.mark.parametrize(("faults", "status", "code", "patience"), REFUSALS)
async def test_refused_requests_change_nothing(
    at: Served, faults: Faults, status: int, code: int, patience: str | None
) -> None:
    at.carrier.faults = faults
    answer = await at.raw("POST", "Messages.json", data=MESSAGE)
    assert (answer.status, (await answer.json())["code"], answer.headers.get("Retry-After")) == (status, code, patience)
    assert await refusal(at, lambda client: client.messages.create(to=CALLER, from_=LINE, body="hi")) == (status, code)
    assert at.carrier.messages == []


async def test_a_cut_request_was_carried_out(at: Served) -> None:
    """The client can't know; only the list of messages tells."""
    at.carrier.faults = Faults(cut_requests=1)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await at.raw("POST", "Messages.json", data=MESSAGE)
    with pytest.raises(requests.ConnectionError):
        await at.ask(lambda client: client.messages.create(to=CALLER, from_=LINE, body="hello"))
    at.carrier.faults = Faults()
    found = await at.ask(lambda client: client.messages.list(to=CALLER, from_=LINE))
    assert [one.body for one in found] == ["hello", "hi"]


async def test_a_refused_request_is_refused_before_it_is_cut(at: Served) -> None:
    at.carrier.faults = Faults(cut_requests=1)
    answer = await at.raw("POST", "Messages.json", data=MESSAGE | {"To": "+15005550004"})
    assert (answer.status, (await answer.json())["code"]) == (400, 21610)


async def test_a_test_picks_the_request_that_fails(at: Served) -> None:
    asked: list[tuple[str, str]] = []

    def second_post(method: str, path: str) -> RestFault | None:
        asked.append((method, path.rpartition("/")[2]))
        return "unavailable" if [one for one, _ in asked].count("POST") == 2 else None

    at.carrier.faults = Faults(on_request=second_post)
    answers = [(await at.raw("POST", "Messages.json", data=MESSAGE)).status for _ in range(3)]
    assert (answers, asked) == ([201, 503, 201], [("POST", "Messages.json")] * 3)


async def test_strangers_are_sent_away_whatever_the_fault(at: Served) -> None:
    at.carrier.faults = Faults(refuse_requests=1, cut_requests=1)
    assert await refusal(at, lambda client: client.calls("CA0").fetch(), "wrong") == (401, 20003)


async def test_a_lost_webhook_never_reaches_the_server(at: Served) -> None:
    at.carrier.faults = Faults(lose_webhooks=1)
    call = at.carrier.ring(CALLER, LINE)
    await call.ended()
    await at.carrier.idle()
    assert (at.webhooks, [one.detail["code"] for one in of_kind(call, "log")]) == ([], [11205, 11205])
    assert kinds(call, "say", "ended") == ["say", "ended"]  # the apology


async def test_a_lost_webhook_is_tried_again(at: Served) -> None:
    attempts: list[Request] = []

    def first(request: Request) -> WebhookFault | None:
        attempts.append(request)
        return "lost" if len(attempts) == 1 else None

    at.carrier.faults = Faults(on_webhook=first)
    call = at.carrier.ring(CALLER, LINE)
    await call.ended()
    await at.carrier.idle()
    assert [one.path for one in at.webhooks] == ["/voice", "/status"]
    tokens = [request.header("I-Twilio-Idempotency-Token") for request in attempts[:2]]
    assert tokens[0] == tokens[1]


async def test_a_cut_webhook_reached_the_server(at: Served) -> None:
    at.carrier.faults = Faults(on_webhook=lambda request: "cut" if request.url.endswith("/voice") else None)
    call = at.carrier.ring(CALLER, LINE)
    await call.ended()
    await at.carrier.idle()
    assert [one.path for one in at.webhooks] == ["/voice", "/status"]
    assert [one.detail["code"] for one in of_kind(call, "log")] == [11200]


CALLBACKS = [
    (Faults(lose_status_callbacks=1), []),
    (Faults(), ["delivered", "sent"]),
    (Faults(repeat_status_callbacks=1), ["delivered", "delivered", "sent", "sent"]),
    (Faults(late_status_callbacks=0.1, random=Random(1)), ["delivered", "sent"]),
]


@pytest.mark.parametrize(("faults", "reported"), CALLBACKS)
async def test_status_callbacks_of_messages(at: Served, faults: Faults, reported: list[str]) -> None:
    at.carrier.faults = faults
    await at.raw("POST", "Messages.json", data=MESSAGE | {"StatusCallback": at.url("/sms")})
    await at.carrier.idle()
    assert sorted(one.fields["MessageStatus"] for one in at.webhooks) == reported
    assert all(one.signed for one in at.webhooks)

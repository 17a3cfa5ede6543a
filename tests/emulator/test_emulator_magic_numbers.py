"""The carrier's test numbers over loopback, asked by the official client."""

from collections.abc import AsyncIterator

import pytest

from tests.emulator.served import Served, refusal, served
from tests.emulator.world import CALLER, LINE

VALID = "+15005550006"


@pytest.fixture
async def at() -> AsyncIterator[Served]:
    """A served carrier."""
    async with served() as made:
        yield made


MESSAGES = [
    ("+15005550001", LINE, 21212),
    ("+15005550007", LINE, 21606),
    ("+15005550008", LINE, 21611),
    ("+15005550000", LINE, 21606),
    (VALID, "+15005550001", 21211),
    (VALID, "+15005550002", 21612),
    (VALID, "+15005550003", 21408),
    (VALID, "+15005550004", 21610),
    (VALID, "+15005550009", 21614),
]


@pytest.mark.parametrize(("from_", "to", "code"), MESSAGES)
async def test_messages_that_are_refused(at: Served, from_: str, to: str, code: int) -> None:
    assert await refusal(at, lambda client: client.messages.create(to=to, from_=from_, body="hi")) == (400, code)
    assert at.carrier.messages == []


CALLS = [
    ("+15005550001", CALLER, 21212),
    ("+15005550000", CALLER, 21210),
    ("+15005550007", CALLER, 21210),
    (VALID, "+15005550001", 21217),
    (VALID, "+15005550002", 21214),
    (VALID, "+15005550003", 21215),
    (VALID, "+15005550004", 21216),
    (LINE, "+15005550004", 21216),
]


@pytest.mark.parametrize(("from_", "to", "code"), CALLS)
async def test_calls_that_are_refused(at: Served, from_: str, to: str, code: int) -> None:
    url = at.url("/hello")
    assert await refusal(at, lambda client: client.calls.create(to=to, from_=from_, url=url)) == (400, code)
    assert at.carrier.calls == []


async def test_the_valid_number_calls_and_texts(at: Served) -> None:
    message = await at.ask(lambda client: client.messages.create(to=CALLER, from_=VALID, body="hi"))
    call = await at.ask(lambda client: client.calls.create(to="+15557770000", from_=VALID, url=at.url("/hello")))
    await at.carrier.calls[0].ended()
    assert (message.status, call.status, dict(at.forms)["/hello"]["From"]) == ("queued", "queued", VALID)


PURCHASES = [
    ({"phone_number": "+15005550000"}, 21422),
    ({"phone_number": "+15005550001"}, 21421),
    ({"phone_number": "0123"}, 21421),
    ({"phone_number": LINE}, 21422),
    ({"area_code": "533"}, 21452),
    ({"area_code": "12"}, 21451),
    ({}, 20001),
]


@pytest.mark.parametrize(("form", "code"), PURCHASES)
async def test_numbers_that_are_not_sold(at: Served, form: dict[str, str], code: int) -> None:
    assert await refusal(at, lambda client: client.incoming_phone_numbers.create(**form)) == (400, code)
    assert list(at.carrier.numbers) == [LINE]


@pytest.mark.parametrize(
    ("form", "number"),
    [
        ({"phone_number": VALID}, VALID),
        ({"area_code": "500"}, VALID),
        ({"phone_number": "+442079460000"}, "+442079460000"),
        ({"area_code": "415"}, "+14155550100"),
    ],
)
async def test_a_number_is_bought_called_and_given_back(at: Served, form: dict[str, str], number: str) -> None:
    bought = await at.ask(
        lambda client: client.incoming_phone_numbers.create(
            **form, voice_url=at.url("/bought"), voice_method="GET", friendly_name="office"
        )
    )
    assert (bought.phone_number, bought.friendly_name, bought.voice_method) == (number, "office", "GET")
    await at.carrier.ring(CALLER, number).ended()
    assert [(one.method, one.signed) for one in at.webhooks if one.path == "/bought"] == [("GET", True)]
    assert await at.ask(lambda client: client.incoming_phone_numbers(bought.sid).delete())
    assert await refusal(at, lambda client: client.incoming_phone_numbers(bought.sid).fetch()) == (404, 20404)
    assert [one.phone_number for one in await at.ask(lambda client: client.incoming_phone_numbers.list())] == [LINE]


async def test_an_area_runs_out_of_numbers(at: Served) -> None:
    for line in range(100):
        at.carrier.add_number(f"+141555501{line:02}")
    assert await refusal(at, lambda client: client.incoming_phone_numbers.create(area_code="415")) == (400, 21452)


async def test_a_purchase_with_a_wrong_url_buys_nothing(at: Served) -> None:
    form = {"phone_number": VALID, "voice_url": "nowhere"}
    assert await refusal(at, lambda client: client.incoming_phone_numbers.create(**form)) == (400, 21205)
    assert list(at.carrier.numbers) == [LINE]

"""The REST API, asked by the official client over loopback."""

from base64 import b64encode
from collections.abc import AsyncIterator

import aiohttp
import pytest

from ivr.emulator import Faults, PhoneCall
from tests.emulator.served import Served, refusal, served
from tests.emulator.world import ACCOUNT, CALLER, LINE, TOKEN, kinds


@pytest.fixture
async def at() -> AsyncIterator[Served]:
    """A served carrier."""
    async with served() as made:
        yield made


async def until(call: PhoneCall, kind: str) -> None:
    """Wait for the first happening of a kind."""
    async for happening in call.follow():
        if happening.kind == kind:
            return


async def test_a_live_call_is_found_and_moved(at: Served) -> None:
    call = at.carrier.ring(CALLER, LINE)
    await until(call, "play")
    found = await at.ask(lambda client: client.calls(call.sid).fetch())
    assert (found.sid, found.status, found.direction, found.to) == (call.sid, "in-progress", "inbound", LINE)
    await at.ask(lambda client: client.calls(call.sid).update(url=at.url("/next"), method="POST"))
    await call.ended()
    assert [path for path, _ in at.forms][:3] == ["/voice", "/hold.wav", "/next"]
    assert kinds(call, "updated", "stopped", "hangup", "ended") == ["updated", "stopped", "hangup", "ended"]
    ended = await at.ask(lambda client: client.calls(call.sid).fetch())
    assert (ended.status, int(ended.duration) < 30) == ("completed", True)


async def test_refusals(at: Served) -> None:
    call = at.carrier.ring(CALLER, LINE)
    await until(call, "play")
    long = "x" * 4001
    assert await refusal(at, lambda client: client.calls("CA0").fetch()) == (404, 20404)
    assert await refusal(at, lambda client: client.calls(call.sid).fetch(), "wrong") == (401, 20003)
    assert await refusal(at, lambda client: client.calls(call.sid).update(url="nowhere")) == (400, 21205)
    assert await refusal(at, lambda client: client.calls(call.sid).update(twiml=long)) == (400, 32018)
    assert await refusal(at, lambda client: client.conferences("CF0").fetch()) == (404, 20404)
    await at.ask(lambda client: client.calls(call.sid).update(status="completed"))
    await call.ended()
    assert await refusal(at, lambda client: client.calls(call.sid).update(url=at.url("/x"))) == (400, 21220)
    at.carrier.faults = Faults(refuse_requests=1)
    assert await refusal(at, lambda client: client.calls(call.sid).fetch()) == (429, 20429)


async def test_lists_come_in_pages(at: Served) -> None:
    sids = [at.carrier.ring(CALLER, LINE).sid for _ in range(5)]
    found = await at.ask(lambda client: client.calls.list(page_size=2))
    assert [call.sid for call in found] == sids[::-1]
    assert await at.ask(lambda client: client.calls.list(to="+15550009999")) == []
    assert len(await at.ask(lambda client: client.calls.list(limit=3))) == 3


async def test_a_call_is_placed(at: Served) -> None:
    events = ["initiated", "ringing", "answered", "completed"]
    placed = await at.ask(
        lambda client: client.calls.create(
            to="+15557770000",
            from_=LINE,
            url=at.url("/hello"),
            status_callback=at.url("/progress"),
            status_callback_event=events,
        )
    )
    assert placed.direction == "outbound-api"
    call = at.carrier.calls[0]
    await call.ended()
    hello = dict(at.forms)["/hello"]
    assert (hello["CallStatus"], hello["Direction"]) == ("in-progress", "outbound-api")
    while len(told := [form for path, form in at.forms if path == "/progress"]) < 4:
        await at.ask(lambda client: client.calls(call.sid).fetch())
    ordered = sorted(told, key=lambda form: int(form["SequenceNumber"]))
    assert [form["CallStatus"] for form in ordered] == ["queued", "ringing", "in-progress", "completed"]


PLACED_WRONG = [
    ({"to": "+15557770000", "from_": "+15550009999", "url": "http://127.0.0.1/"}, 21210),
    ({"to": "somebody", "from_": LINE, "url": "http://127.0.0.1/"}, 21211),
    ({"to": "+15557770000", "from_": LINE, "url": "nowhere"}, 21205),
    ({"to": "+15557770000", "from_": LINE}, 21205),
    ({"to": "+15557770000", "from_": ""}, 21213),
    ({"to": "", "from_": LINE}, 21201),
]


@pytest.mark.parametrize(("form", "code"), PLACED_WRONG)
async def test_calls_that_are_not_placed(at: Served, form: dict[str, str], code: int) -> None:
    assert await refusal(at, lambda client: client.calls.create(**form)) == (400, code)


async def test_messages(at: Served) -> None:
    sent = await at.ask(lambda client: client.messages.create(to=CALLER, from_=LINE, body="hello"))
    assert (sent.status, sent.num_segments, sent.error_code) == ("queued", "1", None)
    found = await at.ask(lambda client: client.messages(sent.sid).fetch())
    listed = await at.ask(lambda client: client.messages.list(to=CALLER))
    assert (found.body, [one.sid for one in listed]) == ("hello", [sent.sid])
    assert at.carrier.messages[0].body == "hello"
    question = lambda client: client.messages.create(to="+15005550001", from_=LINE, body="x")  # noqa: E731
    assert await refusal(at, question) == (400, 21211)


async def test_numbers_are_pointed_at_a_server(at: Served) -> None:
    [number] = await at.ask(lambda client: client.incoming_phone_numbers.list(phone_number=LINE))
    assert (number.phone_number, number.voice_url) == (LINE, at.url("/voice"))
    sid = number.sid
    changed = await at.ask(
        lambda client: client.incoming_phone_numbers(sid).update(voice_url=at.url("/new"), voice_fallback_url="")
    )
    assert changed.voice_url == at.url("/new")
    again = await at.ask(lambda client: client.incoming_phone_numbers(sid).fetch())
    assert again.voice_url == at.carrier.numbers[LINE].voice_url == at.url("/new")
    question = lambda client: client.incoming_phone_numbers(sid).update(voice_url="nowhere")  # noqa: E731
    assert await refusal(at, question) == (400, 21205)
    assert await refusal(at, lambda client: client.incoming_phone_numbers("PN0").fetch()) == (404, 20404)


ODD = [
    ("GET", "/2010-04-01/Accounts/AC0/Calls.json", 404),
    ("PUT", f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json", 405),
    ("GET", "/2010-04-01/", 404),
    ("GET", f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json?Page=x&PageSize=-1", 200),
]


@pytest.mark.parametrize(("method", "path", "status"), ODD)
async def test_odd_requests_are_answered_in_json(at: Served, method: str, path: str, status: int) -> None:
    token = b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Basic {token}"}) as client,
        client.request(method, at.api.make_url(path)) as answer,
    ):
        assert answer.status == status
        assert isinstance(await answer.json(), dict)


@pytest.mark.parametrize("header", ["", "Basic", "Basic ???", "Bearer abc", "Basic " + "A" * 400])
async def test_strangers_are_sent_away(at: Served, header: str) -> None:
    url = at.api.make_url(f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json")
    async with (
        aiohttp.ClientSession(headers={"Authorization": header}) as client,
        client.post(url, data=b"\xff") as answer,
    ):
        assert (answer.status, (await answer.json())["code"]) == (401, 20003)

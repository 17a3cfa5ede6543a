"""The phone over a WebSocket, on loopback."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.emulator.served import Served, served
from tests.emulator.world import CALLER, LINE

DIAL = {"call": LINE, "from": CALLER, "name": "Ann"}


@pytest.fixture
async def at() -> AsyncIterator[Served]:
    """A served carrier."""
    async with served() as made:
        yield made


@pytest.fixture
async def phone(at: Served) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A phone that is connected."""
    async with aiohttp.ClientSession() as client, client.ws_connect(at.api.make_url("/phone")) as socket:
        yield socket


async def until(phone: aiohttp.ClientWebSocketResponse, kind: str) -> dict[str, object]:
    """The next happening of a kind."""
    while True:
        told: dict[str, object] = await phone.receive_json()
        if told.get("kind") == kind:
            return told


async def test_a_call_from_the_phone(at: Served, phone: aiohttp.ClientWebSocketResponse) -> None:
    await phone.send_json(DIAL)
    ringing = await phone.receive_json()
    assert (ringing["kind"], ringing["from"], ringing["to"]) == ("ringing", CALLER, LINE)
    assert (await until(phone, "play"))["seconds"] == 600
    await phone.send_json({"press": "1"})
    assert (await until(phone, "pressed"))["heard"] is False
    await phone.send_json({"hang_up": True})
    assert (await until(phone, "ended"))["status"] == "completed"
    assert (await phone.receive()).type is aiohttp.WSMsgType.CLOSE
    assert at.forms[0][1]["CallerName"] == "Ann"


async def test_closing_the_socket_hangs_up(at: Served, phone: aiohttp.ClientWebSocketResponse) -> None:
    await phone.send_json(DIAL)
    await until(phone, "play")
    await phone.close()
    await at.carrier.calls[0].ended()
    assert at.carrier.calls[0].status == "completed"


NONSENSE = [
    "",
    "{",
    "[" * 4000,
    "[]",
    "null",
    "{}",
    '{"press": "1"}',
    '{"hang_up": true}',
    '{"call": "+15550009999", "from": "+1"}',
    '{"call": 1, "from": "+1"}',
    '{"call": "+15550001111"}',
    '{"call": "+15550001111", "from": "+1", "name": 7}',
    '{"call": "+15550001111", "from": "' + "1" * 200 + '"}',
]


@pytest.mark.parametrize("text", NONSENSE)
async def test_nonsense_is_answered_with_an_error(phone: aiohttp.ClientWebSocketResponse, text: str) -> None:
    await phone.send_str(text)
    assert set(await phone.receive_json()) == {"error"}
    await phone.send_json(DIAL)
    assert (await phone.receive_json())["kind"] == "ringing", "the phone still works"


@pytest.mark.parametrize("wish", [{"press": "x"}, {"press": 1}, DIAL, {"hang_up": "please"}, {"sing": "la"}])
async def test_nonsense_in_a_call(phone: aiohttp.ClientWebSocketResponse, wish: dict[str, object]) -> None:
    await phone.send_json(DIAL)
    await until(phone, "play")
    await phone.send_json(wish)
    assert "error" in await phone.receive_json()


async def test_bytes_are_no_wish(phone: aiohttp.ClientWebSocketResponse) -> None:
    await phone.send_bytes(b"{}")
    assert "error" in await phone.receive_json()


async def test_other_sites_may_not_use_the_phone(at: Served) -> None:
    own = str(at.api.make_url("")).rstrip("/")
    async with aiohttp.ClientSession() as client:
        for origin in ("http://evil.test", "null", "http://["):
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await client.ws_connect(at.api.make_url("/phone"), headers={"Origin": origin})
        async with client.ws_connect(at.api.make_url("/phone"), headers={"Origin": own}) as socket:
            assert not socket.closed


async def test_a_page_whose_name_leads_here_may_not_use_the_phone(at: Served) -> None:
    url = at.api.make_url("/phone")
    async with aiohttp.ClientSession() as client:
        for host in (
            f"evil.example:{url.port}",
            "evil.example",
            "127.0.0.1.evil.example",
            "user@evil.example",
            "[",
            "",
        ):
            for headers in ({"Host": host}, {"Host": host, "Origin": f"http://{host}"}):
                with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                    await client.ws_connect(url, headers=headers)
        for host in (f"localhost:{url.port}", f"LOCALHOST:{url.port}", "127.0.0.1", f"[::1]:{url.port}"):
            async with client.ws_connect(url, headers={"Host": host, "Origin": f"http://{host}"}) as socket:
                assert not socket.closed


async def test_a_text_from_the_phone_and_one_that_comes_back(
    at: Served, phone: aiohttp.ClientWebSocketResponse
) -> None:
    number = at.carrier.numbers[LINE]
    at.carrier.change_number(number, sms_url=at.url("/text"))
    at.carrier.send_message({"To": CALLER, "From": LINE, "Body": "before"})
    await phone.send_json({"text": "hello 😀", "to": LINE, "from": CALLER})
    async with asyncio.timeout(30):
        while not at.forms:  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.01)
    assert [(path, form["Body"]) for path, form in at.forms] == [("/text", "hello 😀")]
    at.carrier.send_message({"To": "+15550000009", "From": LINE, "Body": "to somebody else"})
    at.carrier.send_message({"To": CALLER, "From": LINE, "Body": "hello to you"})
    message = await until(phone, "message")
    assert (message["from"], message["to"], message["body"]) == (LINE, CALLER, "hello to you")


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        ({"text": "", "to": LINE, "from": CALLER}, "text must be a text of 1 to 1600 characters"),
        ({"text": "x" * 1601, "to": LINE, "from": CALLER}, "text must be a text of 1 to 1600 characters"),
        ({"text": "hi", "from": CALLER}, "to must be a text of 1 to 100 characters"),
        ({"text": "hi", "to": "+1900", "from": CALLER}, "+1900 is not a number of this account"),
    ],
)
async def test_a_text_that_can_not_be_sent(
    at: Served, phone: aiohttp.ClientWebSocketResponse, wish: dict[str, str], error: str
) -> None:
    await phone.send_json(wish)
    assert await phone.receive_json() == {"error": error}

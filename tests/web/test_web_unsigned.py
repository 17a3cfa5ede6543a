"""Requests to the carrier's addresses: nothing is read of one without a signature, and little of any other."""

from collections.abc import AsyncIterator
from urllib.parse import urlencode

import pytest
from aiohttp import web
from twilio.request_validator import RequestValidator

from ivr.twilio.signature import Signature
from ivr.twilio.twiml import Addresses
from ivr.twilio.webhook import MOST_FIELDS, Malformed, read_form
from ivr.web.carrier.signed import LARGEST_FORM, Signed
from tests.web.stranger import SHORT, alone, asks, stranger

TOKEN, URL = "not-a-secret", "https://ivr.example.com"
ASK = "POST /voice HTTP/1.1"
FORM = "Content-Type: application/x-www-form-urlencoded"


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """A listener whose one address tells how many fields were signed."""
    signed = Signed(Signature(TOKEN, URL, "another"), Addresses(URL))

    async def count(request: web.Request) -> web.Response:
        return web.Response(text=str(len(await signed.form(request))))

    async with alone(SHORT, [web.post("/voice", count)]) as port:
        yield port


def signature(fields: dict[str, str], path: str = "/voice") -> str:
    return f"X-Twilio-Signature: {RequestValidator(TOKEN).compute_signature(URL + path, fields)}"


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("X-Twilio-Signature:",),
        ("X-Twilio-Signature: " + "A" * 101,),
        ("X-Twilio-Signature: AAAA", "X-Twilio-Signature: AAAA"),
        (
            "X-Twilio-Signature: AAAA",
            "X-Twilio-Webhooks-Signature-Settings: algorithm=HMAC_SHA256",
            "X-Twilio-Webhooks-Signature-Settings: algorithm=HMAC_SHA1",
        ),
    ],
)
async def test_a_stranger_is_refused_before_the_body(port: int, lines: tuple[str, ...]) -> None:
    async with stranger(port) as one:
        head = (ASK, "Host: x", "Content-Length: 60000", FORM, *lines)
        await one.send("\r\n".join((*head, "", "")).encode())
        assert (await one.answer()).status == 403


async def test_a_large_form_is_refused_before_the_body(port: int) -> None:
    async with stranger(port) as one:
        await one.send(f"{ASK}\r\nHost: x\r\n{signature({})}\r\nContent-Length: {LARGEST_FORM + 1}\r\n\r\n".encode())
        assert (await one.answer()).status == 413


async def test_a_form_in_pieces_is_read_up_to_the_limit(port: int) -> None:
    async with stranger(port) as one:
        await one.send(f"{ASK}\r\nHost: x\r\n{signature({})}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        for _ in range(9):
            await one.send(b"2000\r\n" + b"a" * 8192 + b"\r\n")
        assert (await one.answer()).status == 413


@pytest.mark.parametrize(("count", "status"), [(1, 200), (MOST_FIELDS, 200), (MOST_FIELDS + 1, 403), (9_000, 403)])
async def test_how_many_fields_a_form_has(port: int, count: int, status: int) -> None:
    fields = {f"f{number}": "" for number in range(count)}
    answer = await asks(port, ASK, FORM, signature(fields), body=urlencode(fields).replace("=", "").encode())
    assert answer.status == status
    assert status != 200 or answer.body == b"%d" % count


async def test_the_fields_of_a_large_form_are_not_even_split() -> None:
    with pytest.raises(Malformed, match="200 fields"):
        read_form(b"&" * MOST_FIELDS)


@pytest.mark.parametrize(
    "line",
    [
        "POST /voice?" + "a=b&" * 2000 + " HTTP/1.1",
        "POST /voice?" + "%" * 8000 + " HTTP/1.1",
        "POST /voice?bodySHA256=" + "a" * 8000 + " HTTP/1.1",
        "POST //voice HTTP/1.1",
        "POST /./voice HTTP/1.1",
        "POST /voice/%2e%2e/voice HTTP/1.1",
        "POST /voice%00 HTTP/1.1",
        "POST /voice\xff HTTP/1.1",
        "POST http://elsewhere.example/voice HTTP/1.1",
        "POST http://[::1/voice HTTP/1.1",
        "POST http://x:99999999/voice HTTP/1.1",
        "POST * HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "CONNECT x:80 HTTP/1.1",
        "POST voice HTTP/1.1",
        "POST /voice HTTP/1.0",
        "GET /voice HTTP/1.1",
    ],
)
@pytest.mark.parametrize("kind", [FORM, "Content-Type: application/json", "Content-Type: " + "x" * 5000, "X: y"])
async def test_odd_addresses_and_kinds(port: int, line: str, kind: str) -> None:
    for settings in ("X: y", "X-Twilio-Webhooks-Signature-Settings: algorithm=" + "," * 4000 + "HMAC_SHA256"):
        answer = await asks(port, line, kind, settings, "X-Twilio-Signature: AAAA", body=b"a=%ff&b")
        assert answer.status in {400, 403, 404, 405}
        assert answer.header("Server") == "ivr"

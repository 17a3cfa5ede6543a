"""Who may come in, and by which door."""

import json
from typing import Any

import pytest
from twilio.request_validator import RequestValidator

from tests.web.listener import CALLER, LINE, TOKEN, Listener

DOORS = ["/voice/answer", "/voice/page/1", "/voice/fallback", "/voice/status"]
FORM = {"CallSid": "CA1", "From": CALLER, "To": LINE, "CallStatus": "ringing"}
STRANGERS: dict[str, dict[str, Any]] = {
    "nothing at all": {},
    "no signature": {"data": FORM},
    "an empty signature": {"data": FORM, "headers": {"X-Twilio-Signature": ""}},
    "a made-up signature": {"data": FORM, "headers": {"X-Twilio-Signature": "x" * 28}},
    "a signature of odd letters": {"data": FORM, "headers": {"X-Twilio-Signature": "ü" * 28}},
    "an unknown way to sign": {"data": FORM, "headers": {"X-Twilio-Webhooks-Signature-Settings": "alg=none"}},
    "no form": {"data": b"\x00\xff", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
    "JSON": {"json": FORM},
    "a file": {"data": b"--x--\r\n", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
}


@pytest.mark.parametrize("request_", STRANGERS.values(), ids=STRANGERS.keys())
async def test_a_stranger_stays_outside(line: Listener, request_: dict[str, Any]) -> None:
    answers = [await line.carrier.ask("POST", door, **request_) for door in DOORS]
    assert [answer.status for answer in answers] == [403] * len(DOORS)
    assert await line.store.calls.load("CA1") is None


async def test_a_signature_with_another_token_is_a_strangers(line: Listener) -> None:
    answers = [await line.carrier.form(door, FORM, token="another") for door in DOORS]
    assert [answer.status for answer in answers] == [403] * len(DOORS)
    assert await line.store.calls.load("CA1") is None


async def test_a_signature_for_another_request_does_not_do(line: Listener) -> None:
    signature = RequestValidator(TOKEN).compute_signature(line.carrier.url + "/voice/answer", FORM)
    headers = {"X-Twilio-Signature": signature}
    others = [
        await line.carrier.ask("POST", "/voice/answer", data={**FORM, "To": "+1900"}, headers=headers),
        await line.carrier.ask("POST", "/voice/answer", data={**FORM, "CallSid": ["CA1", "CA2"]}, headers=headers),
        await line.carrier.ask("POST", "/voice/answer?x=1", data=FORM, headers=headers),
        await line.carrier.ask("POST", "/voice/fallback", data=FORM, headers=headers),
    ]
    assert [answer.status for answer in others] == [403] * 4


async def test_a_stranger_does_not_end_a_call(line: Listener) -> None:
    await line.carrier.post("/voice/answer")
    await line.carrier.ask("POST", "/voice/status", data={**FORM, "CallStatus": "completed"})
    record = await line.store.calls.load("CA1")
    assert record is not None
    assert record.over_at is None


async def test_the_carrier_comes_in(line: Listener) -> None:
    answer = await line.carrier.post("/voice/answer", CallerName="Zoë")
    assert (answer.words, answer.verbs) == (["Hello Zoë."], ["Say", "Hangup"])


async def test_a_signed_body_that_is_no_form_is_answered_with_an_apology(line: Listener) -> None:
    body = json.dumps(FORM).encode()
    path = f"/voice/answer?bodySHA256={RequestValidator(TOKEN).compute_hash(body.decode())}"
    signature = RequestValidator(TOKEN).compute_signature(line.carrier.url + path, {})
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/json"}
    answer = await line.carrier.ask("POST", path, data=body, headers=headers)
    assert answer.words == ["We are sorry, something went wrong. Please call again later. Goodbye."]


@pytest.mark.parametrize("size", [66_000, 900_000])
async def test_a_body_that_is_too_large_is_refused(line: Listener, size: int) -> None:
    answers = [await line.carrier.form(door, {**FORM, "CallerName": "x" * size}) for door in DOORS]
    assert [answer.status for answer in answers] == [413] * len(DOORS)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "PATCH"])
async def test_a_door_opens_to_nothing_but_post(line: Listener, method: str) -> None:
    answers = [await line.carrier.ask(method, door) for door in DOORS]
    assert [answer.status for answer in answers] == [405] * len(DOORS)


async def test_there_are_no_other_doors(line: Listener) -> None:
    for path in ("/", "/voice", "/voice/", "/voice/page", "/voice/page/", "/admin", "/.env", "//"):
        assert (await line.carrier.form(path, FORM)).status == 404, path
        assert (await line.carrier.ask("GET", path)).status == 404, path


async def test_a_sign_of_life(line: Listener) -> None:
    answer = await line.carrier.ask("GET", "/healthz")
    assert (answer.status, answer.body) == (200, b"ok\n")


async def test_nobody_is_told_who_serves_in_an_error(line: Listener) -> None:
    answer = await line.carrier.ask("POST", "/voice/answer", data=FORM)
    assert b"Traceback" not in answer.body
    assert TOKEN.encode() not in answer.body

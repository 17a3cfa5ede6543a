"""What the carrier tells of texts: those that come in, and what became of ours."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from twilio.request_validator import RequestValidator

from ivr.core.call import Entry
from ivr.flow.model import Flow
from tests.web.listener import CALLER, LINE, TOKEN, Answer, Listener, greeting, listener

EMPTY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
STATUS = "/sms/status/CA1/2"


def keeps_texts() -> Flow:
    """A text in is kept as a variable; a call is greeted; a text that failed sets off a run."""
    blocks: list[dict[str, Any]] = [
        {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 3}},
        {"number": 2, "action": {"type": "inbound_sms"}, "exits": {"next": 3}},
        {"number": 3, "action": {"type": "end_call"}},
        {"number": 4, "action": {"type": "event_handler", "event": "sms_failed"}, "exits": {"next": 3}},
    ]
    return Flow.model_validate({"id": "line", "name": "Line", "blocks": blocks})


@pytest.fixture
async def texted(tmp_path: Path) -> AsyncIterator[Listener]:
    async with listener(tmp_path, keeps_texts()) as line:
        yield line


async def text(line: Listener, sid: str = "SM1", **fields: str) -> Answer:
    form = {"MessageSid": sid, "From": CALLER, "To": LINE, "Body": "hello", "NumMedia": "0", **fields}
    return await line.carrier.form("/sms/inbound", form)


async def told(line: Listener, state: str, path: str = STATUS, **fields: str) -> int:
    answer = await line.carrier.form(path, {"MessageSid": "SM1", "MessageStatus": state, **fields})
    return answer.status


async def deliveries(line: Listener) -> list[Entry]:
    return [entry for entry in await line.store.calls.trace("CA1") if entry.kind == "delivery"]


async def test_a_text_starts_one_run_however_often_it_is_told(texted: Listener) -> None:
    hostile = "<b>&\u2028'; DROP TABLE calls; -- 😀"
    answers = await asyncio.gather(*(text(texted, Body=hostile, NumMedia="1", MediaUrl0="https://a") for _ in range(5)))
    assert {(answer.status, answer.body) for answer in answers} == {(200, EMPTY)}
    assert answers[0].headers["Content-Type"].startswith("text/xml")
    record = await texted.store.calls.load("SM1")
    assert record is not None
    assert (record.call.status, record.call.on_phone) == ("ended", False)
    assert record.call.variables["ISMS_2"]["message"] == hostile
    assert record.call.variables["ISMS_2"]["media"] == ["https://a"]
    entries = [entry.kind for entry in await texted.store.calls.trace("SM1")]
    assert entries.count("messaged") == 1


async def test_a_text_to_a_number_of_nobody_or_to_a_flow_without_the_block(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "ivr")
    async with listener(tmp_path, greeting()) as line:
        assert (await text(line)).body == EMPTY
        assert (await text(line, To="+1900")).body == EMPTY
        assert await line.store.calls.load("SM1") is None
    assert "has no Inbound SMS block" in caplog.text
    assert "no flow is assigned to the number that was texted: '+1900'" in caplog.text


@pytest.mark.parametrize(
    "form",
    [
        {"MessageSid": ""},
        {"MessageSid": "../SM1"},
        {"MessageSid": "S" * 200},
        {"MessageSid": "SM1\r\nX: y"},
        {"To": ""},
    ],
)
async def test_an_odd_text_is_answered_and_starts_nothing(texted: Listener, form: dict[str, str]) -> None:
    whole = {"MessageSid": "SM1", "From": CALLER, "To": LINE, "Body": "x", **form}
    answer = await texted.carrier.form("/sms/inbound", whole)
    assert (answer.status, answer.body) == (200, EMPTY)
    assert await texted.store.calls.load("SM1") is None


@pytest.mark.parametrize("path", ["/sms/inbound", STATUS])
async def test_a_stranger_is_turned_away(texted: Listener, path: str) -> None:
    await texted.carrier.post("/voice/answer")
    form = {"MessageSid": "SM1", "MessageStatus": "failed", "From": CALLER, "To": LINE}
    assert (await texted.carrier.form(path, form, token="guessed")).status == 403
    assert (await texted.carrier.ask("POST", path, data=form)).status == 403
    assert (await texted.carrier.ask("POST", path, json=form)).status == 403
    assert (await texted.carrier.ask("GET", path)).status == 405
    assert await texted.store.calls.load("SM1") is None
    assert await deliveries(texted) == []


async def test_a_signature_is_for_one_address(texted: Listener) -> None:
    """What was signed as news of one call says nothing about another."""
    form = {"MessageSid": "SM1", "MessageStatus": "failed"}
    signed = RequestValidator(TOKEN).compute_signature(texted.carrier.url + STATUS, form)
    moved = STATUS.replace("CA1", "CA2")
    answer = await texted.carrier.ask("POST", moved, data=form, headers={"X-Twilio-Signature": signed})
    assert answer.status == 403


async def test_news_are_kept_once_in_any_order_and_set_off_one_run(texted: Listener) -> None:
    await texted.carrier.post("/voice/answer")
    states = ["undelivered", "sent", "undelivered", "sent", "queued", "sending", "read", ""]
    codes = {"undelivered": {"ErrorCode": "30003"}}
    answers = await asyncio.gather(*(told(texted, state, **codes.get(state, {})) for state in states))
    assert set(answers) == {204}
    kept = sorted((entry.data["state"], entry.data["error"], entry.block) for entry in await deliveries(texted))
    assert kept == [
        ("sent", "", 2),
        ("undelivered", "The phone can't be reached: it is off, or out of range.", 2),
    ]
    run = await texted.store.calls.load("CA1.SM1.sms_failed")
    assert run is not None
    assert run.call.variables["EVENT_4"]["error"] == "The phone can't be reached: it is off, or out of range."
    assert run.call.variables["ANI"] == CALLER


async def test_odd_news_change_nothing(texted: Listener) -> None:
    await texted.carrier.post("/voice/answer")
    assert await told(texted, "failed", "/sms/status/CA-unknown/2") == 204
    assert (await texted.carrier.form(STATUS, {"MessageStatus": "failed"})).status == 204
    assert await told(texted, "failed\x00") == 204
    for path in (
        "/sms/status/CA1/x",
        "/sms/status/CA1/-1",
        "/sms/status/CA1",
        "/sms/status/../CA1/2",
        "/sms/status//2",
    ):
        assert await told(texted, "failed", path) == 404, path
    assert await told(texted, "failed", f"/sms/status/{'C' * 301}/2") == 404
    assert await deliveries(texted) == []

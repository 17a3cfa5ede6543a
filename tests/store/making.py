"""Calls, jobs and flows for these tests."""

import json
from decimal import Decimal
from typing import Any

from ivr.core.call import Call, Entry, Waiting
from ivr.core.credentials import Basic
from ivr.core.effects import Fetch, Hangup, Hold, Pause, Play, Say
from ivr.core.fields import Secret
from ivr.core.mailbox import Mailbox
from ivr.flow.model import Flow
from ivr.runtime.ports import CallRecord, Change, RunningJob

NOW = 1_700_000_000_000
KEY = b"k" * 32
OTHER_KEY = b"o" * 32


def a_call(call_id: str = "CA1", **fields: Any) -> Call:
    return Call(id=call_id, flow="appointments", revision=1, **fields)


def a_job(call_id: str = "CA1", token: str = "1.3") -> RunningJob:
    return RunningJob(call_id, token, Fetch(method="GET", url="https://api.example.com/slots"), NOW)


def a_full_record() -> CallRecord:
    """A record in which every kind of thing occurs."""
    call = a_call(
        block=3,
        turn=4,
        steps=9,
        attempt=2,
        waiting=Waiting("4.3", NOW, Hold("hold.wav", delay=500)),
        variables={
            "ANI": "+15551234567",
            "EXTCALL_3": {"price": Decimal("12.50"), "big": 10**30, "list": [None, True]},
        },
    )
    mailbox = Mailbox(
        3, (Say("Please wait", "Polly.Joanna", "en-GB"), Pause(2)), (Play("a.wav", 3), Hangup()), opened=True
    )
    return CallRecord(call, mailbox, 0, NOW, None)


def a_full_job() -> RunningJob:
    job = Fetch(
        finish=True,
        method="POST",
        url="https://api.example.com/?q=1",
        headers=(("X-Key", "1"), ("X-Key", "2")),
        auth=Basic("anna", Secret(sealed="AAAA")),
        body='{"a": 1.10}',
        timeout=20,
    )
    return RunningJob("CA1", "4.3", job, NOW - 5, 2)


def a_trace() -> tuple[Entry, ...]:
    return (Entry(NOW, "entered", 3, {"title": "Ask the API"}), Entry(NOW, "set", 3, {"price": Decimal("12.50")}))


def new(call_id: str = "CA1", **fields: Any) -> Change:
    """The first save of a call."""
    return Change(CallRecord(a_call(call_id)), **fields)


def a_flow(
    flow_id: str = "appointments", *, password: Any = "s3cret", name: str = "Appointments", **fields: Any
) -> dict[str, Any]:
    """A call that asks an API with a password, and ends: as its author writes it."""
    auth = {"type": "basic", "user": "anna", "password": password}
    ask = {"type": "external_web_call", "url": "https://api.example.com/slots", "authentication": auth, **fields}
    blocks = [
        {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 3}},
        {"number": 3, "action": ask, "exits": {"success": 4, "failure": 4}},
        {"number": 4, "action": {"type": "end_call"}},
    ]
    return {"id": flow_id, "name": name, "blocks": blocks}


def without_secret(document: dict[str, Any]) -> dict[str, Any]:
    """The flow as an author gets it from the board and sends it back."""
    shown: dict[str, Any] = json.loads(json.dumps(document))
    shown["blocks"][1]["action"]["authentication"]["password"] = {"set": True}
    return shown


def password_of(flow: Flow | dict[str, Any]) -> Secret:
    auth = Flow.model_validate(flow).by_number[3].action.authentication  # type: ignore[union-attr]
    assert auth is not None
    return auth.password

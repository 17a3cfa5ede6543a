"""How alerts are told: posted to a webhook, and texted. In the log they stand anyway."""

import logging
from typing import Protocol

import msgspec

from ivr.core.effects import Fetch
from ivr.logs import note
from ivr.operation.alerts.watch import Message
from ivr.runtime.gate import Gate, Wish
from ivr.runtime.ports import Clock, RunningJob
from ivr.twilio.rest import Accepted, TwilioRest
from ivr.webcall.client import WebCalls

log = logging.getLogger(__name__)

ANSWER_WITHIN = 10
"""Seconds."""
RETRIES = 2
LONGEST_TEXT = 300


class SendText(Protocol):
    """Hands a text over, once. Empty when it was taken, else why not."""

    async def __call__(self, to: str, body: str) -> str: ...


class Telling:
    """Tells. A webhook passes the egress guard, and a text the gate, like any other."""

    def __init__(self, web_calls: WebCalls, gate: Gate, send: SendText, clock: Clock) -> None:
        self._web_calls = web_calls
        self._gate = gate
        self._send = send
        self._clock = clock

    async def __call__(self, message: Message) -> None:
        """Never raises; what could not be told has a line in the log, without the address of the webhook."""
        for way, given, tell in (
            ("webhook", message.rule.webhook, self._post),
            ("text", message.rule.text, self._text),
        ):
            if given is None:
                continue
            try:
                reason = await tell(message, given)
            except Exception as error:
                log.exception("alert %s could not be told by %s", message.rule.name, way)
                reason = type(error).__name__
            if reason:
                note(log, logging.ERROR, "alert not told", alert=message.rule.name, way=way, reason=reason)

    async def _post(self, message: Message, url: str) -> str:
        job = Fetch(
            method="POST",
            url=url,
            headers=(("Content-Type", "application/json"),),
            body=msgspec.json.encode(_body(message)).decode(),
            body_kind="json",
            timeout=ANSWER_WITHIN,
            retries=RETRIES,
            idempotency_key=_name(message),
            take=(),
        )
        reply = await self._web_calls(RunningJob("", "", job, started_at=self._clock.now()))
        if reply.status is None:
            return f"no answer ({reply.cause})"
        return "" if 200 <= reply.status <= 299 else f"status {reply.status}"

    async def _text(self, message: Message, number: str) -> str:
        wish = Wish(id=_name(message), kind="text", to=number, flow="", fixed=True)
        verdict = await self._gate.admit(wish)
        return verdict.reason or await self._send(verdict.number, _words(message)[:LONGEST_TEXT])


def texts(rest: TwilioRest, sender: str) -> SendText:
    """Texts by the carrier, from this number or messaging service."""

    async def send(to: str, body: str) -> str:
        outcome = await rest.send_message(to, sender, body)
        return "" if isinstance(outcome, Accepted) else outcome.cause

    return send


def _name(message: Message) -> str:
    return f"alert {message.rule.name} {message.state} {message.at}"


def _words(message: Message) -> str:
    begin = "Over" if message.state == "over" else "Alert"
    return f"{begin}: {message.rule.name}. {message.says}"


def _body(message: Message) -> dict[str, str | int]:
    """`text` is what chat services show."""
    rule = message.rule
    return {
        "text": _words(message),
        "alert": rule.name,
        "state": message.state,
        "when": rule.when,
        "flow": getattr(rule, "flow", ""),
        "block": getattr(rule, "block", 0),
        "says": message.says,
        "since": message.since,
        "at": message.at,
    }

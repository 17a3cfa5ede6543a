"""Verbs that give the call to something the emulator has not: a queue, a stream, a voice agent, a payment.

Nothing of that is played. The line is busy for a while, and then the call comes back as if all had gone well.
"""

from collections.abc import Callable

from ivr.emulator.call.moves import By, Goto, Move
from ivr.emulator.setup.sids import new_sid
from ivr.emulator.stage.stage import Run, Stage
from ivr.emulator.twiml.grammar import Spec, Verb
from ivr.emulator.wire.http import Pairs

Result = Callable[[Verb, int], Pairs]
"""What a verb reports after so many seconds."""


def _queue(verb: Verb, seconds: int, result: str = "bridged") -> Pairs:
    return (("QueueResult", result), ("QueueSid", new_sid("QU")), ("QueueTime", str(seconds)))


def _connection(verb: Verb, seconds: int) -> Pairs:
    if any(noun.name == "ConversationRelay" for noun in verb.nouns):
        ended = (("SessionStatus", "ended"), ("SessionDuration", str(seconds)))
        return (("SessionId", new_sid("VX")), *ended)
    return (("StreamSid", new_sid("MZ")),) if any(noun.name == "Stream" for noun in verb.nouns) else ()


def _payment(verb: Verb, seconds: int) -> Pairs:
    card = (("PaymentCardNumber", "xxxxxxxxxxxx1111"), ("PaymentCardType", "visa"))
    return (("Result", "success"), ("PaymentConfirmationCode", new_sid("PK")), *card)


def _verb(result: Result) -> Run:
    async def run(stage: Stage, verb: Verb) -> Move | None:
        """Be elsewhere for a while; then ask `action`, or go on with the next verb where there is none."""
        began = stage.clock.now()
        stage.call.happen("elsewhere", verb=verb.name, to=[noun.name for noun in verb.nouns] or [verb.text])

        def last_request(by: By) -> Goto | None:
            if verb.name != "Enqueue" or not verb["action"]:
                return None
            seconds = round(stage.clock.now() - began)
            return stage.goto(verb, _queue(verb, seconds, "hangup" if by == "hangup" else "redirected"))

        with stage.parting(last_request):
            await stage.sound(verb.name, stage.timing.elsewhere)
        return stage.goto(verb, result(verb, round(stage.timing.elsewhere))) if verb["action"] else None

    return run


_WAYS = {"action": "", "method": "POST"}
SPECS = (
    Spec("Enqueue", {**_WAYS, "waitUrl": "", "waitUrlMethod": "POST", "workflowSid": "", "maxQueueSize": "1000"}),
    Spec("Connect", _WAYS, nouns=frozenset({"Stream", "ConversationRelay", "VirtualAgent", "Room", "Autopilot"})),
    Spec(
        "Pay",
        {
            **_WAYS,
            "chargeAmount": "0",
            "currency": "usd",
            "description": "",
            "input": "dtmf",
            "language": "en-US",
            "maxAttempts": "1",
            "minPostalCodeLength": "0",
            "parameter": "",
            "paymentConnector": "Default",
            "paymentMethod": "credit-card",
            "postalCode": "true",
            "securityCode": "true",
            "statusCallback": "",
            "statusCallbackMethod": "POST",
            "timeout": "5",
            "tokenType": "reusable",
            "validCardTypes": "visa mastercard amex",
            "bankAccountType": "consumer-checking",
        },
        nouns=frozenset({"Prompt", "Parameter"}),
    ),
)
RUNS: dict[str, Run] = {"Enqueue": _verb(_queue), "Connect": _verb(_connection), "Pay": _verb(_payment)}

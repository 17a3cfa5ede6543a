"""Dial: call somebody else and connect the two."""

from dataclasses import dataclass

from ivr.emulator.http import Pairs
from ivr.emulator.moves import By, Goto, Move
from ivr.emulator.settings import Callee
from ivr.emulator.sids import new_sid
from ivr.emulator.spec import Spec, Verb
from ivr.emulator.stage import Stage


@dataclass(frozen=True, slots=True)
class Leg:
    """The other end: its sid, when it was answered (clock seconds) or None, and how the call to it went so far."""

    sid: str
    status: str = "no-answer"
    bridged_at: float | None = None

    def params(self, now: float) -> Pairs:
        """What the action is told about it."""
        bridged = self.bridged_at is not None
        spoken = (("DialCallDuration", str(round(now - self.bridged_at))),) if self.bridged_at is not None else ()
        status = ("DialCallStatus", self.status)
        return (status, ("DialCallSid", self.sid), *spoken, ("DialBridged", str(bridged).lower()))


async def run(stage: Stage, verb: Verb) -> Move | None:
    """Ring the callees together, connect the first to answer, and ask `action` (if any) when that is over."""
    targets = [noun.text for noun in verb.nouns] or [verb.text]
    if not all(targets):
        stage.warn(13224, "<Dial> has nobody to call")
        return None
    if verb["answerOnBridge"].lower() != "true":
        stage.answer()
    stage.call.happen("dial", to=targets, timeout=verb["timeout"])
    leg = Leg(new_sid("CA"))

    def owed(by: By) -> Goto | None:
        told = Leg(leg.sid, "completed", leg.bridged_at)
        return stage.goto(verb, told.params(stage.clock.now())) if by == "update" and verb["action"] else None

    with stage.parting(owed):
        callee, wait = _first(stage, verb, targets)
        await stage.sound("Dial", wait)
        if callee.does == "answer":
            stage.answer()
            leg = Leg(leg.sid, "completed", stage.clock.now())
            stage.call.happen("bridged", sid=leg.sid)
            await stage.sound("Dial", min(callee.talks, stage.whole(verb, "timeLimit", least=1)))
        else:
            leg = Leg(leg.sid, callee.does)
    stage.call.happen("dialled", status=leg.status)
    return stage.goto(verb, leg.params(stage.clock.now())) if verb["action"] else None


def _first(stage: Stage, verb: Verb, targets: list[str]) -> tuple[Callee, float]:
    """Who decides how the dialling ends, and after how many seconds."""
    timeout = stage.whole(verb, "timeout", least=1)
    callees = [stage.callee(target) for target in targets]
    answering = [one for one in callees if one.does == "answer" and one.after <= timeout]
    if answering:
        first = min(answering, key=lambda one: one.after)
        return first, first.after
    if all(one.does == "busy" for one in callees):
        return callees[0], min(max(one.after for one in callees), timeout)
    return Callee("no-answer"), timeout


SPEC = Spec(
    "Dial",
    {
        "action": "",
        "method": "POST",
        "timeout": "30",
        "timeLimit": "14400",
        "callerId": "",
        "hangupOnStar": "false",
        "record": "do-not-record",
        "answerOnBridge": "false",
        "sequential": "false",
        "referUrl": "",
        "referMethod": "POST",
        "ringTone": "",
        "trim": "do-not-trim",
        "recordingStatusCallback": "",
        "recordingStatusCallbackMethod": "POST",
        "recordingStatusCallbackEvent": "completed",
    },
    run,
    nouns=frozenset({"Number", "Client", "Sip", "Sim"}),
    answers=False,
)

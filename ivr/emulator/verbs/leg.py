"""The other end of a Dial: the callee, from the first ring until the two are connected."""

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.emulator.call.call import PhoneCall
from ivr.emulator.call.parameters import Parties
from ivr.emulator.errors.carrier_error import CarrierError
from ivr.emulator.setup.callee import Callee
from ivr.emulator.setup.sids import new_sid
from ivr.emulator.stage.stage import Stage
from ivr.emulator.twiml.grammar import Noun, Verb
from ivr.emulator.verbs.play import tones
from ivr.emulator.verbs.prompts import PROMPTS
from ivr.emulator.wire.http import Pairs

NUMBER = frozenset({"url", "method", "sendDigits", "statusCallback", "statusCallbackEvent", "statusCallbackMethod"})
"""Attributes of a Number."""
MOST_TOGETHER = 10


@dataclass(frozen=True, slots=True)
class Leg:
    """The other end: its sid, when it was connected (clock seconds) or None, and how the call to it went so far."""

    sid: str
    status: str = "no-answer"
    bridged_at: float | None = None

    def params(self, now: float) -> Pairs:
        """The parameters of the Dial's action."""
        bridged = self.bridged_at is not None
        spoken = (("DialCallDuration", str(round(now - self.bridged_at))),) if self.bridged_at is not None else ()
        status = ("DialCallStatus", self.status)
        return (status, ("DialCallSid", self.sid), *spoken, ("DialBridged", str(bridged).lower()))


@dataclass(frozen=True, slots=True)
class Ringing:
    """One attempt: who decides how it ends, and after how many seconds."""

    target: Noun
    callee: Callee
    seconds: float

    @property
    def answered(self) -> bool:
        """Whether the callee picks up."""
        return self.callee.does == "answer"


def ringings(stage: Stage, verb: Verb, targets: list[Noun]) -> Iterator[Ringing]:
    """The attempts of a Dial until one is answered: all numbers together, or each for itself."""
    timeout = stage.whole(verb, "timeout", least=1)
    if len(targets) > MOST_TOGETHER:
        stage.warn(12200, f"<Dial> calls {MOST_TOGETHER} numbers at most; the others are left out")
    targets = targets[:MOST_TOGETHER]
    groups = [[one] for one in targets] if verb["sequential"].lower() == "true" else [targets]
    for group in groups:
        ringing = _first(stage, group, timeout)
        yield ringing
        if ringing.answered:
            return


def _first(stage: Stage, targets: list[Noun], timeout: float) -> Ringing:
    """When several ring together, the first to answer decides, else the one that rings longest."""
    callees = [(target, stage.callee(target.text)) for target in targets]
    answering = [each for each in callees if each[1].does == "answer" and each[1].after <= timeout]
    if answering:
        target, callee = min(answering, key=lambda each: each[1].after)
        return Ringing(target, callee, callee.after)
    if all(callee.does in {"busy", "failed"} for _, callee in callees):
        target, callee = max(callees, key=lambda each: each[1].after)
        return Ringing(target, callee, min(callee.after, timeout))
    return Ringing(targets[0], Callee("no-answer"), timeout)


async def greet(stage: Stage, verb: Verb, target: Noun) -> Leg:
    """What happens between the answer and the connection: keys are pressed, and the document at the number's `url`
    is performed for the callee alone. When that hangs up, or can't be had, the two are not connected."""
    for name in target.attributes.keys() - NUMBER:
        stage.warn(12200, f"<{target.name}> has no attribute {name!r}")
    parent = stage.call.parties
    caller = verb["callerId"] or parent.from_
    parties = Parties(new_sid("CA"), parent.account_sid, caller, target.text, "outbound-dial", parent=parent.sid)
    leg = PhoneCall(parties, stage.clock, "in-progress")
    if keys := target.attributes.get("sendDigits", ""):
        stage.call.happen("keys_sent", keys=keys, sid=leg.sid)
        await stage.sound("Dial", tones(keys))
    connects = await _whisper(stage, leg, target) if target.attributes.get("url") else True
    return Leg(leg.sid, "completed", stage.clock.now() if connects else None)


async def _whisper(stage: Stage, leg: PhoneCall, target: Noun) -> bool:
    """Perform the callee's document; whether the two may be connected after it."""
    try:
        with stage.running("Dial"):
            return await _perform(stage, leg, target)
    except CarrierError as error:
        stage.warn(error.code, error.message)
        return False
    finally:
        for one in leg.happenings:
            if one.kind == "say":
                stage.call.happen("whisper", sid=leg.sid, text=one.detail["text"])
            elif one.kind == "play":
                stage.call.happen("whisper", sid=leg.sid, url=one.detail["url"])


async def _perform(stage: Stage, leg: PhoneCall, target: Noun) -> bool:
    goto = stage.there(target.attributes["url"], target.attributes.get("method", "POST"))
    document = await stage.for_call(leg, stage.url).document(goto)
    own = stage.for_call(leg, document.url)
    for verb in document.verbs:
        if verb.name == "Hangup":
            return False
        if verb.name in PROMPTS:
            await PROMPTS[verb.name](own, verb)
        else:
            stage.warn(12200, f"<{verb.name}> is not performed for a callee")
    return True

"""Dial: call another number and connect the two."""

from ivr.emulator.call.moves import By, Goto, Move
from ivr.emulator.setup.sids import new_sid
from ivr.emulator.stage.stage import Stage
from ivr.emulator.twiml.grammar import Noun, Spec, Verb
from ivr.emulator.verbs.leg import Leg, greet, ringings


async def run(stage: Stage, verb: Verb) -> Move | None:
    """Ring the callees, together or in turn, connect the first to answer, and ask `action` (if any) when it is over."""
    targets = list(verb.nouns) or [Noun("Number", verb.text)]
    if not all(target.text for target in targets):
        stage.warn(13224, "<Dial> has no number to call")
        return None
    if verb["answerOnBridge"].lower() != "true":
        stage.answer()
    to = [target.text for target in targets]
    stage.call.happen("dial", to=to, timeout=verb["timeout"], caller_id=verb["callerId"])
    leg = Leg(new_sid("CA"))

    def last_request(by: By) -> Goto | None:
        cut = Leg(leg.sid, "completed", leg.bridged_at)
        return stage.goto(verb, cut.params(stage.clock.now())) if by == "update" and verb["action"] else None

    with stage.parting(last_request):
        for ringing in ringings(stage, verb, targets):
            await stage.sound("Dial", ringing.seconds)
            leg = Leg(leg.sid, ringing.callee.does)
            if ringing.answered:
                leg = await greet(stage, verb, ringing.target)
        if leg.bridged_at is not None:
            stage.answer()
            stage.call.happen("bridged", sid=leg.sid, to=ringing.target.text)
            await stage.sound("Dial", min(ringing.callee.talks, stage.whole(verb, "timeLimit", least=1)))
    stage.call.happen("dialled", status=leg.status)
    return stage.goto(verb, leg.params(stage.clock.now())) if verb["action"] else None


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
    nouns=frozenset({"Number", "Client", "Sip", "Sim", "Conference", "Queue"}),
    answers=False,
)

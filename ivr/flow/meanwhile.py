"""What comes while a question is open: whether it answers it, and the run that waits on when its call does not."""

from msgspec.structs import replace

from ivr.core.call import Call, Waiting
from ivr.core.effects import Hold
from ivr.core.events import Dialled, HandedBack, Pressed, Recorded, Reply, Spoken
from ivr.core.listening import LONGEST_SAID
from ivr.core.speech_match import meant
from ivr.core.values import Value

NEVER_BACK = "The call had been handed over, and did not come back."
WAITS_ON = "The flow waits on for the reply."


def answers(reply: Reply, waiting: Waiting) -> bool:
    """Whether a reply is of the kind that was asked for: no keys where a recording is to come."""
    match waiting.asks:
        case "gather":
            return isinstance(reply, Pressed | Spoken)
        case "dial":
            return isinstance(reply, Dialled)
        case "record":
            return isinstance(reply, Recorded)
        case "handover":
            return isinstance(reply, HandedBack)
    return not isinstance(reply, Pressed | Spoken | Dialled | Recorded | HandedBack)


def interrupting(reply: Reply, waiting: Waiting) -> Pressed | None:
    """The key that counts of what came while a job runs: pressed, or said in other words. Words that mean none are a
    press of nothing; None: nothing was listening for it."""
    if not isinstance(reply, Pressed | Spoken) or reply.token != waiting.keys_token:
        return None
    if isinstance(reply, Pressed):
        return reply if reply.digits and reply.digits[0] in waiting.keys else None
    hold = waiting.hold
    rows = [(row.key, row.words) for row in hold.speech if row.key in waiting.keys]
    said = reply.text[:LONGEST_SAID]
    if not rows or not said.strip():
        return None
    return Pressed(at=reply.at, token=reply.token, digits=meant(said, rows, hold.language))


def apart(call: Call, asked: Waiting) -> Call:
    """The run without a caller that waits on for a job which the call itself waits for no longer."""
    waiting = replace(asked, hold=Hold(), pressed=0, onward=True)
    run = Call(f"{call.id}.{asked.token}", call.flow, call.revision, on_phone=False, waiting=waiting)
    names = ("block", "attempt", "turn", "steps", "jumps", "hidden", "former", "follows", "resume", "usual", "memories")
    kept = {name: getattr(call, name) for name in names}
    return replace(run, variables=dict(call.variables), setters=dict(call.setters), **kept)


def left_open(asked: Waiting) -> dict[str, Value]:
    """What the trace tells of a hang-up in the middle of something that the caller has no part in."""
    if asked.asks == "handover":
        return {"why": NEVER_BACK}
    if not asked.onward:
        return {}
    return {"why": WAITS_ON, **({"parting": True} if asked.parting else {})}

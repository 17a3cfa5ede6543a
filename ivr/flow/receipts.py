"""What a receipt changes: it shows what became of a text, and that one was sent of which that was not known."""

from msgspec.structs import replace

from ivr.actions.send_sms import SendSms
from ivr.core.call import Call
from ivr.core.events import Delivered, Happened

LOST_TEXTS = frozenset({"undelivered", "failed"})
"""The carrier's words for a text that will never arrive."""


def mended(call: Call, delivery: Delivered) -> Call:
    """The call with what the block has set put right, where it had to leave open whether the text was sent.

    The port that the call has left the block by stays what it was.
    """
    name = f"{SendSms.card.prefix}_{delivery.block}"
    found = call.variables.get(name)
    if not isinstance(found, dict) or found.get("cause") != "unknown":
        return call
    right = {**found, "sid": delivery.sid, "error": delivery.error, "cause": ""}
    return replace(call, variables={**call.variables, name: right})


def outcome(delivery: Delivered) -> Happened | None:
    """What a receipt is for an Event Handler; None for a state that is not the last."""
    if delivery.state == "delivered":
        return Happened(at=delivery.at, what="sms_delivered", details={"sid": delivery.sid})
    if delivery.state in LOST_TEXTS:
        return Happened(at=delivery.at, what="sms_failed", details={"sid": delivery.sid, "error": delivery.error})
    return None

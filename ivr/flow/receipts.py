"""What a receipt changes: it shows that a text was sent of which that was not known."""

from msgspec.structs import replace

from ivr.actions.send_sms import SendSms
from ivr.core.call import Call
from ivr.core.events import Delivered


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

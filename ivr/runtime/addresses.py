"""Where the answers of a call's requests are posted back: settled once for each call that gives such addresses out."""

import secrets

from msgspec.structs import replace

from ivr.core.call import Call, Resume
from ivr.flow.model import Flow


def addressable(call: Call, flow: Flow, base: str) -> Call:
    """The call with a place to post to, where a block of its flow gives one out."""
    if call.resume is not None or not base or not any(block.action.posted_to for block in flow.blocks):
        return call
    return replace(call, resume=Resume(f"{base}/resume/{call.id}", secrets.token_urlsafe(24)))

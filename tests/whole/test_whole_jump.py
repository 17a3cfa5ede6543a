"""A call over real sockets that goes on in another flow, and waits for an API there."""

from typing import Any

from ivr.demo.api import Api
from ivr.demo.world import CALLER
from ivr.flow.model import Flow
from tests.whole.stage import FOUND, SMS, TEXTED, changed, stage

HELLO = "Hello."


def first() -> Flow:
    blocks: list[dict[str, Any]] = [
        {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 2}},
        {"number": 2, "action": {"type": "play_message", "message": HELLO}, "exits": {"next": 3}},
        {"number": 3, "action": {"type": "jump_to", "flow": "look-up"}},
    ]
    return Flow.model_validate({"id": "appointment", "name": "Reception", "blocks": blocks})


def second(api_address: str) -> dict[str, Any]:
    """The demo's flow, with a way in from other flows instead of its trigger."""
    document = changed(api_address).model_dump(mode="json")
    document["id"] = "look-up"
    document["blocks"][0]["action"] = {"type": "jump_from"}
    return document


async def test_the_caller_does_not_notice() -> None:
    async with stage(Api(0.5)) as made:
        flows = made.world.server.store.flows
        for document in (second(made.api_address), first().model_dump(mode="json")):
            await flows.save_draft(document)
            await flows.publish(document["id"])
        told = await made.call()
        assert (told.words[0], told.words[-2:]) == (HELLO, [FOUND, TEXTED])
        assert made.sms(CALLER) == [SMS]
        record = await made.world.server.store.calls.load(told.call.sid)
    assert (told.status, told.troubles) == ("completed", [])
    assert record is not None
    assert (record.call.flow, record.call.jumps) == ("look-up", 1)

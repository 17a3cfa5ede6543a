"""How long requests usually take: looked up once as a call comes to a flow that tells of it."""

import logging

from msgspec.structs import replace

from ivr.core import usual
from ivr.core.call import Call
from ivr.flow.model import Flow
from ivr.runtime.ports import Usual
from ivr.runtime.trouble import report

log = logging.getLogger(__name__)


async def expecting(call: Call, flow: Flow, ask: Usual) -> Call:
    """The call with what is known of the blocks that its flow tells of. What can't be looked up now is not known: no
    call waits for it."""
    found: dict[str, int] = {}
    for block in flow.blocks:
        if block.action.timed and flow.reads(f"{block.prefix}.{usual.NAME}"):
            milliseconds = await _looked_up(ask, flow.id, block.number)
            if milliseconds is not None:
                found[block.prefix] = milliseconds
    return call if found == call.usual else replace(call, usual=found)


async def _looked_up(ask: Usual, flow: str, block: int) -> int | None:
    try:
        return await ask(flow, block)
    except Exception as error:
        report(log, error, "how long block %d of flow %s usually takes could not be looked up", block, flow)
        return None

"""How long requests usually take: looked up once as a call comes to a flow that tells of it."""

import asyncio
import logging

from msgspec.structs import replace

from ivr.core import usual
from ivr.core.call import Call
from ivr.flow.model import Flow
from ivr.runtime.ports import Usual
from ivr.runtime.trouble import report

log = logging.getLogger(__name__)

MOST = 20
"""Blocks of a flow that are looked up; of those behind them nothing is known."""
PATIENCE = 0.5
"""Seconds that all of it may take: a caller waits meanwhile."""


async def expecting(call: Call, flow: Flow, ask: Usual, patience: float = PATIENCE) -> Call:
    """The call with what is known of the blocks that its flow tells of. What can't be looked up now is not known: no
    call waits for it."""
    told = [block for block in flow.blocks if block.action.timed and flow.reads(f"{block.prefix}.{usual.NAME}")]
    if not told and not call.usual:
        return call
    found: dict[str, int] = {}
    try:
        async with asyncio.timeout(patience):
            for block in told[:MOST]:
                milliseconds = await ask(flow.id, block.number)
                if milliseconds is not None:
                    found[block.prefix] = milliseconds
    except Exception as error:
        report(log, error, "how long the requests of flow %s usually take could not be looked up", flow.id)
    return call if found == call.usual else replace(call, usual=found)

"""What must happen without any request: renew leases, adopt orphaned jobs, knock for words, close lost calls."""

import logging
from itertools import count

from ivr.flow.engine import LOST
from ivr.runtime.ports import Ports
from ivr.runtime.runner import Runner

log = logging.getLogger(__name__)

EVERY = 2.0
"""Seconds between rounds; a lease must outlive a few of them."""
LOST_EVERY = 15
"""Rounds between looks for lost calls: there is no hurry with those."""


async def keep_watch(ports: Ports, runner: Runner) -> None:
    """Go round for ever. A round that fails is logged, and the next one tries again."""
    for number in count():
        try:
            await go_round(ports, runner)
            if number % LOST_EVERY == 0:
                await close_lost(ports, runner)
        except Exception:
            log.exception("a round of recovery failed; the next one is in %g s", EVERY)
        await ports.clock.sleep(EVERY)


async def go_round(ports: Ports, runner: Runner) -> None:
    """Renew our leases, adopt the jobs of processes that have died, and knock for words that nobody collected."""
    now = ports.clock.now()
    await ports.calls.renew_leases(now)
    for running in await ports.calls.adopt(now):
        log.warning("taking over job %s of call %s from a process that died", running.token, running.call_id)
        await runner.adopt(running)
    for call_id in await ports.calls.unheard(now):
        await runner.bring(call_id)


async def close_lost(ports: Ports, runner: Runner) -> None:
    """Close the calls that the carrier seems to have forgotten."""
    for call_id in await ports.calls.lost(ports.clock.now()):
        log.warning("the carrier has not asked about call %s for long, so it must be over", call_id)
        await runner.hang_up(call_id, LOST)

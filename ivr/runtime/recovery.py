"""What must happen without any request: renew leases, adopt orphaned jobs, knock for words, close lost calls."""

import asyncio
import logging
from itertools import count

from ivr.flow.engine import LOST
from ivr.runtime.ports import Ports
from ivr.runtime.runner import Runner
from ivr.runtime.sounding import plays_on
from ivr.runtime.trouble import Aside, report

log = logging.getLogger(__name__)

EVERY = 0.25
"""Seconds between rounds: a dead process is missed within its lease and one more round."""
HEAL_EVERY = 8
"""Rounds between looks for what a knock or a notice that got lost has left: words unheard, lines unsaid, jobs of calls
that are over."""
LOST_EVERY = 120
"""Rounds between looks for lost calls: there is no hurry with those."""
FAILED_PAUSE = 2.0
LEAP = 30_000
"""Milliseconds between two rounds after which the clock was set, or the machine was asleep: nobody could come back in a
time that did not pass."""
RETURN = 200_000
"""Milliseconds that held callers then get to come back before any counts as lost."""


async def keep_watch(ports: Ports, runner: Runner) -> None:
    """Renew leases, and go round, for ever. The two never wait for each other: a long round must not let others think
    that this process is dead."""
    await asyncio.gather(_keep_alive(ports), _keep_going_round(ports, runner))


async def _keep_alive(ports: Ports) -> None:
    """Renew the lease of this process for ever."""
    while True:
        try:
            await ports.calls.renew_leases()
        except Exception as error:
            report(log, error, "this server could not show that it lives; trying again in %g s", FAILED_PAUSE)
            await ports.clock.sleep(FAILED_PAUSE - EVERY)
        await ports.clock.sleep(EVERY)


async def _keep_going_round(ports: Ports, runner: Runner) -> None:
    """A round that fails is logged, and the next one tries again."""
    aside = Aside(log)
    before = ports.clock.now()
    all_back = 0
    for number in count():
        now = ports.clock.now()
        if now - before > LEAP:
            all_back = now + RETURN
        before = now
        try:
            await go_round(ports, runner, aside)
            if number % HEAL_EVERY == 0:
                await bring_unheard(ports, runner, aside)
                await runner.bring_overdue()
                await cancel_over(ports, runner, aside)
            if number % LOST_EVERY == 0 and now >= all_back:
                await close_lost(ports, runner, aside)
        except Exception as error:
            report(log, error, "a round of recovery failed; the next one is in %g s", FAILED_PAUSE)
            await ports.clock.sleep(FAILED_PAUSE - EVERY)
        await ports.clock.sleep(EVERY)


async def go_round(ports: Ports, runner: Runner, aside: Aside | None = None) -> None:
    """Adopt the jobs of processes that have died."""
    aside = aside or Aside(log)
    for running in await ports.calls.adopt():
        log.warning("taking over job %s of call %s from a process that died", running.token, running.call_id)
        with aside.keeping(running.call_id):
            await runner.adopt(running)


async def bring_unheard(ports: Ports, runner: Runner, aside: Aside | None = None) -> None:
    """Knock for words that were not fetched."""
    aside = aside or Aside(log)
    for call_id in await ports.calls.unheard(ports.clock.now()):
        with aside.keeping(call_id):
            await runner.bring(call_id)


async def cancel_over(ports: Ports, runner: Runner, aside: Aside | None = None) -> None:
    """Stop jobs here whose call was closed by another process."""
    aside = aside or Aside(log)
    for call_id in await ports.calls.over_here():
        with aside.keeping(call_id):
            await runner.cancel_if_over(call_id)


async def close_lost(ports: Ports, runner: Runner, aside: Aside | None = None) -> None:
    """Close the calls that the carrier seems to have forgotten."""
    aside = aside or Aside(log)
    for call_id in await ports.calls.lost(ports.clock.now()):
        with aside.keeping(call_id):
            record = await ports.calls.load(call_id)
            if record is None or plays_on(record, ports.clock.now()):
                continue
            log.warning("the carrier has not asked about call %s for long, so it must be over", call_id)
            await runner.hang_up(call_id, LOST)

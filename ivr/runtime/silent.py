"""Calls that nothing was heard of for a while: the carrier is asked whether they are over.

The status callback that ends a call may get lost, and so may its repeats. Then the call would stay open until no call
can last that long. So a minute after the last request of a call, and then about once a minute, the carrier is asked. A
call that was transferred for an hour is asked about all that time: that is what it costs to know.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from ivr.runtime.ports import CallRecord, Clock
from ivr.runtime.runner import Runner
from ivr.runtime.trouble import Aside, report

log = logging.getLogger(__name__)

EVERY = 60.0
SILENT = 90_000
"""Milliseconds after which a call is asked about: a held caller comes back every 45 s."""
MOST = 50
"""Calls asked about in one round; the next round goes on behind them."""
ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})

Ask = Callable[[str], Awaitable[str]]
"""The carrier's word for the state of a call; empty when it does not say."""


class Silent(Protocol):
    """Where calls live."""

    async def load(self, call_id: str) -> CallRecord | None: ...

    async def silent(self, before: int, behind: tuple[int, str], most: int) -> Sequence[tuple[int, str]]:
        """Calls that go on and were not touched since then, the longest silent first: when they were, and their ids.
        Only those behind that place in the order."""
        ...


async def keep_asking(calls: Silent, runner: Runner, ask: Ask, clock: Clock) -> None:
    """Go round for ever."""
    behind = (0, "")
    while True:
        await clock.sleep(EVERY)
        try:
            behind = await ask_about_silent(calls, runner, ask, clock, behind)
        except Exception as error:
            report(log, error, "silent calls could not be looked for; trying again in %g s", EVERY)


async def ask_about_silent(
    calls: Silent, runner: Runner, ask: Ask, clock: Clock, behind: tuple[int, str]
) -> tuple[int, str]:
    """Close those that are over; the place behind which the next round goes on."""
    found = await calls.silent(clock.now() - SILENT, behind, MOST)
    aside = Aside(log)

    async def look(call_id: str) -> None:
        with aside.keeping(call_id):
            await _close_if_over(calls, runner, ask, call_id)

    await asyncio.gather(*(look(call_id) for _, call_id in found))
    return found[-1] if len(found) == MOST else (0, "")


async def _close_if_over(calls: Silent, runner: Runner, ask: Ask, call_id: str) -> None:
    record = await calls.load(call_id)
    if record is None or record.over_at is not None or not record.mailbox.page:
        return  # over by now, or a run that never had a caller: no carrier knows it
    state = await ask(call_id)
    if state in ENDED:
        log.warning("call %s is over (%s), and no status callback has said so", call_id, state)
        await runner.over(call_id, state)

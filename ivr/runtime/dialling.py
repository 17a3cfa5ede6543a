"""The dialler: places the calls that are queued, and begins the runs without one, in order, no faster than set.

All processes share one queue and one pace. A process takes a start and the next slot
in one write, so that of two processes only one gets either. A call that may have been placed is never placed again.
"""

import asyncio
import logging
from collections.abc import Coroutine
from math import ceil
from typing import Any

from ivr.core.phone_numbers import without_numbers
from ivr.runtime.gate import Gate
from ivr.runtime.intake import RINGS, Starting, wish_of
from ivr.runtime.ports import Clock, Unavailable
from ivr.runtime.starts import Caller, Placed, Progress, Start, Starts
from ivr.runtime.timer import Timer
from ivr.runtime.trouble import report

log = logging.getLogger(__name__)

IDLE = 1.0
"""Seconds between looks at an empty queue: another process may have added to it."""
TIDY_EVERY = 5_000
PLACING = 15_000
"""Milliseconds in which it must be known what the carrier made of a call."""
EXPIRES = 3_600_000
"""Milliseconds after which a call that is still queued is not placed any more: it would come as a surprise."""
LONGEST_PAUSE = 60.0
FAILED_PAUSE = 2.0
KEEP_TRIES = 15
"""How often the store is asked to keep what became of a call, while it is away."""


class Permitted:
    """Places calls to numbers that may be called. What was admitted when it was queued is counted once."""

    def __init__(self, call: Caller, gate: Gate) -> None:
        self._call = call
        self._gate = gate

    async def __call__(self, start: Start) -> Placed:
        try:
            verdict = await self._gate.admit(wish_of(start))
        except Unavailable as error:
            return Placed("again", reason=str(error))
        return Placed("refused", reason=verdict.reason) if verdict.cause else await self._call(start)


class Dialler:
    """Makes starts, `rate` a second at most."""

    def __init__(self, starts: Starts, starting: Starting, call: Caller, clock: Clock, rate: float) -> None:
        self._starts = starts
        self._starting = starting
        self._call = call
        self._clock = clock
        self._interval = ceil(1000 / rate)
        self._queued = asyncio.Event()
        self._placing: set[asyncio.Task[None]] = set()
        self._tidied = 0

    def wake(self) -> None:
        """There is something in the queue."""
        self._queued.set()

    async def run(self) -> None:
        """Go on for ever. When it is stopped, calls that are being taken or placed right now are waited for."""
        try:
            while True:
                await self._rest(await self._round())
        finally:
            while self._placing:
                await asyncio.gather(*self._placing, return_exceptions=True)

    async def step(self) -> float:
        """Do what can be done now. Returns the seconds until there may be more to do."""
        now = self._clock.now()
        if now >= self._tidied + TIDY_EVERY:
            self._tidied = now
            await self._starts.tidy(now, now - EXPIRES)
            for forgotten in await self._starts.forgotten_texts(now):
                await self._starting.begin(forgotten)
        start = await self._starts.next(now)
        if start is None:
            return IDLE
        slot = await self._starts.next_slot()
        if slot > now:
            return (slot - now) / 1000
        # To its end, should the process stop meanwhile: a call that is taken and not placed would count as unknown.
        await asyncio.shield(self._begin(self._claim(start, slot, now), f"claim of run {start.id}"))
        return 0.0

    async def _claim(self, start: Start, slot: int, now: int) -> None:
        if await self._starts.claim(start, slot, now + self._interval, now + PLACING):
            self._begin(self._place(start), f"start of run {start.id}")

    def _begin(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._placing.add(task)
        task.add_done_callback(self._placing.discard)
        return task

    async def _round(self) -> float:
        try:
            return await self.step()
        except Exception as error:
            report(log, error, "a round of the dialler failed; the next one is in %g s", FAILED_PAUSE)
            return FAILED_PAUSE

    async def _rest(self, seconds: float) -> None:
        if seconds:
            with Timer(self._clock, seconds, self._queued.set):
                await self._queued.wait()
            self._queued.clear()

    async def _place(self, start: Start) -> None:
        """Ask the carrier once, and keep what it said. What can't be kept becomes unknown by itself."""
        try:
            if start.reach_by == "text":
                await self._starting.begin(start)
                return None
            placed = await self._call(start)
            for tries in range(KEEP_TRIES):
                try:
                    return await self._keep(start, placed)
                except Unavailable:
                    if tries == KEEP_TRIES - 1:
                        raise
                await self._clock.sleep(FAILED_PAUSE)
        except Exception:
            log.exception("the result of the call of run %s could not be stored", start.id)

    async def _keep(self, start: Start, placed: Placed) -> None:
        match placed.outcome:
            case "placed":
                await self._starts.update(start.id, Progress("calling", placed.sid), self._clock.now() + RINGS)
            case "again":
                pause = min(LONGEST_PAUSE, 2.0**start.tries)
                log.warning("run %s is called again in %g s: %s", start.id, pause, without_numbers(placed.reason))
                await self._starts.put_back(start, self._clock.now() + round(pause * 1000))
            case "refused":
                await self._starting.missed(start, "failed")
                await self._starts.update(start.id, Progress("failed", reason=placed.reason))
            case "unknown":
                log.warning("run %s may have been called, or not: %s", start.id, without_numbers(placed.reason))
                await self._starts.update(start.id, Progress("unknown", reason=placed.reason))

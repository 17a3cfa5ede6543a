"""The clock on the wall, for all that is not a test."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

SLEW = 0.05
"""How much faster or slower than real time the clock may go, to follow the one on the wall."""
STEP = 60_000.0
"""Milliseconds; what the wall's clock is set by at least before ours is set too: the machine was asleep."""
SKEW = 2_000
"""Milliseconds that the database's clock may differ from this machine's without a word about it."""
CORRECT_EVERY = 60.0
MILLISECOND = 1_000_000


async def keep_to(clock: "WallClock", read: Callable[[], Awaitable[int]]) -> None:
    """Correct a clock by another one for ever; `read` gives what that shows, in milliseconds."""
    while True:
        await clock.sleep(CORRECT_EVERY)
        try:
            clock.correct(await read())
        except Exception:
            log.exception("can't read the time; trying again in %g s", CORRECT_EVERY)


class WallClock:
    """Implements `runtime.ports.Clock`: the time of day in ms since 1970, and real waiting.

    It never goes back, and durations are true to 5 percent even while the machine's clock is being set: it goes by the
    monotonic clock, and follows the time of day slowly. Servers that share a database all follow the database's time,
    so that they agree on what is over, however wrong their own clocks are. `wall` and `monotonic` give nanoseconds.
    """

    def __init__(
        self, wall: Callable[[], int] = time.time_ns, monotonic: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._wall, self._monotonic = wall, monotonic
        self._ahead = 0.0
        self._then = monotonic()
        self._shown = wall() / MILLISECOND

    def now(self) -> int:
        then, self._then = self._then, self._monotonic()
        elapsed = (self._then - then) / MILLISECOND
        self._shown += elapsed
        wrong = self._wall() / MILLISECOND + self._ahead - self._shown
        if abs(wrong) >= STEP:
            log.warning("the clock of this machine was set by %.0f s", wrong / 1000)
            self._shown += wrong
        else:
            most = elapsed * SLEW
            self._shown += max(-most, min(most, wrong))
        return int(self._shown)

    def follow(self, time_there: int) -> None:
        """From now on go by another clock, that of the database, which shows this time in milliseconds just now."""
        self._ahead = time_there - self._wall() / MILLISECOND
        self._then, self._shown = self._monotonic(), float(time_there)
        if abs(self._ahead) > SKEW:
            log.warning("the clock of this machine is %.1f s off that of the database", -self._ahead / 1000)

    def correct(self, time_there: int) -> None:
        """The other clock shows this time just now: go towards it."""
        self._ahead = time_there - self._wall() / MILLISECOND

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def call_later(self, seconds: float, then: Callable[[], object]) -> asyncio.TimerHandle:
        """Call this after some seconds, unless it is cancelled; see `runtime.timer`."""
        return asyncio.get_running_loop().call_later(seconds, then)

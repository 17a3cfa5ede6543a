"""The clock on the wall, for all that is not a test."""

import asyncio
import time


class WallClock:
    """Implements `runtime.ports.Clock`: the time of day in ms since 1970, and real waiting."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

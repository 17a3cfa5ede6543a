"""Ways to ask a host."""

import asyncio

from ivr.webcall.limits import Limits, Turn

HOST = "api.example"


class Time:
    """A clock that stands still unless told."""

    def __init__(self) -> None:
        self.ms = 1_700_000_000_000

    def now(self) -> int:
        return self.ms

    async def sleep(self, seconds: float) -> None:
        self.ms += round(seconds * 1000)


async def once(limits: Limits, good: bool | None, host: str = HOST) -> None:
    async with limits.turn(host) as turn:
        report(turn, good)


def report(turn: Turn, good: bool | None) -> None:
    if good is not None:
        (turn.succeeded if good else turn.failed)()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def break_it(limits: Limits, times: int = 10) -> None:
    for _ in range(times):
        await once(limits, False)

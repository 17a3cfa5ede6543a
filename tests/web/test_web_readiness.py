"""Whether a server takes calls: what a load balancer is told, and how little a stranger can make of asking."""

import asyncio
from collections.abc import Awaitable, Callable

from ivr.web.readiness import Readiness


class Check:
    """A check that ends when it is let go, with an error if there is one."""

    def __init__(self, error: Exception | None = None) -> None:
        self.count = 0
        self.error = error
        self.let_go = asyncio.Event()

    async def __call__(self) -> None:
        self.count += 1
        await self.let_go.wait()
        if self.error is not None:
            raise self.error


def free(error: Exception | None = None) -> Check:
    check = Check(error)
    check.let_go.set()
    return check


async def asked(check: Callable[[], Awaitable[None]], times: int = 1, **limits: float) -> list[bool]:
    readiness = Readiness(check, **limits)
    answers = await asyncio.gather(*(readiness.ready() for _ in range(times)))
    await readiness.close()
    return list(answers)


async def test_a_database_that_works_is_ready() -> None:
    assert await asked(free()) == [True]


async def test_one_that_fails_is_not() -> None:
    assert await asked(free(OSError("read-only"))) == [False]


async def test_one_that_hangs_is_not_and_is_asked_once_whoever_asks() -> None:
    check = Check()
    assert await asked(check, times=50, patience=0.01) == [False] * 50
    assert check.count == 1


async def test_an_answer_holds_for_a_while_and_then_is_found_anew() -> None:
    check = free()
    readiness = Readiness(check, fresh=3600)
    assert [await readiness.ready() for _ in range(5)] == [True] * 5
    assert check.count == 1
    readiness = Readiness(check, fresh=0)
    check.error = OSError("away")
    assert await readiness.ready() is False
    check.error = None
    assert await readiness.ready() is True


async def test_a_server_that_stops_is_not_ready() -> None:
    check = free()
    readiness = Readiness(check)
    readiness.stopping = True
    assert await readiness.ready() is False
    assert check.count == 0

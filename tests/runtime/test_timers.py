"""Timers: by a clock that only sleeps, and by one that calls later."""

import asyncio
from collections.abc import Callable

import pytest

from ivr.runtime.timer import Bell, Timer, is_over
from tests.runtime.imagined import Clock


class Calling(Clock):
    """A clock that calls later, too."""

    def call_later(self, seconds: float, then: Callable[[], object]) -> "asyncio.Task[None]":
        async def later() -> None:
            await self.sleep(seconds)
            then()

        return asyncio.create_task(later())


@pytest.fixture(params=[Clock, Calling])
def clock(request: pytest.FixtureRequest) -> Clock:
    made: Clock = request.param()
    return made


async def test_it_calls_once_its_time_is_up(clock: Clock) -> None:
    called: list[int] = []
    timer = Timer(clock, 2, lambda: called.append(clock.now()))
    await clock.advance(1.9)
    assert (timer.done, called) == (False, [])
    began = clock.now()
    await clock.advance(5)
    assert (timer.done, called) == (True, [began + 100])


async def test_one_that_is_cancelled_calls_nothing(clock: Clock) -> None:
    called: list[str] = []
    with Timer(clock, 2, lambda: called.append("rung")) as timer:
        await clock.advance(1)
    await clock.advance(5)
    assert (timer.done, called) == (False, [])


async def test_no_seconds_are_over_at_once_and_call_nothing(clock: Clock) -> None:
    called: list[str] = []
    timer = Timer(clock, 0, lambda: called.append("rung"))
    await clock.advance(1)
    assert (timer.done, called) == (True, [])


async def test_a_wait_ends_with_its_event_or_with_its_time(clock: Clock) -> None:
    changed = asyncio.Event()
    with Timer(clock, 2, changed.set) as timer:
        waiting = asyncio.create_task(is_over(timer, changed))
        await clock.advance(1)
        changed.set()
        assert not await waiting
        waiting = asyncio.create_task(is_over(timer, changed))
        await clock.advance(0.9)
        assert not waiting.done()
        await clock.advance(1)
        assert await waiting
        assert await is_over(timer, changed)


async def test_a_bell_is_heard_by_who_comes_before_it_and_after_it_until_it_is_muted() -> None:
    bell = Bell()
    before = asyncio.create_task(bell.heard())
    await asyncio.sleep(0)
    assert not before.done()
    bell.ring()
    bell.ring()
    await before
    await bell.heard()
    bell.mute()
    after = asyncio.create_task(bell.heard())
    await asyncio.sleep(0)
    assert not after.done()
    after.cancel()
    await asyncio.gather(after, return_exceptions=True)
    bell.ring()
    await bell.heard()

"""The virtual clock, and time limits on it."""

import asyncio

import pytest

from ivr.emulator import RealClock, VirtualClock
from ivr.emulator.clock.clock import within


async def test_sleepers_wake_in_order_at_their_own_moment() -> None:
    clock, woken = VirtualClock(start=100), []

    async def sleeper(name: str, *naps: float) -> None:
        for nap in naps:
            await clock.sleep(nap)
            woken.append((name, clock.now()))

    tasks = [asyncio.ensure_future(sleeper("a", 3, 3)), asyncio.ensure_future(sleeper("b", 1, 1, 10))]
    await clock.advance(5)
    assert woken == [("b", 101), ("b", 102), ("a", 103)]
    assert clock.now() == 105
    await clock.run_until_idle()
    assert woken[3:] == [("a", 106), ("b", 112)]
    await asyncio.gather(*tasks)


async def test_a_cancelled_sleeper_does_not_hold_the_time() -> None:
    clock = VirtualClock()
    task = asyncio.ensure_future(clock.sleep(1000))
    await clock.settle()
    task.cancel()
    await clock.run_until_idle()
    assert clock.now() == 0


async def test_running_until_a_goal() -> None:
    clock = VirtualClock()

    async def work() -> str:
        await clock.sleep(200)
        return "done"

    assert await clock.run_until(work()) == "done"
    assert clock.now() == 200
    with pytest.raises(TimeoutError, match="nothing is left"):
        await clock.run_until(asyncio.Event().wait())


async def test_within() -> None:
    clock = VirtualClock()
    assert await clock.run_until(within(clock, 5, clock.sleep(4))) is None
    with pytest.raises(TimeoutError):
        await clock.run_until(within(clock, 5, clock.sleep(6)))
    assert clock.now() == 9
    await clock.run_until_idle()
    assert clock.now() == 9, "neither the work nor the alarm is left behind"


async def test_nothing_is_left_when_a_limited_work_is_cancelled() -> None:
    clock = VirtualClock()
    task = asyncio.ensure_future(within(clock, 5, clock.sleep(4)))
    await clock.settle()
    task.cancel()
    await clock.settle()
    assert task.cancelled()
    assert len(asyncio.all_tasks()) == 1


async def test_the_real_clock_never_runs_backwards() -> None:
    clock = RealClock()
    before = clock.now()
    await clock.sleep(-1)
    assert before <= clock.now()


async def test_a_patient_clock_gives_threads_their_time() -> None:
    clock = VirtualClock(patience=0.001)
    assert await clock.run_until(clock.sleep(60)) is None

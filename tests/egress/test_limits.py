"""Places and breakers, story by story."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from ivr.webcall.breaker import Breaker, Rules
from ivr.webcall.limits import Limits, Skipped

from .asking import HOST, Time, break_it, once, settle


@pytest.fixture
def time() -> Time:
    return Time()


async def test_places_are_given_in_the_order_of_asking(time: Time) -> None:
    limits = Limits(time, Rules(concurrent=2))
    order: list[int] = []
    go = asyncio.Event()

    async def ask(number: int) -> None:
        async with limits.turn(HOST):
            order.append(number)
            await go.wait()

    async with asyncio.TaskGroup() as group:
        for number in range(6):
            group.create_task(ask(number))
        await settle()
        assert order == [0, 1]
        go.set()
    assert order == [0, 1, 2, 3, 4, 5]
    async with limits.turn("other.example"):
        assert limits.remembered == 2


async def test_no_limit(time: Time) -> None:
    limits = Limits(time, Rules(concurrent=0))
    async with AsyncExitStack() as stack:
        for _ in range(500):
            await stack.enter_async_context(limits.turn(HOST))


async def test_hosts_do_not_wait_for_each_other(time: Time) -> None:
    limits = Limits(time, Rules(concurrent=1))
    async with limits.turn("a"), limits.turn("b"):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0), limits.turn("a"):
                pass
    async with limits.turn("a"):
        pass


async def test_a_deadline_ends_the_waiting_and_leaks_nothing(time: Time) -> None:
    limits = Limits(time, Rules(concurrent=1))
    async with limits.turn(HOST):
        for _ in range(3):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0), limits.turn(HOST):
                    pytest.fail("there is no place")
        assert len(limits.enter(HOST).waiting) == 0
    for _ in range(3):
        await once(limits, True)


async def test_cancelled_in_the_moment_of_being_let_in(time: Time) -> None:
    limits = Limits(time, Rules(concurrent=1))
    in_front, behind = limits.turn(HOST), limits.turn(HOST)
    await in_front.__aenter__()
    first = asyncio.ensure_future(once(limits, True))
    second = asyncio.ensure_future(behind.__aenter__())
    await settle()
    await in_front.__aexit__(None, None, None)  # the place is passed on to the first
    first.cancel()  # who is cancelled before it could see that
    await asyncio.wait([first, second])
    assert first.cancelled()
    assert second.result() is behind
    await behind.__aexit__(None, None, None)
    await once(limits, True)


async def test_an_error_inside_gives_the_place_back_and_says_nothing(time: Time) -> None:
    limits = Limits(time, Rules(concurrent=1, failures=1))
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            async with limits.turn(HOST):
                raise ZeroDivisionError
    await once(limits, True)


async def test_opens_after_failures_in_a_row(time: Time) -> None:
    limits = Limits(time)
    await break_it(limits, 9)
    await once(limits, True)
    await break_it(limits, 9)
    await once(limits, None)
    await once(limits, False)
    time.ms += 3_000
    with pytest.raises(Skipped) as skipped:
        await once(limits, True)
    assert str(skipped.value) == "The API at api.example failed 10 times in a row; it is asked again in 12 s."
    assert (skipped.value.host, skipped.value.failures) == (HOST, 10)
    assert skipped.value.until == time.ms + 12_000
    await once(limits, True, "other.example")


async def test_failures_that_are_far_apart_open_nothing(time: Time) -> None:
    limits = Limits(time)
    for _ in range(50):
        await once(limits, False)
        time.ms += 3_400
    await once(limits, True)


async def test_half_of_the_requests_must_have_failed(time: Time) -> None:
    limits = Limits(time)
    for _ in range(30):
        await once(limits, True)
    await break_it(limits, 29)
    await once(limits, False)
    with pytest.raises(Skipped):
        await once(limits, True)


async def test_what_is_older_than_the_window_is_forgotten(time: Time) -> None:
    limits = Limits(time)
    for _ in range(30):
        await once(limits, True)
    time.ms += 30_000
    await break_it(limits)
    with pytest.raises(Skipped):
        await once(limits, True)


async def test_one_probe_closes_it(time: Time) -> None:
    limits = Limits(time)
    await break_it(limits)
    time.ms += 15_000
    async with limits.turn(HOST) as probe:
        with pytest.raises(Skipped, match="failed 10 times in a row; it is being asked again right now"):
            await once(limits, True)
        probe.succeeded()
    await break_it(limits, 9)
    await once(limits, True)


async def test_a_failed_probe_opens_it_for_another_pause(time: Time) -> None:
    limits = Limits(time)
    await break_it(limits)
    for count in range(11, 14):
        time.ms += 15_000
        await once(limits, False)
        time.ms += 14_999
        with pytest.raises(Skipped, match=f"failed {count} times in a row; it is asked again in 1 s"):
            await once(limits, True)
        time.ms += 1
    await once(limits, True)
    await once(limits, True)


async def test_a_probe_that_ends_without_a_word_makes_room_for_another(time: Time) -> None:
    limits = Limits(time)
    await break_it(limits)
    time.ms += 15_000
    await once(limits, None)
    await once(limits, True)
    await once(limits, True)


async def test_a_probe_that_waits_for_a_place_may_be_cancelled(time: Time) -> None:
    limits = Limits(time, Rules(concurrent=1, failures=1))
    stuck, late = limits.turn(HOST), asyncio.ensure_future(once(limits, True))
    await late
    await stuck.__aenter__()
    limits.enter(HOST).breaker.end(limits.enter(HOST).breaker.begin(), False, time.ms)
    time.ms += 15_000
    probe = asyncio.ensure_future(once(limits, True))
    await settle()
    with pytest.raises(Skipped, match="right now"):
        await once(limits, True)
    probe.cancel()
    await asyncio.wait([probe])
    again = asyncio.ensure_future(once(limits, True))
    await settle()
    await stuck.__aexit__(None, None, None)
    await again


async def test_who_waits_when_it_opens_is_sent_away(time: Time) -> None:
    limits = Limits(time, Rules(concurrent=2, failures=2))
    one, two = limits.turn(HOST), limits.turn(HOST)
    await one.__aenter__()
    await two.__aenter__()
    waiting = [asyncio.ensure_future(once(limits, True)) for _ in range(5)]
    await settle()
    for turn in (one, two):  # the first to wait is let in by `one`, and must not go all the same
        turn.failed()
        await turn.__aexit__(None, None, None)
    ends = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(end) for end in ends] == [Skipped] * 5
    time.ms += 15_000
    await once(limits, True)
    async with limits.turn(HOST), limits.turn(HOST):
        pass


async def test_requests_from_before_the_opening_are_not_counted_after_it(time: Time) -> None:
    limits = Limits(time, Rules(failures=3))
    old = [limits.turn(HOST) for _ in range(9)]
    for turn in old:
        await turn.__aenter__()
    await break_it(limits, 3)
    time.ms += 15_000
    await once(limits, True)
    for turn in old:
        turn.failed()
        await turn.__aexit__(None, None, None)
    await once(limits, True)


async def test_a_breaker_that_never_opens(time: Time) -> None:
    limits = Limits(time, Rules(failures=0))
    await break_it(limits, 200)
    await once(limits, True)


async def test_time_that_runs_backwards_keeps_nothing_shut(time: Time) -> None:
    limits = Limits(time)
    await break_it(limits)
    time.ms -= 3_600_000
    await once(limits, True)
    await break_it(limits)
    with pytest.raises(Skipped):
        await once(limits, True)


async def test_memory_is_bounded(time: Time) -> None:
    limits = Limits(time, hosts=100)
    for number in range(1000):
        await once(limits, True, f"{number}.example")
    assert limits.remembered == 100
    time.ms += 30_001
    await once(limits, True)
    assert limits.remembered == 1


async def test_hosts_in_use_are_never_forgotten(time: Time) -> None:
    limits = Limits(time, Rules(concurrent=1), hosts=1)
    async with limits.turn(HOST):
        for number in range(10):
            await once(limits, True, f"{number}.example")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0), limits.turn(HOST):
                pass


async def test_a_deadline_around_the_request_can_be_told_apart(time: Time) -> None:
    """How a caller says that the host was too slow, as opposed to having hung up itself."""
    limits = Limits(time, Rules(failures=1))

    async def ask() -> None:
        async with asyncio.timeout(0.001) as deadline, limits.turn(HOST) as turn:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                if deadline.expired():
                    turn.failed()
                raise

    hung_up = asyncio.ensure_future(ask())
    await settle()
    hung_up.cancel()
    await asyncio.wait([hung_up])
    with pytest.raises(TimeoutError):
        await ask()
    with pytest.raises(Skipped):
        await ask()


def test_a_breaker_is_small() -> None:
    breaker = Breaker(Rules())
    for now in range(0, 10_000_000, 1_000):
        breaker.end(breaker.begin(), now % 3_000 == 0, now)
    assert len(breaker._buckets) <= 10
    assert len(breaker._row) <= 10

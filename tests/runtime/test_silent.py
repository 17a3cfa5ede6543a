"""Calls whose end nobody has told us: the carrier is asked."""

import asyncio
from collections.abc import Sequence

import pytest

from ivr.runtime.ports import CallRecord
from ivr.runtime.silent import EVERY, MOST, SILENT, ask_about_silent, keep_asking
from tests.runtime.imagined import CALL, World


class Silent:
    """Calls that are silent; `places` are those that were asked for."""

    def __init__(self, world: World, ids: Sequence[str]) -> None:
        self.world = world
        self.rows = [(n + 1, call_id) for n, call_id in enumerate(ids)]
        self.before = 0

    async def load(self, call_id: str) -> CallRecord | None:
        return await self.world.calls.load(call_id)

    async def silent(self, before: int, behind: tuple[int, str], most: int) -> Sequence[tuple[int, str]]:
        self.before = before
        return [row for row in self.rows if row > behind][:most]


class Carrier:
    def __init__(self, state: str) -> None:
        self.state = state
        self.asked: list[str] = []

    async def __call__(self, call_id: str) -> str:
        self.asked.append(call_id)
        return self.state


@pytest.mark.parametrize("state", ["completed", "busy", "failed", "no-answer", "canceled"])
async def test_a_call_that_is_over_is_closed(world: World, state: str) -> None:
    await world.held()
    silent, carrier = Silent(world, [CALL]), Carrier(state)
    await ask_about_silent(silent, world.runner, carrier, world.clock, (0, ""))
    assert world.record.over_at is not None
    assert world.traced("hung_up") == [{"reason": state}]
    assert silent.before == world.clock.now() - SILENT
    await ask_about_silent(silent, world.runner, carrier, world.clock, (0, ""))
    assert carrier.asked == [CALL]


@pytest.mark.parametrize("state", ["in-progress", "ringing", "queued", "", "no idea"])
async def test_whatever_is_no_end_ends_nothing(world: World, state: str) -> None:
    await world.held()
    await ask_about_silent(Silent(world, [CALL]), world.runner, Carrier(state), world.clock, (0, ""))
    assert (world.record.over_at, world.call.status) == (None, "active")


async def test_rounds_go_through_all_calls_and_begin_again(world: World) -> None:
    await world.held()
    carrier = Carrier("in-progress")
    silent = Silent(world, [*(f"CB{n}" for n in range(MOST)), CALL])
    place = await ask_about_silent(silent, world.runner, carrier, world.clock, (0, ""))
    assert (place, carrier.asked) == ((MOST, f"CB{MOST - 1}"), [])
    assert await ask_about_silent(silent, world.runner, carrier, world.clock, place) == (0, "")
    assert carrier.asked == [CALL]


async def test_a_call_that_can_not_be_opened_keeps_no_other_waiting(world: World) -> None:
    await world.held()
    world.calls.records["CB1"] = world.record
    world.calls.damaged = {"CB1"}
    silent = Silent(world, ["CB1", *(f"CC{n}" for n in range(MOST - 1)), CALL])
    place = await ask_about_silent(silent, world.runner, Carrier("completed"), world.clock, (0, ""))
    assert place == (MOST, f"CC{MOST - 2}")
    await ask_about_silent(silent, world.runner, Carrier("completed"), world.clock, place)
    assert world.record.over_at is not None


async def test_a_store_that_fails_costs_one_round(world: World) -> None:

    await world.held()
    carrier = Carrier("completed")
    world.calls.loads_fail = 1
    watch = asyncio.create_task(keep_asking(Silent(world, [CALL]), world.runner, carrier, world.clock))
    await world.clock.advance(EVERY)
    assert world.record.over_at is None
    await world.clock.advance(EVERY)
    assert world.record.over_at is not None
    watch.cancel()

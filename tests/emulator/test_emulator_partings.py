"""The last request of a verb that a hang-up cut off: it may come late, or never."""

from random import Random

import pytest

from ivr.emulator import Faults
from tests.emulator.world import World, say

RECORD = '<Record action="/done"/>'


async def hung_up_while_recording(world: World) -> list[str]:
    """The paths that were asked for after the first."""
    world.pages["/done"] = say("nobody hears this")
    call = world.ring(RECORD)
    await world.clock.advance(1)
    call.hang_up()
    await world.clock.run_until_idle()
    return world.paths()[1:]


@pytest.mark.parametrize(
    ("faults", "paths"),
    [
        (Faults(), ["/done", "/status"]),
        (Faults(late_partings=2), ["/status", "/done"]),
        (Faults(lose_partings=1, random=Random(1)), ["/status"]),
    ],
)
async def test_the_status_callback_may_overtake_it(world: World, faults: Faults, paths: list[str]) -> None:
    world.carrier.faults = faults
    assert await hung_up_while_recording(world) == paths


async def test_hints_beyond_what_a_carrier_takes_are_warned_of(world: World) -> None:
    await world.whole_call(f'<Gather timeout="1" input="speech" hints="{"a" * 101},b"/>' + say("nothing"))
    assert world.codes() == [12200]

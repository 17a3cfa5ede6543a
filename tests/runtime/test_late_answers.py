"""A request that outlives its call is told of in the trace, and nobody hears it."""

from typing import Any

import pytest

from ivr.core.events import Cause, Fetched, Try
from tests.runtime.conftest import NewWorld
from tests.runtime.imagined import World
from tests.story.flows import asks, drawn, ends, says, starts

TRY = Try("http://api.test/", "ok", 503, "", {"connect": 2, "tls": 3, "first_byte": 4, "total": 9})


async def answered_late(new_world: NewWorld, cause: Cause, **reply: Any) -> World:
    world = new_world(drawn(starts(), asks(3, 3, method="POST"), says("Too late.", 4), ends()))
    world.rings()
    await world.clock.settle()
    await world.hangs_up()
    now = world.clock.now()
    world.api.ends(lambda token: Fetched(at=now, token=token, cause=cause, **reply))
    await world.clock.settle()
    return world


async def test_how_it_ended_is_traced(new_world: NewWorld) -> None:
    answer = {"status": 201, "body": "x" * 9, "headers": (("a", "b"),), "milliseconds": 9, "tries": (TRY,)}
    world = await answered_late(new_world, "ok", **answer)
    (late,) = world.traced("late")
    assert (late["cause"], late["status"], late["milliseconds"], late["token"]) == ("ok", 201, 9, "1.2")
    tried = {"url": "http://api.test/", "cause": "ok", "status": 503, "milliseconds": TRY.milliseconds}
    assert late["tries"] == [tried]
    assert not {"body", "headers", "value"} & set(late)


@pytest.mark.parametrize("cause", ["timeout", "connect"])
async def test_so_is_why_it_failed(new_world: NewWorld, cause: Cause) -> None:
    world = await answered_late(new_world, cause, error="Oh.")
    (late,) = world.traced("late")
    assert (late["cause"], late["error"], late["status"]) == (cause, "Oh.", None)
    assert (world.call.status, world.record.mailbox.unheard) == ("ended", ())
    assert "EXTCALL_2" not in world.call.variables

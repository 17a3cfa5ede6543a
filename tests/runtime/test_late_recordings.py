"""A caller hangs up while recording: the run goes on with the recording, or without it when its webhook never comes."""

from ivr.core.events import Recorded
from ivr.runtime.recovery import go_round
from ivr.runtime.turning import RECORDING_PATIENCE
from tests.runtime.conftest import NewWorld
from tests.runtime.imagined import CALL, World
from tests.story.flows import drawn, ends, starts, texts

VOICEMAIL = drawn(
    starts(2),
    {"action": {"type": "record", "message": "Speak."}, "exits": {"recorded": 3, "nothing": 4}},
    texts("There is a message.", 5, 5),
    texts("Somebody has called.", 5, 5),
    ends(),
)


async def hung_up(world: World) -> str:
    """The token of the recording that the caller hung up in."""
    await world.now(world.rings())
    waiting = world.call.waiting
    assert waiting is not None
    await world.hangs_up()
    return waiting.token


def texted(world: World) -> list[str]:
    return [running.job.body for running in world.carrier.started]  # type: ignore[union-attr]


async def test_without_the_recording_the_run_goes_on(new_world: NewWorld) -> None:
    world = new_world(VOICEMAIL)
    await hung_up(world)
    await world.clock.advance(RECORDING_PATIENCE - 1)
    assert texted(world) == []
    await world.clock.advance(1)
    assert texted(world) == ["Somebody has called."]


async def test_so_it_does_when_the_process_died_meanwhile(new_world: NewWorld) -> None:
    dead = new_world(VOICEMAIL)
    await hung_up(dead)
    await dead.runner.close()
    heir = new_world(VOICEMAIL, calls=dead.calls)
    heir.calls.orphans = list(dead.calls.open.values())
    await go_round(heir.ports, heir.runner)
    await heir.clock.advance(RECORDING_PATIENCE)
    assert texted(heir) == ["Somebody has called."]


async def test_a_recording_that_comes_in_time_ends_the_wait_for_it(new_world: NewWorld) -> None:
    world = new_world(VOICEMAIL)
    token = await hung_up(world)
    reply = Recorded(at=2, token=token, url="https://a/RE1", seconds=3, hung_up=True)
    await world.runner.reply(CALL, 2, reply)
    await world.clock.settle()
    assert [type(job.job).__name__ for job in world.calls.open.values()] == ["Text"]
    await world.clock.advance(60)
    assert texted(world) == ["There is a message."]

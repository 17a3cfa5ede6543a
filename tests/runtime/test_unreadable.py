"""A flow that can't be read any more while calls are on it: they end with words, and nothing is tried for ever."""

from tests.runtime.imagined import StoreDown, World, heard
from tests.runtime.started import Stage, message
from tests.story.line import HANGS_UP

DAMAGED = ValueError("This was changed, or put in another place.")
SORRY = "We are sorry, something went wrong. Please call again later."


async def test_a_caller_who_waits_hears_an_apology(world: World) -> None:
    await world.held()
    await world.clock.advance(2)
    world.flows.error = DAMAGED
    await world.api_answers()
    assert world.knocker.pages == [2]
    assert heard(await world.now(world.asks(2))) == [SORRY, HANGS_UP]
    assert world.call.status == "failed"
    (problem,) = world.traced("problem")
    assert problem["message"].startswith("Revision 1 of flow “a-flow” can't be read")
    await world.hangs_up()
    assert world.record.over_at is not None
    assert world.calls.open == {}


async def test_a_hang_up_ends_the_call_without_its_flow(world: World) -> None:
    await world.held()
    world.flows.error = DAMAGED
    await world.hangs_up()
    assert (world.call.status, world.record.over_at) == ("ended", world.clock.now())
    assert world.traced("hung_up")[0]["reason"] == "completed"
    assert world.calls.open == {}


async def test_a_new_caller_hears_an_apology(world: World) -> None:
    world.flows.error = DAMAGED
    assert heard(await world.now(world.rings())) == [SORRY, HANGS_UP]


async def test_a_flow_that_is_away_for_now_is_asked_for_again(world: World) -> None:
    await world.held()
    world.flows.error = StoreDown()
    await world.api_answers()
    assert world.call.status == "active"
    world.flows.error = None
    await world.clock.advance(3)
    assert world.record.mailbox.unheard


async def test_a_text_for_it_is_not_tried_for_ever(stage: Stage) -> None:
    stage.flows.error = DAMAGED
    await stage.starting.texted(message())
    assert stage.calls.records == {}


async def test_a_call_that_was_not_answered_is_busy_all_the_same(stage: Stage) -> None:
    await stage.queue("a")
    await stage.rounds(1)
    stage.flows.error = DAMAGED
    await stage.starting.progressed("a", "CAa", "busy")
    assert stage.status("a") == "busy"

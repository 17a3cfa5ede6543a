"""When there are words for a caller who listens to hold audio, the carrier is asked to fetch them now."""

import asyncio

import pytest

from ivr.core.effects import Play
from tests.runtime.conftest import NewWorld
from tests.runtime.imagined import World, heard
from tests.story.flows import asks, drawn, ends, says, starts
from tests.story.line import HANGS_UP

TUESDAY = ["Tuesday.", HANGS_UP]


async def answered(world: World, after: float = 2.0) -> None:
    """A caller listens to hold audio, and after some seconds the API answers."""
    await world.held()
    await world.clock.advance(after)
    await world.api_answers()


async def test_words_for_a_held_caller_are_knocked_for_at_once(world: World) -> None:
    await answered(world)
    assert world.knocker.pages == [2]
    assert heard(await world.now(world.asks(2))) == TUESDAY
    await world.clock.advance(120)
    assert world.knocker.pages == [2]


async def test_nobody_knocks_without_words(world: World) -> None:
    await world.held()
    await world.clock.advance(44)
    assert world.knocker.pages == []


async def test_a_hold_page_needs_half_a_second_to_begin(world: World) -> None:
    await answered(world, after=0.1)
    await world.clock.advance(0.399)
    assert world.knocker.pages == []
    await world.clock.advance(0.001)
    assert world.knocker.pages == [2]


async def test_nobody_knocks_while_a_request_of_the_call_is_open(world: World) -> None:
    await answered(world, after=0.1)
    saving = asyncio.Event()
    world.calls.meanwhile.append(saving.wait)
    request = world.asks(2)
    await world.clock.advance(10)
    assert world.knocker.pages == []
    saving.set()
    assert heard(await world.now(request)) == TUESDAY
    await world.clock.advance(60)
    assert world.knocker.pages == []


async def test_nobody_knocks_for_what_has_been_collected(world: World) -> None:
    await answered(world, after=0.1)
    assert heard(await world.now(world.asks(2))) == TUESDAY
    await world.clock.advance(60)
    assert world.knocker.pages == []


async def test_nobody_knocks_at_a_call_that_is_over(world: World) -> None:
    await answered(world, after=0.1)
    await world.hangs_up()
    await world.clock.advance(60)
    assert world.knocker.pages == []


@pytest.mark.parametrize("answer", ["early", "busy"])
async def test_a_carrier_that_is_not_ready_is_asked_again(world: World, answer: str) -> None:
    world.knocker.script = [answer] * 4
    await answered(world)
    await world.clock.advance(4)
    assert world.knocker.seconds == [0, 0.25, 0.75, 1.75, 3.75]
    assert heard(await world.now(world.asks(2))) == TUESDAY


async def test_a_carrier_that_is_never_ready_is_left_alone_in_the_end(world: World) -> None:
    world.knocker.script = ["early"] * 100
    await answered(world)
    await world.clock.advance(600)
    assert 5 <= len(world.knocker.pages) <= 10


@pytest.mark.parametrize("stop", ["collected", "over"])
async def test_asking_again_ends_when_it_makes_no_sense_any_more(world: World, stop: str) -> None:
    world.knocker.script = ["early"] * 100
    await answered(world)
    await world.clock.advance(0.3)
    await (world.hangs_up() if stop == "over" else world.now(world.asks(2)))
    await world.clock.advance(60)
    assert world.knocker.seconds == [0, 0.25]


async def test_a_call_that_is_gone_is_not_asked_for_again(world: World) -> None:
    world.knocker.script = ["gone"]
    await answered(world)
    await world.clock.advance(44)
    assert world.knocker.pages == [2]


async def test_a_knock_that_brought_nobody_is_repeated(world: World) -> None:
    await answered(world)
    await world.clock.advance(4.9)
    assert world.knocker.seconds == [0]
    await world.clock.advance(0.1)
    assert world.knocker.seconds == [0, 5]
    await world.now(world.asks(2))
    await world.clock.advance(60)
    assert world.knocker.seconds == [0, 5]


async def test_when_every_knock_is_lost_the_caller_collects_the_words_all_the_same(world: World) -> None:
    await answered(world)
    await world.clock.advance(600)
    assert heard(await world.now(world.asks(2))) == TUESDAY


async def test_a_caller_who_is_held_again_is_knocked_at_for_the_new_words(new_world: NewWorld) -> None:
    flow = drawn(
        starts(),
        says("One moment.", 3),
        asks(4, 4, play_hold_music=True),
        says("Another moment.", 5),
        asks(6, 6, play_hold_music=True),
        says("Tuesday.", 7),
        ends(),
    )
    world = new_world(flow)
    await answered(world)
    assert world.knocker.pages == [2]
    assert heard(await world.now(world.asks(2))) == ["Another moment."]
    request = world.asks(3)
    await world.clock.advance(1)
    assert (await world.now(request)).verbs == (Play("hold.wav", 3),)
    await world.clock.advance(1)
    await world.api_answers()
    await world.clock.advance(0.1)
    assert world.knocker.pages == [2, 3], "the first knock, still watching, must not keep the second from knocking"


async def test_a_store_that_fails_meanwhile_costs_a_knock_but_not_the_words(world: World) -> None:
    await answered(world, after=0.1)
    world.calls.loads_fail = 1
    await world.clock.advance(10)
    assert world.knocker.pages, "the next look finds the words"
    assert heard(await world.now(world.asks(2))) == TUESDAY

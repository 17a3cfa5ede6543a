"""When there are words for a caller who listens to hold audio, the carrier is asked to fetch them now."""

import asyncio

import pytest

from ivr.core.effects import Gather, Pause, Play
from ivr.core.mailbox import Page
from ivr.flow.model import Flow
from ivr.runtime.recovery import bring_unheard
from tests.runtime.conftest import NewWorld
from tests.runtime.imagined import World, heard
from tests.story.flows import Row, asks, drawn, ends, says, starts
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


def lookup_with_a_line() -> Flow:
    line = {"text": "Still looking.", "after": 8}
    return drawn(
        starts(2),
        says("One moment.", 3),
        asks(4, 5, play_hold_music=True, timed_lines=[line]),
        says("Tuesday.", 6),
        says("Sorry.", 6),
        ends(),
    )


async def test_a_timed_line_and_the_answer_in_the_same_moment_are_one_knock(new_world: NewWorld) -> None:
    """Two knocks would bring the caller twice, and say the sentence twice."""
    world = new_world(lookup_with_a_line())
    await world.held()
    started = world.calls.records["CA1"].call.waiting
    assert started is not None
    await world.clock.advance((started.since + 8000 - world.clock.now()) / 1000)
    await world.api_answers()
    await world.clock.advance(1)
    assert world.knocker.pages == [2]
    assert heard(await world.now(world.asks(2)))[:1] == ["Tuesday."]
    await world.clock.advance(60)
    assert world.knocker.pages == [2]


async def test_the_answer_after_a_line_is_knocked_for_as_soon_as_the_line_was_fetched(new_world: NewWorld) -> None:
    """Not only when the time is over after which the knock for the line would be repeated."""
    world = new_world(lookup_with_a_line())
    await world.held()
    await world.clock.advance(8)
    assert world.knocker.pages == [2]
    request = world.asks(2)
    await world.clock.advance(0.25)
    assert "Still looking." in heard(await world.now(request))
    await world.clock.advance(0.5)
    await world.api_answers()
    await world.clock.advance(0.1)
    assert world.knocker.pages == [2, 2]


async def test_words_that_nobody_knocks_for_any_more_are_knocked_for_again(new_world: NewWorld) -> None:
    """The process that had the answer died before its knock: another one finds the call on its round."""
    dead = new_world()
    dead.knocker.script = ["gone"]
    await answered(dead)
    heir = new_world(calls=dead.calls)
    heir.clock.time = dead.clock.now() + 5_000
    await bring_unheard(heir.ports, heir.runner)
    await heir.clock.advance(1)
    assert heir.knocker.pages == [2]
    assert heard(await heir.now(heir.asks(2))) == TUESDAY
    await bring_unheard(heir.ports, heir.runner)
    await heir.clock.advance(60)
    assert heir.knocker.pages == [2]


async def test_a_process_that_stops_sends_its_callers_on_and_gives_up_its_jobs(world: World) -> None:
    await world.now(world.rings())
    request = world.asks(2)
    await world.clock.settle()
    assert not request.done()
    world.runner.let_go()
    assert await world.now(request) == Page((Pause(1),), 2)
    assert world.calls.records["CA1"].held_at is None, "nobody knocks for a caller who comes by themselves"
    await world.runner.close()
    assert world.calls.released
    assert world.api.cancelled


async def test_what_can_not_be_repeated_may_end_before_the_process_stops(new_world: NewWorld) -> None:
    flow = drawn(
        starts(2), says("One moment.", 3), asks(4, 5, method="POST"), says("Tuesday.", 6), says("Sorry.", 6), ends()
    )
    world = new_world(flow)
    await world.now(world.rings())
    closing = asyncio.ensure_future(world.runner.close(5.0))
    await world.clock.advance(2)
    assert not closing.done()
    await world.api_answers()
    await world.clock.settle()
    await closing
    assert world.api.cancelled == []
    assert heard(await world.now(world.asks(2))) == TUESDAY


async def test_what_is_to_be_saved_may_be_saved_before_the_process_stops(world: World) -> None:
    await world.held()
    world.calls.loads_fail = 2
    await world.hangs_up()
    closing = asyncio.ensure_future(world.runner.close(5.0))
    await world.clock.advance(1)
    assert not closing.done()
    await world.clock.advance(3)
    await closing
    assert world.record.over_at is not None


async def test_an_answer_that_came_is_delivered_before_the_process_stops(world: World) -> None:
    """Even of a request that may be repeated: what its turn begins may not be."""
    await world.held()
    world.calls.loads_fail = 1
    await world.api_answers()
    closing = asyncio.ensure_future(world.runner.close(5.0))
    await world.clock.advance(3)
    await closing
    assert world.calls.open == {}


QUESTION: Row = {
    "action": {"type": "collect_digits", "prompt": "Your number?"},
    "exits": {"success": 5, "no_input": 5, "invalid": 5},
}


async def asked_while_a_knock_is_out(world: World) -> None:
    """There is a question for a caller who listens to hold audio, and the carrier has not answered the knock yet."""
    world.knocker.let_go.clear()
    await answered(world)
    assert world.knocker.pages == [2]


async def test_a_late_knock_cuts_no_question(new_world: NewWorld) -> None:
    world = new_world(drawn(starts(2), says("One moment.", 3), asks(4, 4), QUESTION, ends()))
    await asked_while_a_knock_is_out(world)
    assert await world.now(world.asks(2)) == Page((Pause(),), 2)
    world.knocker.let_go.set()
    await world.clock.advance(1)
    assert isinstance((await world.now(world.asks(2))).verbs[-1], Gather)
    await world.clock.advance(60)
    assert world.knocker.pages == [2]


async def test_a_caller_who_is_brought_by_a_knock_is_asked_at_once(new_world: NewWorld) -> None:
    """The carrier may ask for the page before it has answered the update."""
    world = new_world(drawn(starts(2), says("One moment.", 3), asks(4, 4), QUESTION, ends()))
    await asked_while_a_knock_is_out(world)
    world.runner.knocked("CA1")
    assert isinstance((await world.now(world.asks(2))).verbs[-1], Gather)


async def test_a_late_knock_for_a_line_cuts_no_question_that_comes_meanwhile(new_world: NewWorld) -> None:
    line = {"text": "Still looking.", "after": 8}
    world = new_world(drawn(starts(2), says("One moment.", 3), asks(4, 4, timed_lines=[line]), QUESTION, ends()))
    await world.held()
    world.knocker.let_go.clear()
    await world.clock.advance(8)
    assert world.knocker.pages == [2]
    request = world.asks(2)
    await world.clock.settle()
    await world.api_answers()
    assert await world.now(request) == Page((Pause(),), 2)
    world.knocker.let_go.set()
    await world.clock.settle()
    assert isinstance((await world.now(world.asks(2))).verbs[-1], Gather)


async def test_words_that_ask_nothing_do_not_wait_for_a_knock(world: World) -> None:
    await asked_while_a_knock_is_out(world)
    assert heard(await world.now(world.asks(2))) == TUESDAY

"""Two processes that share a store: what one does, the other learns at once, or soon when the notice gets lost."""

import asyncio
from collections.abc import Callable

import pytest

from ivr.runtime.recovery import cancel_over, keep_watch
from tests.runtime.conftest import NewWorld
from tests.runtime.imagined import CALL, LOOKUP, World, heard
from tests.runtime.test_knocks import TUESDAY, lookup_with_a_line
from tests.story.flows import awaits, begins, drawn, ends, says, starts
from tests.story.line import HANGS_UP


class Wire:
    """Carries notices between worlds, or loses them."""

    def __init__(self) -> None:
        self.ears: list[Callable[[str], None]] = []
        self.broken = False

    def end(self) -> "End":
        return End(self, len(self.ears))


class End:
    def __init__(self, wire: Wire, number: int) -> None:
        self.wire, self.number = wire, number
        wire.ears.append(lambda _: None)

    def subscribe(self, heard: Callable[[str], None]) -> None:
        self.wire.ears[self.number] = heard

    async def publish(self, text: str) -> None:
        if self.wire.broken:
            raise ConnectionError("gone")
        for number, ear in enumerate(self.wire.ears):
            if number != self.number:
                ear(text)


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def two(new_world: NewWorld, wire: Wire) -> tuple[World, World]:
    """The process that runs the job of a call, and another one. One clock, one store, one flow."""
    first = new_world(notices=wire.end())
    second = new_world(LOOKUP, calls=first.calls, notices=wire.end())
    return first, second


async def test_an_answer_wakes_the_request_that_waits_in_another_process(two: tuple[World, World]) -> None:
    first, second = two
    await first.now(first.rings())
    asked = second.asks(2)
    await second.clock.settle()
    assert not asked.done()
    await first.api_answers()
    await second.clock.settle()
    assert asked.done()
    assert heard(asked.result()) != []


@pytest.mark.parametrize("broken", [False, True])
async def test_a_hang_up_cancels_the_request_that_runs_in_another_process(
    two: tuple[World, World], wire: Wire, broken: bool
) -> None:
    first, second = two
    await first.held()
    wire.broken = broken
    await second.hangs_up()
    await first.clock.settle()
    if broken:
        assert first.api.running != []
        await cancel_over(first.ports, first.runner)
        await first.clock.settle()
    assert first.api.running == []
    assert first.calls.open == {}
    assert len(first.traced("cancelled")) == 1
    await cancel_over(first.ports, first.runner)
    assert len(first.traced("cancelled")) == 1


async def test_a_notice_about_a_call_that_goes_on_cancels_nothing(two: tuple[World, World], wire: Wire) -> None:
    first, _ = two
    await first.held()
    for ear in wire.ears:
        ear(CALL)
        ear("CA-unknown")
    await first.clock.settle()
    assert len(first.api.running) == 1


@pytest.fixture
async def beside(new_world: NewWorld, wire: Wire) -> tuple[World, World]:
    """The process that runs both requests of a call, one by GET and one by POST, and another one."""
    sorry = says("Sorry.", 7)
    flow = drawn(starts(), begins(3, 6), begins(4, 6, method="POST"), awaits(5, 6, 6), says("Both.", 7), sorry, ends())
    first = new_world(flow, notices=wire.end())
    second = new_world(flow, calls=first.calls, notices=wire.end())
    first.rings()
    await first.clock.settle()
    return first, second


async def test_each_request_beside_a_call_ends_by_its_own_rule_wherever_it_runs(beside: tuple[World, World]) -> None:
    first, second = beside
    assert first.api.running == ["1.2", "1.3"]
    await second.hangs_up()
    await first.clock.settle()
    assert (first.api.running, first.api.cancelled, [token for _, token in first.calls.open]) == (
        ["1.3"],
        ["1.2"],
        ["1.3"],
    )
    assert [data["token"] for data in first.traced("cancelled")] == ["1.2"]
    await first.api_answers()
    assert first.calls.open == {}
    assert [data["token"] for data in first.traced("late")] == ["1.3"]


async def test_the_last_of_two_answers_wakes_the_request_that_waits_in_another_process(
    beside: tuple[World, World],
) -> None:
    first, second = beside
    asked = second.asks(1)
    await first.api_answers()
    await second.clock.settle()
    assert not asked.done()
    await first.api_answers()
    assert heard(await second.now(asked)) == ["Both.", HANGS_UP]
    assert first.calls.open == {}, "nor does anything wait for the time to be over"


async def pass_by(seconds: float, *worlds: World) -> None:
    """Time passes for all of them at once."""
    for _ in range(round(seconds / 0.05)):
        for world in worlds:
            await world.clock.advance(0.05)


@pytest.fixture
async def waiting(new_world: NewWorld, wire: Wire) -> tuple[World, World]:
    """One process runs the job of a held call, and the other has given out its hold page: there a line comes due 8 s
    after the request began, just now."""
    runs = new_world(lookup_with_a_line(), notices=wire.end())
    holds = new_world(lookup_with_a_line(), calls=runs.calls, notices=wire.end())
    await runs.now(runs.rings())
    page = holds.asks(2)
    await pass_by(7.95, runs, holds)
    assert heard(await holds.now(page)) == ["(hold.wav)"]
    return runs, holds


async def test_a_line_and_the_answer_of_two_processes_are_one_knock(waiting: tuple[World, World]) -> None:
    runs, holds = waiting
    for world in waiting:
        await world.clock.advance(0.05)
    await runs.api_answers()
    await pass_by(1, runs, holds)
    assert runs.knocker.pages + holds.knocker.pages == [2]
    assert heard(await holds.now(holds.asks(2))) == TUESDAY
    await pass_by(60, runs, holds)
    assert runs.knocker.pages + holds.knocker.pages == [2]


async def test_a_knock_of_another_process_that_brought_nobody_is_followed_by_one_of_ours(
    waiting: tuple[World, World],
) -> None:
    runs, holds = waiting
    holds.knocker.script = ["gone"]  # nor does it try again
    for world in waiting:
        await world.clock.advance(0.05)
    await runs.api_answers()
    await pass_by(10, runs, holds)
    assert (holds.knocker.pages, runs.knocker.pages[:1]) == ([2], [2])
    assert len(runs.knocker.pages) == 1


async def test_the_answer_after_a_line_is_knocked_for_as_soon_as_another_process_has_fetched_the_line(
    waiting: tuple[World, World],
) -> None:
    runs, holds = waiting
    await pass_by(0.5, runs, holds)
    assert holds.knocker.pages == [2]
    page = holds.asks(2)
    await pass_by(0.5, runs, holds)
    assert "Still looking." in heard(await holds.now(page))
    await pass_by(0.5, runs, holds)
    await runs.api_answers()
    await pass_by(0.1, runs, holds)
    assert runs.knocker.pages == [2]


@pytest.mark.parametrize("dies", [True, False])
async def test_a_line_that_a_dead_process_was_to_say_is_knocked_for_by_the_one_that_runs_the_request(
    waiting: tuple[World, World], dies: bool
) -> None:
    runs, holds = waiting
    if dies:
        await holds.runner.close()
    watch = asyncio.create_task(keep_watch(runs.ports, runs.runner))
    await pass_by(0.5, runs, holds)
    assert holds.knocker.pages == ([] if dies else [2])
    page = None if dies else holds.asks(2)
    await pass_by(10, runs, holds)
    assert runs.knocker.pages[:1] == ([2] if dies else [])
    page = page or runs.asks(2)
    await pass_by(0.5, runs)
    assert "Still looking." in heard(page.result())
    knocks = len(runs.knocker.pages)
    await pass_by(20, runs, holds)
    watch.cancel()
    assert len(runs.knocker.pages) == knocks, "once it was said nobody knocks for it"

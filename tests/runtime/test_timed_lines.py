"""What is said while a caller waits: each line at its second, once, and the audio goes on after it."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.effects import Line, Say
from ivr.core.mailbox import PAGE_CHARACTERS, Page
from ivr.flow.model import Flow
from tests.core import any_value  # noqa: F401 - how long a test takes is never judged
from tests.runtime.conftest import NewWorld
from tests.runtime.imagined import World, heard
from tests.story.flows import asks, drawn, ends, says, starts
from tests.story.line import HANGS_UP

TUESDAY = ["Tuesday.", HANGS_UP]
MUSIC = "(hold.wav)"
STILL = {"text": "Still working on it.", "after": 8}
THANKS = {"text": "Thank you.", "after": 8, "every": 15}


def lookup(*lines: dict[str, Any], music: bool = True, **fields: Any) -> Flow:
    row = asks(4, 5, play_hold_music=music, timed_lines=lines, timeout=200, **fields)
    return drawn(starts(2), says("One moment.", 3), row, says("Tuesday.", 6), says("Sorry.", 6), ends())


async def waits(
    world: World, seconds: float, *, comes: Callable[[], bool] = lambda: True
) -> list[tuple[float, list[str]]]:
    """What a caller hears, and how many seconds after the question, who comes back for a page whenever the carrier is
    knocked at or has played the last one. `comes` tells whether a knock reaches the carrier."""
    asked, told = world.clock.now(), []
    page = await world.now(world.rings())
    while world.clock.now() < asked + seconds * 1000 and page.next is not None:
        page = await fetched(world, page.next)
        told.append(((world.clock.now() - asked) / 1000, heard(page)))
        knocks, over = len(world.knocker.pages), world.clock.now() + 48_000
        while world.clock.now() < min(over, asked + seconds * 1000) and len(world.knocker.pages) == knocks:
            await world.clock.advance(0.25)
            if not comes():
                knocks = len(world.knocker.pages)
    return told


async def fetched(world: World, number: int) -> Page:
    request = world.asks(number)
    await world.clock.settle()
    while not request.done():
        await world.clock.advance(0.25)
    return await world.now(request)


class TestLines:
    async def test_after_eight_seconds_and_then_every_fifteen(self, new_world: NewWorld) -> None:
        world = new_world(lookup(THANKS))
        asked = world.clock.now()
        told = await waits(world, 60)
        assert told[0] == (1.0, [MUSIC])
        assert told[1:] == [(second + 0.25, ["Thank you.", MUSIC]) for second in (8, 23, 38, 53)]
        assert [(time - asked) / 1000 for time in world.knocker.times] == [8, 23, 38, 53]
        await world.api_answers()
        assert heard(await world.now(world.asks(2))) == TUESDAY

    async def test_once_is_once(self, new_world: NewWorld) -> None:
        told = await waits(new_world(lookup(STILL)), 150)
        assert [words for _, words in told] == [[MUSIC], ["Still working on it.", MUSIC], [MUSIC], [MUSIC]]

    async def test_several_each_at_its_second(self, new_world: NewWorld) -> None:
        lines = [
            {"text": "Nine.", "after": 9},
            {"text": "Eight.", "after": 8},
            {"text": "Five.", "after": 5, "every": 7},
        ]
        told = await waits(new_world(lookup(*lines)), 22)
        assert told == [
            (1.0, [MUSIC]),
            (5.25, ["Five.", MUSIC]),
            (8.25, ["Eight.", MUSIC]),
            (9.25, ["Nine.", MUSIC]),
            (12.25, ["Five.", MUSIC]),
            (19.25, ["Five.", MUSIC]),
        ]

    async def test_those_that_are_due_together_are_said_in_the_order_they_were_written(
        self, new_world: NewWorld
    ) -> None:
        lines = [{"text": name, "after": 8} for name in ("One.", "Two.")]
        told = await waits(new_world(lookup(*lines)), 20)
        assert told == [(1.0, [MUSIC]), (8.25, ["One.", "Two.", MUSIC])]

    async def test_no_more_is_said_on_a_page_than_a_carrier_takes(self, new_world: NewWorld) -> None:
        lines = [{"text": f"{number}. " + "x" * 1900, "after": 8} for number in range(10)]
        told = await waits(new_world(lookup(*lines)), 20)
        words = [each for each in told[1][1] if each != MUSIC]
        assert words
        assert sum(map(len, words)) <= PAGE_CHARACTERS

    async def test_with_an_opening_line_before(self, new_world: NewWorld) -> None:
        told = await waits(new_world(lookup(STILL, opening_line="Let me look.")), 20)
        assert told == [(1.0, ["Let me look.", MUSIC]), (8.25, ["Still working on it.", MUSIC])]

    async def test_one_that_is_due_before_the_audio_starts_is_said_with_it(self, new_world: NewWorld) -> None:
        told = await waits(new_world(lookup({"text": "Soon.", "after": 2}, hold_delay=5, opening_line="Hello.")), 20)
        assert told == [(5.0, ["Hello.", "Soon.", MUSIC])]

    async def test_between_words_and_in_silence(self, new_world: NewWorld) -> None:
        words = lookup(STILL, hold_audio={"type": "speech", "text": "Wait.", "pause": 60})
        assert (await waits(new_world(words), 20))[1] == (8.25, ["Still working on it.", "Wait.", "(60 s of silence)"])
        silence = lookup(STILL, music=False)
        assert (await waits(new_world(silence), 20))[1] == (8.25, ["Still working on it.", "(5 s of silence)"])

    async def test_a_fast_answer_leaves_nothing_to_say(self, new_world: NewWorld) -> None:
        world = new_world(lookup(STILL))
        await world.now(world.rings())
        await world.api_answers()
        assert heard(await world.now(world.asks(2))) == TUESDAY
        await world.clock.advance(60)
        assert world.knocker.pages == []


class TestKnocks:
    async def test_when_a_knock_is_lost_the_next_page_says_it(self, new_world: NewWorld) -> None:
        told = await waits(new_world(lookup(THANKS)), 110, comes=lambda: False)
        assert told == [(1.0, [MUSIC]), (49.25, ["Thank you.", MUSIC]), (97.5, ["Thank you.", MUSIC])]

    async def test_a_lost_knock_is_repeated_but_not_for_ever(self, new_world: NewWorld) -> None:
        world = new_world(lookup(STILL))
        await world.held()
        await world.clock.advance(47)
        assert world.knocker.seconds == [0, 5, 10, 15, 20, 25]

    async def test_a_carrier_that_is_not_ready_is_asked_again(self, new_world: NewWorld) -> None:
        world = new_world(lookup(STILL))
        world.knocker.script = ["early", "busy"]
        await world.held()
        await world.clock.advance(7.75)
        assert world.knocker.seconds == [0, 0.25, 0.75]

    async def test_one_that_has_been_said_is_not_knocked_for_again(self, new_world: NewWorld) -> None:
        world = new_world(lookup(STILL))
        await waits(world, 100)
        assert len(world.knocker.pages) == 1

    async def test_nobody_knocks_while_a_request_is_open_that_will_say_it(self, new_world: NewWorld) -> None:
        world = new_world(lookup(STILL))
        await world.held()
        await world.clock.advance(6.9)
        request = world.asks(2)
        await world.clock.advance(20)
        assert heard(await world.now(request)) == ["Still working on it.", MUSIC]
        assert world.knocker.pages == []

    async def test_nor_at_a_call_that_is_over(self, new_world: NewWorld) -> None:
        world = new_world(lookup(THANKS))
        await world.held()
        await world.hangs_up()
        await world.clock.advance(100)
        assert world.knocker.pages == []

    async def test_a_process_that_dies_leaves_it_to_the_next_page(self, new_world: NewWorld) -> None:
        dead = new_world(lookup(STILL))
        await dead.held()
        await dead.runner.close()
        heir = new_world(lookup(STILL), calls=dead.calls)
        heir.clock.time = dead.clock.now() + 48_000
        assert heard(await fetched(heir, 2)) == ["Still working on it.", MUSIC]

    async def test_a_call_that_follows_without_a_word_has_its_lines_in_time(self, new_world: NewWorld) -> None:
        """The caller still listens to the audio of the first one when the second begins."""
        second = asks(5, 5, play_hold_music=True, timed_lines=[{"text": "Nearly there.", "after": 5}])
        flow = drawn(starts(2), says("One moment.", 3), asks(4, 4, play_hold_music=True), second, ends())
        world = new_world(flow)
        await world.held()
        await world.clock.advance(2)
        await world.api_answers()
        assert world.knocker.pages == []
        await world.clock.advance(4.999)
        assert world.knocker.pages == []
        await world.clock.advance(0.001)
        assert world.knocker.pages == [2]
        assert heard(await fetched(world, 2)) == ["Nearly there.", MUSIC]


class TestReplies:
    async def test_a_reply_beats_a_line(self, new_world: NewWorld) -> None:
        world = new_world(lookup(STILL))
        await world.held()
        await world.clock.advance(6.9)
        await world.api_answers()
        await world.clock.advance(2)
        assert world.knocker.pages == [2], "for the words, and not once more for the line"
        assert heard(await world.now(world.asks(2))) == TUESDAY

    @pytest.mark.parametrize("after", [0.6, 1.0, 3.0, 4.9])
    async def test_words_soon_after_a_line_are_knocked_for_at_once(self, new_world: NewWorld, after: float) -> None:
        """The knock for the line, still watching whether it was heard, must not keep the words waiting."""
        world = new_world(lookup(STILL))
        await world.held()
        await world.clock.advance(7)
        assert heard(await fetched(world, 2)) == ["Still working on it.", MUSIC]
        await world.clock.advance(after)
        await world.api_answers()
        assert world.knocker.pages == [2, 2]
        assert heard(await world.now(world.asks(2))) == TUESDAY
        await world.clock.advance(60)
        assert world.knocker.pages == [2, 2]

    async def test_a_line_is_not_said_any_more_once_the_answer_waits_for_the_minimum(self, new_world: NewWorld) -> None:
        world = new_world(lookup(STILL, minimum_play=10))
        await world.held()
        began = world.clock.now()
        await world.clock.advance(4)
        await world.api_answers()
        await world.clock.advance(6)
        assert world.knocker.times == [began + 10_000]
        assert heard(await world.now(world.asks(2))) == TUESDAY

    async def test_an_answer_while_a_line_is_fetched_takes_its_place(self, new_world: NewWorld) -> None:
        world = new_world(lookup(STILL))
        await world.held()
        await world.clock.advance(7)
        request = world.asks(2)
        await world.clock.advance(0.1)
        await world.api_answers()
        assert heard(await world.now(request)) == TUESDAY


@given(st.integers(1, 200), st.sampled_from([0, 5, 7, 200]), st.floats(0, 400, allow_nan=False))
def test_how_often_a_line_should_have_been_said(after: int, every: int, seconds: float) -> None:
    line = Line(Say("x"), after, every)
    times = [after, *(range(after + every, 500, every) if every else ())]
    assert line.due(seconds) == sum(time <= seconds for time in times)


lines = st.fixed_dictionaries({"after": st.integers(1, 30)}, optional={"every": st.none() | st.integers(5, 30)})


@settings(max_examples=2 * settings.default.max_examples // 5)
@given(st.lists(lines, max_size=3), st.lists(st.booleans(), max_size=12), st.sampled_from([0.0, 1.0, 4.0]))
async def test_whatever_gets_lost_every_line_is_said_in_its_time_and_never_twice(
    drawn_lines: list[dict[str, Any]], reached: list[bool], delay: float
) -> None:
    named = [{**line, "text": f"Line {number}."} for number, line in enumerate(drawn_lines)]
    world = World(lookup(*named, hold_delay=delay, opening_line="Hello."))
    try:
        fate = iter(reached)
        told = await waits(world, 90, comes=lambda: next(fate, True))
        await world.api_answers()
        assert heard(await world.now(world.asks(2))) == TUESDAY
    finally:
        await world.close()
    assert [words[-1] for _, words in told] == [MUSIC] * len(told), "the audio goes on after every line"
    assert [second for second, words in told if "Hello." in words] == [told[0][0]]
    for line in named:
        said = [second for second, words in told for word in words if word == line["text"]]
        due = Line(Say("x"), line["after"], line.get("every") or 0)
        assert len(said) == len(set(said)) <= due.due(90)
        assert all(count < due.due(second) + 1 for count, second in enumerate(said)), "never too early"
        assert said or due.after > 41, "who comes back hears it"

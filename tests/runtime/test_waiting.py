"""What the author chose for the time until the answer: when audio starts, which, what is said before it, how long."""

from typing import Any

import pytest

from ivr.core.effects import Pause, Play, Say
from ivr.core.mailbox import Page
from ivr.flow.model import Flow
from tests.runtime.conftest import NewWorld
from tests.runtime.imagined import UNREADABLE, World, heard
from tests.story.flows import asks, drawn, ends, says, starts
from tests.story.line import HANGS_UP

TUESDAY = ["Tuesday.", HANGS_UP]
SILENCE = (Pause(5),)
MUSIC = (Play("hold.wav", 3),)


def lookup(*, music: bool = True, flow: dict[str, str] | None = None, **fields: Any) -> Flow:
    """A flow that says something, asks, and says what came of it."""
    row = asks(4, 5, play_hold_music=music, **fields)
    return drawn(starts(2), says("One moment.", 3), row, says("Tuesday.", 6), says("Sorry.", 6), ends(), **flow or {})


def unspoken(**fields: Any) -> Flow:
    """A flow that asks before anything is said."""
    return drawn(starts(2), asks(3, 3, **fields), says("Tuesday.", 4), ends())


async def again(world: World, after: float = 48, number: int = 2) -> Page:
    """The caller has heard the hold audio to its end, and comes back for more."""
    await world.clock.advance(after)
    request = world.asks(number)
    await world.clock.advance(0.25)
    return await world.now(request)


class TestDelay:
    @pytest.mark.parametrize("delay", [0.0, 0.2, 1.0, 2.5, 10.0])
    async def test_the_audio_starts_after_it(self, new_world: NewWorld, delay: float) -> None:
        world = new_world(lookup(hold_delay=delay))
        await world.now(world.rings())
        request = world.asks(2)
        if delay:
            await world.clock.advance(delay - 0.001)
            assert not request.done()
            await world.clock.advance(0.001)
        assert (await world.now(request)).verbs == MUSIC

    async def test_an_answer_before_it_means_no_audio_and_no_opening(self, new_world: NewWorld) -> None:
        world = new_world(lookup(hold_delay=10, opening_line="Let me look."))
        await world.now(world.rings())
        request = world.asks(2)
        await world.clock.advance(9.9)
        await world.api_answers()
        assert heard(await world.now(request)) == TUESDAY


class TestOpening:
    async def test_it_is_said_once_before_the_audio(self, new_world: NewWorld) -> None:
        world = new_world(lookup(opening_line="Let me look, $ANI."))
        assert heard(await world.held()) == ["Let me look, +15551230001.", "(hold.wav)"]
        assert [heard(await again(world)) for _ in range(3)] == [["(hold.wav)"]] * 3
        await world.api_answers()
        assert heard(await world.now(world.asks(2))) == TUESDAY

    async def test_it_may_be_the_first_sound_of_a_call(self, new_world: NewWorld) -> None:
        world = new_world(unspoken(opening_line="Hello."))
        request = world.rings()
        await world.clock.advance(1)
        assert await world.now(request) == Page((Say("Hello.", "", "en-US"), *SILENCE), 1)
        assert (await again(world, number=1)).verbs == SILENCE, "the line is open: no ringing any more"

    async def test_the_next_web_call_has_its_own(self, new_world: NewWorld) -> None:
        rows = [asks(number, number, play_hold_music=True, opening_line=f"{number}.") for number in (3, 4)]
        world = new_world(drawn(starts(2), *rows, ends()))
        request = world.rings()
        await world.clock.advance(1)
        assert heard(await world.now(request)) == ["3.", "(hold.wav)"]
        await world.api_answers()
        assert heard(await again(world, number=1)) == ["4.", "(hold.wav)"]
        assert heard(await again(world, number=1)) == ["(hold.wav)"]

    async def test_nothing_is_not_said(self, new_world: NewWorld) -> None:
        assert (await new_world(lookup(opening_line=" $Nothing ")).held()).verbs == MUSIC

    async def test_it_is_said_in_the_voice_of_the_flow(self, new_world: NewWorld) -> None:
        spoken = {"type": "speech", "text": "Bitte warten."}
        lines = [{"text": "Noch etwas Geduld.", "after": 1}]
        voice = {"voice": "Polly.Vicki", "language": "de-DE"}
        world = new_world(lookup(flow=voice, opening_line="Moment.", hold_audio=spoken, timed_lines=lines))
        said = [verb for verb in (await world.held()).verbs if isinstance(verb, Say)]
        assert {verb.text for verb in said} == {"Moment.", "Noch etwas Geduld.", "Bitte warten."}
        assert {(verb.voice, verb.language) for verb in said} == {("Polly.Vicki", "de-DE")}


class TestWords:
    @pytest.mark.parametrize(
        ("characters", "pause", "times"),
        [(75, 10, 3), (75, 8, 3), (15, 1, 22), (300, 5, 2), (1_500, 5, 1), (75, 60, 1)],
    )
    async def test_they_are_said_over_and_over_for_about_a_cycle(
        self, new_world: NewWorld, characters: int, pause: int, times: int
    ) -> None:
        text = "x" * characters
        world = new_world(lookup(hold_audio={"type": "speech", "text": text, "pause": pause}))
        page = await world.held()
        assert page == Page((Say(text, "", "en-US"), Pause(pause)) * times, 2)
        assert await again(world) == page, "and then over again"

    async def test_a_voice_of_their_own(self, new_world: NewWorld) -> None:
        spoken = {"type": "speech", "text": "Wait, $ANI.", "voice": "Polly.Amy", "language": "en-GB", "pause": 60}
        page = await new_world(lookup(hold_audio=spoken)).held()
        assert page.verbs == (Say("Wait, +15551230001.", "Polly.Amy", "en-GB"), Pause(60))

    async def test_words_that_turn_out_empty_are_silence(self, new_world: NewWorld) -> None:
        assert (await new_world(lookup(hold_audio={"type": "speech", "text": "$Nothing"})).held()).verbs == SILENCE

    async def test_an_answer_is_knocked_for_while_they_are_said(self, new_world: NewWorld) -> None:
        world = new_world(lookup(hold_audio={"type": "speech", "text": "Wait."}))
        await world.held()
        await world.clock.advance(3)
        await world.api_answers()
        assert world.knocker.pages == [2]


class TestClips:
    @pytest.mark.parametrize(
        ("clips", "verbs"),
        [
            ({"waltz.wav": 10.0, "hold.wav": 16.0}, (Play("waltz.wav", 5),)),
            ({"hold.wav": 16.0}, MUSIC),
            ({"waltz": 10.0, "hold.wav": 16.0}, MUSIC),
            ({}, SILENCE),
        ],
    )
    async def test_by_name_else_the_music_that_is_always_there(
        self, new_world: NewWorld, clips: dict[str, float], verbs: tuple[Any, ...]
    ) -> None:
        world = new_world(lookup(hold_audio={"type": "file", "file": "waltz.wav"}), clips=clips)
        assert (await world.held()).verbs == verbs
        await world.clock.advance(2)
        await world.api_answers()
        assert world.knocker.pages == [2]

    async def test_one_that_cannot_be_looked_up_is_as_good_as_missing(self, new_world: NewWorld) -> None:
        assert (await new_world(lookup(hold_audio={"type": "file", "file": UNREADABLE})).held()).verbs == MUSIC

    async def test_a_clip_that_appears_meanwhile_is_played(self, new_world: NewWorld) -> None:
        world = new_world(lookup(hold_audio={"type": "file", "file": "waltz.wav"}), clips={})
        await world.held()
        world.clips["waltz.wav"] = 50.0
        assert (await again(world)).verbs == (Play("waltz.wav", 1),)

    async def test_without_any_the_phone_rings_on_where_nothing_was_said(self, new_world: NewWorld) -> None:
        world = new_world(unspoken(play_hold_music=True), clips={})
        request = world.rings()
        await world.clock.advance(1)
        assert await world.now(request) == Page((Pause(2),), 1)

    async def test_music_that_is_switched_off_is_not_played(self, new_world: NewWorld) -> None:
        world = new_world(
            lookup(music=False, hold_audio={"type": "file", "file": "waltz.wav"}), clips={"waltz.wav": 9.0}
        )
        assert (await world.held()).verbs == SILENCE


class TestMinimum:
    @pytest.mark.parametrize("answered", [0.1, 2.0, 4.9])
    async def test_an_answer_is_knocked_for_when_it_is_over(self, new_world: NewWorld, answered: float) -> None:
        world = new_world(lookup(minimum_play=5))
        await world.held()
        began = world.clock.now()
        await world.clock.advance(answered)
        await world.api_answers()
        await world.clock.advance(10)
        assert world.knocker.times[0] == began + 5_000

    async def test_then_it_is_knocked_for_at_once(self, new_world: NewWorld) -> None:
        world = new_world(lookup(minimum_play=5))
        await world.held()
        await world.clock.advance(5)
        await world.api_answers()
        assert world.knocker.pages == [2]

    async def test_it_counts_once_and_not_again_for_each_cycle(self, new_world: NewWorld) -> None:
        world = new_world(lookup(minimum_play=30))
        await world.held()
        await again(world)
        await world.clock.advance(1)
        await world.api_answers()
        assert world.knocker.pages == [2]

    async def test_who_comes_by_himself_gets_the_words_at_once(self, new_world: NewWorld) -> None:
        world = new_world(lookup(minimum_play=30))
        await world.held()
        await world.clock.advance(2)
        await world.api_answers()
        assert heard(await world.now(world.asks(2))) == TUESDAY
        await world.clock.advance(60)
        assert world.knocker.pages == []

    async def test_who_hangs_up_meanwhile_is_not_knocked_at(self, new_world: NewWorld) -> None:
        world = new_world(lookup(minimum_play=5))
        await world.held()
        await world.api_answers()
        await world.hangs_up()
        await world.clock.advance(60)
        assert world.knocker.pages == []

    @pytest.mark.parametrize("clips", [{}, {"hold.wav": 16.0}])
    async def test_silence_has_no_minimum(self, new_world: NewWorld, clips: dict[str, float]) -> None:
        world = new_world(lookup(music=not clips, minimum_play=30), clips=clips)
        assert (await world.held()).verbs == SILENCE
        await world.clock.advance(2)
        await world.api_answers()
        assert world.knocker.pages == [2]


class TestWithoutMusic:
    async def test_the_call_moves_on_the_moment_the_answer_is_there(self, new_world: NewWorld) -> None:
        world = new_world(lookup(music=False))
        assert (await world.held()).verbs == SILENCE
        await world.clock.advance(7)
        await world.api_answers()
        assert world.knocker.pages == [2]
        assert heard(await world.now(world.asks(2))) == TUESDAY

    async def test_as_well_while_the_phone_still_rings(self, new_world: NewWorld) -> None:
        world = new_world(unspoken())
        request = world.rings()
        await world.clock.advance(8)
        assert await world.now(request) == Page((Pause(2),), 1)
        await world.clock.advance(1)
        await world.api_answers()
        assert world.knocker.pages == [1]
        assert heard(await world.now(world.asks(1))) == TUESDAY


class TestTrouble:
    async def test_audio_that_could_not_be_played_is_silence_from_then_on(self, new_world: NewWorld) -> None:
        lines = [{"text": "Still looking.", "after": 60}]
        world = new_world(lookup(opening_line="Let me look.", minimum_play=30, timed_lines=lines))
        await world.held()
        request = world.could_not_play()
        await world.clock.advance(1)
        assert await world.now(request) == Page(SILENCE, 2)
        assert (await again(world)).verbs == SILENCE
        assert heard(await again(world)) == ["Still looking.", "(5 s of silence)"]
        lost = len(world.knocker.pages)
        await world.clock.advance(1)
        await world.api_answers()
        assert len(world.knocker.pages) == lost + 1
        assert heard(await world.now(world.asks(2))) == TUESDAY


class TestTheSameRequestAgain:
    """A carrier that saw no answer in time sends its request again, with the token of the first."""

    async def test_it_takes_no_words_away_from_who_listens_to_hold_audio(self, world: World) -> None:
        await world.now(world.rings())
        request = world.asks(2, token="one")
        await world.clock.advance(1)
        assert (await world.now(request)).verbs == MUSIC
        await world.clock.advance(2)
        await world.api_answers()
        assert world.knocker.pages == [2]
        assert await world.now(world.asks(2, token="one")) == Page((Pause(1),), 2)
        assert heard(await world.now(world.asks(2, token="two"))) == TUESDAY
        assert heard(await world.now(world.asks(2, token="two"))) == TUESDAY

"""What a caller is given to hear, request by request."""

import asyncio

import pytest

from ivr.core.effects import Hangup, Pause, Play
from ivr.core.mailbox import Page
from ivr.runtime.numbers import UnknownNumber
from ivr.runtime.runner import UnknownCall
from tests.runtime.conftest import NewWorld
from tests.runtime.imagined import CALL, SILENT_LOOKUP, World, heard
from tests.story.flows import asks, drawn, ends, says, starts, texts
from tests.story.line import HANGS_UP

TUESDAY = ["Tuesday.", HANGS_UP]


class TestWords:
    async def test_words_then_a_job_lead_to_the_next_page(self, world: World) -> None:
        page = await world.now(world.rings())
        assert (heard(page), page.next) == (["One moment."], 2)
        assert world.api.running == ["1.3"]

    async def test_a_fast_api_cuts_nothing_off(self, world: World) -> None:
        await world.now(world.rings())
        await world.api_answers()
        assert heard(await world.now(world.asks(1))) == ["One moment."]
        page = await world.now(world.asks(2))
        assert (heard(page), page.next) == (TUESDAY, None)
        assert world.knocker.pages == []

    async def test_a_page_asked_for_again_has_the_same_words(self, world: World) -> None:
        first = await world.now(world.rings())
        assert await world.now(world.asks(1)) == first
        await world.api_answers()
        second = await world.now(world.asks(2))
        before = world.record
        assert [await world.now(world.asks(number)) for number in (2, 1, 2)] == [second] * 3
        assert world.record == before

    async def test_nothing_comes_after_the_hang_up(self, world: World) -> None:
        await world.now(world.rings())
        await world.api_answers()
        await world.now(world.asks(2))
        assert await world.now(world.asks(3)) == Page((Hangup(),), None)

    async def test_long_words_take_several_pages(self, new_world: NewWorld) -> None:
        words = [letter * 2_900 for letter in "abcdefg"]
        rows = [says(word, number) for number, word in enumerate(words, 3)]
        world = new_world(drawn(starts(), *rows, ends()))
        pages = [await world.now(world.rings())]
        while pages[-1].next is not None:
            pages.append(await world.now(world.asks(pages[-1].next)))
        assert heard(*pages) == [*words, HANGS_UP]
        assert [page.next for page in pages] == [2, 3, None]


class TestTakingACall:
    async def test_a_repeated_request_gets_the_same_page_and_starts_nothing(self, world: World) -> None:
        pages = [await world.now(world.rings()) for _ in range(3)]
        assert pages == [pages[0]] * 3
        assert len(world.api.started) == 1

    async def test_two_at_the_same_time_as_well(self, new_world: NewWorld) -> None:
        for flow in (None, SILENT_LOOKUP):
            world = new_world(flow) if flow else new_world()
            requests = [world.rings(), world.rings()]
            await world.clock.settle()
            await world.api_answers()
            first, second = [await world.now(request) for request in requests]
            assert first == second
            assert len(world.api.started) == 1

    async def test_a_number_without_a_flow(self, world: World) -> None:
        with pytest.raises(UnknownNumber, match=r"\+1000"):
            await world.now(world.rings("+1000"))
        assert world.calls.records == {}

    async def test_a_call_we_never_took(self, world: World) -> None:
        for request in (world.asks(1), world.could_not_play()):
            with pytest.raises(UnknownCall, match=CALL):
                await world.now(request)

    async def test_a_caller_who_hung_up_before_we_answered(self, world: World) -> None:
        await world.hangs_up()
        assert await world.now(world.rings()) == Page((Hangup(),), None)
        assert world.api.started == []

    async def test_a_job_without_words_is_waited_for_at_once(self, new_world: NewWorld) -> None:
        world = new_world(SILENT_LOOKUP)
        request = world.rings()
        await world.clock.advance(3)
        await world.api_answers()
        assert heard(await world.now(request)) == TUESDAY


class TestHold:
    async def test_an_answer_within_the_delay_needs_no_music(self, world: World) -> None:
        await world.now(world.rings())
        request = world.asks(2)
        await world.clock.advance(0.999)
        assert not request.done()
        await world.api_answers()
        assert heard(await world.now(request)) == TUESDAY
        await world.clock.advance(100)
        assert world.knocker.pages == []

    async def test_then_music_plays_and_leads_to_the_same_page(self, world: World) -> None:
        page = await world.held()
        assert page == Page((Play("hold.wav", loop=3),), 2)
        assert world.record.held_at == world.clock.now()

    @pytest.mark.parametrize(("clip", "loop"), [(1.0, 45), (16.0, 3), (44.9, 2), (45.0, 1), (300.0, 1), (0.0, 450)])
    async def test_music_is_about_as_long_as_a_cycle(self, new_world: NewWorld, clip: float, loop: int) -> None:
        page = await new_world(clip=clip).held()
        assert page.verbs == (Play("hold.wav", loop),)

    async def test_the_delay_begins_with_the_question(self, world: World) -> None:
        await world.now(world.rings())
        await world.clock.advance(0.6)
        request = world.asks(2)
        await world.clock.advance(0.3)
        assert not request.done()
        await world.clock.advance(0.1)
        assert heard(await world.now(request)) == ["(hold.wav)"]

    async def test_an_answer_just_about_to_come_is_always_waited_for(self, world: World) -> None:
        await world.now(world.rings())
        await world.clock.advance(20)
        request = world.asks(2)
        await world.clock.advance(0.2)
        assert not request.done()
        await world.api_answers()
        assert heard(await world.now(request)) == TUESDAY

    async def test_the_caller_comes_back_by_itself_and_holds_on(self, world: World) -> None:
        first = await world.held()
        for _ in range(3):
            await world.clock.advance(48)
            request = world.asks(2)
            await world.clock.advance(0.25)
            assert await world.now(request) == first
        await world.api_answers()
        assert heard(await world.now(world.asks(2))) == TUESDAY

    async def test_without_music_there_is_silence(self, new_world: NewWorld) -> None:
        world = new_world(drawn(starts(), says("One moment.", 3), asks(4, 4), says("Tuesday.", 5), ends()))
        assert await world.held() == Page((Pause(5),), 2)

    async def test_before_any_sound_the_phone_rings_on(self, new_world: NewWorld) -> None:
        world = new_world(SILENT_LOOKUP)
        request = world.rings()
        for _ in range(3):
            await world.clock.advance(7.999)
            assert not request.done()
            await world.clock.advance(0.001)
            assert await world.now(request) == Page((Pause(2),), 1)
            await world.clock.advance(2)
            request = world.asks(1)
        await world.api_answers()
        assert heard(await world.now(request)) == TUESDAY

    async def test_music_may_be_the_first_sound(self, new_world: NewWorld) -> None:
        flow = drawn(starts(), asks(3, 3, play_hold_music=True), asks(4, 4), says("Tuesday.", 5), ends())
        world = new_world(flow)
        request = world.rings()
        await world.clock.advance(1)
        assert await world.now(request) == Page((Play("hold.wav", 3),), 1)
        await world.api_answers()
        request = world.asks(1)
        await world.clock.advance(1)
        assert await world.now(request) == Page((Pause(5),), 1), "the phone has been answered: no ringing any more"


class TestAnotherProcess:
    """The job runs elsewhere: the store is all there is to look at."""

    async def test_an_answer_is_found_by_looking(self, new_world: NewWorld) -> None:
        here = new_world()
        there = new_world(calls=here.calls)
        await there.now(there.rings())
        request = here.asks(2)
        await here.clock.advance(0.5)
        await there.api_answers()
        await here.clock.advance(0.5)  # when the hold page can't be saved
        assert heard(await here.now(request)) == TUESDAY

    async def test_a_caller_held_elsewhere_is_knocked_at_from_here(self, new_world: NewWorld) -> None:
        here = new_world()
        there = new_world(calls=here.calls)
        await there.now(there.rings())
        request = here.asks(2)
        await here.clock.advance(1)
        assert heard(await here.now(request)) == ["(hold.wav)"]
        await there.clock.advance(2)
        await there.api_answers()
        assert there.knocker.pages == [2]
        assert heard(await here.now(here.asks(2))) == TUESDAY


class TestRaces:
    async def test_an_answer_while_the_hold_page_is_saved_wins(self, world: World) -> None:
        await world.now(world.rings())
        request = world.asks(2)
        world.calls.meanwhile.append(world.api_answers)
        await world.clock.advance(1)
        assert heard(await world.now(request)) == TUESDAY
        assert world.record.held_at is None
        await world.clock.advance(60)
        assert world.knocker.pages == []

    async def test_a_hold_page_while_the_answer_is_saved_is_knocked_at(self, world: World) -> None:
        await world.now(world.rings())
        await world.clock.advance(5)

        saving = asyncio.Event()
        world.calls.meanwhile.append(saving.wait)
        await world.api_answers()
        request = world.asks(2)
        await world.clock.advance(0.25)
        assert heard(await world.now(request)) == ["(hold.wav)"]
        saving.set()
        await world.clock.advance(0.5)
        assert world.knocker.pages == [2]
        assert heard(await world.now(world.asks(2))) == TUESDAY

    async def test_two_requests_for_one_page_hear_the_same(self, world: World) -> None:
        await world.now(world.rings())
        requests = [world.asks(2), world.asks(2)]
        await world.clock.settle()
        await world.api_answers()
        assert [heard(await world.now(request)) for request in requests] == [TUESDAY, TUESDAY]

    async def test_both_get_hold_audio_when_nothing_comes(self, world: World) -> None:
        await world.now(world.rings())
        requests = [world.asks(2), world.asks(2)]
        await world.clock.advance(1)
        assert [heard(await world.now(request)) for request in requests] == [["(hold.wav)"]] * 2

    async def test_a_caller_hangs_up_while_an_answer_is_saved(self, world: World) -> None:
        await world.held()
        world.calls.meanwhile.append(world.hangs_up)
        await world.api_answers()
        assert world.call.status == "ended"
        assert world.record.mailbox.unheard == ()
        await world.clock.advance(60)
        assert world.knocker.pages == []

    async def test_an_answer_comes_while_the_hang_up_is_saved(self, world: World) -> None:
        await world.held()
        world.calls.meanwhile.append(world.api_answers)
        await world.hangs_up()
        await world.clock.advance(60)
        assert (world.call.status, world.calls.open, world.knocker.pages) == ("ended", {}, [])


class TestTrouble:
    async def test_after_a_failed_page_the_same_words_come_again(self, world: World) -> None:
        first = await world.now(world.rings())
        assert await world.now(world.could_not_play()) == first

    async def test_hold_audio_that_cannot_be_played_becomes_silence(self, world: World) -> None:
        await world.held()
        request = world.could_not_play()
        await world.clock.advance(1)
        assert await world.now(request) == Page((Pause(5),), 2)
        await world.clock.advance(2)
        await world.api_answers()
        assert world.knocker.pages == [2]
        assert heard(await world.now(world.asks(2))) == TUESDAY

    async def test_words_that_came_meanwhile_are_better_than_silence(self, world: World) -> None:
        await world.held()
        await world.api_answers()
        assert heard(await world.now(world.could_not_play())) == TUESDAY

    async def test_the_first_page_may_fail_before_there_are_words(self, new_world: NewWorld) -> None:
        world = new_world(drawn(starts(), asks(3, 3, play_hold_music=True), says("Tuesday.", 4), ends()))
        request = world.rings()
        await world.clock.advance(1)
        assert heard(await world.now(request)) == ["(hold.wav)"]
        request = world.could_not_play()
        await world.clock.advance(1)
        page = await world.now(request)
        assert isinstance(page.verbs[0], Pause)
        assert page.next == 1

    async def test_a_request_that_the_carrier_gives_up_leaves_nothing_behind(self, world: World) -> None:
        await world.held()
        await world.clock.advance(2)
        request = world.asks(2)
        await world.clock.settle()
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
        await world.api_answers()
        await world.clock.advance(0.1)
        assert world.knocker.pages == [2]


async def test_a_whole_call_with_a_text(new_world: NewWorld) -> None:
    flow = drawn(
        starts(),
        says("One moment.", 3),
        asks(4, 7, play_hold_music=True),
        says("Tuesday.", 5),
        texts("Tuesday!", 6, 7),
        says("Sent.", 7),
        ends(),
    )
    world = new_world(flow)
    pages = [await world.now(world.rings())]
    request = world.asks(2)
    await world.clock.advance(1)
    pages.append(await world.now(request))
    await world.clock.advance(3)
    await world.api_answers()
    pages.append(await world.now(world.asks(2)))
    await world.text_is_taken()
    pages.append(await world.now(world.asks(3)))
    assert heard(*pages) == ["One moment.", "(hold.wav)", "Tuesday.", "Sent.", HANGS_UP]
    await world.hangs_up()
    assert world.calls.open == {}

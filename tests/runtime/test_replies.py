"""What callers answer: repeats get the same page, strays change nothing, a hang-up at the beep loses nothing."""

import asyncio

import pytest

from ivr.core.call import Call, Entry, Turn
from ivr.core.effects import Dial, Gather, Play, Record, Say, Text
from ivr.core.events import Dialled, Pressed, Recorded, Reply, Spoken
from ivr.core.mailbox import Page
from ivr.runtime.clips import with_clips
from ivr.runtime.hold import RINGING_PATIENCE
from ivr.runtime.ports import Change, Clip
from ivr.runtime.runner import RECORDING_PATIENCE
from tests.runtime.conftest import NewWorld
from tests.runtime.imagined import CALL, UNREADABLE, World, heard
from tests.story.asking import collects, menu, records, transfers
from tests.story.flows import asks, drawn, ends, says, starts, texts

MENU = drawn(
    starts(2),
    menu({"key_1": 3, "key_0": 4, "no_input": 5, "no_match": 5}, attempts=2),
    says("Your orders.", 6),
    says("A person.", 6),
    says("Goodbye.", 6),
    ends(),
)
ASKED = ["For orders, press 1. (listens)"]
VOICEMAIL = drawn(
    starts(2), records({"recorded": 3, "nothing": 4}), texts("$RECORD_2.url", 5, 5), texts("Nothing.", 5, 5), ends()
)
URL = "https://api.test/RE1"


def answers(world: World, number: int, reply: Reply, token: str = "") -> asyncio.Task[Page]:
    """The carrier posts an answer."""
    return world._request(world.runner.reply(CALL, number, reply, token=token))


def pressed(digits: str, token: str = "1.2") -> Pressed:
    return Pressed(at=0, token=token, digits=digits)


async def test_an_answer_gets_the_page_that_follows_from_it(new_world: NewWorld) -> None:
    world = new_world(MENU)
    assert heard(await world.now(world.rings())) == ASKED
    assert heard(await world.now(answers(world, 2, pressed("1")))) == ["Your orders.", "(hangs up)"]


async def test_a_repeat_gets_the_same_page_and_changes_nothing(new_world: NewWorld) -> None:
    world = new_world(MENU)
    await world.now(world.rings())
    first = await world.now(answers(world, 2, pressed("1"), "tok"))
    record = world.record
    assert await world.now(answers(world, 2, pressed("1"), "tok")) == first
    assert await world.now(answers(world, 2, pressed("0"))) == first, "the first answer counts"
    assert world.record == record
    assert len(world.traced("replied")) == 1


async def test_two_answers_at_once_are_one(new_world: NewWorld) -> None:
    world = new_world(MENU)
    await world.now(world.rings())
    both = [answers(world, 2, pressed("1")), answers(world, 2, pressed("1"))]
    pages = [await world.now(each) for each in both]
    assert pages[0] == pages[1]
    assert len(world.traced("replied")) == 1


STRAYS: list[Reply] = [
    pressed("1", "1.3"),
    pressed("1", "0.2"),
    pressed("1", ""),
    Spoken(at=0, token="2.2", text="Orders"),
    Dialled(at=0, token="1.2", status="answered"),
    Recorded(at=0, token="1.2", url=URL),
]


@pytest.mark.parametrize("stray", STRAYS)
async def test_an_answer_to_something_else_asks_again_and_changes_nothing(new_world: NewWorld, stray: Reply) -> None:
    """Another question's, or one of another kind: only whoever signs as the carrier could send it."""
    world = new_world(MENU)
    await world.now(world.rings())
    record = world.record
    assert heard(await world.now(answers(world, 2, stray))) == ASKED
    assert world.record == record
    assert heard(await world.now(answers(world, 2, pressed("0"))))[0] == "A person."


async def test_whoever_is_asked_again_is_on_another_page(new_world: NewWorld) -> None:
    world = new_world(MENU)
    await world.now(world.rings())
    assert heard(await world.now(answers(world, 2, pressed("7")))) == ASKED
    assert (world.record.mailbox.page, world.call.waiting and world.call.waiting.token) == (2, "2.2")
    assert heard(await world.now(answers(world, 2, pressed("7")))) == ASKED, "a repeat of the first answer"
    assert world.call.attempt == 2
    assert heard(await world.now(answers(world, 3, pressed("7", "2.2"))))[0] == "Goodbye."


async def test_a_save_that_is_lost_is_made_again(new_world: NewWorld) -> None:
    world = new_world(MENU)
    await world.now(world.rings())

    async def meanwhile() -> None:
        world.calls._save(Change(world.record))

    world.calls.meanwhile = [meanwhile]
    assert heard(await world.now(answers(world, 2, pressed("1"))))[0] == "Your orders."


async def test_an_answer_after_the_hang_up_is_a_hang_up(new_world: NewWorld) -> None:
    world = new_world(MENU)
    await world.now(world.rings())
    await world.hangs_up()
    assert heard(await world.now(answers(world, 2, pressed("1"))))[-1] == "(hangs up)"
    assert not world.traced("replied")


async def test_what_was_private_is_on_no_page_after_the_call(new_world: NewWorld) -> None:
    flow = drawn(
        starts(2), collects({"success": 3}, length=4, sensitive=True, confirm=True), says("Thanks.", 4), ends()
    )
    world = new_world(flow)
    await world.now(world.rings())
    asked = await world.now(answers(world, 2, pressed("8362")))
    assert "8, 3, 6, 2" in heard(asked)[0]
    await world.hangs_up()
    assert "8, 3, 6, 2" not in str(world.record)
    assert "8362" not in str(world.record)
    assert "8362" not in str(world.calls.traces)
    assert "8, 3, 6, 2" not in str(world.calls.traces)


def sent(world: World) -> list[str]:
    return [each.job.body for each in world.carrier.started if isinstance(each.job, Text)]


async def test_a_recording_is_sent_though_its_caller_has_hung_up(new_world: NewWorld) -> None:
    world = new_world(VOICEMAIL)
    await world.now(world.rings())
    page = await world.now(answers(world, 2, Recorded(at=0, token="1.2", url=URL, seconds=3, hung_up=True)))
    assert (heard(page), sent(world)) == (["(hangs up)"], [URL])
    await world.hangs_up()
    await world.text_is_taken()
    assert (world.call.status, sent(world), world.carrier.cancelled) == ("ended", [URL], [])


async def test_also_when_the_news_of_the_hang_up_overtakes_it(new_world: NewWorld) -> None:
    world = new_world(VOICEMAIL)
    await world.now(world.rings())
    await world.hangs_up()
    assert (world.call.status, sent(world)) == ("active", [])
    await world.clock.advance(RECORDING_PATIENCE - 1)
    await world.now(answers(world, 2, Recorded(at=0, token="1.2", url=URL, seconds=3, hung_up=True)))
    await world.text_is_taken()
    await world.clock.advance(RECORDING_PATIENCE)
    assert (world.call.status, sent(world)) == ("ended", [URL])


async def test_a_recording_that_is_never_told_of_is_nothing(new_world: NewWorld) -> None:
    world = new_world(VOICEMAIL)
    await world.now(world.rings())
    await world.hangs_up()
    await world.clock.advance(RECORDING_PATIENCE)
    assert sent(world) == ["Nothing."]
    await world.text_is_taken()
    assert world.call.status == "ended"


async def test_a_whisper_is_told_to_who_answers_the_question_that_is_open(new_world: NewWorld) -> None:
    world = new_world(drawn(starts(2), transfers({"answered": 3}, whisper="A call."), ends()))
    await world.now(world.rings())
    assert [say.words for say in await world.runner.whisper(CALL, "1.2") if isinstance(say, Say)] == ["A call."]
    assert await world.runner.whisper(CALL, "1.3") == ()
    assert await world.runner.whisper("CA2", "1.2") == ()


async def test_a_call_that_was_rung_through_in_vain_still_rings(new_world: NewWorld) -> None:
    """Nobody has picked up yet, so a long silence would be as long a ringing, and no knock could end it."""
    flow = drawn(starts(2), transfers({"no_answer": 3}), asks(4, 4), says("Nobody.", 5), ends())
    world = new_world(flow)
    await world.now(world.rings())
    request = answers(world, 2, Dialled(at=0, token="1.2", status="no_answer"))
    await world.clock.advance(RINGING_PATIENCE - 0.1)
    assert not request.done()
    await world.clock.advance(0.2)
    assert heard(await world.now(request)) == ["(2 s of silence)"]
    await world.api_answers()
    assert heard(await world.now(world.asks(2))) == ["Nobody.", "(hangs up)"]
    assert world.record.mailbox.opened
    assert world.knocker.times == []


async def test_a_clip_that_is_not_there_is_left_out_and_told_of(new_world: NewWorld) -> None:
    flow = drawn(
        starts(2),
        says("Hello.", 3, clip="gone.wav"),
        menu({"key_1": 4, "no_input": 4, "no_match": 4}, clip=UNREADABLE),
        ends(),
    )
    world = new_world(flow, clips={"hello.wav": 1.0})
    assert heard(await world.now(world.rings())) == ["Hello.", *ASKED]
    told = [(entry.block, entry.data["clip"]) for entry in world.calls.traces[CALL] if entry.kind == "unheard"]
    assert told == [(2, "gone.wav"), (3, UNREADABLE)]


async def test_clips_are_named_as_they_are_fetched_wherever_they_are() -> None:
    asked: list[str] = []

    async def find(name: str) -> Clip | None:
        asked.append(name)
        return None if name == "gone" else Clip(f"{name}-hash.wav", 1.0)

    play, gone = Play("a", loop=2), Play("gone")
    trace = (Entry(1, "said", 7, {"words": "(gone)"}),)
    dial = Dial(numbers=("+1555",), whisper=(gone, Play("b")))
    turn = Turn(
        Call("CA1", "f", 1, block=9), (play, gone, Say("x"), Gather(prompts=(play, gone)), dial, Record()), trace=trace
    )
    found = await with_clips(turn, find, 5)
    assert found.verbs == (
        Play("a-hash.wav", loop=2),
        Say("x"),
        Gather(prompts=(Play("a-hash.wav", loop=2),)),
        Dial(numbers=("+1555",), whisper=(Play("b-hash.wav"),)),
        Record(),
    )
    assert asked == ["a", "gone", "b"], "each once"
    why = "There is no such clip in the audio library."
    assert found.trace == (*trace, Entry(5, "unheard", 7, {"clip": "gone", "why": why}))
    words = Turn(turn.call, (Say("x"),))
    assert await with_clips(words, find, 5) is words

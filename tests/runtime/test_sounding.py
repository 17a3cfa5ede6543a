"""What the trace tells of hold audio: what is heard, from when on, and where it stops."""

import asyncio
from typing import Any

import pytest

from ivr.core.effects import DEFAULT_AUDIO
from ivr.core.events import Pressed
from ivr.core.mailbox import Track
from ivr.flow.model import Flow
from ivr.runtime.sounding import place
from tests.runtime.conftest import NewWorld
from tests.runtime.imagined import CALL, World, heard
from tests.story.flows import asks, drawn, ends, says, starts

LINE = {"text": "Still looking.", "after": 8}
ONE = {"hold_audio": {"type": "file", "file": "one"}}
WORDS = {"hold_audio": {"type": "speech", "text": "Please wait.", "pause": 8}}


def lookup(**fields: Any) -> Flow:
    row = asks(4, 5, **{"play_hold_music": True, "timeout": 200, **fields})
    return drawn(starts(2), says("One moment.", 3), row, says("Tuesday.", 6), says("Sorry.", 6), ends())


def told(world: World) -> list[tuple[float, str, dict[str, Any]]]:
    """The entries about hold audio, and how many seconds after the call began."""
    trace = world.calls.traces[CALL]
    return [
        ((entry.at - trace[0].at) / 1000, entry.kind, entry.data)
        for entry in trace
        if entry.kind in {"held", "stopped"} and entry.block == 3
    ]


async def answered(world: World, after: float) -> None:
    """The caller is held, the API answers after so many seconds of that, and the caller fetches its words."""
    await world.held()
    await world.clock.advance(after)
    await world.api_answers()
    assert "Tuesday." in heard(await world.now(world.asks(2)))


async def again(world: World) -> None:
    """The caller comes back for the page, and the request for which they wait goes on."""
    request = world.asks(2)
    await world.clock.advance(0.25)
    await world.now(request)


async def test_what_is_played_and_where_it_stops(new_world: NewWorld) -> None:
    world = new_world(lookup())
    await answered(world, after=18.5)
    assert told(world) == [
        (1, "held", {"clips": [DEFAULT_AUDIO]}),
        (19.5, "stopped", {"clip": DEFAULT_AUDIO, "after": 2.5}),
    ]
    await world.hangs_up()
    assert len(told(world)) == 2


async def test_clips_in_a_row(new_world: NewWorld) -> None:
    world = new_world(lookup(more_clips=["two"], **ONE), clips={"one": 5.0, "two": 7.0})
    await answered(world, after=7)
    assert told(world) == [(1, "held", {"clips": ["one", "two"]}), (8, "stopped", {"clip": "two", "after": 2})]
    assert world.call.track == 1


async def test_a_clip_that_is_gone_is_not_told_of_but_what_is_played_instead(new_world: NewWorld) -> None:
    world = new_world(lookup(**ONE))
    await answered(world, after=3)
    assert told(world)[0] == (1, "held", {"clips": [DEFAULT_AUDIO]})


async def test_what_goes_on_is_no_news(new_world: NewWorld) -> None:
    world = new_world(lookup())
    await world.held()
    for _ in range(3):
        await world.clock.advance(48)
        await again(world)
    assert told(world) == [(1, "held", {"clips": [DEFAULT_AUDIO]})]


async def test_lines_are_told_with_what_goes_on_behind_them(new_world: NewWorld) -> None:
    world = new_world(lookup(timed_lines=[LINE], opening_line="Let me look."))
    await world.held()
    await world.clock.advance(8)
    await again(world)
    assert [data for _, _, data in told(world)] == [
        {"said": ["Let me look."], "clips": [DEFAULT_AUDIO]},
        {"said": ["Still looking."], "clips": [DEFAULT_AUDIO]},
    ]


async def test_words_and_silence(new_world: NewWorld) -> None:
    spoken = new_world(lookup(**WORDS))
    await answered(spoken, after=3)
    assert told(spoken) == [(1, "held", {"words": "Please wait."}), (4, "stopped", {})]
    silent = new_world(lookup(play_hold_music=False))
    await answered(silent, after=3)
    assert told(silent) == [(1, "held", {"silence": "silent"})], "nothing stops"


async def test_a_phone_that_rings_on(new_world: NewWorld) -> None:
    flow = drawn(starts(2), asks(3, 3, timeout=30), ends())
    world = new_world(flow)
    world.rings()
    await world.clock.advance(8)
    assert [entry.data for entry in world.calls.traces[CALL] if entry.kind == "held"] == [{"silence": "rings"}]


async def test_who_hangs_up_hears_no_more(new_world: NewWorld) -> None:
    world = new_world(lookup())
    await world.held()
    await world.clock.advance(4)
    await world.hangs_up()
    assert told(world)[1:] == [(5, "stopped", {"clip": DEFAULT_AUDIO, "after": 4})]
    await world.hangs_up()
    assert len(told(world)) == 2


async def test_a_hidden_value_is_dots_here_too(new_world: NewWorld) -> None:
    line = {"text": "Looking for card $pin.", "after": 2}
    asked = {"action": {"type": "collect_digits", "prompt": "Card?", "length": 4, "sensitive": True, "variable": "pin"}}
    row = asks(5, 5, play_hold_music=True, timed_lines=[line], opening_line="Thanks for $pin.")
    world = new_world(drawn(starts(2), {**asked, "exits": {"success": 3}}, row, ends(), ends()))
    await world.now(world.rings())
    pressed = Pressed(at=world.clock.now(), token="1.2", digits="4711")
    request = asyncio.create_task(world.runner.reply(CALL, 2, pressed))
    await world.clock.advance(1)
    said = heard(await request)
    assert "4711" in str(said)
    assert [data["said"] for _, _, data in told(world)] == [["Thanks for •••."]]
    assert "4711" not in str(world.calls.traces)


@pytest.mark.parametrize(
    ("lengths", "seconds", "found"),
    [
        ([16.0], 40.0, (0, 8.0)),
        ([5.0, 7.0], 4.0, (0, 4.0)),
        ([5.0, 7.0], 4.6, (1, 0.0)),
        ([5.0, 7.0], 6.0, (1, 1.0)),
        ([5.0, 7.0], 12.5, (0, 0.5)),
        ([0.0, 5.0], 1.0, (1, 0.9)),
    ],
)
def test_where_one_is_in_a_row_of_clips(lengths: list[float], seconds: float, found: tuple[int, float]) -> None:
    index, into = place(tuple(Track(str(n), length) for n, length in enumerate(lengths)), seconds)
    assert (index, round(into, 3)) == found

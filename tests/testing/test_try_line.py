"""The line itself: time, sounds, interruptions and races, exactly as the runtime makes them."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.testing import BrokenFlow, Line, Stuck
from ivr.testing.loop import VirtualLoop
from tests.story.flows import asks, drawn, ends, says, starts, takes, texts

HOLDING = drawn(
    starts(2),
    asks(3, 4, play_hold_music=True, response_variables=takes(x="x")),
    says("It is $x.", 5),
    says("Sorry.", 5),
    ends(),
)


def choosing(**fields: object) -> Line:
    menu = {"type": "menu", "prompt": "Press 1.", "choices": [{"key": "1", "label": "One"}], "timeout": 5, **fields}
    exits = {"key_1": 3, "no_input": 4, "no_match": 4}
    return Line(drawn(starts(2), {"action": menu, "exits": exits}, says("One it is."), says("Nothing then.")))


def times(line: Line) -> list[tuple[float, str]]:
    return [(round(sound.at, 2), sound.text) for sound in line.sounds]


def test_time_passes_by_itself() -> None:
    loop = VirtualLoop()
    loop.run_until_complete(asyncio.sleep(86_400))
    assert loop.time() == pytest.approx(86_400)
    with pytest.raises(Stuck):
        loop.run_until_complete(loop.create_future())
    loop.close()


def test_time_does_not_pass_while_a_thread_would_work() -> None:
    """Turns with large answers are made aside: how long that takes here must not decide what the caller hears."""

    async def works() -> tuple[int, float]:
        asyncio.get_running_loop().call_later(1, str)  # what time would move on to
        return await asyncio.to_thread(sum, range(1_000_000)), asyncio.get_running_loop().time()

    async def fails() -> None:
        await asyncio.to_thread(int, "no number")

    loop = VirtualLoop()
    assert loop.run_until_complete(works()) == (499_999_500_000, 0.0)
    with pytest.raises(ValueError, match="no number"):
        loop.run_until_complete(fails())
    loop.close()


def test_music_starts_after_the_hold_delay_and_ends_with_the_answer(line_of: Callable[..., Line]) -> None:
    line = line_of(HOLDING).api("2", json={"x": 7}, after=4).rings()
    assert times(line) == [(1.0, "hold.wav"), (4.0, "It is 7.")]
    assert line.sounds[0].hold
    assert line.sounds[0].seconds == pytest.approx(3.0)
    assert (line.ended, line.path) == ("flow", [1, 2, 3, 5])


def test_all_the_tunes_are_heard_in_a_long_wait(line_of: Callable[..., Line]) -> None:
    """Each to its end: 48 and 112 seconds, and then the third until the answer comes."""
    tunes = {"play_hold_music": True, "more_clips": ["hold-slow.wav", "hold-waltz.wav"], "timeout": 200}
    line = (
        line_of(drawn(starts(2), asks(3, 4, **tunes), says("Yes."), says("No."))).api("2", json={}, after=180).rings()
    )
    assert line.heard == ["(hold.wav)", "(hold-slow.wav)", "(hold-waltz.wav)", "Yes."]
    assert [sound.seconds for sound in line.sounds[:2]] == pytest.approx([48, 112])


def test_a_block_asks_again_until_its_answer_is_final(line_of: Callable[..., Line]) -> None:
    poll = {"type": "poll", "every": 5, "within": 60, "slow_down": False}
    flow = drawn(starts(2), asks(3, 4, play_hold_music=True, later=poll), says("Yes."), says("No."))
    line = line_of(flow).api("2", status=202, headers=(("Retry-After", "8"),)).api("2", status=202).api("2", json={})
    assert line.rings().heard == ["(hold.wav)", "Yes."]
    assert (len(line.requests), round(line.seconds)) == (3, 14)
    assert line.variable("EXTCALL_2.attempts") == 3


def test_an_answer_that_is_never_final_ends_with_the_time_for_it(line_of: Callable[..., Line]) -> None:
    flow = drawn(
        starts(2), asks(3, 4, play_hold_music=True, later={"type": "poll", "within": 300}), says("Yes."), says("No.")
    )
    line = line_of(flow).api("2", status=202).rings()
    assert (line.heard[-1], line.variable("EXTCALL_2.cause")) == ("No.", "timeout")
    assert 300 <= line.seconds < 302


def test_an_api_calls_back(line_of: Callable[..., Line]) -> None:
    row = asks(3, 4, play_hold_music=True, later={"type": "callback"}, response_variables=takes(x="x"))
    line = line_of(drawn(starts(2), row, says("It is $x."), says("No.")))
    line.api("2", status=202, after=0.5, posts='{"x": 7}', posts_after=6).rings()
    assert (line.heard, round(line.seconds, 1)) == (["(hold.wav)", "It is 7."], 7.1)


def test_an_answer_that_nobody_posts_was_asked_for_once(line_of: Callable[..., Line]) -> None:
    row = asks(3, 4, method="PUT", body="$EXTCALL_2.resume_url", later={"type": "callback", "within": 60})
    line = line_of(drawn(starts(2), row, says("Yes."), says("No."))).api("2", status=202).rings()
    assert line.heard == ["No."]
    assert (line.variable("EXTCALL_2.cause"), line.variable("EXTCALL_2.attempts")) == ("timeout", 1)


def test_an_answer_within_the_delay_makes_no_music(line_of: Callable[..., Line]) -> None:
    assert line_of(HOLDING).api("2", json={"x": 7}, after=0.9).rings().heard == ["It is 7."]


@pytest.mark.parametrize("after", [0.999, 1.0, 1.001, 1.25, 1.5, 45.9, 46.0, 46.1, 91.0])
def test_an_answer_at_any_instant_brings_its_words_once(after: float, line_of: Callable[..., Line]) -> None:
    flow = drawn(starts(2), asks(3, 4, play_hold_music=True, timeout=200), says("Yes."), says("No."))
    line = line_of(flow).api("2", json={}, after=after).rings()
    assert [words for words in line.heard if words != "(hold.wav)"] == ["Yes."]
    assert line.seconds < after + 2


def test_a_minimum_play_is_played(line_of: Callable[..., Line]) -> None:
    flow = drawn(starts(2), asks(3, 3, play_hold_music=True, minimum_play=6), says("Yes."))
    assert times(line_of(flow).api("2", json={}, after=2).rings())[1] == (7.0, "Yes.")


def test_timed_lines_are_said_between(line_of: Callable[..., Line]) -> None:
    lines = [{"text": "Still working on it.", "after": 4, "every": 10}]
    flow = drawn(starts(2), asks(3, 3, play_hold_music=True, timeout=60, timed_lines=lines), says("Yes."))
    line = line_of(flow).api("2", json={}, after=20).rings()
    assert [at for at, text in times(line) if text == "Still working on it."] == pytest.approx([4, 14], abs=0.6)


def test_hanging_up_cancels_what_may_be_cancelled(line_of: Callable[..., Line]) -> None:
    line = line_of(HOLDING).api("2", after=9).rings(on=False).waits(3).hangs_up()
    assert len(line.cancelled) == 1
    assert (line.ended, line.sent) == ("caller", [])


def test_hanging_up_leaves_a_post_to_its_end(line_of: Callable[..., Line]) -> None:
    flow = drawn(starts(2), asks(3, 3, method="POST", body="x"), texts("Done.", 4, 4), ends())
    line = line_of(flow).api("2", after=5).rings(on=False).waits(1).hangs_up()
    assert (line.cancelled, line.sent, line.ended) == ([], [], "caller")
    assert [entry.kind for entry in line.trace][-1] == "late"


def test_a_key_ends_the_prompt() -> None:
    with choosing() as line:
        line.rings(on=False).waits(0.2).presses("1")
        assert (line.heard, line.variable("MENU_2.choice")) == (["Press 1.", "One it is."], "One")
        assert line.sounds[0].seconds == pytest.approx(0.2)


def test_unless_nothing_may_interrupt_it() -> None:
    with choosing(interruptible=False) as line:
        line.rings(on=False).waits(0.2).presses("1")
        assert line.heard == ["Press 1."]
        assert line.is_silent().heard == ["Press 1.", "Nothing then."]


def test_several_keys_go_to_one_question_in_their_order(line_of: Callable[..., Line]) -> None:
    collect = {"type": "collect_digits", "prompt": "Your number?", "timeout": 5}
    flow = drawn(starts(2), {"action": collect, "exits": {"success": 3}}, says("$COLLECT_2.digits"))
    assert line_of(flow).rings().presses("1234#").heard == ["Your number?", "1234"]


def test_a_text_starts_a_flow_without_a_caller(line_of: Callable[..., Line]) -> None:
    flow = drawn(
        {"action": {"type": "inbound_sms"}, "exits": {"next": 2}}, texts("You wrote: $ISMS_1.message", 3, 3), ends()
    )
    line = line_of(flow).sends_text("Hello")
    assert ([text.body for text in line.sent], line.ended) == (["You wrote: Hello"], "flow")


def test_another_system_starts_a_call(line_of: Callable[..., Line]) -> None:
    flow = drawn({"action": {"type": "inbound_api"}, "exits": {"next": 2}}, says("Order $OrderId is ready."), ends())
    assert line_of(flow).is_asked_for({"OrderId": 7}).heard == ["Order 7 is ready."]


def test_a_jump_leads_into_another_flow(line_of: Callable[..., Line]) -> None:
    here = drawn(starts(2), {"action": {"type": "jump_to", "flow": "other"}})
    other = drawn({"action": {"type": "jump_from"}, "exits": {"next": 2}}, says("Here, $ANI."), id="other")
    line = line_of(here, others={"other": other}).rings()
    assert (line.heard, line.ended) == (["Here, +15550100001."], "flow")


def test_a_broken_flow_is_told(tmp_path: Path) -> None:
    path = tmp_path / "flow.json"
    path.write_text('{"id": "a", "name": "A", "blocks": [{"number": 1, "action": {"type": "play"}}]}')
    with pytest.raises(BrokenFlow, match="There is no action “play”"):
        Line.of(path)


def test_nothing_is_heard_before_anybody_calls(line_of: Callable[..., Line]) -> None:
    with pytest.raises(RuntimeError, match=r"begin with rings\(\)"):
        line_of(HOLDING).presses("1")

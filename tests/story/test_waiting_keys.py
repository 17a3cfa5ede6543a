"""Keys while waiting: with a hang-up, a key, the answer, the timeout and the death of the process in every order."""

from typing import Any

import pytest

from ivr.flow.model import Flow
from tests.story.flows import asks, drawn, ends, says, starts, texts
from tests.story.orders import Wait, orders

EVENTS = ("hang-up", "key 1", "answer", "timeout", "kill")
OUTCOMES = {"key 1": "key_1", "answer": "success", "timeout": "failure"}
WORDS = {
    "key_1": ["One moment.", "We text you.", "Goodbye."],
    "success": ["One moment.", "Here it is.", "Goodbye."],
    "failure": ["One moment.", "Sorry.", "Goodbye."],
}
each_order = pytest.mark.parametrize("events", list(orders(EVENTS)), ids=lambda events: "-".join(events) or "nothing")


def flow(then: str = "cancel", **fields: Any) -> Flow:
    keys = [
        {"key": "1", "label": "Text me", "then": then},
        {"key": "2", "label": "How long", "then": "wait", "says": "A minute."},
    ]
    web_call = asks(4, 5, play_hold_music=True, timeout=120, while_waiting=keys, **fields)
    web_call["exits"]["key_1"] = 6
    return drawn(
        starts(),
        says("One moment.", 3),
        web_call,
        says("Here it is.", 8),
        says("Sorry.", 8),
        texts("You asked for a text.", 7, 7),
        says("We text you.", 8),
        says("Goodbye.", 9),
        ends(),
    )


def first_of(events: tuple[str, ...]) -> str:
    """The event that decides."""
    return next((event for event in events if event != "kill"), "timeout")


@pytest.mark.parametrize("then", ["cancel", "finish"])
@each_order
def test_one_event_decides_and_each_word_is_heard_once(events: tuple[str, ...], then: str) -> None:
    wait = Wait(flow(then)).plays(events)
    decided = first_of(events)
    assert wait.ports == ([OUTCOMES[decided]] if decided != "hang-up" else [])
    words = WORDS.get(OUTCOMES.get(decided, ""), ["One moment."])
    assert wait.words == words if "hang-up" not in events else wait.words == words[: len(wait.words)]
    assert wait.texts == (["You asked for a text."] if decided == "key 1" else [])
    assert wait.silence <= 5
    assert wait.traced("problem", 3) == []


@pytest.mark.parametrize("then", ["cancel", "finish"])
@pytest.mark.parametrize("events", [("key 1", "answer"), ("answer", "key 1"), ("key 1", "timeout")])
def test_of_a_key_and_an_answer_in_one_moment_one_wins(events: tuple[str, str], then: str) -> None:
    wait = Wait(flow(then)).plays_at_once(*events)
    assert wait.ports in ([["key_1"], ["success"], ["failure"]])
    assert wait.words == WORDS[wait.ports[0]]
    assert len(wait.texts) == (wait.ports == ["key_1"])


def test_an_answer_that_a_key_was_faster_than_is_in_the_trace() -> None:
    wait = Wait(flow("finish")).plays(("key 1", "answer"))
    assert [data["cause"] for data in wait.traced("late", 6) + wait.traced("late", 9)] == ["ok"]


def test_a_cancelled_request_ends_at_once() -> None:
    wait = Wait(flow()).plays(("key 1", "answer"))
    assert wait.cancelled == 1
    assert [data["by"] for data in wait.traced("cancelled", 3)] == ["key"]
    assert wait.traced("late", 9) == []


def test_a_key_that_only_speaks_lets_the_call_wait_on() -> None:
    wait = Wait(flow()).plays(("key 2", "key 7", "key 2", "answer"))
    assert wait.words == ["One moment.", "A minute.", "A minute.", "Here it is.", "Goodbye."]
    assert len(wait.asked) == 1


@pytest.mark.parametrize("hold", [{"type": "speech", "text": "Please hold."}, {"type": "file", "file": "waiting"}])
def test_keys_count_in_every_audio(hold: dict[str, str]) -> None:
    wait = Wait(flow(hold_audio=hold, hold_delay=0)).plays(("key 1",))
    assert wait.ports == ["key_1"]


def test_keys_count_without_audio_once_the_call_has_spoken() -> None:
    web_call = asks(4, 4, timeout=20, while_waiting=[{"key": "1", "label": "Away"}])
    web_call["exits"]["key_1"] = 5
    wait = Wait(drawn(starts(), says("One moment.", 3), web_call, says("Here.", 6), says("Away.", 6), ends()))
    assert wait.plays(("key 1",)).words == ["One moment.", "Away."]

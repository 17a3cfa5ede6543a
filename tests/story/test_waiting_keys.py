"""Keys while waiting: with a hang-up, a key, the answer, the timeout and the death of the process in every order."""

from typing import Any

import pytest

from ivr.flow.model import Flow
from tests.rows import every_row
from tests.story.flows import asks, drawn, ends, says, starts, texts
from tests.story.orders import FIRST, STEP, Wait, orders

EVENTS = ("hang-up", "key 1", "answer", "timeout", "kill")
OUTCOMES = {"key 1": "key_1", "answer": "success", "timeout": "failure"}
WORDS = {
    "key_1": ["One moment.", "We text you.", "Goodbye."],
    "success": ["One moment.", "Here it is.", "Goodbye."],
    "failure": ["One moment.", "Sorry.", "Goodbye."],
}


SAID = "says Could you text me, please?"
SOFT = 8
"""Seconds after which the soft limit is over: after the second event, and before the third."""
LATE = "This takes longer."
by_key_or_words = pytest.mark.parametrize("way", ["key 1", SAID], ids=["pressed", "said"])


def flow(then: str = "cancel", *, late: bool = False, **fields: Any) -> Flow:
    fields = {**({"soft_limit": SOFT, "soft_limit_line": LATE} if late else {}), **fields}
    keys = [
        {"key": "1", "label": "Text me", "then": then, "words": ["by text"], "late": late},
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


@pytest.mark.parametrize(("then", "way"), [("cancel", "key 1"), ("finish", "key 1"), ("cancel", SAID)])
def test_one_event_decides_and_each_word_is_heard_once(then: str, way: str) -> None:
    with every_row() as row:
        for events in orders(EVENTS):
            with row("-".join(events) or "nothing"):
                wait = Wait(flow(then)).plays(tuple(way if event == "key 1" else event for event in events))
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


def offered(index: int) -> bool:
    """Whether the soft limit is over when this event comes."""
    return FIRST + STEP * index > SOFT


@by_key_or_words
def test_a_key_that_is_offered_late_counts_from_then_on(way: str) -> None:
    with every_row() as row:
        for events in orders(EVENTS):
            with row("-".join(events) or "nothing"):
                wait = Wait(flow(late=True)).plays(tuple(way if event == "key 1" else event for event in events))
                counts = [
                    (event, index)
                    for index, event in enumerate(events)
                    if event != "kill" and (event != "key 1" or offered(index))
                ]
                decided, at = counts[0] if counts else ("timeout", 99)
                port = OUTCOMES.get(decided, "")
                assert wait.ports == ([port] if port else [])
                first, *others = WORDS.get(port, ["One moment."])
                words = [first, *([LATE] if offered(at) else []), *others]
                assert wait.words == words[: len(wait.words) if "hang-up" in events else None]
                assert wait.texts == (["You asked for a text."] if decided == "key 1" else [])
                assert wait.silence <= 5
                assert wait.traced("problem", 3) == []


@by_key_or_words
@pytest.mark.parametrize("first", ["key 2", "says 2", "key 7"])
def test_a_key_that_lets_the_call_wait_on_puts_nothing_off(first: str, way: str) -> None:
    lines = [{"text": "Still looking.", "after": 9}]
    wait = Wait(flow(late=True, timed_lines=lines)).plays((first, way, way))
    answered = ["A minute."] if first == "key 2" else []
    assert wait.words == ["One moment.", *answered, LATE, "Still looking.", "We text you.", "Goodbye."]
    assert [round(sound.at) for sound in wait.phone.heard if sound.text in (LATE, "Still looking.")] == [8, 9]


@by_key_or_words
def test_before_the_soft_limit_nothing_listens_for_its_keys(way: str) -> None:
    web_call = asks(4, 4, timeout=30, play_hold_music=True, soft_limit=SOFT, soft_limit_line=LATE)
    web_call["action"]["while_waiting"] = [{"key": "1", "label": "Text me", "words": ["text"], "late": True}]
    web_call["exits"]["key_1"] = 5
    rows = drawn(starts(), says("One moment.", 3), web_call, says("Here.", 6), says("We text you.", 6), ends())
    early = Wait(rows).plays((way, "answer"))
    assert (early.words, early.traced("replied", 3)[0]["cause"]) == (["One moment.", "Here."], "ok")
    assert len([sound for sound in early.phone.heard if sound.kind == "clip"]) == 1  # the audio goes on
    assert Wait(rows).plays((way, "kill", way)).words == ["One moment.", LATE, "We text you."]
    assert Wait(rows).plays(("key 7", way, "key 7", way)).words == ["One moment.", LATE, "We text you."]


@pytest.mark.parametrize("said", ["says What?", "says one and two", "says a b c"])
def test_words_that_mean_no_key_let_the_call_wait_on(said: str) -> None:
    wait = Wait(flow()).plays((said, "answer"))
    assert wait.words == WORDS["success"]
    assert [data["text"] for data in wait.traced("replied", 3) if "text" in data] == [said.removeprefix("says ")]


@pytest.mark.parametrize(
    ("language", "said", "port"),
    [
        ("en-US", "one", "key_1"),
        ("en-US", "TEXT ME", "key_1"),
        ("de-DE", "die Eins bitte", "key_1"),
        ("de-DE", "Rückruf!", "key_1"),
        ("de-DE", "one", "key_1"),
        ("tr-TR", "KISA MESAJ", "key_1"),
        ("tr-TR", "hayır", "success"),
    ],
)
def test_words_are_understood_in_the_language_of_the_flow(language: str, said: str, port: str) -> None:
    spoken = flow()
    key = {"key": "1", "label": "Text me", "words": ["rückruf", "kısa mesaj"]}
    rows = spoken.model_dump(mode="json")
    rows["blocks"][2]["action"]["while_waiting"] = [key]
    wait = Wait(Flow.model_validate({**rows, "language": language})).plays((f"says {said}", "answer"))
    assert wait.ports == [port]


def test_without_words_the_line_listens_for_keys_alone() -> None:
    rows = flow().model_dump(mode="json")
    rows["blocks"][2]["action"]["while_waiting"][0]["words"] = []
    wait = Wait(Flow.model_validate(rows)).plays((SAID, "answer"))
    assert (wait.ports, [data for data in wait.traced("replied", 3) if "text" in data]) == (["success"], [])


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

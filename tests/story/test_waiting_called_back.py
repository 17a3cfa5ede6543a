"""Answers that are posted back: with a hang-up, a key, the answer, the timeout and the death of the process in every
order, and the request itself accepted or not."""

from typing import Any

import pytest

from ivr.flow.model import Flow
from tests.rows import every_row
from tests.story.flows import asks, drawn, ends, says, starts, takes, texts
from tests.story.orders import Wait, orders

EVENTS = ("hang-up", "key 1", "answer", "post", "kill")
TEXT, SORRY = "It is 1.", "It did not work."
WORDS = {
    "key_1": ["One moment.", "We text you.", "Goodbye."],
    "success": ["One moment.", "Found.", "Goodbye."],
    "failure": ["One moment.", "Not found.", "Goodbye."],
}


def flow(then: str, **fields: Any) -> Flow:
    settings = {
        "method": "PUT",
        "url": "http://api.test/?reply_to=$EXTCALL_3.resume_url",
        "play_hold_music": True,
        "timeout": 30,
        "later": {"type": "callback", "within": 60},
        "response_variables": takes(x="x"),
        "when_caller_hangs_up": "go on" if then == "go on" else "cancel",
        "while_waiting": [{"key": "1", "label": "Text me", "then": then}],
    }
    web_call = asks(4, 5, **{**settings, **fields})
    web_call["exits"]["key_1"] = 10
    return drawn(
        starts(),
        says("One moment.", 3),
        web_call,
        says("Found.", 6),
        says("Not found.", 7),
        texts("It is $x.", 8, 8),
        texts(SORRY, 8, 8),
        says("Goodbye.", 9),
        ends(),
        says("We text you.", 8),
    )


def decided(events: tuple[str, ...]) -> str:
    """The event that decides. The answer alone only says that the request was taken."""
    return next((event for event in events if event in {"hang-up", "key 1", "post"}), "timeout")


def test_one_event_decides() -> None:
    with every_row() as row:
        for events in orders(EVENTS):
            with row("-".join(events) or "nothing"):
                wait = Wait(flow("cancel")).plays(events)
                port = {"key 1": "key_1", "post": "success", "timeout": "failure"}.get(decided(events))
                assert wait.ports == ([port] if port else [])
                words = WORDS.get(port or "", ["One moment."])
                assert wait.words == (words if "hang-up" not in events else words[: len(wait.words)])
                assert wait.silence <= 5
                assert wait.posted == (["open" if decided(events) == "post" else "gone"] if "post" in events else [])


def test_the_answer_finds_the_caller_who_left() -> None:
    with every_row() as row:
        for events in orders(EVENTS):
            with row("-".join(events) or "nothing"):
                wait = Wait(flow("go on")).plays(events)
                assert wait.texts == [TEXT if "post" in events else SORRY]
                assert wait.posted == (["open"] if "post" in events else [])
                assert len(wait.words) == len(set(wait.words))
                assert wait.silence <= 5
                assert not any(entry.kind == "problem" for entry in wait.trace)


@pytest.mark.parametrize("then", ["cancel", "go on"])
def test_an_answer_that_is_posted_twice_counts_once(then: str) -> None:
    wait = Wait(flow(then)).plays(("answer", "key 1", "post", "post")[:: 1 if then == "go on" else -1])
    assert wait.posted == ["open", "answered"]
    assert wait.texts == [TEXT]


def test_the_address_is_nowhere_to_be_seen() -> None:
    wait = Wait(flow("cancel")).plays(("answer", "post"))
    url = wait.asked[0].url
    assert url.startswith("http://api.test/?reply_to=https")
    secret = url.rpartition("%2F")[2]
    assert secret not in str([entry.data for entry in wait.trace])
    assert secret not in str(wait.calls.records[wait.call_id].call.variables)


def test_a_request_that_is_refused_waits_for_nothing() -> None:
    wait = Wait(flow("cancel", success="any", url="http://api.test/$EXTCALL_3.resume_url")).plays(("timeout", "post"))
    assert (wait.ports, wait.posted) == (["failure"], ["gone"])

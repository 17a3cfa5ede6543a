"""Two requests at once, and everything that can happen to them and to their call, in every order."""

from collections.abc import Iterator
from typing import Any

import pytest

from ivr.flow.check import check
from ivr.flow.model import Flow
from tests.story.flows import asks, awaits, begins, drawn, ends, says, starts, texts
from tests.story.orders import FIRST, STEP, Wait, orders

EVENTS = ("answer 3", "answer 4", "hang-up", "half a minute", "kill")
WORDS = {"success": "Found by 3 and by 4.", "failure": "Not found.", "timeout": "Too slow.", "": ""}
by_first_event = pytest.mark.parametrize("first", ["", *EVENTS])
"""A test of its own for each order would take longer than what it tests."""


def beginning(first: str, most: int) -> Iterator[tuple[str, ...]]:
    return (events for events in orders(EVENTS, most) if (events[0] if events else "") == first)


def flow(**fields: Any) -> Flow:
    """Block 3 asks by GET, block 4 by POST, which nobody knows the end of when its process dies."""
    return drawn(
        starts(),
        says("One moment.", 3),
        begins(4, 9, timeout=200),
        begins(5, 9, timeout=200, method="POST"),
        awaits(6, 7, 8, **{"timeout": 20, "play_hold_music": True, "blocks": [3, 4], **fields}),
        says("Found by $EXTCALL_3.response.block and by $EXTCALL_4.response.block.", 9),
        says("Not found.", 9),
        says("Too slow.", 9),
        says("Goodbye.", 10),
        ends(),
    )


def outcome(events: tuple[str, ...], enough: int = 2) -> tuple[str, int]:
    """The port that the wait is left by, empty for a hang-up before, and how many events that takes."""
    good: set[str] = set()
    lost = False
    for number, event in enumerate(events, 1):
        if event == "hang-up":
            return "", number
        if event.startswith("answer") and not (lost and event == "answer 4"):
            good.add(event)
        lost = lost or (event == "kill" and "answer 4" not in good)
        if len(good) >= enough:
            return "success", number
        if len(good) + lost >= enough:
            return "failure", number
        if event == "half a minute":
            return "timeout", number
    return "timeout", len(events)


@by_first_event
def test_one_thing_comes_of_it_whatever_happens_when(first: str) -> None:
    drawn_flow = flow()
    for events in beginning(first, 4):
        whole(events, Wait(drawn_flow).plays(events))


def whole(events: tuple[str, ...], wait: Wait) -> None:
    port, known = outcome(events)
    assert [data["port"] for data in wait.traced("left", 5)] == ([port] if port else []), events
    assert wait.words == (["One moment.", WORDS[port], "Goodbye."] if port else ["One moment."]), events
    assert wait.silence <= 5, events
    assert not [entry for entry in wait.trace if entry.kind == "problem"], events
    killed = "kill" in events[:known]
    before = events[: events.index("kill")] if killed else ()
    again = killed and "answer 3" not in before
    assert [job.method for job in wait.asked] == ["GET", "POST"] + ["GET"] * again, events
    # The call is over: what may be cancelled is, and has no row any more; what is to be finished runs to its end.
    assert {token for _, token in wait.calls.jobs} <= {"1.4"}, events
    assert ("answer 3" in events[:known]) or wait.cancelled, events
    assert len(wait.traced("replied", 3)) == ("answer 3" in events[:known]), events


@by_first_event
def test_the_first_answer_is_enough(first: str) -> None:
    drawn_flow = flow(wait_for="any", blocks=[])
    for events in beginning(first, 2):
        wait = Wait(drawn_flow).plays(events)
        port, _ = outcome(events, enough=1)
        assert [data["port"] for data in wait.traced("left", 5)] == ([port] if port else []), events
        block = next((event[-1] for event in events if event.startswith("answer")), "")
        found = f"Found by {block if block == '3' else ''} and by {block if block == '4' else ''}."
        words = {**WORDS, "success": found}
        assert wait.words == (["One moment.", words[port], "Goodbye."] if port else ["One moment."]), events


@pytest.mark.parametrize(
    "events", [("answer 3", "answer 4"), ("answer 4", "hang-up"), ("kill", "answer 3", "answer 4")]
)
def test_all_in_one_moment(events: tuple[str, ...]) -> None:
    wait = Wait(flow()).plays_at_once(*events)
    ports = {data["port"] for data in wait.traced("left", 5)}
    assert (len(ports) == 1) == ("hang-up" not in events)
    assert len(wait.words) == len(set(wait.words))
    assert wait.silence <= 5


def without_the_caller() -> Flow:
    """Block 3 asks beside the call, which waits at block 4, and then for the answer of block 3."""
    goes_on = {"play_hold_music": True, "when_caller_hangs_up": "go on"}
    return drawn(
        starts(),
        says("One moment.", 3),
        begins(4, 7, timeout=200),
        asks(5, 5, timeout=100, **goes_on),
        awaits(6, 7, 7, blocks=[3], timeout=20, **goes_on),
        texts("Found by $EXTCALL_3.response.block.", 8, 8),
        texts("Not found.", 8, 8),
        says("Goodbye.", 9),
        ends(),
    )


def moments(events: tuple[str, ...]) -> dict[str, float]:
    """When each of them comes."""
    found, earliest = {}, 0.0
    for number, event in enumerate(events):
        found[event] = max(FIRST + STEP * number, earliest)
        earliest = found[event] + (30 if event == "half a minute" else 0)
    return found


@by_first_event
def test_who_hangs_up_is_texted_what_a_request_beside_the_call_brings(first: str) -> None:
    drawn_flow = without_the_caller()
    for events in beginning(first, 4):
        wait = Wait(drawn_flow).plays(events)
        at = moments(events)
        found = "answer 3" in at and at["answer 3"] <= at.get("answer 4", 100) + 20
        assert wait.texts == ["Found by 3." if found else "Not found."], events
        assert wait.words == ["One moment.", "Goodbye."][: len(wait.words)], events
        assert wait.silence <= 5, events
        assert not [entry for entry in wait.trace if entry.kind == "problem"], events


def test_behind_a_key_that_goes_on_the_requests_stay_with_the_call() -> None:
    """The run that texts the answer of block 4 has no part in block 3, whose answer the call itself takes."""
    keys = [{"key": "1", "label": "Text me", "then": "go on"}]
    web_call = asks(5, 5, timeout=100, play_hold_music=True, while_waiting=keys)
    web_call["exits"]["key_1"] = 7
    rows = (
        starts(),
        says("One moment.", 3),
        begins(4, 9, timeout=200),
        web_call,
        awaits(6, 6, 6, blocks=[3], timeout=20),
        texts("Run: $AWAIT_5.answered", 9, 9),
        awaits(8, 8, 8, blocks=[3], timeout=20, play_hold_music=True),
        says("Call: $AWAIT_7.answered", 9),
        ends(),
    )
    drawn_flow = drawn(*rows)
    wait = Wait(drawn_flow).plays(("key 1", "answer 4", "answer 3"))
    assert (wait.texts, wait.words) == (["Run: 0"], ["One moment.", "Call: 1"])
    found = [(each.code, each.block, each.path) for each in check(drawn_flow) if each.code == "left_behind"]
    assert found == [("left_behind", 4, "action.while_waiting[0].then")]
    begun_behind = drawn(
        starts(),
        says("One moment.", 4),
        begins(5, 9),
        web_call | {"exits": {"success": 3, "failure": 3, "key_1": 8}},
        *rows[4:],
    )
    assert "left_behind" not in [each.code for each in check(begun_behind)]

"""Questions that nobody hears, and texts that are too long."""

from typing import Any

import pytest

from ivr.flow.check import check
from ivr.flow.model import Flow
from tests.story.flows import Row, drawn, ends, starts, texts
from tests.story.line import Line

MENU = {"type": "menu", "prompt": "Press 1.", "choices": [{"key": "1", "label": "One"}]}
ASKING: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    (MENU, ("key_1", "no_input", "no_match")),
    ({"type": "collect_digits", "prompt": "Your number, please."}, ("success", "no_input", "invalid")),
    ({"type": "record", "message": "Speak."}, ("recorded", "nothing")),
    ({"type": "transfer", "numbers": ["+15550100"]}, ("answered", "no_answer", "busy", "failed")),
]


def block(action: dict[str, Any], *ports: str, to: int = 3) -> Row:
    return {"action": action, "exits": dict.fromkeys(ports, to)}


def codes(flow: Flow) -> list[tuple[str, int, str]]:
    return [(each.code, each.block, each.level) for each in check(flow)]


@pytest.mark.parametrize(
    ("action", "ports"), ASKING, ids=lambda value: value["type"] if isinstance(value, dict) else ""
)
@pytest.mark.parametrize(
    "trigger",
    [{"type": "inbound_sms"}, {"type": "inbound_api", "reach_by": "text"}, {"type": "event_handler"}],
    ids=lambda trigger: str(trigger["type"]),
)
def test_nobody_is_on_the_phone(trigger: dict[str, Any], action: dict[str, Any], ports: tuple[str, ...]) -> None:
    flow = drawn(block(trigger, "next", to=2), block(action, *ports), ends())
    assert codes(flow) == [("nobody_on_phone", 2, "warning")]


def test_the_run_does_end_there() -> None:
    flow = drawn(block({"type": "inbound_sms"}, "next", to=2), block(*ASKING[0][:1], *ASKING[0][1]), ends())
    line = Line(flow).sends_text("Hello?")
    assert line.call.status == "ended"
    assert line.traced("ended") == [{"why": "There is no caller on the phone to ask."}]


@pytest.mark.parametrize(
    "trigger",
    [{"type": "inbound_call"}, {"type": "inbound_api"}, {"type": "jump_from"}],
    ids=lambda trigger: str(trigger["type"]),
)
def test_somebody_is(trigger: dict[str, Any]) -> None:
    flow = drawn(block(trigger, "next", to=2), block(MENU, "key_1", "no_input", "no_match"), ends())
    assert codes(flow) == []


def test_one_way_with_a_caller_is_enough() -> None:
    by_text = block({"type": "inbound_sms"}, "next", to=2)
    flow = drawn(starts(2), block(MENU, "key_1", "no_input", "no_match"), ends(), by_text)
    assert codes(flow) == []


def lengths(message: str) -> list[tuple[str, str, str, str]]:
    """What is said about the length of a message."""
    flow = drawn(starts(), texts(message, 3, 3), ends())
    found = [each for each in check(flow) if each.code in ("message_too_long", "many_segments")]
    assert all((each.block, each.path) == (2, "action.message") for each in found)
    return [(each.code, each.level, each.message, each.hint) for each in found]


def test_a_text_that_no_carrier_takes() -> None:
    message = "The message has 1601 characters; carriers refuse more than 1600."
    assert lengths("a" * 1601) == [("message_too_long", "warning", message, "Shorten it, or send two.")]


def test_a_text_in_many_parts() -> None:
    message = "The message is sent in 11 parts, and each is paid for."
    assert lengths("a" * (153 * 10 + 1)) == [("many_segments", "warning", message, "Shorten it.")]
    hint = "Without ” each part would hold twice as much."
    assert lengths("a" * (67 * 10) + "”") == [("many_segments", "warning", message, hint)]


@pytest.mark.parametrize("message", ["a" * 1530, "a" * 669 + "”", "a" * 1500 + "$ANI" * 100])
def test_a_text_that_is_long_enough(message: str) -> None:
    assert lengths(message) == []

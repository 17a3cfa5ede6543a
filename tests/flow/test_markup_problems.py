"""Mistakes in spoken markup are told while editing, each at its field."""

import pytest

from ivr.flow.check import check
from ivr.flow.model import Flow
from tests.story.flows import asks, drawn, ends, says, starts

BREAK = "Did you mean <break>?"


def bad(flow: Flow) -> list[tuple[int, str, str, str, str]]:
    return [
        (found.block, found.path, found.message, found.hint, found.level)
        for found in check(flow)
        if found.code == "bad_markup"
    ]


@pytest.mark.parametrize(
    "message",
    [
        "Tom & Jerry < 3",
        "press <1> now",
        "a <b>bold</b> word & more",
        '<speak>Hi, ${Name}. <break time="$Pause"/></speak>',
        '<p><sub alias="$a.b[0]">x</sub> costs $$5</p>',
    ],
)
def test_nothing_is_wrong_with_words_and_with_right_markup(message: str) -> None:
    assert bad(drawn(starts(), says(message, 3), ends())) == []


def test_every_fault_is_an_error_at_its_field() -> None:
    assert bad(drawn(starts(), says("Hi <brake/>\n<p clas='a'>you", 3), ends())) == [
        (2, "action.message", "<brake> is not a tag that is spoken at line 1, column 4.", BREAK, "error"),
        (2, "action.message", "<p> has no attribute “clas” at line 2, column 1.", "It takes: none.", "error"),
        (2, "action.message", "<p> is not closed.", "End it with </p>.", "error"),
    ]


def test_in_every_text_that_a_web_call_speaks() -> None:
    row = asks(
        3,
        3,
        body="<p>not spoken",
        hold_audio={"type": "speech", "text": "<p>a"},
        opening_line="<s>b",
        timed_lines=[{"text": "c", "after": 5}, {"text": "AT&T<break/>", "after": 9}],
    )
    found = bad(drawn(starts(), row, ends()))
    assert [(block, path) for block, path, *_ in found] == [
        (2, "action.hold_audio.text"),
        (2, "action.opening_line"),
        (2, "action.timed_lines[1].text"),
    ]
    assert "line 1, column 3" in found[-1][2]


def test_a_reference_is_no_name() -> None:
    found = bad(drawn(starts(), says("<p/><$Tag/>", 3), ends()))
    assert [message for _, _, message, _, _ in found] == ["The sign < stands alone at line 1, column 5."]

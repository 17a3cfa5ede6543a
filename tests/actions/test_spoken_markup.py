"""Markup in what is spoken: the author's alone, and never cut inside an element."""

from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.actions.external_web_call import ExternalWebCall
from ivr.actions.play_message import PlayMessage
from ivr.core.action import Leave, Visit, Wait
from ivr.core.call import Call
from ivr.core.effects import LONGEST_SAY, Say
from ivr.core.template import SPEECH, Template
from tests.core import any_value
from tests.core.filling import filled


def visit(**variables: Any) -> Visit:
    return Visit(Call("CA1", "a-flow", 1, variables=variables), 1, 0)


def said(message: str, **variables: Any) -> list[Say]:
    outcome = PlayMessage.model_validate({"message": message, "voice": "Polly.Amy"}).enter(visit(**variables))
    assert isinstance(outcome, Leave)
    says = [verb for verb in outcome.verbs if isinstance(verb, Say)]
    assert len(says) == len(outcome.verbs)
    return says


def test_markup_stays_and_values_are_escaped() -> None:
    (say,) = said('<speak>Hi, $Name.<break time="1s"/></speak>', Name="<p>Tom & Jerry")
    assert say == Say('Hi, &lt;p&gt;Tom &amp; Jerry.<break time="1s"/>', "Polly.Amy", "", markup=True)
    assert say.words == "Hi, <p>Tom & Jerry."


@pytest.mark.parametrize("message", ["Tom & Jerry < 3", "press <1> now", "<hello>", "a &amp; b"])
def test_words_stay_as_they_are(message: str) -> None:
    assert said(message) == [Say(message, "Polly.Amy")]


def test_a_value_makes_no_markup() -> None:
    assert said("$x", x="<p>Hello</p>") == [Say("<p>Hello</p>", "Polly.Amy")]
    assert said("<$x/> there<$x", x="break") == [Say("<break/> there<break", "Polly.Amy")]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("<p>Fish & chips, $x", "Fish & chips, break"),
        ("<p>Hi</p><$x/>", "Hi"),
        ("<p $x='1'>Hi</p>", "Hi"),
        ("<blink>Hi</blink><break/>", "Hi"),
    ],
)
def test_markup_with_a_fault_is_spoken_as_its_words(message: str, words: str) -> None:
    assert said(message, x="break") == [Say(words, "Polly.Amy")]


def test_a_value_that_an_attribute_can_t_have_takes_the_markup_away() -> None:
    assert said('One<break time="$x"/> two', x="1s")[0].markup
    assert said('One<break time="$x"/> two', x="long") == [Say("One two", "Polly.Amy")]


def test_without_words_nothing_is_said_but_a_pause_is_kept() -> None:
    assert said("<p>$x</p>") == []
    assert said('<break time="2s"/>') == [Say('<break time="2s"/>', "Polly.Amy", markup=True)]


def test_long_markup_is_cut_between_its_outermost_parts() -> None:
    part = "<p>" + "x" * 1_000 + "</p>"
    assert [say.text for say in said(part * 5)] == [part * 2, part * 2, part]


def test_a_part_that_is_too_long_by_itself_loses_its_tags() -> None:
    says = said(f"<s>First.</s><p>{'One sentence. ' * 300}</p><s>Last.</s>")
    assert [say.markup for say in says] == [True, False, False, True]
    assert all(say.text.endswith("sentence.") for say in says[1:3])
    assert says[-1].text == "<s>Last.</s>"


@given(
    st.lists(
        st.sampled_from(["Words. ", "<p>${x}</p>", "${x}", "<s>a <w role='b'>${x}</w></s>", "<break/>"]), max_size=6
    ),
    any_value.plain_text.map(lambda text: text[:100] * 10),
    st.sampled_from([1, 7, 40]),
)
def test_no_word_is_lost_and_nothing_is_too_long_or_broken(parts: list[str], x: str, times: int) -> None:
    message = "".join(parts) * times
    says = said(message, x=x)
    assert all(len(say.text) <= LONGEST_SAY for say in says)
    for say in says:
        if say.markup:
            ElementTree.fromstring(f"<Say>{say.text}</Say>")
    heard = "".join(say.words for say in says)
    bare = message
    for tag in ("<p>", "</p>", "<s>", "</s>", "<w role='b'>", "</w>", "<break/>"):
        bare = bare.replace(tag, "")
    assert "".join(heard.split()) == "".join(filled(bare, SPEECH, x=x).split())


def test_all_that_an_external_web_call_speaks_may_be_markup() -> None:
    action = ExternalWebCall.model_validate(
        {
            "url": "https://api.test/",
            "play_hold_music": True,
            "hold_audio": {"type": "speech", "text": "<p>Hold, $x.</p>"},
            "opening_line": "<p>Wait, $x.</p>",
            "timed_lines": [{"text": "<p>Still, $x.</p>", "after": 8}, {"text": "<p>$none</p>", "after": 9}],
        }
    )
    outcome = action.enter(visit(x="<b>"))
    assert isinstance(outcome, Wait)
    hold = outcome.hold
    says = [*hold.words, *hold.opening, *(line.say for line in hold.lines)]
    assert [(say.text, say.markup) for say in says] == [
        ("<p>Hold, &lt;b&gt;.</p>", True),
        ("<p>Wait, &lt;b&gt;.</p>", True),
        ("<p>Still, &lt;b&gt;.</p>", True),
    ]


def test_its_other_texts_are_not_spoken() -> None:
    action = ExternalWebCall.model_validate({"url": "https://api.test/", "body": "<p>a", "opening_line": "Hello."})
    assert [path for path, text in action.spoken() if text] == ["opening_line"]
    assert isinstance(action.body, Template)

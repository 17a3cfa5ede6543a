"""A document with spoken markup: whatever the author wrote and whatever a value is, the carrier can read it."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.actions.parts.spoken import speak
from ivr.core.action import Visit
from ivr.core.call import Call
from ivr.core.effects import Hangup, Say
from ivr.core.mailbox import Mailbox, Page
from ivr.core.ssml import ATTRIBUTES
from ivr.core.template import SpokenText
from ivr.twilio.twiml import Addresses, document
from tests.core.any_value import NASTY, hostile_text, json_values

ADDRESSES = Addresses("https://calls.example.test")
LIMIT = 64_000
PIECES = [
    *("<p>", "</p>", "<s>", "</s>", "<break/>", "<blink>", "</blink>", "</Say>", "<Say>", "<Hangup/>", "<speak>"),
    *('<break time="1s"/>', '<sub alias="$x">', "</sub>", "</speak>", "&amp;", "&", "<", ">", "$x", "<$x", "$x>"),
    *("<!--", "-->", "<![CDATA[", "]]>", "<?xml?>", "<!DOCTYPE a>", "&#8;", "&#xFFFE;", "&#65;", "&nbsp;", "words"),
]
scribbles = st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | hostile_text
values = hostile_text | json_values | st.sampled_from(PIECES)


def say_in(say: Say) -> ElementTree.Element:
    tree = ElementTree.fromstring(document(Page((say, Hangup()), None), ADDRESSES).encode())
    assert [verb.tag for verb in tree] == ["Say", "Hangup"]
    return tree[0]


def words(element: ElementTree.Element) -> list[str]:
    return list("".join("".join(element.itertext()).split()))


def spoken(text: str, x: object) -> tuple[Say, ...]:
    return speak(Visit(Call("CA1", "a-flow", 1, variables={"x": x}), 1, 0), SpokenText(text), "", "")


def test_markup_is_written_as_it_is_and_words_are_escaped() -> None:
    page = Page((Say("<p>A &amp; B</p>", "Polly.Amy", "en-GB", markup=True), Say("<p>A & B</p>"), Hangup()), None)
    assert document(page, ADDRESSES).endswith(
        '<Response><Say voice="Polly.Amy" language="en-GB"><p>A &amp; B</p></Say>'
        "<Say>&lt;p&gt;A &amp; B&lt;/p&gt;</Say><Hangup/></Response>"
    )


@pytest.mark.parametrize("text", ["<p>A & <b>B", "</Say><Hangup/><Say>", "<!-- x --><p>A</p>", "<p>\x00A \ud800</p>"])
def test_markup_that_can_t_stand_there_is_spoken_as_words(text: str) -> None:
    assert len(list(say_in(Say(text, markup=True)).iter("Hangup"))) == 0


def test_of_broken_markup_the_words_remain() -> None:
    assert say_in(Say("<p>A &amp; B & <blink>C", markup=True)).text == "A & B & C"


@given(scribbles)
def test_no_markup_breaks_a_document(text: str) -> None:
    assert {element.tag for element in say_in(Say(text, markup=True)).iter()} <= {"Say", *ATTRIBUTES}


@given(scribbles, values)
def test_what_is_spoken_is_a_document_whatever_author_and_api_say(text: str, x: object) -> None:
    for say in spoken(text, x):
        assert {element.tag for element in say_in(say).iter()} <= {"Say", *ATTRIBUTES}
        assert words(say_in(say)) == words(say_in(Say(say.words)))


@given(values)
def test_a_value_adds_nothing_to_what_the_author_wrote(x: object) -> None:
    (say,) = spoken('Hi <p>$x, <sub alias="$x $x">it</sub></p><break time="1s"/>$x', x)
    found = [(element.tag, sorted(element.attrib)) for element in say_in(say).iter()]
    assert found == [("Say", []), ("p", []), ("sub", ["alias"]), ("break", ["time"])]


@given(st.lists(scribbles | st.sampled_from(["<p>$x</p>" * 50, "<s/>" * 2_000]), max_size=5), st.sampled_from(NASTY))
def test_pages_with_markup_stay_small(texts: list[str], character: str) -> None:
    says = tuple(say for text in texts for say in spoken(text, character * 1_000))
    mailbox = Mailbox().post(says)
    while mailbox.unheard:
        mailbox = mailbox.turn_to(mailbox.page + 1)
        assert len(document(mailbox.read(), ADDRESSES).encode()) < LIMIT

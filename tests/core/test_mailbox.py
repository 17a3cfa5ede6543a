"""Every word is heard once and in order, however often a page is asked for."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.effects import AnyVerb, Hangup, Pause, Play, Say
from ivr.core.mailbox import PAGE_CHARACTERS, Mailbox, Page
from ivr.twilio.twiml import Addresses, document
from tests.core.any_value import NASTY, hostile_text, plain_text
from tests.story.line import stored

ADDRESSES = Addresses("https://calls.example.test")
LIMIT = 64_000
WORST = ("&" * 3_000, "\U0001f600" * 3_000, "<" * 3_000, "漢" * 3_000, "\x00" * 3_000)

says = st.builds(Say, plain_text | st.sampled_from(WORST), st.sampled_from(["", "Polly.Amy"]))
verbs = says | st.builds(Play, st.just("hold.wav"), st.integers(1, 9)) | st.builds(Pause, st.integers(1, 45))
posts = st.lists(verbs, max_size=12).map(tuple)
moves = st.lists(posts | st.integers(-1, 2), max_size=25)


def lived(history: list[tuple[AnyVerb, ...] | int]) -> tuple[list[AnyVerb], list[AnyVerb], Mailbox, list[Page]]:
    """What was posted and heard, as words come and the next page (1), this one (0) or any other is asked for."""
    mailbox, posted, heard, pages = Mailbox(), [], [], []
    for move in history:
        before = mailbox
        if isinstance(move, tuple):
            mailbox = stored(mailbox.post(move), Mailbox)
            posted += move
        else:
            mailbox = stored(mailbox.turn_to(mailbox.page + move), Mailbox)
            pages.append(mailbox.read())
            if mailbox.page > before.page:
                heard += mailbox.current
            else:
                assert mailbox == before
    return posted, heard, mailbox, pages


@given(moves)
def test_every_word_once_and_in_order(history: list[tuple[AnyVerb, ...] | int]) -> None:
    posted, heard, mailbox, _ = lived(history)
    assert [*heard, *mailbox.unheard] == posted


@given(moves)
def test_a_page_asked_for_again_has_the_same_words(history: list[tuple[AnyVerb, ...] | int]) -> None:
    *_, mailbox, _ = lived(history)
    for again in range(mailbox.page + 1):
        assert mailbox.turn_to(again) is mailbox
    assert mailbox.post((Say("More."),)).turn_to(mailbox.page).read() == mailbox.read()


@given(moves)
def test_every_page_is_a_document_the_carrier_takes(history: list[tuple[AnyVerb, ...] | int]) -> None:
    for page in lived(history)[-1]:
        assert_fits(page)


@given(st.lists(hostile_text | st.sampled_from(WORST), max_size=9), st.none() | st.integers(1, 9))
def test_whatever_is_spoken_is_xml_with_nothing_new_in_it(texts: list[str], following: int | None) -> None:
    tree = assert_fits(Page(tuple(Say(text, NASTY[:9], text[:9]) for text in texts[:3]), following))
    assert [verb.tag for verb in tree][:-1] == ["Say"] * len(texts[:3])
    assert all(len(verb) == 0 for verb in tree)


def assert_fits(page: Page) -> ElementTree.Element:
    text = document(page, ADDRESSES)
    assert len(text.encode()) < LIMIT
    tree = ElementTree.fromstring(text.encode())
    assert tree.tag == "Response"
    assert tree[-1].tag == ("Hangup" if page.next is None else "Redirect")
    return tree


@given(moves, posts)
def test_after_a_hang_up_nothing_is_added(history: list[tuple[AnyVerb, ...] | int], more: tuple[AnyVerb, ...]) -> None:
    *_, mailbox, _ = lived([*history, (Hangup(),)])
    assert mailbox.closed
    assert mailbox.post(more) is mailbox
    while mailbox.unheard:
        mailbox = mailbox.turn_to(mailbox.page + 1)
    assert mailbox.closed
    assert mailbox.post(more) is mailbox
    assert mailbox.read().next is None


def test_a_page_holds_what_fits_and_the_next_one_the_rest() -> None:
    part = Say("x" * 3_000)
    mailbox = Mailbox().post((part, part, Pause(1), Play("hold.wav"), part)).turn_to(1)
    assert (len(mailbox.current), len(mailbox.unheard)) == (4, 1)
    assert mailbox.turn_to(2).read() == Page((part,), 3)


def test_many_short_words_are_too_much_for_a_page_as_well() -> None:
    word = Say("&" * 18, "Google.en-US-Chirp3-HD-Aoede", "en-US")
    mailbox = Mailbox().post((word,) * 500)
    while mailbox.unheard:
        mailbox = mailbox.turn_to(mailbox.page + 1)
        assert_fits(mailbox.read())


def test_a_single_long_word_still_gets_its_page() -> None:
    mailbox = Mailbox().post((Say("x" * (PAGE_CHARACTERS + 1)), Say("y"))).turn_to(1)
    assert len(mailbox.current) == 1


def test_pages_lead_to_each_other_until_the_hang_up() -> None:
    mailbox = Mailbox().post((Say("One."),)).turn_to(1)
    assert mailbox.read() == Page((Say("One."),), 2)
    mailbox = mailbox.post((Say("Two."), Hangup())).turn_to(2)
    assert mailbox.read() == Page((Say("Two."), Hangup()), None)


def test_a_page_far_ahead_is_just_the_next_one() -> None:
    assert Mailbox().post((Say("One."),)).turn_to(7).page == 1


@pytest.mark.parametrize("page", [0, 1, 5])
def test_without_words_nothing_turns(page: int) -> None:
    mailbox = Mailbox()
    assert mailbox.turn_to(page) is mailbox
    assert not mailbox.opened


def test_any_word_opens_the_line() -> None:
    assert Mailbox().post((Pause(1),)).turn_to(1).opened

"""Long texts are cut into what a carrier's voice takes in one go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.actions.play_message import PlayMessage
from ivr.core.action import Leave, Visit
from ivr.core.call import Call
from ivr.core.effects import LONGEST_SAY, Say


def said(words: str) -> list[str]:
    visit = Visit(Call("CA1", "a-flow", 1, variables={"words": words}), 1, 0)
    outcome = PlayMessage.model_validate({"message": "$words"}).enter(visit)
    assert isinstance(outcome, Leave)
    assert all(isinstance(verb, Say) for verb in outcome.verbs)
    return [verb.text for verb in outcome.verbs]


@pytest.mark.parametrize("length", [1, LONGEST_SAY - 1, LONGEST_SAY])
def test_what_fits_is_one_piece(length: int) -> None:
    assert said("x" * length) == ["x" * length]


def test_cuts_are_between_sentences() -> None:
    sentence = "This is one sentence. "
    pieces = said(sentence * 400)
    assert len(pieces) == 3
    assert all(piece.startswith("This") and piece.endswith("sentence.") for piece in pieces)


def test_else_between_words() -> None:
    assert all(piece.strip("word ") == "" and piece[-4:] == "word" for piece in said("word " * 2_000))


def test_else_anywhere() -> None:
    assert [len(piece) for piece in said("x" * 7_000)] == [3_000, 3_000, 1_000]


@given(st.lists(st.text("ab.!? \n", max_size=40), max_size=8).map(lambda texts: "".join(text * 50 for text in texts)))
def test_nothing_is_lost_and_nothing_too_long(words: str) -> None:
    pieces = said(words)
    assert all(piece and len(piece) <= LONGEST_SAY for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(words.split())

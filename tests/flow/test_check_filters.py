"""Filters that are not there."""

import pytest

from ivr.flow.check import check
from tests.story.flows import drawn, ends, says, starts


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("${ANI|as digit}", "There is no filter “as digit”.", "Did you mean “as digits”?"),
        ("${ANI | As Date }", "There is no filter “As Date”.", "Did you mean “as date”?"),
        ("${ANI|as money EURO}", "“EURO” can't follow “as money”.", "It takes a currency, such as EUR, or nothing."),
        ("${ANI|as digits 3}", "“3” can't follow “as digits”.", "Write “as digits” alone."),
        ("${ANI|q}", "There is no filter “q”.", None),
        (
            "${SECRET.key|as digits}",
            "“as digits” does nothing to a secret, which is sent as it is.",
            "Write $SECRET.key.",
        ),
    ],
)
def test_an_unknown_filter_is_located(text: str, message: str, hint: str | None) -> None:
    flow = drawn(starts(), says(f"Hello {text}.", 3), ends())
    (found,) = [each for each in check(flow) if each.code == "unknown_filter"]
    assert (found.block, found.path, found.message, found.level) == (2, "action.message", message, "warning")
    assert found.hint == hint if hint else found.hint.startswith("There are: as date, as time")


@pytest.mark.parametrize("text", ["${ANI|as digits}", "${ANI|as money eur}", "${ANI|as date full}", "$ANI|as nothing"])
def test_a_known_filter_is_none(text: str) -> None:
    assert check(drawn(starts(), says(f"Hello {text}.", 3), ends())) == []

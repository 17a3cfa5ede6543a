"""Which language the board speaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.language import LANGUAGES, spoken


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-US,en;q=0.9,de;q=0.8", "en"),
        ("fr, de;q=0.5, en;q=0.3", "de"),
        ("en;q=0.4, DE-de ; q=0.7", "de"),
        ("de;q=0", "en"),
        ("*, de;q=0.2", "de"),
        ("de;q=much, en;q=0.1", "en"),
        ("de;q=nan", "en"),
        ("fr, it", "en"),
    ],
)
def test_a_browser_is_answered_in_what_it_likes_best(accepted: str, language: str) -> None:
    assert spoken("auto", accepted) == language


def test_a_server_that_is_set_to_a_language_asks_no_browser() -> None:
    assert spoken("en", "de") == "en"
    assert spoken("de", "en") == "de"


@given(st.text())
def test_whatever_a_browser_says_is_answered(accepted: str) -> None:
    assert spoken("auto", accepted) in LANGUAGES

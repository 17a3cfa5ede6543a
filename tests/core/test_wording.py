"""What is made of texts that an API chose."""

import pytest

from ivr.core.wording import LONGEST_CHOICE, MOST_CHOICES, choices, digits, spelled


def test_a_choice_is_cut_before_it_is_said_often() -> None:
    """A mebibyte of one item, said two hundred times for each of nine keys, would be gigabytes."""
    each = "*" * 200
    said = choices(["x" * 2**20] * MOST_CHOICES, "", each)
    assert len(said) <= MOST_CHOICES * (len(each) * LONGEST_CHOICE + 1)
    assert choices(["tea", "coffee"], "", "For *, press #.") == "For tea, press 1. For coffee, press 2."


@pytest.mark.parametrize(
    ("text", "each", "numbers"),
    [
        ("AB-12", "A B 1 2", "12"),
        ("बिल", "बि ल", ""),
        ("e\u0301a", "e\u0301 a", ""),
        ("٣٤-१", "٣ ٤ १", "341"),
        ("(555) 123", "5 5 5 1 2 3", "555123"),
        ("½ x²", "½ x ²", ""),
    ],
)
def test_letters_and_digits_of_every_script_are_taken_apart(text: str, each: str, numbers: str) -> None:
    assert spelled(text) == each
    assert digits(text) == numbers

"""What is made of texts that an API chose."""

from ivr.core.wording import LONGEST_CHOICE, MOST_CHOICES, choices


def test_a_choice_is_cut_before_it_is_said_often() -> None:
    """A mebibyte of one item, said two hundred times for each of nine keys, would be gigabytes."""
    each = "*" * 200
    said = choices(["x" * 2**20] * MOST_CHOICES, "", each)
    assert len(said) <= MOST_CHOICES * (len(each) * LONGEST_CHOICE + 1)
    assert choices(["tea", "coffee"], "", "For *, press #.") == "For tea, press 1. For coffee, press 2."

"""In how many parts a text is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.segments import BASIC, EXTENDED, Segments, beyond_gsm7, segments


@pytest.mark.parametrize(
    ("text", "count", "encoding"),
    [
        ("", 0, "GSM-7"),
        ("a", 1, "GSM-7"),
        ("a" * 160, 1, "GSM-7"),
        ("a" * 161, 2, "GSM-7"),
        ("a" * 306, 2, "GSM-7"),
        ("a" * 307, 3, "GSM-7"),
        ("Grüße für Ωmega, £5\r\n", 1, "GSM-7"),
        ("€" * 80, 1, "GSM-7"),
        ("€" * 81, 2, "GSM-7"),
        # An escape is not cut from its character, so one septet of each part is left over.
        ("€" * 152, 2, "GSM-7"),
        ("€" * 153, 3, "GSM-7"),
        ("`", 1, "UCS-2"),
        ("ç", 1, "UCS-2"),
        ("“" + "a" * 69, 1, "UCS-2"),
        ("“" + "a" * 70, 2, "UCS-2"),
        ("“" * 134, 2, "UCS-2"),
        ("“" * 135, 3, "UCS-2"),
        ("🙂" * 35, 1, "UCS-2"),
        ("🙂" * 36, 2, "UCS-2"),
        ("🙂" * 66, 2, "UCS-2"),
        ("🙂" * 67, 3, "UCS-2"),
        ("\x00", 1, "UCS-2"),
        ("\ud800", 1, "UCS-2"),
    ],
)
def test_parts(text: str, count: int, encoding: str) -> None:
    found = segments(text)
    assert (found.count, found.encoding) == (count, encoding)


def test_the_alphabet_has_the_right_size() -> None:
    """128 septets, one of them the escape; nine characters and the page break behind it."""
    assert (len(BASIC), len(EXTENDED), BASIC & EXTENDED) == (127, 10, frozenset())


def test_what_makes_it_long() -> None:
    assert beyond_gsm7("“Hi” – ok, “you”!") == ["“", "”", "–"]
    assert beyond_gsm7("Plain [€]") == []


@given(st.text(), st.text(max_size=1))
def test_more_text_is_never_fewer_parts(text: str, more: str) -> None:
    assert isinstance(segments(text), Segments)
    assert segments(text).count <= segments(text + more).count


@given(st.text(alphabet=st.characters(codec="utf-16")))
def test_parts_hold_what_they_must(text: str) -> None:
    if segments(text).encoding == "UCS-2":
        units = len(text.encode("utf-16-le")) // 2
        assert segments(text).count == 1 if units <= 70 else units <= segments(text).count * 67

"""Words are the same however they were written, and whole."""

from ivr.core.whole_words import parted, plain
from tests.rows import every_row


def words(text: str) -> list[str]:
    return parted(plain(text))


def test_what_a_word_is() -> None:
    table = (
        ("Yes, my ORDER-number is 47_11!", ["yes", "my", "order", "number", "is", "47", "11"]),
        ("Straße STRASSE Mu\u0308ller müller", ["strasse", "strasse", "müller", "müller"]),
        ("ＡＢＣ１２ ﬁn ²", ["abc12", "fin", "2"]),
        ("İstanbul istanbul", ["i̇stanbul", "istanbul"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("お元気ですか。はい", ["お元気ですか", "はい"]),
        ("••• •1• \U000f0001", ["1"]),
        ("", []),
    )
    with every_row() as row:
        for text, expected in table:
            with row(text):
                assert words(text) == expected

"""Texts that are cut, so that half of a value which must not be seen is found all the same."""

import re
from collections.abc import Iterator, Sequence

from ivr.core.fields import DOTS

MARK = "…"
MOST = 50
"""Cuts of a text that are looked at."""
WIDTH = 300
"""Characters of a value whose half is looked for."""
_marks = re.compile(MARK)


def cut(text: str, most: int) -> str:
    """No more than so many characters of a text, with a mark where it goes on."""
    return text if len(text) <= most else text[:most] + MARK


def halves(text: str, values: Sequence[str], least: int) -> Iterator[tuple[int, int]]:
    """Where one of these values was cut, and `least` characters of it or more are left: from and to."""
    if MARK not in text:
        return
    for _, mark in zip(range(MOST), _marks.finditer(text), strict=False):
        for value in values:
            longest = min(len(value) - 1, WIDTH, mark.start())
            for length in range(longest, least - 1, -1):
                if text.endswith(value[:length], 0, mark.start()):
                    yield mark.start() - length, mark.start()
                    break


def without_halves(text: str, values: Sequence[str], least: int) -> str:
    """A text with dots in place of what is left of values that were cut."""
    longest: dict[int, int] = {}
    for start, end in halves(text, values, least):
        longest[end] = min(start, longest.get(end, start))
    for end, start in sorted(longest.items(), reverse=True):
        text = text[:start] + DOTS + text[end:]
    return text

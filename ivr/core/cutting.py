"""Texts that are cut, so that half of a value which must not be seen is found all the same."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from ivr.core.fields import DOTS

MARK = "…"
MOST_WORK = 4_000_000
"""Characters of values that are looked through for the halves in all texts of one search."""
_OF_A_MARK = 200
"""What a mark, and each place of a value that may have been cut there, takes beside its characters."""
_marks = re.compile(MARK)


def cut(text: str, most: int) -> str:
    """No more than so many characters of a text, with a mark where it goes on."""
    return text if len(text) <= most else text[:most] + MARK


Ends = Callable[[str, int], Iterable[int]]
"""Gives where what was cut may end, for a text and where in it a mark begins."""


def _at_the_mark(_: str, mark: int) -> Iterable[int]:
    return (mark,)


class Halves:
    """Finds what is left of values that were cut.

    All texts together take no more than `MOST_WORK`: what stands before marks that it is not enough for counts as left
    of a value, all of it.
    """

    def __init__(self, values: Sequence[str], least: int) -> None:
        """`least` characters of a value, or more, are to be found."""
        self._values = "\0".join(("", *values, ""))
        self._least = least
        self._work = MOST_WORK

    def of(self, text: str, ends: Ends = _at_the_mark) -> Iterator[tuple[int, int]]:
        """Where in a text they stand: from and to, which is where a mark begins. They may end before it, too."""
        if MARK not in text or not self._values.strip("\0"):
            return
        for mark in _marks.finditer(text):
            for end in ends(text, mark.start()):
                length = self._longest(text, end)
                if self._work < 0:
                    yield 0, text.rfind(MARK)
                    return
                if length:
                    yield end - length, mark.start()

    def _longest(self, text: str, end: int) -> int:
        """Characters before this place that begin a value, and are not all of it. The last few tell where it may be."""
        tail = text[max(end - self._least, 0) : end]
        self._work -= len(self._values) + _OF_A_MARK
        if len(tail) < self._least or "\0" in tail:
            return 0
        longest = 0
        at = self._values.find(tail)
        while at >= 0 and self._work >= 0:
            start, after = self._values.rfind("\0", 0, at) + 1, at + len(tail)
            self._work -= after - start + _OF_A_MARK
            if self._values[after] != "\0" and text.endswith(self._values[start:after], 0, end):
                longest = max(longest, after - start)
            at = self._values.find(tail, at + 1)
        return longest


def blotted(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """A text with dots in place of these stretches of it, which may overlap."""
    shown: list[str] = []
    at = 0
    for start, end in merged(spans):
        shown += (text[at:start], DOTS)
        at = end
    return "".join((*shown, text[at:]))


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches of a text in order, those that overlap or touch as one."""
    whole: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole

"""What could have been meant by a name that is not there."""

from collections.abc import Collection
from difflib import get_close_matches

PATIENCE = 10_000
"""Names that are compared with others in one check. In a flow with more wrong names each is still reported, but
without a suggestion: comparing is slow, and a check must not take minutes."""


class Closest:
    """The names most like others, as long as patience lasts; capitals count for little."""

    def __init__(self, patience: int = PATIENCE) -> None:
        self._left = patience
        self._found: dict[tuple[str, int], str] = {}

    def to(self, word: str, words: Collection[str]) -> str:
        """The word most like another, or nothing when none is like it. `words` must not change meanwhile."""
        key = (word, id(words))
        if key not in self._found:
            self._left -= len(words)
            self._found[key] = _closest(word, words) if self._left >= 0 else ""
        return self._found[key]


def _closest(word: str, words: Collection[str]) -> str:
    small = {each.lower(): each for each in words}
    close = get_close_matches(word.lower(), small, n=1, cutoff=0.6)
    return small[close[0]] if close else ""

"""Numbers of things in sentences."""

import pytest

from ivr.core.counted import counted


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 calls"), (1, "1 call"), (2, "2 calls"), (1200, "1,200 calls"), (-1, "-1 calls")]
)
def test_one_and_many(count: int, words: str) -> None:
    assert counted(count, "call") == words


def test_another_plural() -> None:
    assert (counted(1, "entry", "entries"), counted(2, "entry", "entries")) == ("1 entry", "2 entries")

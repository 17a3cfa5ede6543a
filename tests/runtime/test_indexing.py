"""Calls are read for their words in pieces, with a pause behind each, and again and again."""

import asyncio

import pytest

from ivr.runtime.indexing import EVERY, PAUSE, keep_indexed


class Calls:
    """So many are read in each piece."""

    def __init__(self, *pieces: int | Exception) -> None:
        self._pieces = list(pieces)

    async def index(self) -> int:
        piece = self._pieces.pop(0)
        if isinstance(piece, Exception):
            raise piece
        return piece


class Clock:
    """Time goes by itself, until there were so many waits."""

    def __init__(self, naps: int) -> None:
        self.naps: list[float] = []
        self._most = naps

    def now(self) -> int:
        return 0

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        if len(self.naps) == self._most:
            raise asyncio.CancelledError


async def test_pieces_and_looks() -> None:
    clock = Clock(5)
    with pytest.raises(asyncio.CancelledError):
        await keep_indexed(Calls(100, 30, 0, 0, 1), clock)
    assert clock.naps == [PAUSE, PAUSE, EVERY, EVERY, PAUSE]


async def test_a_store_that_is_away_is_asked_again(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock(2)
    with pytest.raises(asyncio.CancelledError):
        await keep_indexed(Calls(OSError("the disk is full"), 0), clock)
    assert clock.naps == [EVERY, EVERY]
    assert "the words of calls could not be read" in caplog.text

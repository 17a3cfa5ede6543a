"""Numbered events that any number of readers follow, each from where it left off."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Feed(Generic[T]):
    """The latest events, at least `keep` of them. The first has the number `begin` + 1."""

    def __init__(self, keep: int, begin: int = 0) -> None:
        self._keep = keep
        self._before = begin
        self._events: list[T] = []
        self._closed = False
        self._grown = asyncio.Event()

    @property
    def before(self) -> int:
        """The number before the oldest event that is kept."""
        return self._before

    @property
    def last(self) -> int:
        """The number of the latest event."""
        return self._before + len(self._events)

    def add(self, make: Callable[[int], T]) -> None:
        """Append the event that is made of its number, and wake everybody who follows."""
        self._events.append(make(self.last + 1))
        if len(self._events) > 2 * self._keep:
            self._before += self._keep
            del self._events[: self._keep]
        self._tell()

    def close(self) -> None:
        """Nothing more will be added."""
        self._closed = True
        self._tell()

    async def follow(self, after: int = 0) -> AsyncIterator[T]:
        """Every event after that number that is kept, and those to come; ends when the feed is closed and read."""
        while True:
            while after < self.last:
                after = max(after, self._before) + 1
                yield self._events[after - self._before - 1]
            if self._closed:
                return
            await self._grown.wait()

    def _tell(self) -> None:
        # A fresh event for the next round: all who wait on the old one wake exactly once.
        self._grown.set()
        self._grown = asyncio.Event()

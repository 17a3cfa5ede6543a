"""What the caller puts into the call: keys and spoken words, heard only while a verb listens."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

KEYS = frozenset("0123456789*#ABCD")


@dataclass(frozen=True, slots=True)
class Input:
    """One key, or one utterance."""

    key: str = ""
    speech: str = ""


class Ear:
    """A listener for keys, speech or both. Input queues until it is taken."""

    def __init__(self, takes: frozenset[str]) -> None:
        self.takes = takes
        self._line: asyncio.Queue[Input] = asyncio.Queue()
        self._touched = asyncio.Event()

    def hear(self, entered: Input) -> bool:
        """Put one input in line; False when this ear does not take its kind."""
        if ("dtmf" if entered.key else "speech") not in self.takes:
            return False
        self._line.put_nowait(entered)
        self._touched.set()
        return True

    async def touched(self) -> None:
        """Wait for the first input without taking it."""
        await self._touched.wait()

    async def next(self) -> Input:
        """Take the next input."""
        return await self._line.get()


class Keypad:
    """Connects the caller to the verb that listens; without a listener, input is lost as on a real line."""

    def __init__(self) -> None:
        self._ear: Ear | None = None

    def enter(self, entered: Input) -> bool:
        """Whether a verb heard it."""
        return self._ear is not None and self._ear.hear(entered)

    @contextmanager
    def listening(self, takes: frozenset[str]) -> Iterator[Ear]:
        """Listen for the length of the block, for `dtmf`, `speech` or both."""
        ear = self._ear = Ear(takes)
        try:
            yield ear
        finally:
            if self._ear is ear:
                self._ear = None

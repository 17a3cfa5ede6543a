"""What happens in a call, as one flat list that can be read while it grows."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened: `at` seconds after the call began, of a `kind`, with its `detail`."""

    at: float
    kind: str
    detail: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """One flat object: `at`, `kind` and the detail."""
        return {"at": self.at, "kind": self.kind, **self.detail}


class Timeline:
    """A list of happenings that readers can follow until it is closed."""

    def __init__(self) -> None:
        self.happenings: list[Happening] = []
        self.closed = False
        self._grown = asyncio.Event()

    def add(self, happening: Happening) -> None:
        """Append, and wake all readers."""
        self.happenings.append(happening)
        self._wake()

    def close(self) -> None:
        """Nothing more will be added that a reader has to wait for."""
        self.closed = True
        self._wake()

    async def follow(self) -> AsyncIterator[Happening]:
        """Every happening from the first one on; ends when the timeline is closed and read to its end."""
        seen = 0
        while True:
            while seen < len(self.happenings):
                yield self.happenings[seen]
                seen += 1
            if self.closed:
                return
            await self._grown.wait()

    def _wake(self) -> None:
        # A fresh event for the next round: a reader that waits on the old one wakes exactly once.
        self._grown.set()
        self._grown = asyncio.Event()

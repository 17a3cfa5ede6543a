"""Calls that this process has just saved, so that its next read of one needs no look into the database.

The store stays the truth: whatever is made of a copy is saved by compare-and-set, and a copy is gone from the moment a
save begins until it is durable. Only a server that is alone with its database has any: others' saves it would not see.
A copy is what was sealed, as bytes: read again each time, it is what the database would give, and takes little room.
"""

from collections import OrderedDict

from msgspec import Struct

MOST_BYTES = 32 * 2**20
"""Of all copies together: some 15,000 calls."""
LARGEST = 64 * 2**10
"""Bytes of one; a larger one is read from the database."""


class Copy(Struct, frozen=True):
    """A call as it was saved. `size`: bytes that it takes sealed."""

    state: bytes
    version: int
    held_at: int | None
    over_at: int | None
    size: int


class Hot:
    """The copies of calls saved last. Without room there are none."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._bytes = 0
        self._copies: OrderedDict[str, Copy] = OrderedDict()
        self._saves: dict[str, object] = {}

    def get(self, call_id: str) -> Copy | None:
        return self._copies.get(call_id)

    def begin(self, call_id: str) -> object:
        """A save of this call begins. Give what this returns to `end`, whatever happens."""
        self._drop(call_id)
        self._saves[call_id] = save = object()
        return save

    def end(self, call_id: str, save: object, copy: Copy | None = None) -> None:
        """The save is over; `copy` is durable. It is not kept where another save has begun meanwhile: that one knows
        better, and it may never tell when its request is cut."""
        if self._saves.get(call_id) is not save:
            return
        del self._saves[call_id]
        if copy is None or len(copy.state) > min(LARGEST, self._most):
            return
        self._copies[call_id] = copy
        self._bytes += len(copy.state)
        while self._bytes > self._most:
            self._drop(next(iter(self._copies)))

    def _drop(self, call_id: str) -> None:
        copy = self._copies.pop(call_id, None)
        if copy is not None:
            self._bytes -= len(copy.state)

"""What the store needs of a database: read rows, and write several statements whole or not at all.

There is one SQL text for all databases, with `:name` parameters; `BLOB` and `BIGINT` are understood by each driver.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

Params = Mapping[str, str | int | bytes | None]


class Statement(Struct, frozen=True):
    """One change. `must_change`: unless it touches a row, its whole write is undone."""

    sql: str
    params: Params = {}
    must_change: bool = False


class Apart(tuple[Statement, ...]):
    """Statements of one write that change different rows, and of which none looks at what another one changes: a
    database may take them in one go."""

    __slots__ = ()


class Row(Protocol):
    """A row of an answer, read by the names of its columns."""

    def __getitem__(self, name: str, /) -> Any: ...


class Database(Protocol):
    """A driver. Every method raises StoreError when the database can't do it."""

    first: Sequence[Statement]
    """What keeps other processes out for the rest of a write; nothing where a writer is always alone."""

    shared: bool
    """Whether several servers use it at once. Otherwise there is one, and what another has begun is free."""

    async def attend(self, owner: str) -> None:
        """From now on show other servers that this one lives, under this name; until `close`. Raises StoreError."""
        ...

    def subscribe(self, heard: Callable[[str], None]) -> None:
        """From now on `heard` gets what other servers publish. A notice may be lost."""
        ...

    async def publish(self, owner: str, text: str) -> None:
        """Tell the other servers something, at most a few hundred characters."""
        ...

    async def fetch(self, sql: str, params: Params) -> Sequence[Row]: ...

    async def write(self, statements: Sequence[Statement]) -> bool:
        """True once all of it is durable. False: a `must_change` touched no row, and nothing was changed.

        Statements that may be refused come first: refusing costs least before anything was written.
        After a StoreError nothing was changed either, unless the connection to a server broke in that moment:
        then only reading again tells.
        """
        ...

    async def close(self) -> None:
        """Finish what was asked for, then let go."""
        ...

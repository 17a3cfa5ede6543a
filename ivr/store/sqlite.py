"""SQLite: one thread that writes, one that reads, each with a connection of its own.

Writes that wait together share one transaction, so one flush to disk makes all of them durable; that is what makes
`synchronous=FULL` affordable (with NORMAL a power cut may take the last commits back).
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from ivr.store.batches import Batches
from ivr.store.database import Params, Row, Statement
from ivr.store.errors import StoreError
from ivr.store.sql import core as statements
from ivr.store.sql.people import beside_head

LOCK_SECONDS = 5.0
"""How long a write waits for another process."""
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "journal_size_limit=67108864", "foreign_keys=ON")

QUICK = frozenset({statements.LOAD_CALL, beside_head(statements.OF_NUMBER), beside_head(statements.LIVE)})
"""One row by its key: looked up at once, in the event loop. Waking a thread for it costs ten times as much."""

Query = tuple[str, Params]
Change = Sequence[Statement]


class _Refused(Exception):
    """A `must_change` statement touched no row after others had."""


class Sqlite:
    """A database file. To be opened and used in one event loop. Raises StoreError."""

    first: Sequence[Statement] = ()
    shared = False

    def __init__(self, file: Path, lock_seconds: float = LOCK_SECONDS) -> None:
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        with ExitStack() as failing:  # where one can't be opened, none is left open
            self._reading, self._writing, self._looking = (
                failing.enter_context(closing(self._connect(lock_seconds))) for _ in range(3)
            )
            failing.pop_all()
        self._looking.execute("PRAGMA busy_timeout=0")  # the event loop never waits for another process
        self._reader = Batches[Query, list[Any]]("ivr-store-reads", self._read)
        self._writer = Batches[Change, bool]("ivr-store-writes", self._write)

    async def attend(self, owner: str) -> None:
        """There is no other server: the data folder has a lock."""

    def subscribe(self, heard: Callable[[str], None]) -> None:
        """No other process publishes anything."""

    async def publish(self, owner: str, text: str) -> None:
        """No other process listens."""

    async def fetch(self, sql: str, params: Params) -> Sequence[Row]:
        if sql in QUICK:
            rows = self._rows(self._looking, sql, params)
            if not isinstance(rows, StoreError):
                return rows
        return await self._reader.ask((sql, params))

    async def write(self, statements: Sequence[Statement]) -> bool:
        return await self._writer.ask(statements)

    async def close(self) -> None:
        await self._writer.close()
        await self._reader.close()
        self._reading.close()
        self._looking.close()
        self._writing.close()  # the last connection folds the write-ahead log into the file

    def _connect(self, lock_seconds: float) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(
                self._file, timeout=lock_seconds, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise self._failed("opened", error) from error
        try:
            connection.row_factory = sqlite3.Row
            for pragma in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error as error:
            connection.close()
            raise self._failed("opened", error) from error
        return connection

    def _read(self, queries: Sequence[Query]) -> list[list[Any] | StoreError]:
        return [self._rows(self._reading, sql, params) for sql, params in queries]

    def _rows(self, connection: sqlite3.Connection, sql: str, params: Params) -> list[Any] | StoreError:
        try:
            return connection.execute(sql, params).fetchall()
        except Exception as error:  # also text or numbers that SQLite doesn't take, which are no sqlite3.Error
            return self._failed("read", error)

    def _write(self, changes: Sequence[Change]) -> list[bool | StoreError]:
        """All in one transaction. Where that fails, each in its own: then only the culprit pays.

        Two changes of one call may be in one batch: the first raises the version, so that the second touches no row,
        and is refused as it would be later.
        """
        try:
            self._writing.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:  # locked or unreadable: as bad for each of them
            return [self._failed("written", error) for _ in changes]
        try:
            done: list[bool | StoreError] = [self._apply(change) for change in changes]
            self._writing.execute("COMMIT")
        except Exception as error:
            self._roll_back()
            if len(changes) > 1:
                return [self._write([change])[0] for change in changes]
            return [False if isinstance(error, _Refused) else self._failed("written", error)]
        return done

    def _apply(self, change: Change) -> bool:
        touched = False
        for statement in change:
            changed = self._writing.execute(statement.sql, statement.params).rowcount
            if statement.must_change and changed < 1:
                if touched:
                    raise _Refused
                return False
            touched = touched or changed != 0  # -1: not a count of rows
        return True

    def _roll_back(self) -> None:
        if self._writing.in_transaction:  # after some errors, such as a full disk, SQLite has done it itself
            self._writing.execute("ROLLBACK")

    def _failed(self, what: str, error: Exception) -> StoreError:
        return StoreError(f"The database {self._file} can't be {what}: {error}.")

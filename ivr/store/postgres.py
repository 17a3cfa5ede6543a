"""PostgreSQL, for several server processes that share one database."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlsplit

from ivr.store.database import Params, Row, Statement
from ivr.store.errors import StoreError
from ivr.store.presence import CHANNEL, Connect, Presence
from ivr.store.sql.processes import PUBLISH

SECONDS = 10
"""How long a statement, or getting a connection, may take."""
CONNECTIONS = 10
_parameter = re.compile(r"(?<!:):([a-z_]+)")
_blob = re.compile(r"\bBLOB\b")


@lru_cache(maxsize=256)
def translate(sql: str) -> tuple[str, tuple[str, ...]]:
    """The statement with `$1` for `:name`, and the names in that order."""
    names = tuple(dict.fromkeys(_parameter.findall(sql)))
    text = _parameter.sub(lambda match: f"${names.index(match[1]) + 1}", sql)
    return _blob.sub("BYTEA", text), names


class _Refused(Exception):
    """A `must_change` statement touched no row."""


class Postgres:
    """A pool of connections; made by `connect`."""

    first: Sequence[Statement] = (Statement("SELECT pg_advisory_xact_lock(4873)"),)
    shared = True

    def __init__(self, pool: Any, errors: tuple[type[Exception], ...], connect: Connect) -> None:
        self._pool = pool
        self._errors = errors
        self._connect = connect
        self._presence: Presence | None = None
        self._heard: Callable[[str], None] | None = None

    @classmethod
    async def connect(cls, url: str) -> "Postgres":
        """Raises StoreError."""
        try:
            import asyncpg  # noqa: PLC0415 - SQLite works without it
        except ImportError:
            raise StoreError(
                "IVR_DATABASE_URL names a PostgreSQL database, but asyncpg is missing: pip install 'ivr[postgres]'."
            ) from None
        # InternalClientError: of a connection that breaks just as it is used. A timeout is an OSError too.
        errors = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
        try:
            pool = await asyncpg.create_pool(
                url, min_size=1, max_size=CONNECTIONS, command_timeout=SECONDS, timeout=SECONDS, reset=_keep
            )
        except (*errors, ValueError) as error:
            raise StoreError(f"Can't connect to the database at {_place(url)}: {_reason(error)}") from error
        return cls(pool, errors, partial(asyncpg.connect, url, timeout=SECONDS, command_timeout=SECONDS))

    async def attend(self, owner: str) -> None:
        self._presence = Presence(self._connect, self._errors, owner)
        if self._heard is not None:
            self._presence.subscribe(self._heard)
        try:
            await self._presence.open()
        except self._errors as error:
            raise _failed("used", error) from error

    def subscribe(self, heard: Callable[[str], None]) -> None:
        self._heard = heard
        if self._presence is not None:
            self._presence.subscribe(heard)

    async def publish(self, owner: str, text: str) -> None:
        await self.write([Statement(PUBLISH, {"channel": CHANNEL, "text": f"{owner} {text}"})])

    async def fetch(self, sql: str, params: Params) -> Sequence[Row]:
        text, names = translate(sql)
        try:
            async with self._pool.acquire(timeout=SECONDS) as connection:
                rows: list[Row] = await connection.fetch(text, *[params[name] for name in names])
        except self._errors as error:
            raise _failed("read", error) from error
        return rows

    async def write(self, statements: Sequence[Statement]) -> bool:
        try:
            async with self._pool.acquire(timeout=SECONDS) as connection:
                if len(statements) == 1:  # whole by itself, without two more round trips
                    return await _execute(connection, statements[0])
                return await _together(connection, statements)
        except self._errors as error:
            raise _failed("written", error) from error

    async def close(self) -> None:
        if self._presence is not None:
            await self._presence.close()
        await self._pool.close()


async def _together(connection: Any, statements: Sequence[Statement]) -> bool:
    try:
        async with connection.transaction():
            for statement in statements:
                if not await _execute(connection, statement):
                    raise _Refused
    except _Refused:
        return False
    return True


async def _execute(connection: Any, statement: Statement) -> bool:
    """Whether the statement did what it must."""
    text, names = translate(statement.sql)
    status = await connection.execute(text, *[statement.params[name] for name in names])
    return not statement.must_change or status.rpartition(" ")[2] != "0"


async def _keep(connection: Any) -> None:
    """Nothing is set on a connection for longer than a transaction, so nothing needs resetting after each use."""


def _failed(what: str, error: Exception) -> StoreError:
    return StoreError(f"The PostgreSQL database can't be {what}: {_reason(error)}")


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _place(url: str) -> str:
    """Host and database of a URL, without its password."""
    parts = urlsplit(url)
    return f"{parts.hostname or 'the local socket'}{parts.path}"

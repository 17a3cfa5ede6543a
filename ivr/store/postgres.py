"""PostgreSQL, for several server processes that share one database."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlsplit

from ivr.store.database import Apart, Params, Row, Statement
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


@lru_cache(maxsize=256)
def as_one(statements: tuple[tuple[str, bool], ...]) -> tuple[str, tuple[tuple[int, str], ...]]:
    """One statement that does what these do, each with whether it must change something, and which parameters of which
    of them it takes, in that order. Where one that must changes nothing, it divides by zero, so that nothing is done.
    """
    wanted: dict[tuple[int, str], int] = {}

    def numbered(index: int, match: re.Match[str]) -> str:
        return f"${wanted.setdefault((index, match[1]), len(wanted) + 1)}"

    parts, checks = [], []
    for n, (sql, must_change) in enumerate(statements):
        parts.append(f"s{n} AS ({_parameter.sub(partial(numbered, n), sql)} RETURNING 1)")
        if must_change:
            checks.append(f"1 / (SELECT count(*) FROM s{n})")  # noqa: S608 - a number of ours
    return _blob.sub("BYTEA", f"WITH {', '.join(parts)} SELECT {', '.join(checks) or '1'}"), tuple(wanted)


Errors = tuple[type[Exception], ...]


class _Refused(Exception):
    """A `must_change` statement touched no row."""


class Postgres:
    """A pool of connections; made by `connect`."""

    first: Sequence[Statement] = (Statement("SELECT pg_advisory_xact_lock(4873)"),)
    shared = True

    def __init__(self, pool: Any, errors: Errors, refusals: Errors, connect: Connect) -> None:
        self._pool = pool
        self._errors = errors
        self._refusals = refusals
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
        refusals = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, asyncpg.DeadlockDetectedError)
        return cls(pool, errors, refusals, partial(asyncpg.connect, url, timeout=SECONDS, command_timeout=SECONDS))

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
                if isinstance(statements, Apart) and await self._at_once(connection, statements):
                    return True
                return await _together(connection, statements)
        except self._errors as error:
            raise _failed("written", error) from error

    async def _at_once(self, connection: Any, statements: Apart) -> bool:
        """Whether it could be done in one round trip. If not, nothing was done; one after the other they tell why."""
        text, wanted = as_one(tuple((each.sql, each.must_change) for each in statements))
        try:
            await connection.execute(text, *[statements[index].params[name] for index, name in wanted])
        except self._refusals:
            return False
        return True

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

"""Shows other processes that this one lives, and carries notices between them. For PostgreSQL.

A process holds a session lock for as long as its connection stands: the server itself takes it away when the process
dies. It also renews a row with a lease. Only who has neither any more is dead: a connection may break, and a process
may be frozen for a while, but not both at once for long. A process that has renewed nothing for half a minute counts as
dead all the same, since its callers have waited long enough. After the server was restarted, or this process was cut
off, the others need a moment to come back, so no process is taken for dead until `SETTLE` later.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

log = logging.getLogger(__name__)

CHANNEL = "ivr_calls"
LOCKS = 4874
"""Which of the database's locks are processes."""
AGAIN = 0.5
"""Seconds between attempts to connect again."""
LOOK = 2.0
"""Seconds between looks whether a connection that says nothing still stands."""

Connect = Callable[[], Any]


class Presence:
    """One connection, made again when it breaks. `connect` opens it; `errors` are what it raises when it breaks."""

    def __init__(self, connect: Connect, errors: tuple[type[Exception], ...], owner: str) -> None:
        self._connect = connect
        self._errors = errors
        self._owner = owner
        self._heard: Callable[[str], None] = _ignore
        self._task: asyncio.Task[None] | None = None
        self._connection: Any = None
        self._locked = False

    async def open(self) -> None:
        """Be there; raises what `connect` does when that is not possible."""
        await self._enter()
        self._task = asyncio.create_task(self._stay(), name="presence")

    def subscribe(self, heard: Callable[[str], None]) -> None:
        """From now on `heard` gets the notices of other processes."""
        self._heard = heard

    async def close(self) -> None:
        """Be gone: others may take over at once."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        await self._leave()

    async def _stay(self) -> None:
        while True:
            try:
                await asyncio.sleep(LOOK)
                await self._look()
            except self._errors as error:
                log.warning(
                    "the connection that shows that this server lives broke: %s", str(error) or type(error).__name__
                )
                await self._come_back()

    async def _come_back(self) -> None:
        while True:
            await self._leave()
            try:
                return await self._enter()
            except self._errors:
                await asyncio.sleep(AGAIN)

    async def _enter(self) -> None:
        self._connection = await self._connect()
        self._locked = False
        await self._look()
        await self._connection.add_listener(CHANNEL, self._notified)

    async def _look(self) -> None:
        """See that the connection stands, and take the lock.

        Not waited for: a dead connection of ours may still hold it, and that is as good until the server takes it away.
        """
        if self._locked:
            await self._connection.execute("SELECT 1", timeout=LOOK * 2)
            return
        taken = "SELECT pg_try_advisory_lock($1, hashtext($2))"
        self._locked = await self._connection.fetchval(taken, LOCKS, self._owner, timeout=LOOK * 2)

    async def _leave(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            try:
                await connection.close(timeout=1)
            except self._errors:
                connection.terminate()

    def _notified(self, _: Any, __: int, ___: str, payload: str) -> None:
        sender, _sep, text = payload.partition(" ")
        if sender != self._owner:
            self._heard(text)


def _ignore(_: str) -> None:
    """There is no subscriber yet."""

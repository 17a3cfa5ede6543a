"""Who may see the board: the hash of its password, and the sessions of those who have given it."""

import hashlib
from collections.abc import Callable

from msgspec import Struct

from ivr.store.database import Database, Statement
from ivr.store.errors import Damaged
from ivr.store.sql import core as statements
from ivr.store.vault import Vault
from ivr.store.vouching import SESSION, SETTING, Vouching

_PASSWORD = "board password hash"  # noqa: S105 - the name of a setting


class Session(Struct, frozen=True):
    """A session: since when, and until when unless it is used, in milliseconds."""

    opened_at: int
    expires_at: int


class AccessStore:
    """`now` gives milliseconds since 1970. Tokens of sessions are stored as hashes. Every method raises StoreError."""

    def __init__(self, database: Database, vault: Vault, now: Callable[[], int]) -> None:
        self._database = database
        self._vouching = Vouching(vault)
        self._now = now

    async def password_hash(self) -> str | None:
        """What the board's password is compared with; None when no password is set. Raises Damaged where somebody
        else has written one: that must not be as if there were none.
        """
        for row in await self._database.fetch(statements.SETTING, {"name": _PASSWORD}):
            if not self._vouching.holds(SETTING, row):
                raise Damaged("The password in the database was not set by this system: set it anew.")
            value: str = row["value"]
            return value
        return None

    async def set_password_hash(self, password_hash: str) -> None:
        """Let nobody in but with this password; whoever is in must give it too."""
        row = self._vouching.signed(SETTING, {"name": _PASSWORD, "value": password_hash}) | {"now": self._now()}
        everybody_out = Statement(statements.CLOSE_ALL_SESSIONS)
        await self._database.write([Statement(statements.SET_SETTING, row), everybody_out])

    async def remove_password(self) -> bool:
        """Whether there was one."""
        removed = Statement(statements.REMOVE_SETTING, {"name": _PASSWORD}, must_change=True)
        return await self._database.write([removed, Statement(statements.CLOSE_ALL_SESSIONS)])

    async def open_session(self, token: str, expires_at: int) -> None:
        """Remember a session until a moment in milliseconds, and forget those that are over."""
        row = self._vouching.signed(SESSION, {"id": _id(token), "opened_at": self._now(), "expires_at": expires_at})
        tidied = Statement(statements.CLOSE_OLD_SESSIONS, {"now": self._now()})
        await self._database.write([tidied, Statement(statements.OPEN_SESSION, row)])

    async def session(self, token: str) -> Session | None:
        """None when there is none, or it is over."""
        for row in await self._database.fetch(statements.SESSION, {"id": _id(token)}):
            if not self._vouching.holds(SESSION, row):
                return None
            session = Session(row["opened_at"], row["expires_at"])
            return session if session.expires_at > self._now() else None
        return None

    async def extend_session(self, token: str, expires_at: int) -> None:
        """Let a session last longer; one that was closed meanwhile stays closed."""
        session = await self.session(token)
        if session is None:
            return
        row = self._vouching.signed(
            SESSION, {"id": _id(token), "opened_at": session.opened_at, "expires_at": expires_at}
        )
        await self._database.write([Statement(statements.EXTEND_SESSION, row)])

    async def close_session(self, token: str) -> None:
        """Forget a session."""
        await self._database.write([Statement(statements.CLOSE_SESSION, {"id": _id(token)})])


def _id(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

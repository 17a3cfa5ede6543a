"""Who is in: sessions of users, one-time links for the time without users, and devices that users are known on.

Of tokens there are hashes only. What a session or a link is for is sealed under its hash, so that writing
rows lets no intruder in; and a session is of one password: it ends when its user gets another.
"""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from contextlib import suppress

from msgspec import Struct

from ivr.store.audit_trail import OVER, Act, AuditTrail, Head
from ivr.store.database import Database, Params, Row, Statement
from ivr.store.errors import Damaged, KeyMissing
from ivr.store.sql import people as statements
from ivr.store.users import OWNER, Role, User, open_user, standing
from ivr.store.vault import Vault

LINK_LASTS = 15 * 60_000
"""Milliseconds within which a one-time link opens the board."""
LONGEST_EXTENSION = 86_400_000
"""Milliseconds by which a session may have been extended by a request that came with the one that ended it."""


class Session(Struct, frozen=True):
    """A session: whose, with which role now, since when, and until when unless it is used, in milliseconds."""

    user: str
    role: Role
    opened_at: int
    expires_at: int


class Device(Struct, frozen=True):
    """A browser in which a user has signed in before."""

    id: str
    user: str


class AccessStore:
    """`now` gives milliseconds since 1970. Every method raises StoreError."""

    def __init__(self, database: Database, vault: Vault, now: Callable[[], int]) -> None:
        self._database = database
        self._vault = vault
        self._now = now
        self._trail = AuditTrail(database, vault, now)

    async def open_session(self, token: str, expires_at: int, user: User | None = None) -> None:
        """Remember a session of a user until a moment in milliseconds, and forget those that are over. Without a user
        it belongs to a visitor who came by a link, and ends with the first user that is added.
        """
        name, stamp, now = (user.name, user.stamp, self._now()) if user else (OWNER, "", self._now())
        body = self._vault.seal(json.dumps([name, stamp, now, expires_at]).encode(), _session(token))
        row: Params = {"id": _id(token), "user": name, "expires_at": expires_at, "now": now, "body": body}
        opened = [
            Statement(statements.CLOSE_OLD_SESSIONS, {"now": now}),
            Statement(statements.OPEN_SESSION, row),
        ]
        await self._trail.write(opened, Act("sign-in", name, f"{name} signed in."))

    async def session(self, token: str) -> Session | None:
        """None when there is none, when it is over, or when its user or their password is gone."""
        rows, head = await self._trail.look(statements.SESSION, {"id": _id(token)})
        for row in rows:
            with suppress(Damaged, KeyMissing):
                return self._read(token, row, head)
        return None

    async def extend_session(self, token: str, expires_at: int) -> None:
        """Let a session last longer; one that was closed meanwhile stays closed."""
        for seen in await self._database.fetch(statements.SESSION_BODY, {"id": _id(token)}):
            with suppress(Damaged, KeyMissing):
                name, stamp, opened_at, _ = json.loads(self._vault.open(seen["body"], _session(token)))
                body = self._vault.seal(json.dumps([name, stamp, opened_at, expires_at]).encode(), _session(token))
                row: Params = {"id": _id(token), "expires_at": expires_at, "body": body, "seen": bytes(seen["body"])}
                await self._database.write([Statement(statements.EXTEND_SESSION, row)])

    async def close_session(self, token: str) -> None:
        """Forget a session. It stays over, also where its row is put back."""
        gone = Statement(statements.CLOSE_SESSION, {"id": _id(token)})
        for seen in await self._database.fetch(statements.SESSION_BODY, {"id": _id(token)}):
            with suppress(Damaged, KeyMissing):
                name, _, _, expires_at = json.loads(self._vault.open(seen["body"], _session(token)))
                over = {_over(token): expires_at + LONGEST_EXTENSION}
                await self._trail.write([gone], Act("sign-in", name, f"{name} signed out."), stands=over)
                return
        await self._database.write([gone])

    async def new_link(self) -> str:
        """The token of a link that opens the board once, within a quarter of an hour, as long as there are no users."""
        token, now = secrets.token_urlsafe(32), self._now()
        body = self._vault.seal(json.dumps(now + LINK_LASTS).encode(), _link(token))
        row: Params = {"id": _id(token), "expires_at": now + LINK_LASTS, "body": body}
        old = Statement(statements.DELETE_OLD_LINKS, {"now": now})
        await self._database.write([old, Statement(statements.INSERT_LINK, row)])
        return token

    async def use_link(self, token: str) -> bool:
        """Whether it is a link that opens the board. It does so once, in one process."""
        rows, head = await self._trail.look(statements.LINK, {"id": _id(token)})
        for row in rows:
            with suppress(Damaged, KeyMissing):
                expires_at = json.loads(self._vault.open(row["body"], _link(token)))
                if expires_at <= self._now() or _over(token) in head.standing:
                    return False
                gone = Statement(statements.DELETE_LINK, {"id": _id(token)}, must_change=True)
                act = Act("sign-in", OWNER, "The one-time link was used.")
                return await self._trail.write([gone], act, stands={_over(token): expires_at})
        return False

    def new_device(self, user: User) -> str:
        """What a browser keeps that a user has signed in with."""
        about = json.dumps([secrets.token_hex(16), user.name, user.stamp]).encode()
        return urlsafe_b64encode(self._vault.seal(about, b"device")).decode()

    def device(self, kept: str, user: User) -> Device | None:
        """The device of what a browser has kept; None unless this user has signed in there with their password."""
        if not kept or len(kept) > 1000:
            return None
        with suppress(ValueError, Damaged, KeyMissing):
            device_id, name, stamp = json.loads(self._vault.open(urlsafe_b64decode(kept), b"device"))
            return Device(device_id, name) if (name, stamp) == (user.name, user.stamp) else None
        return None

    def _read(self, token: str, row: Row, head: Head) -> Session | None:
        name, stamp, opened_at, expires_at = json.loads(self._vault.open(row["body"], _session(token)))
        if expires_at <= self._now() or (name, expires_at) != (row["user_name"], row["expires_at"]):
            return None
        if _over(token) in head.standing:
            return None
        if name == OWNER:
            return None if head.any("user") else Session(OWNER, "admin", opened_at, expires_at)
        if row["user_body"] is None:
            return None
        user = open_user(self._vault, name, row["user_body"])
        valid = user.stamp == stamp and standing(head, user)
        return Session(name, user.role, opened_at, expires_at) if valid else None


def _id(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _over(token: str) -> str:
    return f"{OVER} {_id(token)[:32]}"


def _session(token: str) -> bytes:
    return f"session:{_id(token)}".encode()


def _link(token: str) -> bytes:
    return f"link:{_id(token)}".encode()

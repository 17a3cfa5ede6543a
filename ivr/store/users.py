"""Users: who may open the board, and what they may do there.

Role and password are sealed together under the user's name: an intruder who writes to the database, but has no key,
can neither make a user nor give one another role or password. The head of the audit trail has the latest ones, so an
older role or password that was put back does not count.
"""

import difflib
import hashlib
import json
import re
from collections.abc import Callable, Sequence
from typing import Literal, get_args

from msgspec import Struct

from ivr.store.audit_trail import Act, AuditTrail, Head, Mark, print_of
from ivr.store.database import Database, Params, Row, Statement
from ivr.store.errors import BadUser, LastAdmin, StoreError, UnknownUser, UserExists
from ivr.store.sql import people as statements
from ivr.store.vault import Vault

Role = Literal["viewer", "editor", "publisher", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
"""Each may do what those before it may."""
MAY: dict[Role, str] = {
    "viewer": "looks, and makes test calls of published revisions with made-up answers of APIs",
    "editor": "also changes drafts and sounds, and sends test requests",
    "publisher": "also publishes, rolls back, and assigns numbers",
    "admin": "also manages users and secrets, and erases",
}
OWNER = "operator"
"""Who comes in by a one-time link, while there are no users. No user can have this name."""
TRIES = 20
_name = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._@-]{0,62}[A-Za-z0-9])?")


class User(Struct, frozen=True):
    """A user. `created_at` in ms."""

    name: str
    role: Role
    password_hash: str
    created_at: int

    @property
    def stamp(self) -> str:
        """Changes with the password: sessions and devices are of the password that opened them."""
        return hashlib.sha256(self.password_hash.encode()).hexdigest()[:32]

    def __repr__(self) -> str:
        return f"User({self.name}, {self.role})"


class UserStore:
    """`now` gives milliseconds since 1970. Every method raises StoreError, KeyMissing and Damaged."""

    def __init__(self, database: Database, vault: Vault, now: Callable[[], int]) -> None:
        self._database = database
        self._vault = vault
        self._now = now
        self._trail = AuditTrail(database, vault, now)

    async def any(self) -> bool:
        """Whether there are users."""
        _, head = await self._trail.look(statements.ANYTHING, {})
        return head.any("user")

    async def find(self, name: str) -> User | None:
        """The user of this name."""
        found = await self._found(statements.USER, {"name": name})
        return found[0] if found else None

    async def list(self) -> list[User]:
        """All users by name."""
        return [*await self._found(statements.USERS, {})]

    async def add(self, name: str, role: Role, password_hash: str) -> None:
        """Add a user. The first user must be an admin. Raises BadUser, UserExists and LastAdmin."""
        if not _name.fullmatch(name) or name == OWNER:
            raise BadUser(
                f"A user can't be called “{name}”: use up to 64 letters, digits, dots, hyphens, underscores and @, "
                f"with a letter or digit at both ends, and not {OWNER}."
            )
        for _ in range(TRIES):
            head, users = await self._trail.head(), await self.list()
            if any(each.name == name for each in users):
                raise UserExists(f"There is a user “{name}” already.")
            if not users and role != "admin":
                raise LastAdmin("The first user must be an admin, who can add others.")
            row: Params = {"name": name, "now": self._now(), "body": seal_user(self._vault, name, role, password_hash)}
            act = Act("user", name, f"Added the user {name} as {role}.")
            stands = _stands(name, role, password_hash)
            added = Statement(statements.INSERT_USER, row, must_change=True)
            if await self._trail.write([added], act, after=head, stands=stands):
                return
        raise _busy()

    async def set_role(self, name: str, role: Role) -> None:
        """Give a user another role, in the sessions that are open too. Raises UnknownUser and LastAdmin."""
        for _ in range(TRIES):
            head, users = await self._trail.head(), await self.list()
            user = _one(users, name)
            if role != "admin":
                _keep_an_admin(users, name, "can't get another role")
            row: Params = {"name": name, "body": seal_user(self._vault, name, role, user.password_hash)}
            act = Act("user", name, f"Made the user {name} {_a(role)}, who was {_a(user.role)} before.")
            stands = _stands(name, role, user.password_hash)
            changed = Statement(statements.UPDATE_USER, row, must_change=True)
            if await self._trail.write([changed], act, after=head, stands=stands):
                return
        raise _busy()

    async def set_password(self, name: str, password_hash: str) -> None:
        """Give a user another password; their sessions end. Raises UnknownUser."""
        for _ in range(TRIES):
            head, user = await self._trail.head(), _one(await self.list(), name)
            row: Params = {"name": name, "body": seal_user(self._vault, name, user.role, password_hash)}
            changes = [
                Statement(statements.UPDATE_USER, row, must_change=True),
                Statement(statements.CLOSE_SESSIONS_OF, {"name": name}),
            ]
            act = Act("user", name, f"Set another password for the user {name}.")
            if await self._trail.write(changes, act, after=head, stands=_stands(name, user.role, password_hash)):
                return
        raise _busy()

    async def remove(self, name: str) -> None:
        """Let a user in no more; their sessions end. Raises UnknownUser and LastAdmin."""
        for _ in range(TRIES):
            head, users = await self._trail.head(), await self.list()
            _one(users, name)
            _keep_an_admin(users, name, "can't be removed")
            changes = [
                Statement(statements.DELETE_USER, {"name": name}, must_change=True),
                Statement(statements.CLOSE_SESSIONS_OF, {"name": name}),
            ]
            act = Act("user", name, f"Removed the user {name}.")
            if await self._trail.write(changes, act, after=head, stands={_named(name): None}):
                return
        raise _busy()

    async def _found(self, sql: str, params: Params) -> Sequence[User]:
        """Users as they were stored last. One that was put back is none."""
        rows, head = await self._trail.look(sql, params)
        found = []
        for row in rows:
            user = _read(self._vault, row)
            if standing(head, user):
                found.append(user)
            else:
                self._trail.refused(f"the user {user.name}")
        return found


def seal_user(vault: Vault, name: str, role: Role, password_hash: str) -> bytes:
    """What is stored of a user."""
    return vault.seal(json.dumps([role, password_hash]).encode(), _about(name))


def open_user(vault: Vault, name: str, body: bytes, created_at: int = 0) -> User:
    """Raises KeyMissing and Damaged."""
    role, password_hash = json.loads(vault.open(body, _about(name)))
    return User(name, role, password_hash, created_at)


def standing(head: Head, user: User) -> bool:
    """Whether this is what was stored last of a user."""
    return head.stands(_named(user.name), print_of(user.role, user.password_hash))


def may(role: Role, least: Role) -> bool:
    """Whether a user of this role may do what needs the role `least`."""
    return ROLES.index(role) >= ROLES.index(least)


def _read(vault: Vault, row: Row) -> User:
    return open_user(vault, row["name"], row["body"], row["created_at"])


def _one(users: list[User], name: str) -> User:
    for user in users:
        if user.name == name:
            return user
    names = [user.name for user in users]
    close = difflib.get_close_matches(name, names, n=1)
    hint = f"Did you mean “{close[0]}”?" if close else f"There is: {', '.join(names) or 'none yet'}."
    raise UnknownUser(f"There is no user “{name}”. {hint}")


def _keep_an_admin(users: list[User], name: str, what: str) -> None:
    if [user.name for user in users if user.role == "admin"] == [name]:
        raise LastAdmin(
            f"“{name}” is the last admin, and {what}: no one could manage users any more. Make another admin first."
        )


def _a(role: str) -> str:
    return f"{'an' if role[0] in 'ae' else 'a'} {role}"


def _busy() -> StoreError:
    return StoreError("Users are being changed by others all the time. Try again.")


def _named(name: str) -> str:
    return f"user {name}"


def _stands(name: str, role: Role, password_hash: str) -> dict[str, Mark]:
    return {_named(name): print_of(role, password_hash)}


def _about(name: str) -> bytes:
    return f"user:{name}".encode()

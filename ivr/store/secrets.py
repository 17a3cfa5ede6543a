"""Named secrets: what flows write as `$SECRET.name`, each bound to the hosts that it may be sent to.

Value and hosts are sealed together, under the secret's name and a version that no other has: an intruder who writes to
the database, but has no key, can neither read a value nor send it to another host. The head of the audit trail has the
latest version of each: an older value that was put back, or one that was removed, is refused.
There is no cache: a secret that was changed or removed is so at once, in every process.
"""

import difflib
import json
import logging
import re
from collections.abc import Callable, Sequence

from msgspec import Struct

from ivr.core.fields import DOTS
from ivr.core.hosts import bind, hosts_allow
from ivr.core.origin import Origin
from ivr.store.audit_trail import Act, AuditTrail, Head
from ivr.store.database import Database, Params, Row, Statement
from ivr.store.errors import BadSecret, Damaged, SecretInUse, StoreError, UnknownSecret
from ivr.store.flow_rows import Document
from ivr.store.flows import FlowStore
from ivr.store.sql import core as statements
from ivr.store.usage import users
from ivr.store.vault import Vault

log = logging.getLogger(__name__)
TRIES = 20

LONGEST = 16_384
"""Characters of a value: a token or a key, not a document."""
_name = re.compile(r"[A-Za-z0-9_]{1,64}")


class OpenSecret(Struct, frozen=True):
    """A secret as it is sent. It prints as dots."""

    value: str
    hosts: tuple[str, ...]

    def allows(self, to: Origin) -> bool:
        """Whether it may be sent there."""
        return hosts_allow(self.hosts, to.host, to.port, openly=not to.private)

    def __repr__(self) -> str:
        return DOTS

    __str__ = __repr__


class SecretRow(Struct, frozen=True):
    """A secret in a list, without its value. `updated_at` in ms."""

    name: str
    hosts: tuple[str, ...]
    updated_at: int


class SecretStore:
    """`now` gives milliseconds since 1970. Every method raises StoreError, KeyMissing and Damaged."""

    def __init__(self, database: Database, vault: Vault, flows: FlowStore, now: Callable[[], int]) -> None:
        self._database = database
        self._vault = vault
        self._flows = flows
        self._now = now
        self._trail = AuditTrail(database, vault, now)

    async def set(self, name: str, value: str, hosts: Sequence[str]) -> None:
        """Store a secret, in place of the one of that name. Raises BadSecret."""
        bound = _bound(hosts)
        clear = _write(_checked(value), bound)
        _named(name)

        def stored(version: int) -> Statement:
            closed = self._vault.seal(clear, _about(name, version))
            row: Params = {"name": name, "value": closed, "version": version, "now": self._now()}
            return Statement(statements.SET_VALUE, row)

        act = Act("secret", name, f"Stored the secret {name}, which may be sent to {', '.join(bound)}.")
        await self._store(act, stored)

    async def open(self, name: str) -> OpenSecret:
        """The secret with its value, for the moment it is sent. Raises UnknownSecret."""
        rows, head = await self._trail.look(statements.NAMED_VALUE, {"name": name})
        for row in rows:
            return self._open(row, head)
        raise await self._unknown(name)

    async def remove(self, name: str, *, force: bool = False) -> None:
        """Forget a secret. Raises UnknownSecret, and SecretInUse where flows refer to it, unless by `force`."""
        if not await self._database.fetch(statements.NAMED_VALUE, {"name": name}):
            raise await self._unknown(name)
        using = () if force else await users(self._flows, lambda document: _mentions(document, name))
        if using:
            raise SecretInUse(
                f"Secret “{name}” is used by {', '.join(using)}. Change and publish these flows first.", using
            )
        act = Act("secret", name, f"Removed the secret {name}.")
        await self._store(act, lambda _: Statement(statements.REMOVE_VALUE, {"name": name}), keep=False)

    async def list(self) -> list[SecretRow]:
        """All secrets by name, without their values. One that is refused has no hosts."""
        rows, head = await self._trail.look(statements.NAMED_VALUES, {})
        return [SecretRow(row["name"], self._hosts(row, head), row["updated_at"]) for row in rows]

    async def hosts(self) -> dict[str, tuple[str, ...]]:
        """Where each secret may be sent, by its name."""
        return {row.name: row.hosts for row in await self.list()}

    async def names(self) -> tuple[str, ...]:
        """The names of all secrets. None is opened."""
        return tuple(row["name"] for row in await self._database.fetch(statements.NAMES_OF_VALUES, {}))

    async def _store(self, act: Act, stored: Callable[[int], Statement], *, keep: bool = True) -> None:
        """Change a secret, and note its version in the same moment."""
        name = act.subject
        for _ in range(TRIES):
            head = await self._trail.head()
            former = head.standing.get(_mark(name))
            # One that no secret of this name has had. That of a removed one is remembered with a minus.
            version = max(self._now(), abs(former) + 1 if isinstance(former, int) else 0)
            stands = {_mark(name): version if keep else -version}
            if await self._trail.write([stored(version)], act, after=head, stands=stands):
                return
        raise StoreError("Other users keep changing the named secrets. Try again.")

    def _open(self, row: Row, head: Head) -> OpenSecret:
        name, version = row["name"], row["version"]
        if not head.stands(_mark(name), version):
            raise Damaged(f"The secret “{name}” in the database is not the latest one. Set it again.")
        value, hosts = json.loads(self._vault.open(row["value"], _about(name, version)))
        return OpenSecret(value, tuple(hosts))

    def _hosts(self, row: Row, head: Head) -> tuple[str, ...]:
        try:
            return self._open(row, head).hosts
        except Damaged as error:
            log.error("Secret %s is refused: %s", row["name"], error)
            return ()

    async def _unknown(self, name: str) -> UnknownSecret:
        names = await self.names()
        close = difflib.get_close_matches(name, names, n=1)
        hint = f"Did you mean “{close[0]}”?" if close else f"There is: {', '.join(names) or 'none yet'}."
        return UnknownSecret(f"There is no secret “{name}”. {hint}")


def _named(name: str) -> str:
    if not _name.fullmatch(name):
        raise BadSecret(f"A secret can't be called “{name}”: use up to 64 letters, digits and underscores.")
    return name


def _checked(value: str) -> str:
    if not value:
        raise BadSecret("The value of the secret is empty.")
    if len(value) > LONGEST:
        raise BadSecret(f"The value of the secret is too long: {len(value)} characters; {LONGEST} is the most.")
    return value


def _bound(hosts: Sequence[str]) -> tuple[str, ...]:
    """The hosts, each written in the one way, none twice."""
    bound = dict.fromkeys(_host(host) for host in hosts)
    if not bound:
        raise BadSecret("A secret needs at least one host that it may be sent to, such as api.example.com.")
    return tuple(bound)


def _host(host: str) -> str:
    try:
        return str(bind(host))
    except ValueError as error:
        raise BadSecret(f"“{host}” {error}.") from None


def _mentions(document: Document, name: str) -> bool:
    """Whether any text of the flow refers to the secret."""
    return re.search(rf"\$\{{?SECRET\.{re.escape(name)}(?!\w)", json.dumps(document), re.ASCII) is not None


def _write(value: str, hosts: tuple[str, ...]) -> bytes:
    return json.dumps([value, hosts]).encode()


def _mark(name: str) -> str:
    return f"secret {name}"


def _about(name: str, version: int) -> bytes:
    return f"secret:{name}:{version}".encode()

"""Tokens of other systems. Only a hash of each is stored: reading the database gives no way in. What a
token may do is sealed under its hash: writing to the database can't make one, or let one do more.
"""

import difflib
import hashlib
import json
import re
import secrets
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Literal, get_args

from msgspec import Struct

from ivr.core.counted import counted
from ivr.store.audit_trail import Act, AuditTrail, print_of
from ivr.store.database import Database, Params, Row, Statement
from ivr.store.errors import BadToken, Damaged, KeyMissing, TokenExists, UnknownToken
from ivr.store.flows import FlowStore
from ivr.store.sql import people as statements
from ivr.store.vault import Vault

Scope = Literal["start", "metrics", "calls"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""What tokens may do: start flows, read the metrics, read calls."""
DAY = 86_400_000
NOTED = 60_000
"""Milliseconds between notes of a token's last use."""

STARTS: tuple[Scope, ...] = ("start",)
PREFIX = "ivr_"
"""What a token begins with, so that it is known for what it is where it turns up by mistake."""
_name = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class TokenRow(Struct, frozen=True):
    """A token in a list, without itself. An empty `flow` means any; `ends_at` None means never; times in ms."""

    name: str
    flow: str
    created_at: int
    scopes: tuple[Scope, ...] = STARTS
    ends_at: int | None = None
    used_at: int | None = None

    def allows(self, flow: str) -> bool:
        """Whether it is for this flow."""
        return self.flow in {"", flow}


class TokenStore:
    """`now` gives milliseconds since 1970. Every method raises StoreError."""

    def __init__(self, database: Database, vault: Vault, flows: FlowStore, now: Callable[[], int]) -> None:
        self._database = database
        self._vault = vault
        self._flows = flows
        self._now = now
        self._trail = AuditTrail(database, vault, now)

    async def new(self, name: str, flow: str = "", scopes: Collection[Scope] = STARTS, days: int | None = None) -> str:
        """A new token under a name of its own, for one flow or, without one, for all, and for some days or, without
        them, for ever. It can't be read again. Raises BadToken, TokenExists and UnknownFlow.
        """
        if not _name.fullmatch(name):
            raise BadToken(f"A token can't be called “{name}”: use up to 64 letters, digits, hyphens and dots.")
        wanted = [scope for scope in SCOPES if scope in scopes]
        if not wanted or (flow and wanted == ["metrics"]):
            raise BadToken("A token needs something that it may do; the metrics are not of one flow.")
        if flow:
            await self._flows.draft(flow)
        token, now = PREFIX + secrets.token_urlsafe(32), self._now()
        ends_at = None if days is None else now + days * DAY
        body = seal_token(self._vault, name, _hash(token), (flow, wanted, ends_at))
        row: Params = {"name": name, "hash": _hash(token), "flow": flow, "now": now, "body": body}
        act = Act("token", name, f"Made the token {name}: it may {_words(wanted, flow)}{_until(days)}.")
        stands = {_named(name): _mark(_hash(token), (flow, wanted, ends_at))}
        if not await self._trail.write([Statement(statements.INSERT_KEY, row, must_change=True)], act, stands=stands):
            raise TokenExists(f"There is a token “{name}” already. Remove it first, or choose another name.")
        return token

    async def find(self, token: str) -> TokenRow | None:
        """Whose token this is; None for one that is none of ours, or has ended. Its use is noted, once a minute."""
        if len(token) > 200:
            return None
        now = self._now()
        for found in await self._found(statements.KEY_OF_HASH, {"hash": _hash(token)}):
            if found.ends_at is not None and found.ends_at <= now:
                return None
            if found.used_at is None or found.used_at < now - NOTED:
                used: Params = {"name": found.name, "now": now, "before": now - NOTED}
                await self._database.write([Statement(statements.KEY_USED, used)])
            return found
        return None

    async def list(self) -> list[TokenRow]:
        """All tokens by name. One that was not made here, was changed, or was removed before, is none."""
        return [*await self._found(statements.KEYS, {})]

    async def remove(self, name: str) -> None:
        """Remove the token: it opens nothing from now on. Raises UnknownToken."""
        gone = Statement(statements.REMOVE_KEY, {"name": name}, must_change=True)
        act = Act("token", name, f"Removed the token {name}.")
        if not await self._trail.write([gone], act, stands={_named(name): None}):
            names = [row.name for row in await self.list()]
            close = difflib.get_close_matches(name, names, n=1)
            hint = f"Did you mean “{close[0]}”?" if close else f"There is: {', '.join(names) or 'none yet'}."
            raise UnknownToken(f"There is no token “{name}”. {hint}")

    async def _found(self, sql: str, params: Params) -> Sequence[TokenRow]:
        rows, head = await self._trail.look(sql, params)
        found = []
        for row in rows:
            with suppress(Damaged, KeyMissing):
                token = self._read(row)
                if head.stands(_named(token.name), _mark(row["hash"], (token.flow, [*token.scopes], token.ends_at))):
                    found.append(token)
                else:
                    self._trail.refused(f"the token {token.name}")
        return found

    def _read(self, row: Row) -> TokenRow:
        about = _about(row["name"], row["hash"])
        flow, scopes, ends_at = json.loads(self._vault.open(row["body"] or b"", about))
        return TokenRow(row["name"], flow, row["created_at"], tuple(scopes), ends_at, row["used_at"])


May = tuple[str, list[Scope], int | None]
"""For which flow a token is, what it may do, and until when."""


def seal_token(vault: Vault, name: str, hashed: str, may: May) -> bytes:
    """What is stored of a token: its flow, its scopes, and when it ends."""
    return vault.seal(json.dumps(may).encode(), _about(name, hashed))


def _named(name: str) -> str:
    return f"token {name}"


def _mark(hashed: str, may: May) -> str:
    flow, scopes, ends_at = may
    return print_of(hashed, flow, scopes, ends_at)


def _words(scopes: Collection[Scope], flow: str) -> str:
    said = {"start": f"start {flow or 'any flow'}", "metrics": "read the metrics", "calls": "read calls"}
    return ", ".join(said[scope] for scope in scopes)


def _until(days: int | None) -> str:
    return "" if days is None else f", for {counted(days, 'day')}"


def _about(name: str, hashed: str) -> bytes:
    return f"token:{name}:{hashed}".encode()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()

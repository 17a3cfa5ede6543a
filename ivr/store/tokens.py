"""Tokens of other systems. Only a hash of each is stored: whoever reads the database can't come in with it."""

import difflib
import hashlib
import re
import secrets
from collections.abc import Callable

from msgspec import Struct

from ivr.store.database import Database, Row, Statement
from ivr.store.errors import BadToken, TokenExists, UnknownToken
from ivr.store.flows import FlowStore
from ivr.store.sql import starts as statements
from ivr.store.vault import Vault
from ivr.store.vouching import TOKEN, Vouching

PREFIX = "ivr_"
"""What a token begins with, so that it is known for what it is where it turns up by mistake."""
_name = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class TokenRow(Struct, frozen=True):
    """A token in a list, without itself. An empty `flow` means any; `created_at` in ms."""

    name: str
    flow: str
    created_at: int

    def allows(self, flow: str) -> bool:
        """Whether it is for this flow."""
        return self.flow in {"", flow}


class TokenStore:
    """`now` gives milliseconds since 1970. Every method raises StoreError."""

    def __init__(self, database: Database, vault: Vault, flows: FlowStore, now: Callable[[], int]) -> None:
        self._database = database
        self._vouching = Vouching(vault)
        self._flows = flows
        self._now = now

    async def new(self, name: str, flow: str = "") -> str:
        """A new token under a name of its own, for one flow or, without one, for all. It can't be read again.

        Raises BadToken, TokenExists and UnknownFlow.
        """
        if not _name.fullmatch(name):
            raise BadToken(f"A token can't be called “{name}”: use up to 64 letters, digits, hyphens and dots.")
        if flow:
            await self._flows.draft(flow)
        token = PREFIX + secrets.token_urlsafe(32)
        row = self._vouching.signed(
            TOKEN, {"name": name, "hash": _hash(token), "flow": flow, "created_at": self._now()}
        )
        if not await self._database.write([Statement(statements.INSERT_KEY, row, must_change=True)]):
            raise TokenExists(f"There is a token “{name}” already. Remove it first, or choose another name.")
        return token

    async def find(self, token: str) -> TokenRow | None:
        """Whose token this is; None for one that is none of ours."""
        if len(token) > 200:
            return None
        for row in await self._database.fetch(statements.KEY_OF_HASH, {"hash": _hash(token)}):
            return _row(row) if self._vouching.holds(TOKEN, row) else None
        return None

    async def list(self) -> list[TokenRow]:
        """All tokens by name."""
        rows = await self._database.fetch(statements.KEYS, {})
        return [_row(row) for row in rows if self._vouching.holds(TOKEN, row)]

    async def remove(self, name: str) -> None:
        """Let nobody in with this token any more, from now on. Raises UnknownToken."""
        if not await self._database.write([Statement(statements.REMOVE_KEY, {"name": name}, must_change=True)]):
            names = [row.name for row in await self.list()]
            close = difflib.get_close_matches(name, names, n=1)
            hint = f"Did you mean “{close[0]}”?" if close else f"There is: {', '.join(names) or 'none yet'}."
            raise UnknownToken(f"There is no token “{name}”. {hint}")


def _row(row: Row) -> TokenRow:
    return TokenRow(row["name"], row["flow"], row["created_at"])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()

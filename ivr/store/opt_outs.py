"""Who wants no more texts. Implements `runtime.gate.OptOuts`.

A number is found by its print, and stands sealed beside it, so that it can be listed, and found when the key changes.
"""

import secrets
from collections.abc import Callable, Sequence

from msgspec import Struct

from ivr.store.database import Database, Params, Statement
from ivr.store.sql import opt_outs as statements
from ivr.store.vault import Vault


class OptOut(Struct, frozen=True):
    """A number, as E.164 or with the channel before it, and since when, in milliseconds since 1970."""

    number: str
    at: int


class OptOutStore:
    """Every method raises StoreError; `list` raises KeyMissing and Damaged too."""

    def __init__(self, database: Database, vault: Vault, now: Callable[[], int]) -> None:
        self._database = database
        self._vault = vault
        self._now = now

    async def has(self, number: str) -> bool:
        """Whether this number is to get no texts."""
        return bool(await self._database.fetch(statements.OPT_OUT, prints_of(self._vault, number)))

    async def add(self, number: str) -> None:
        """No more texts to this number. A repeat changes nothing."""
        if await self.has(number):
            return
        name = secrets.token_hex(16)
        row: Params = {
            "id": name,
            "person": self._vault.print(number),
            "now": self._now(),
            "body": self._vault.seal(number.encode(), _about(name)),
        }
        await self._database.write([Statement(statements.INSERT_OPT_OUT, row)])

    async def remove(self, number: str) -> None:
        """Texts to this number again."""
        await self._database.write([Statement(statements.REMOVE_OPT_OUT, prints_of(self._vault, number))])

    async def list(self, most: int = 1000) -> Sequence[OptOut]:
        """The latest first."""
        rows = await self._database.fetch(statements.OPT_OUTS, {"most": most})
        return [OptOut(self._vault.open(row["body"], _about(row["id"])).decode(), row["at"]) for row in rows]


def prints_of(vault: Vault, number: str) -> Params:
    """By which a number is found: its prints by the key and by those before it, as parameters."""
    prints = vault.prints(number)
    first, before, long_before = (*prints[:3], *prints[:1] * 2)[:3]
    return {"first": first, "before": before, "long_before": long_before}


def _about(name: str) -> bytes:
    return f"opt-out:{name}".encode()

"""Erases a caller: finds all that is kept of a number, and deletes it. What goes on is left until it is over."""

from collections.abc import AsyncIterator, Sequence

from ivr.core.effects import Text
from ivr.core.phone_numbers import caller as as_caller
from ivr.store import records
from ivr.store.audit_trail import Act, AuditTrail
from ivr.store.calls import CallStore
from ivr.store.database import Database, Statement
from ivr.store.history import FORGET
from ivr.store.opt_outs import prints_of
from ivr.store.recordings import KeptCall, recordings
from ivr.store.sql import opt_outs as statements
from ivr.store.sql import starts as start_statements
from ivr.store.starts import StartStore
from ivr.store.vault import Vault

AT_ONCE = 50
"""Calls that are looked at, and then deleted, in one go."""


class ErasureStore:
    """Every method raises StoreError; those that find something, KeyMissing and Damaged too. Numbers are E.164."""

    def __init__(
        self, database: Database, vault: Vault, trail: AuditTrail, calls: CallStore, starts: StartStore
    ) -> None:
        self._database = database
        self._vault = vault
        self._trail = trail
        self._calls = calls
        self._starts = starts

    def mark_of(self, number: str) -> str:
        """What stands for the number in the audit trail: the same for the same number, and nobody without the key can
        tell whose it is."""
        return self._vault.print(number)[:12]

    async def note(self, words: str) -> None:
        """Write into the audit trail."""
        await self._trail.write([], Act("call", "", words))

    async def going_on(self, number: str) -> int:
        """How many calls of this number go on."""
        rows = await self._database.fetch(statements.GOING_ON, prints_of(self._vault, number))
        return sum(row["calls"] for row in rows)

    async def calls(self, number: str) -> AsyncIterator[Sequence[KeptCall]]:
        """Calls from this number, and runs for it, that are over: some at a time."""
        behind = ""
        while True:
            asked = {**prints_of(self._vault, number), "id": behind, "most": AT_ONCE}
            ids = [row["id"] for row in await self._database.fetch(statements.ERASABLE, asked)]
            if not ids:
                return
            yield [KeptCall(each, recordings(await self._calls.trace(each))) for each in ids]
            behind = ids[-1]

    async def delete_calls(self, ids: Sequence[str]) -> None:
        """All that is kept of these calls."""
        if ids:
            await self._database.write([Statement(sql, {"id": each}) for each in ids for sql in FORGET])

    async def delete_starts(self, number: str) -> tuple[int, int]:
        """What other systems have asked for this number, also what waits in the queue. How many it were, and how many
        are left as the carrier is reaching the number just now."""
        gone, left, behind = 0, 0, ""
        while rows := await self._database.fetch(statements.ALL_STARTS, {"id": behind}):
            found = [row for row in rows if as_caller(self._starts.reached_by(row)) == number]
            over = [row["id"] for row in found if not row["going_on"]]
            if over:
                await self._database.write([Statement(start_statements.FORGET_START, {"id": each}) for each in over])
            gone, left, behind = gone + len(over), left + len(found) - len(over), rows[-1]["id"]
        return gone, left

    async def delete_texts(self, number: str) -> int:
        """Texts to this number that wait, of calls that are over. How many it were."""
        gone, behind = 0, ("", "")
        while rows := await self._database.fetch(statements.TEXTS_OF_ENDED, {"call": behind[0], "token": behind[1]}):
            for row in rows:
                behind = row["call"], row["token"]
                job = records.read_job(self._vault.open(row["body"], f"job:{behind[0]}:{behind[1]}".encode()))
                if isinstance(job, Text) and as_caller(job.to) == number:
                    key = {"call": behind[0], "token": behind[1]}
                    gone += await self._database.write([Statement(statements.ERASE_TEXT, key, must_change=True)])
        return gone

"""Where it is counted what was called and texted within a day, and what was refused. Implements `runtime.gate`.

Numbers stand there as prints, which can't be traced to a number without the key. Rows are as many as were admitted in
24 hours, and are deleted after that.
"""

from ivr.runtime.gate import Counted, Wish
from ivr.store.database import Database, Params, Statement
from ivr.store.sql import spending as statements
from ivr.store.vault import Vault


class SpendingStore:
    """Every method raises StoreError."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def count(self, wish: Wish, now: int, since: int) -> Counted | None:
        """Count it, and say where it comes among those after `since`. None: it was counted before.

        One process counts at a time, and looks then. So each count sees all that came before, and no
        more are admitted than may be; what is about to be taken back may keep another one out.
        """
        known: Params = {
            "id": wish.id,
            "destination": self._print(wish.to),
            "caller": self._print(wish.caller),
            "token": wish.token,
            "flow": wish.flow,
            "now": now,
        }
        row = {**known, "kind": wish.kind}
        if not await self._database.write([*self._database.first, Statement(statements.COUNT, row, must_change=True)]):
            return None
        for place in await self._database.fetch(statements.PLACES, {**known, "since": since}):
            return Counted(
                destination=place["destination"] if wish.to else 0,
                caller=place["caller"] if wish.caller else 0,
                token=place["token"] if wish.token else 0,
                flow=place["flow"],
                day=place["day"],
            )
        return Counted()

    async def take_back(self, wish_id: str) -> None:
        await self._database.write([Statement(statements.TAKE_BACK, {"id": wish_id})])

    async def refused(self, kind: str, cause: str) -> None:
        await self._database.write([Statement(statements.REFUSED, {"kind": kind, "cause": cause})])

    async def forget(self, before: int) -> None:
        await self._database.write([Statement(statements.FORGET, {"before": before})])

    def _print(self, text: str) -> str:
        return self._vault.print(text) if text else ""

"""The words of calls: what was said, typed and answered in them. They may go before the calls themselves do."""

from collections.abc import Iterator

from msgspec.structs import replace

from ivr.core.call import Call
from ivr.core.mailbox import Mailbox
from ivr.store import records
from ivr.store.database import Database, Row, Statement
from ivr.store.errors import Damaged, KeyMissing
from ivr.store.recordings import of_recordings
from ivr.store.sql import calls as call_statements
from ivr.store.sql import core as statements
from ivr.store.sql.ended import NO_WORDS, WITHOUT_WORDS, WORDED
from ivr.store.sql.said import FORGET_WORDS
from ivr.store.vault import Vault

_NUMBERS = ("ANI", "DNIS", "CallSid")
"""Variables that stay, as the list of calls shows them and erasing looks for them."""


class CallWords:
    """Implements `runtime.retention.Forgetting`. Raises StoreError."""

    kind = "traces of calls"

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def forget(self, before: int) -> int:
        """Delete the words of some calls that began and ended before then; that there was such a call stays, with its
        figures, its numbers, and where its recordings are. How many it were."""
        found = await self._database.fetch(WORDED, {"before": before})
        return sum([await self._forget(row) for row in found])

    async def _forget(self, row: Row) -> bool:
        """False: the call has changed meanwhile."""
        call_id = row["id"]
        key = {"id": call_id}
        changes = [Statement(sql, key) for sql in (NO_WORDS, FORGET_WORDS, call_statements.FORGET_JOBS)]
        trace = await self._database.fetch(statements.TRACE, {"call": call_id})
        changes += [each for entries in trace for each in self._shortened(call_id, entries)]
        about = f"call:{call_id}".encode()
        try:
            call = records.read_state(self._vault.open(row["state"], about)).call
        except (Damaged, KeyMissing):
            return await self._database.write(changes)  # nobody can read its state
        state = self._vault.seal(records.write(records.State(_without_words(call), Mailbox())), about)
        renewed = {**key, "version": row["version"], "fresh": state}
        return await self._database.write([Statement(WITHOUT_WORDS, renewed, must_change=True), *changes])

    def _shortened(self, call_id: str, row: Row) -> Iterator[Statement]:
        about = f"trace:{call_id}:{row['n']}".encode()
        key = {"call": call_id, "n": row["n"]}
        try:
            left = of_recordings(records.read_trace(self._vault.open(row["entries"], about)))
        except (Damaged, KeyMissing):
            left = ()
        if left:
            fresh = self._vault.seal(records.write(left), about)
            yield Statement(statements.RESEAL_TRACE, {**key, "sealed": row["entries"], "fresh": fresh})
        else:
            yield Statement(call_statements.FORGET_TURN, key)


def _without_words(call: Call) -> Call:
    numbers = {name: call.variables[name] for name in _NUMBERS if name in call.variables}
    return replace(
        Call(call.id, call.flow, call.revision, call.status, call.block), on_phone=call.on_phone, variables=numbers
    )

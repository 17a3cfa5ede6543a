"""Recordings at the carrier, as traces name them."""

import re
from collections.abc import Sequence

from msgspec import Struct

from ivr.core.call import Entry
from ivr.store.calls import CallStore
from ivr.store.database import Database, Params, Statement
from ivr.store.sql import core as statements
from ivr.store.sql.calls import ENDED_AFTER

_recording = re.compile(r"/Recordings/(RE[0-9a-f]{32})(?:[.?]|$)")
_TOLD_IN = frozenset({"replied", "late"})
MARK = "recordings"
"""Under which name the database keeps how far old recordings are deleted."""
AT_ONCE = 50


class KeptCall(Struct, frozen=True):
    """A call that may be deleted, and the carrier's ids of its recordings."""

    id: str
    recordings: tuple[str, ...]


class Ended(Struct, frozen=True):
    """Where a call stands in the order in which calls ended: the moment, and the id for those of the same moment."""

    at: int
    id: str = ""


class RecordedCalls:
    """Calls that are over, in the order in which they ended, and up to which of them no recording is left at the
    carrier. Every method raises StoreError."""

    def __init__(self, database: Database, calls: CallStore) -> None:
        self._database = database
        self._calls = calls

    async def done(self) -> Ended:
        """The last call whose recordings are deleted, and those of all before it."""
        rows = await self._database.fetch(statements.SETTING, {"name": MARK})
        at, _, call_id = (rows[0]["value"] if rows else "0 ").partition(" ")
        return Ended(int(at), call_id)

    async def after(self, done: Ended, before: int) -> Sequence[tuple[Ended, KeptCall]]:
        """Some calls that ended after that one, and before a moment. Raises KeyMissing and Damaged too."""
        asked: Params = {"at": done.at, "id": done.id, "before": before, "most": AT_ONCE}
        rows = await self._database.fetch(ENDED_AFTER, asked)
        ended = [Ended(row["over_at"], row["id"]) for row in rows]
        return [(each, KeptCall(each.id, recordings(await self._calls.trace(each.id)))) for each in ended]

    async def note(self, done: Ended, now: int) -> None:
        """No recording of that call is left at the carrier, nor of those before it."""
        mark: Params = {"name": MARK, "value": f"{done.at} {done.id}", "now": now}
        await self._database.write([Statement(statements.SET_MARK, mark)])


def recordings(trace: Sequence[Entry]) -> tuple[str, ...]:
    """Ids of the recordings that a call has at the carrier, from the addresses in its trace."""
    found = (_recording.search(str(entry.data.get("url", ""))) for entry in trace if entry.kind in _TOLD_IN)
    return tuple(dict.fromkeys(each[1] for each in found if each))


def of_recordings(trace: Sequence[Entry]) -> tuple[Entry, ...]:
    """What of a trace must stay for them to be found, and nothing else."""
    return tuple(
        Entry(entry.at, entry.kind, entry.block, {"url": entry.data["url"]}) for entry in trace if recordings([entry])
    )

"""What alerts are judged by, and how each stands, for all processes together. Nothing here is personal."""

from collections.abc import Mapping

from msgspec import Struct

from ivr.store.database import Database, Params, Statement
from ivr.store.sql import alerts as statements


class Standing(Struct, frozen=True):
    """`since`: when it began to hold, 0 while it does not; `told_at`: when it was last told, 0 for never. Both in
    milliseconds since 1970."""

    since: int = 0
    told_at: int = 0


class WebCallCount(Struct, frozen=True):
    """Web calls that ended, but for those whose caller hung up: how many failed, how many took longer than asked, how
    many were not sent because their API was paused; and `missed`: those that failed or took longer."""

    ended: int
    failed: int
    slow: int
    skipped: int
    missed: int


class CallCount(Struct, frozen=True):
    """Calls that have ended, and how many of them failed."""

    ended: int
    failed: int


class AlertStore:
    """Every method raises StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def web_calls(self, since: int, longest: int, flow: str = "", block: int = 0) -> WebCallCount:
        """The web calls since then, of a flow or of all, of a block or of all; `longest` in milliseconds."""
        asked: Params = {"since": since, "longest": longest, "flow": flow, "block": block}
        (row,) = await self._database.fetch(statements.WEB_CALLS_COUNTED, asked)
        return WebCallCount(row["ended"], row["failed"], row["slow"], row["skipped"], row["missed"])

    async def calls(self, since: int, flow: str = "") -> int:
        """How many calls of callers began since then, of a flow or of all."""
        (row,) = await self._database.fetch(statements.CALLS_COUNTED, {"since": since, "flow": flow})
        return int(row["calls"])

    async def ended(self, since: int, flow: str = "") -> CallCount:
        """The calls, and the runs without a caller, that ended since then, of a flow or of all."""
        (row,) = await self._database.fetch(statements.ENDED_COUNTED, {"since": since, "flow": flow})
        return CallCount(row["ended"], row["failed"])

    async def standings(self) -> Mapping[str, Standing]:
        """How alerts stand, by name; one that never held is not there."""
        rows = await self._database.fetch(statements.ALERTS, {})
        return {row["name"]: Standing(row["since"], row["told_at"]) for row in rows}

    async def move(self, name: str, seen: Standing, now: Standing) -> bool:
        """Change how an alert stands. False: another process has, and nothing was changed."""
        row: Params = {
            "name": name,
            "since": now.since,
            "told_at": now.told_at,
            "seen_since": seen.since,
            "seen_told_at": seen.told_at,
        }
        return await self._database.write([Statement(statements.MOVE_ALERT, row, must_change=True)])

    async def forget(self, before: int) -> None:
        """Delete those that do not hold and were last told before then."""
        await self._database.write([Statement(statements.FORGET_ALERTS, {"before": before})])

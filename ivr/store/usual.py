"""How long the web calls of a block usually take, from the last of them that are kept."""

from collections.abc import Callable
from statistics import median_low

from ivr.store.database import Database
from ivr.store.sql.calls import LAST_WEB_CALLS

LAST = 50
"""Web calls of a block that are looked at."""
LEAST = 3
"""Good answers among them from which one can tell what is usual."""
FRESH = 30.0
"""Seconds for which a figure serves, so that a busy flow does not ask at every call."""
MOST = 1000
"""Blocks whose figures are remembered."""


class UsualTimes:
    """`seconds` is a clock that only goes forward."""

    def __init__(self, database: Database, seconds: Callable[[], float]) -> None:
        self._database = database
        self._seconds = seconds
        self._known: dict[tuple[str, int], tuple[float, int | None]] = {}

    async def of(self, flow: str, block: int) -> int | None:
        """The median of its last good answers, in milliseconds; None while there are few. Raises StoreError."""
        until, known = self._known.get((flow, block), (0.0, None))
        if self._seconds() < until:
            return known
        if known is not None:
            self._remember(flow, block, known)  # other calls go on with it while this one looks
        rows = await self._database.fetch(LAST_WEB_CALLS, {"flow": flow, "block": block, "most": LAST})
        good = [row["milliseconds"] for row in rows if row["cause"] == "ok"]
        found = int(median_low(good)) if len(good) >= LEAST else None
        self._remember(flow, block, found)
        return found

    def _remember(self, flow: str, block: int, milliseconds: int | None) -> None:
        self._known.pop((flow, block), None)
        self._known[flow, block] = self._seconds() + FRESH, milliseconds
        if len(self._known) > MOST:
            del self._known[next(iter(self._known))]

"""Figures about everything that is stored, cheap to count, and about nobody."""

from msgspec import Struct

from ivr.store.database import Database
from ivr.store.sql import core as statements

STATUSES = ("active", "ended", "failed")
KINDS = ("fetch", "text")


class Figures(Struct, frozen=True):
    """`under_way`: calls that are not over. `over`: those that are, by status. `jobs` under way, by kind."""

    under_way: int
    over: dict[str, int]
    jobs: dict[str, int]


async def figures(database: Database) -> Figures:
    """Count. Raises StoreError."""
    under_way = sum(row["calls"] for row in await database.fetch(statements.CALLS_UNDER_WAY, {}))
    over = {row["status"]: row["calls"] for row in await database.fetch(statements.CALLS_BY_STATUS, {})}
    jobs = {row["kind"]: row["jobs"] for row in await database.fetch(statements.JOBS_UNDER_WAY, {})}
    return Figures(under_way, dict.fromkeys(STATUSES, 0) | over, dict.fromkeys(KINDS, 0) | jobs)

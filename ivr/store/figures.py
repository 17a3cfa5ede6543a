"""Figures about everything that is stored, cheap to count, and never personal."""

from itertools import product

from msgspec import Struct

from ivr.core.refusals import CAUSES
from ivr.runtime import gate
from ivr.store.database import Database
from ivr.store.sql import core as statements
from ivr.store.sql.spending import REFUSALS

STATUSES = ("active", "ended", "failed")
KINDS = ("fetch", "text")


class Figures(Struct, frozen=True):
    """`under_way`: calls that are not over. `over`: those that are, by status. `jobs` under way, by kind.
    `refused`: calls and texts that were not made, by kind and cause, ever. `held`: calls whose callers listen to hold
    audio."""

    under_way: int
    over: dict[str, int]
    jobs: dict[str, int]
    refused: dict[tuple[str, str], int]
    held: int = 0


async def figures(database: Database) -> Figures:
    """Count. Raises StoreError."""
    under_way = sum(row["calls"] for row in await database.fetch(statements.CALLS_UNDER_WAY, {}))
    over = {row["status"]: row["calls"] for row in await database.fetch(statements.CALLS_BY_STATUS, {})}
    jobs = {row["kind"]: row["jobs"] for row in await database.fetch(statements.JOBS_UNDER_WAY, {})}
    refused = {(row["kind"], row["cause"]): row["refused"] for row in await database.fetch(REFUSALS, {})}
    none: dict[tuple[str, str], int] = dict.fromkeys(product(gate.KINDS, CAUSES), 0)
    held = sum(row["calls"] for row in await database.fetch(statements.CALLS_HELD, {}))
    over, jobs = dict.fromkeys(STATUSES, 0) | over, dict.fromkeys(KINDS, 0) | jobs
    return Figures(under_way, over, jobs, {**none, **refused}, held)

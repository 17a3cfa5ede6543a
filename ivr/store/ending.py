"""Calls of versions that knew neither their last digits nor a table of those that are over: brings them there.

In pieces, each in a write of its own, so that no statement takes long and memory holds few calls. A piece may be done
again: it says the same.
"""

from collections.abc import Iterator, Sequence

from ivr.store import records
from ivr.store.call_facts import numbers_of
from ivr.store.database import Database, Row, Statement
from ivr.store.errors import Damaged, KeyMissing
from ivr.store.sql.ended import CALLS_TO_NUMBER, END_CALLS, NUMBER_CALL
from ivr.store.vault import Vault


async def end_all(database: Database, vault: Vault, now: int) -> Sequence[Statement]:
    """A call that can't be opened is found by its whole number only, as before."""
    behind = ""
    while rows := await database.fetch(CALLS_TO_NUMBER, {"behind": behind}):
        last = rows[-1]["id"]
        ended = Statement(END_CALLS, {"behind": behind, "last": last})
        await database.write([*_numbered(vault, rows), ended])
        behind = last
    return ()


def _numbered(vault: Vault, rows: Sequence[Row]) -> Iterator[Statement]:
    for row in rows:
        try:
            call = records.read_state(vault.open(row["state"], f"call:{row['id']}".encode())).call
        except (Damaged, KeyMissing):
            continue
        numbers = numbers_of(vault, call)
        named = {"id": row["id"], "endings": numbers.endings, "dialled": numbers.dialled}
        yield Statement(NUMBER_CALL, named)

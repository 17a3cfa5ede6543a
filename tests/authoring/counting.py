"""A database that counts what it is asked, in front of a real one."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ivr.store import Store
from ivr.store.database import Database, Params, Row, Statement
from ivr.store.opening import store_on
from ivr.store.sql.people import BESIDE
from ivr.store.sqlite import Sqlite

NOW = 1_700_000_000_000
KEY = bytes(range(32))


class Counting:
    """Every statement that is read or written, by its text."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.first = database.first
        self.asked: Counter[str] = Counter()
        self.rows = 0

    def forget(self) -> None:
        self.asked.clear()
        self.rows = 0

    async def fetch(self, sql: str, params: Params) -> Sequence[Row]:
        self.asked[sql.replace(BESIDE, "", 1)] += 1  # the head of the audit trail may come along
        rows = await self._database.fetch(sql, params)
        self.rows += len(rows)
        return rows

    async def write(self, statements: Sequence[Statement]) -> bool:
        self.asked.update(statement.sql for statement in statements)
        return await self._database.write(statements)

    async def close(self) -> None:
        await self._database.close()


async def counted(folder: Path) -> tuple[Store, Counting]:
    """A store in this folder whose statements are counted."""
    database = Counting(Sqlite(folder / "ivr.sqlite"))
    return await store_on(database, [KEY], lambda: NOW), database


def jumping(flow_id: str, *targets: str, **more: Any) -> dict[str, Any]:
    """A flow with a Jump From block that answers calls, and goes on to the first target, or to one after the other."""
    blocks: list[dict[str, Any]] = [
        {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 3}},
        {"number": 2, "action": {"type": "jump_from"}, "exits": {"next": 3}},
        {"number": 3, "action": {"type": "play_message", "message": "Hello."}, "exits": {"next": 4}},
    ]
    jumps = [{"number": 4 + n, "action": {"type": "jump_to", "flow": each}} for n, each in enumerate(targets)]
    last = jumps or [{"number": 4, "action": {"type": "end_call"}}]
    return {"id": flow_id, "name": flow_id, "blocks": [*blocks, *last], **more}

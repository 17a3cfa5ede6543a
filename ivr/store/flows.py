"""Where flows live: a draft that its author changes, and revisions that nobody ever changes again."""

import difflib
import json
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from ivr.flow.model import Flow
from ivr.flow.secrets import keep_secrets
from ivr.store import statements
from ivr.store.database import Database, Params, Row, Statement
from ivr.store.errors import Conflict, UnknownFlow
from ivr.store.vault import Vault

PARSED = 64
"""Revisions kept in memory."""
_TRIES = 20


class FlowRow(Struct, frozen=True):
    """A flow in a list. `revision` is the live one, None before the first is published; `updated_at` in ms."""

    id: str
    name: str
    revision: int | None
    numbers: tuple[str, ...]
    updated_at: int


class FlowStore:
    """Implements `runtime.ports.Flows`, and what authors need. `now` gives milliseconds since 1970.

    Every method raises StoreError, KeyMissing and Damaged; those that name a flow, UnknownFlow.
    """

    def __init__(self, database: Database, vault: Vault, now: Callable[[], int]) -> None:
        self._database = database
        self._vault = vault
        self._now = now
        self._parsed: OrderedDict[tuple[str, int], Flow] = OrderedDict()

    async def save_draft(self, flow: Flow) -> None:
        """Store the draft. Where it says only that a secret is set, the former draft's secret stays."""
        document = flow.model_dump(mode="json", context={"seal": self._vault.seal_text})
        for _ in range(_TRIES):
            former = await self._find(flow.id)
            old = json.loads(self._vault.open(former["draft"], _draft(flow.id))) if former else {}
            if await self._write_draft(flow, keep_secrets(document, old), former):
                return
        raise _conflict(flow.id)

    async def publish(self, flow_id: str, note: str = "") -> int:
        """Make the draft the live revision. Returns its number."""
        for _ in range(_TRIES):
            row = await self._get(flow_id)
            number = (row["last_revision"] or 0) + 1
            body = self._vault.seal(self._vault.open(row["draft"], _draft(flow_id)), _revision(flow_id, number))
            copy = {"flow": flow_id, "number": number, "body": body, "now": self._now(), "note": note}
            live: Params = {"flow": flow_id, "number": number}
            if await self._database.write(
                [
                    Statement(statements.INSERT_REVISION, copy, must_change=True),
                    Statement(statements.GO_LIVE, live),
                ]
            ):
                return number
        raise _conflict(flow_id)

    async def draft(self, flow_id: str) -> Flow:
        row = await self._get(flow_id)
        return Flow.model_validate_json(self._vault.open(row["draft"], _draft(flow_id)))

    async def revision(self, flow_id: str, revision: int) -> Flow:
        """A published revision. It never changes, so the last used ones are kept in memory."""
        key = (flow_id, revision)
        if key not in self._parsed:
            self._parsed[key] = await self._read_revision(flow_id, revision)
            if len(self._parsed) > PARSED:
                self._parsed.popitem(last=False)
        self._parsed.move_to_end(key)
        return self._parsed[key]

    async def list(self) -> list[FlowRow]:
        """All flows by name, each with the numbers that run it."""
        rows: dict[str, FlowRow] = {}
        for row in await self._database.fetch(statements.FLOWS, {}):
            before = rows[row["id"]].numbers if row["id"] in rows else ()
            numbers = (*before, row["number"]) if row["number"] else ()
            rows[row["id"]] = FlowRow(row["id"], row["name"], row["revision"], numbers, row["updated_at"])
        return [*rows.values()]

    async def of_number(self, number: str) -> tuple[str, int] | None:
        """Flow id and live revision, or None for a number without a published flow."""
        for row in await self._database.fetch(statements.OF_NUMBER, {"number": number}):
            return row["id"], row["revision"]
        return None

    async def assign(self, number: str, flow_id: str) -> None:
        """Let calls to this number run the flow, instead of any other they ran before."""
        assigned = Statement(statements.ASSIGN, {"number": number, "flow": flow_id}, must_change=True)
        if not await self._database.write([assigned]):
            raise await self._unknown(flow_id)

    async def unassign(self, number: str) -> bool:
        """Whether the number ran a flow until now."""
        gone = Statement(statements.UNASSIGN, {"number": number}, must_change=True)
        return await self._database.write([gone])

    async def check_keys(self) -> None:
        """Raise KeyMissing unless the vault can open every draft and revision."""
        self._vault.check([row["head"] for row in await self._database.fetch(statements.HEADS, {})])

    async def _find(self, flow_id: str) -> Row | None:
        for row in await self._database.fetch(statements.DRAFT, {"id": flow_id}):
            return row
        return None

    async def _get(self, flow_id: str) -> Row:
        row = await self._find(flow_id)
        if row is None:
            raise await self._unknown(flow_id)
        return row

    async def _write_draft(self, flow: Flow, document: dict[str, Any], former: Row | None) -> bool:
        """False: somebody else saved the draft meanwhile."""
        columns: dict[str, Any] = {
            "id": flow.id,
            "name": flow.name,
            "draft": self._vault.seal(json.dumps(document).encode(), _draft(flow.id)),
            "now": self._now(),
        }
        if former is None:
            new = Statement(statements.INSERT_FLOW, columns | {"version": 1}, must_change=True)
            return await self._database.write([new])
        seen: int = former["version"]
        changed = Statement(statements.UPDATE_FLOW, columns | {"version": seen + 1, "seen": seen}, must_change=True)
        return await self._database.write([changed])

    async def _read_revision(self, flow_id: str, revision: int) -> Flow:
        for row in await self._database.fetch(statements.REVISION, {"flow": flow_id, "number": revision}):
            return Flow.model_validate_json(self._vault.open(row["body"], _revision(flow_id, revision)))
        last = (await self._get(flow_id))["last_revision"]
        there = f"the last one is {last}" if last else "it has never been published"
        raise UnknownFlow(f"Flow “{flow_id}” has no revision {revision}; {there}.")

    async def _unknown(self, flow_id: str) -> UnknownFlow:
        ids = [row["id"] for row in await self._database.fetch(statements.FLOW_IDS, {})]
        close = difflib.get_close_matches(flow_id, ids, n=1)
        hint = f"Did you mean “{close[0]}”?" if close else f"There is: {', '.join(ids) or 'none yet'}."
        return UnknownFlow(f"There is no flow “{flow_id}”. {hint}")


def _conflict(flow_id: str) -> Conflict:
    return Conflict(f"Flow “{flow_id}” is being changed by somebody else all the time. Try again.")


def _draft(flow_id: str) -> bytes:
    return f"draft:{flow_id}".encode()


def _revision(flow_id: str, number: int) -> bytes:
    return f"revision:{flow_id}:{number}".encode()

"""Calls as they are looked at: who called when, how it ended, how long APIs took; and the deletion of old calls."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Literal, cast, get_args

from msgspec import Struct

from ivr.core.call import Call
from ivr.core.phone_numbers import caller
from ivr.core.values import Value, to_text
from ivr.flow.discretion import masked_values
from ivr.store import records
from ivr.store.database import Database, Params, Row, Statement
from ivr.store.sql import calls as call_statements
from ivr.store.vault import Vault

FOREVER = 2**62
"""After every time in milliseconds."""
CHANGES = 500
"""Calls that one look for changes tells of at most."""
COUNTED = 200_000
"""Calls, and web calls, that figures are made of at most: the latest ones."""
QUARTER = 900_000
"""Milliseconds."""
FORGOTTEN = 100
"""Calls that are deleted in one go: few, so that other writers need not wait."""
FORGET = (
    call_statements.FORGET_TRACE,
    call_statements.FORGET_JOBS,
    call_statements.FORGET_WEB_CALLS,
    call_statements.FORGET_MESSAGES,
    call_statements.FORGET_CALL,
)
"""What deletes a call, with all that is kept of it."""

MOST_TOLD = 20
"""Web calls that are told of a call that is over."""


class Sought(Struct, frozen=True):
    """Which calls are asked for. What is empty, or 0, does not matter; times in milliseconds. `after` is the call
    behind which the list goes on."""

    flow: str = ""
    result: str = ""
    number: str = ""
    block: int = 0
    since: int = 0
    until: int = FOREVER
    after: str = ""
    most: int = 50


class CallRow(Struct, frozen=True):
    """A call in the list. `result` is `live` until it is over. `slowest` in milliseconds."""

    id: str
    flow: str
    flow_name: str
    revision: int
    version: int
    caller: str
    started_at: int
    over_at: int | None
    result: str
    web_calls: int
    failed_web_calls: int
    slowest: int
    last_block: int


class Shown(Struct, frozen=True):
    """A call with all its variables; hidden ones are dots."""

    row: CallRow
    variables: dict[str, Value]


class CountedCalls(Struct, frozen=True):
    """Calls that are alike in all that figures tell apart: how many, and how many milliseconds those that are over took
    together. `at`: when the quarter of an hour began in which they did; `failures`: whether a web call of theirs
    failed."""

    at: int
    flow: str
    revision: int
    result: str
    last_block: int
    failures: bool
    calls: int
    milliseconds: int


class CountedWebCall(Struct, frozen=True):
    """What figures need of a web call. `at` is when it ended."""

    flow: str
    block: int
    at: int
    milliseconds: int
    cause: str


Outcome = Literal["completed", "hung_up", "failed", "lost", "unanswered", "unknown"]
"""How a call ended. `unanswered`: it was over before it could be answered."""
_OUTCOMES = frozenset(get_args(Outcome))


class Ended(Struct, frozen=True):
    """What the log tells of a call that is over. `blocks`: those it came to, each with a comma behind it; of its web
    calls the latest `MOST_TOLD`, in their order, and how many came before them."""

    flow: str
    revision: int
    started_at: int
    over_at: int
    result: str
    blocks: str
    web_calls: tuple[CountedWebCall, ...] = ()
    more_web_calls: int = 0

    @property
    def outcome(self) -> Outcome:
        if not self.flow:
            return "unanswered"
        return cast("Outcome", self.result) if self.result in _OUTCOMES else "unknown"


class CallHistory:
    """Every method raises StoreError; those that tell of callers raise KeyMissing and Damaged too."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def list(self, sought: Sought) -> Sequence[CallRow]:
        """Calls, the newest first."""
        seen_at = FOREVER
        for row in await self._database.fetch(call_statements.CALL_STARTED, {"id": sought.after}):
            seen_at = row["started_at"]
        found = await self._database.fetch(call_statements.CALL_LIST, self._wanted(sought, seen_at))
        return [self._row(row, self._call(row)) for row in found]

    async def get(self, call_id: str) -> Shown | None:
        """A call, or None."""
        for row in await self._database.fetch(call_statements.CALL_ROW, {"id": call_id}):
            call = self._call(row)
            return Shown(self._row(row, call), masked_values(call.variables, call))
        return None

    async def ended(self, call_id: str) -> Ended | None:
        """A call that is over, without anything that tells of its caller; None when it is not, or not kept."""
        rows = await self._database.fetch(call_statements.CALL_ENDED, {"id": call_id})
        if not rows:
            return None
        (row,) = rows
        asked: Params = {"id": call_id, "most": MOST_TOLD}
        web_calls = await self._database.fetch(call_statements.WEB_CALLS_OF, asked) if row["web_calls"] else ()
        return Ended(
            row["flow"],
            row["revision"],
            row["started_at"],
            row["over_at"],
            row["result"],
            row["blocks"],
            tuple(_web_call(each) for each in reversed(web_calls)),
            max(0, row["web_calls"] - MOST_TOLD),
        )

    async def changes(self, since: int, known: Mapping[str, int]) -> Sequence[CallRow]:
        """Calls that were saved since then and go on, or have ended since then; but those whose version is known."""
        asked: Params = {"since": since, "most": CHANGES}
        going_on = await self._database.fetch(call_statements.CALLS_GOING_ON, asked)
        ended = await self._database.fetch(call_statements.CALLS_ENDED, asked)
        return [
            self._row(row, self._call(row)) for row in (*going_on, *ended) if known.get(row["id"]) != row["version"]
        ]

    async def drafts(self, since: int) -> Mapping[str, int]:
        """Flows whose drafts were saved since then, and their versions."""
        rows = await self._database.fetch(call_statements.DRAFT_VERSIONS, {"since": since})
        return {row["id"]: row["version"] for row in rows}

    async def counted(self, sought: Sought) -> Sequence[CountedCalls]:
        """The calls that are asked for, but at most the latest COUNTED of them."""
        wanted = {**self._wanted(sought, FOREVER), "most": COUNTED}
        rows = await self._database.fetch(call_statements.CALLS_COUNTED, wanted)
        return await asyncio.to_thread(lambda: [_counted(row) for row in rows])  # off the loop: there may be many

    async def counted_web_calls(self, sought: Sought) -> Sequence[CountedWebCall]:
        """The web calls that ended in the time that is asked for, of the flow, the block and the caller that are: the
        latest first, and at most COUNTED of them."""
        wanted = {**self._wanted(sought, FOREVER), "most": COUNTED, "only": sought.block}
        rows = await self._database.fetch(call_statements.WEB_CALLS_COUNTED, wanted)
        return await asyncio.to_thread(lambda: [_web_call(row) for row in rows])

    async def by_flow(self, since: int, until: int) -> Mapping[str, int]:
        """How many calls began from then until then, by the id of their flow; flows without any are left out."""
        rows = await self._database.fetch(call_statements.CALLS_BY_FLOW, {"since": since, "until": until})
        return {row["flow"]: row["calls"] for row in rows}

    async def forget(self, before: int) -> int:
        """Delete some of the calls that began and ended before then, with all that is kept of them. How many it were:
        less than FORGOTTEN when these were the last."""
        asked: Params = {"before": before, "most": FORGOTTEN}
        ids = [row["id"] for row in await self._database.fetch(call_statements.OLD_CALLS, asked)]
        statements = [Statement(sql, {"id": call_id}) for call_id in ids for sql in FORGET]
        if statements:
            await self._database.write(statements)
        return len(ids)

    def _wanted(self, sought: Sought, seen_at: int) -> Params:
        prints = self._vault.prints(caller(sought.number)) if sought.number else ("",)
        first, before, long_before = (*prints[:3], *prints[:1] * 2)[:3]
        return {
            "flow": sought.flow,
            "result": sought.result,
            "caller": first,
            "caller_before": before,
            "caller_long_before": long_before,
            "block": f"%,{sought.block},%" if sought.block else "%",
            "since": sought.since,
            "until": sought.until,
            "seen_at": seen_at,
            "seen": sought.after,
            "most": sought.most,
        }

    def _call(self, row: Row) -> Call:
        return records.read_state(self._vault.open(row["state"], f"call:{row['id']}".encode())).call

    def _row(self, row: Row, call: Call) -> CallRow:
        return CallRow(
            id=row["id"],
            flow=row["flow"],
            flow_name=row["flow_name"] or row["flow"],
            revision=row["revision"],
            version=row["version"],
            caller=to_text(call.variables.get("ANI")),
            started_at=row["started_at"],
            over_at=row["over_at"],
            result=_result(row),
            web_calls=row["web_calls"],
            failed_web_calls=row["failed_web_calls"],
            slowest=row["slowest"],
            last_block=row["last_block"],
        )


def _result(row: Row) -> str:
    return "live" if row["over_at"] is None else row["result"]


def _counted(row: Row) -> CountedCalls:
    return CountedCalls(
        row["quarter"] * QUARTER,
        row["flow"],
        row["revision"],
        row["result"],
        row["last_block"],
        bool(row["failures"]),
        row["calls"],
        int(row["milliseconds"]),
    )


def _web_call(row: Row) -> CountedWebCall:
    return CountedWebCall(row["flow"], row["block"], row["at"], row["milliseconds"], row["cause"])

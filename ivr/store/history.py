"""Calls as they are looked at: who called when, how it ended, how long APIs took; and the deletion of old calls."""

from collections.abc import Mapping, Sequence
from typing import Literal, cast, get_args

from msgspec import Struct

from ivr.core.call import Call
from ivr.core.values import Value, to_text
from ivr.flow.discretion import masked_values
from ivr.store import records
from ivr.store.database import Database, Params, Row, Statement
from ivr.store.sought import Sought, wanted
from ivr.store.sql import calls as call_statements
from ivr.store.sql.ended import FORGET_ENDED, page
from ivr.store.sql.said import FORGET_WORDS
from ivr.store.vault import Vault

CHANGES = 500
"""Calls that one look for changes tells of at most."""
FORGOTTEN = 100
"""Calls that are deleted in one go: few, so that other writers need not wait."""
FORGET = (
    call_statements.FORGET_TRACE,
    call_statements.FORGET_JOBS,
    call_statements.FORGET_WEB_CALLS,
    call_statements.FORGET_MESSAGES,
    FORGET_ENDED,
    FORGET_WORDS,
    call_statements.FORGET_CALL,
)
"""What deletes a call, with all that is kept of it. Its words after its row, which whoever writes words holds."""

MOST_TOLD = 20
"""Web calls that are told of a call that is over."""


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


class EndedWebCall(Struct, frozen=True):
    """What the log tells of a web call. `at` is when it ended."""

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
    web_calls: tuple[EndedWebCall, ...] = ()
    more_web_calls: int = 0

    @property
    def outcome(self) -> Outcome:
        if not self.flow:
            return "unanswered"
        return cast("Outcome", self.result) if self.result in _OUTCOMES else "unknown"


class CallHistory:
    """Every method raises StoreError; those that tell of callers raise KeyMissing and Damaged too."""

    kind = "calls"

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def list(self, sought: Sought) -> Sequence[CallRow]:
        """Calls, the newest first."""
        asked = wanted(sought, self._vault)
        named: dict[str, str | int] = {**asked.named, "most": sought.most}
        over, live = list(asked.over), list(asked.live)
        for row in await self._database.fetch(call_statements.CALL_STARTED, {"id": sought.after}):
            named |= {"seen_at": row["started_at"], "seen": sought.after}
            over, live = [*over, _behind(asked.at)], [*live, _behind("started_at")]
        found = await self._database.fetch(page(call_statements.SHOWN, asked.source, over, live), named)
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

    async def forget(self, before: int) -> int:
        """Delete some of the calls that began and ended before then, with all that is kept of them. How many it were:
        less than FORGOTTEN when these were the last."""
        asked: Params = {"before": before, "most": FORGOTTEN}
        ids = [row["id"] for row in await self._database.fetch(call_statements.OLD_CALLS, asked)]
        statements = [Statement(sql, {"id": call_id}) for call_id in ids for sql in FORGET]
        if statements:
            await self._database.write(statements)
        return len(ids)

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


def _behind(at: str) -> str:
    """The second says more; the first can be found along an index."""
    return f"{at} <= :seen_at AND ({at} < :seen_at OR id < :seen)"


def _result(row: Row) -> str:
    return "live" if row["over_at"] is None else row["result"]


def _web_call(row: Row) -> EndedWebCall:
    return EndedWebCall(row["flow"], row["block"], row["at"], row["milliseconds"], row["cause"])

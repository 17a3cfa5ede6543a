"""Where starts live: the queue of calls to place, its pace, and how each ended. Implements `runtime.starts`."""

from collections.abc import Callable

import msgspec
from msgspec import Struct

from ivr.core.phone_numbers import without_numbers
from ivr.core.values import Value, decimal, written
from ivr.runtime.starts import RANKS, Progress, Start
from ivr.store.database import Database, Params, Row, Statement
from ivr.store.sql import starts as statements
from ivr.store.vault import Vault

FORGOTTEN = 100
"""Starts that are deleted in one go: few, so that other writers need not wait."""


class _Body(Struct, frozen=True):
    """What is sealed of a start: whom it reaches, and with what."""

    caller: str
    dialled: str
    inputs: dict[str, Value]
    digest: str
    token: str = ""


_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=written)
_bodies = msgspec.json.Decoder(_Body, float_hook=decimal)


class StartStore:
    """`now` gives milliseconds since 1970. Every method raises StoreError; those that read, KeyMissing and Damaged."""

    kind = "starts"

    def __init__(self, database: Database, vault: Vault, now: Callable[[], int]) -> None:
        self._database = database
        self._vault = vault
        self._now = now

    async def add(self, start: Start, until: int) -> bool:
        """Queue it. False: there is one with this id already."""
        body = _encoder.encode(_Body(start.caller, start.dialled, start.inputs, start.digest, start.token))
        row: Params = {
            "id": start.id,
            "flow": start.flow,
            "revision": start.revision,
            "reach_by": start.reach_by,
            "until": until,
            "body": self._vault.seal(body, _about(start.id)),
            "reason": "",
            "now": self._now(),
        }
        return await self._write(statements.INSERT_START, row)

    async def get(self, run: str) -> Start | None:
        for row in await self._database.fetch(statements.START, {"id": run}):
            return self._start(row)
        return None

    async def waiting(self) -> int:
        """How many starts are queued."""
        return sum(row["waiting"] for row in await self._database.fetch(statements.WAITING, {}))

    async def next(self, now: int) -> Start | None:
        """The queued start that has waited longest and may be made now."""
        for row in await self._database.fetch(statements.NEXT_START, {"now": now}):
            return self._start(row)
        return None

    async def forgotten_texts(self, now: int) -> list[Start]:
        """Starts without a call that were claimed and not begun in time, at most 100."""
        return [self._start(row) for row in await self._database.fetch(statements.FORGOTTEN_TEXTS, {"now": now})]

    async def next_slot(self) -> int:
        """When the next call may be placed, by whichever process."""
        return max((row["next_at"] for row in await self._database.fetch(statements.NEXT_SLOT, {})), default=0)

    async def claim(self, start: Start, slot: int, following: int, until: int) -> bool:
        """Take this start and this slot, both or neither."""
        taken: Params = {"id": start.id, "until": until, "now": self._now()}
        return await self._database.write(
            [
                Statement(statements.TAKE_SLOT, {"slot": slot, "following": following}, must_change=True),
                Statement(statements.CLAIM_START, taken, must_change=True),
            ]
        )

    async def put_back(self, start: Start, not_before: int) -> None:
        """Queue a claimed start again."""
        await self._write(statements.PUT_BACK, {"id": start.id, "until": not_before, "now": self._now()})

    async def update(self, run: str, progress: Progress, until: int | None = None) -> bool:
        """Store the progress of a start. False: it is there already, or a later one, or there is no such start."""
        row: Params = {
            "id": run,
            "status": progress.status,
            "rank": RANKS[progress.status],
            "sid": progress.sid,
            "reason": without_numbers(progress.reason),  # a stranger's words may have phone numbers in them
            "until": until,
            "now": self._now(),
        }
        return await self._write(statements.TELL_START, row)

    async def tidy(self, now: int, queued_before: int) -> None:
        """Mark calls as unknown when no report came in time, and as expired when queued before `queued_before`."""
        expired: Params = {"now": now, "queued_before": queued_before}
        await self._database.write(
            [Statement(statements.UNHEARD_STARTS, {"now": now}), Statement(statements.EXPIRED_STARTS, expired)]
        )

    async def forget(self, before: int) -> int:
        """Delete some of the starts that are older than `before` and no longer queued. Returns how many.

        Their Idempotency-Keys may then be used again.
        """
        asked: Params = {"before": before, "most": FORGOTTEN}
        ids = [row["id"] for row in await self._database.fetch(statements.OLD_STARTS, asked)]
        if ids:
            await self._database.write([Statement(statements.FORGET_START, {"id": run}) for run in ids])
        return len(ids)

    def _start(self, row: Row) -> Start:
        body = _bodies.decode(self._vault.open(row["body"], _about(row["id"])))
        return Start(
            id=row["id"],
            flow=row["flow"],
            revision=row["revision"],
            reach_by=row["reach_by"],
            caller=body.caller,
            dialled=body.dialled,
            inputs=body.inputs,
            digest=body.digest,
            token=body.token,
            status=row["status"],
            sid=row["sid"],
            reason=row["reason"],
            tries=row["tries"],
            queued_at=row["queued_at"],
            changed_at=row["changed_at"],
        )

    def reached_by(self, row: Row) -> str:
        """Whom a start reaches. Raises KeyMissing and Damaged."""
        return _bodies.decode(self._vault.open(row["body"], _about(row["id"]))).caller

    async def _write(self, sql: str, row: Params) -> bool:
        return await self._database.write([Statement(sql, row, must_change=True)])


def _about(run: str) -> bytes:
    return f"start:{run}".encode()

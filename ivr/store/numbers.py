"""Which flow answers which number, and with which revision. Numbers are kept as E.164, however they are written."""

from abc import abstractmethod

from ivr.core.phone_numbers import find, read
from ivr.store.audit_trail import Act, AuditTrail, Head
from ivr.store.database import Database, Row, Statement
from ivr.store.errors import UnknownFlow
from ivr.store.flow_rows import NumberRow
from ivr.store.sql import core as statements
from ivr.store.vouching import NUMBER, Vouching


class Numbers:
    """The part of the flow store that is about numbers."""

    _database: Database
    _vouching: Vouching
    _trail: AuditTrail

    async def of_number(self, number: str) -> tuple[str, int] | None:
        """Flow id and live revision, or None for a number without a published flow."""
        rows, head = await self._trail.look(statements.OF_NUMBER, {"number": number}, calls=True)
        for row in rows:
            live = self._live(row, head)
            return (row["id"], live) if live is not None and self._holds(row, head) else None
        return None

    async def unpublished(self, number: str) -> str | None:
        """Id of the flow that this number is assigned to, when that has never been published."""
        rows, head = await self._trail.look(statements.UNPUBLISHED, {"number": number}, calls=True)
        return next((row["flow"] for row in rows if self._holds(row, head)), None)

    async def live(self, flow_id: str) -> int | None:
        """The live revision, or None for a flow that is not there or has never been published."""
        rows, head = await self._trail.look(statements.LIVE, {"id": flow_id}, calls=True)
        for row in rows:
            return self._live(row, head)
        return None

    async def numbers(self) -> list[NumberRow]:
        """All numbers that a flow answers."""
        rows, head = await self._trail.look(statements.NUMBERS, {}, calls=True)
        ours = (row for row in rows if self._holds(row, head))
        return [NumberRow(row["number"], row["id"], row["name"], row["revision"]) for row in ours]

    async def numbers_of(self, flow_id: str) -> frozenset[str]:
        """The numbers that this flow answers; none for one that is not there."""
        rows, head = await self._trail.look(statements.NUMBERS_OF, {"flow": flow_id}, calls=True)
        return frozenset(row["number"] for row in rows if self._holds(row, head))

    async def assign(self, number: str, flow_id: str, country: str = "") -> str:
        """Let calls to this number run the flow, instead of any other they ran before. Returns it as E.164.

        A number in national notation is one of `country` (ISO code), or of the country of the numbers that are there
        already. Raises NotANumber.
        """
        e164 = read(number, country or await self._home()).e164
        mine = self._vouching.signed(NUMBER, {"number": e164, "flow": flow_id})
        turns = Statement(statements.TAKE_TURNS, {"flow": flow_id}, must_change=True)
        act = Act("number", e164, f"Let {flow_id} answer {e164}.")
        assigned = [turns, Statement(statements.ASSIGN, mine, must_change=True)]
        if not await self._trail.write(assigned, act, stands={_named(e164): flow_id}):
            raise await self._unknown(flow_id)
        return e164

    async def unassign(self, number: str, country: str = "") -> bool:
        """Whether the number ran a flow until now. Also for one that is kept as it was typed, by an older version."""
        found = find(number, country or await self._home())
        for kept in dict.fromkeys((number, found.e164 if found else number)):
            gone = Statement(statements.UNASSIGN, {"number": kept}, must_change=True)
            act = Act("number", kept, f"Let no flow answer {kept} any more.")
            if await self._trail.write([gone], act, stands={_named(kept): None}):
                return True
        return False

    async def own_numbers(self) -> tuple[str, ...]:
        """The numbers of ours, as they are kept."""
        return tuple(row.number for row in await self.numbers())

    def _live(self, row: Row, head: Head) -> int | None:
        """The revision that is live, where we have made it so."""
        revision: int | None = row["revision"]
        if revision is None or head.stands(live_of(row["id"]), revision):
            return revision
        self._trail.refused(f"the live revision of {row['id']}")
        return None

    def _holds(self, row: Row, head: Head) -> bool:
        """Whether we wrote this row, and as the last one about its number."""
        if not self._vouching.holds(NUMBER, row):
            return False
        if head.stands(_named(row["number"]), row["flow"]):
            return True
        self._trail.refused(f"the number {row['number']}")
        return False

    async def _home(self) -> str:
        """The country of our numbers, where they are all of one."""
        found = {each.country for number in await self.own_numbers() if (each := find(number))}
        return found.pop() if len(found) == 1 else ""

    @abstractmethod
    async def _unknown(self, flow_id: str) -> UnknownFlow:
        """What to raise for a flow that is not there."""


def _named(number: str) -> str:
    return f"number {number}"


def draft_of(flow_id: str) -> str:
    """Under which name the version of its draft stands."""
    return f"draft {flow_id}"


def live_of(flow_id: str) -> str:
    """Under which name its live revision stands."""
    return f"live {flow_id}"

"""Which flow answers which number. Numbers are kept as E.164, however they are written."""

from abc import abstractmethod

from ivr.core.phone_numbers import find, read
from ivr.store.audit_trail import Act, AuditTrail
from ivr.store.database import Database, Statement
from ivr.store.errors import UnknownFlow
from ivr.store.flow_rows import NumberRow
from ivr.store.sql import core as statements
from ivr.store.vouching import NUMBER, Vouching


class Numbers:
    """The part of the flow store that is about numbers."""

    _database: Database
    _vouching: Vouching
    _trail: AuditTrail

    async def numbers(self) -> list[NumberRow]:
        """All numbers that a flow answers."""
        rows = await self._database.fetch(statements.NUMBERS, {})
        ours = (row for row in rows if self._vouching.holds(NUMBER, row))
        return [NumberRow(row["number"], row["id"], row["name"], row["revision"]) for row in ours]

    async def numbers_of(self, flow_id: str) -> frozenset[str]:
        """The numbers that this flow answers; none for one that is not there."""
        rows = await self._database.fetch(statements.NUMBERS_OF, {"flow": flow_id})
        return frozenset(row["number"] for row in rows if self._vouching.holds(NUMBER, row))

    async def assign(self, number: str, flow_id: str, country: str = "") -> str:
        """Let calls to this number run the flow, instead of any other they ran before. Returns it as E.164.

        A number in national notation is one of `country` (ISO code), or of the country of the numbers that are there
        already. Raises NotANumber.
        """
        e164 = read(number, country or await self._home()).e164
        mine = self._vouching.signed(NUMBER, {"number": e164, "flow": flow_id})
        turns = Statement(statements.TAKE_TURNS, {"flow": flow_id}, must_change=True)
        act = Act("number", e164, f"Let {flow_id} answer {e164}.")
        if not await self._trail.write([turns, Statement(statements.ASSIGN, mine, must_change=True)], act):
            raise await self._unknown(flow_id)
        return e164

    async def unassign(self, number: str, country: str = "") -> bool:
        """Whether the number ran a flow until now. Also for one that is kept as it was typed, by an older version."""
        found = find(number, country or await self._home())
        for kept in dict.fromkeys((number, found.e164 if found else number)):
            gone = Statement(statements.UNASSIGN, {"number": kept}, must_change=True)
            if await self._trail.write([gone], Act("number", kept, f"Let no flow answer {kept} any more.")):
                return True
        return False

    async def own_numbers(self) -> tuple[str, ...]:
        """The numbers of ours, as they are kept."""
        return tuple(row.number for row in await self.numbers())

    async def _home(self) -> str:
        """The country of our numbers, where they are all of one."""
        found = {each.country for number in await self.own_numbers() if (each := find(number))}
        return found.pop() if len(found) == 1 else ""

    @abstractmethod
    async def _unknown(self, flow_id: str) -> UnknownFlow:
        """What to raise for a flow that is not there."""

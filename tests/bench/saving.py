"""Saving a draft among few flows and among many: what an author waits for at every change.

Each of the flows is live; the one that is saved goes on to two of them. A save is stored durably, and checked against
what is known here.
"""

import asyncio
from pathlib import Path
from typing import NamedTuple

from ivr.authoring import Desk
from ivr.authoring.found import find
from tests.authoring.counting import counted, jumping
from tests.bench.table import number, table
from tests.bench.timing import times_async

FEW, MANY = 3, 300


class Saving(NamedTuple):
    """Microseconds of a save among so many flows, and the statements that it takes."""

    flows: int
    cost: float
    statements: int


class Savings(NamedTuple):
    """The same among few flows, which is the baseline, and among many."""

    few: Saving
    many: Saving

    def report(self) -> str:
        """The table."""
        rows = [
            (
                f"{each.flows} flows",
                number(each.cost / 1000, 2),
                number(each.cost / self.few.cost, 2),
                str(each.statements),
            )
            for each in self
        ]
        return table("Saving a draft", ("", "ms", f"times {self.few.flows} flows", "statements"), rows)


def measure(saves: int, folder: Path, many: int = MANY) -> Savings:
    """Time so many saves among few flows and among many, in two databases of their own."""
    return Savings(*(asyncio.run(_saving(folder / f"{flows}", flows, saves)) for flows in (FEW, many)))


async def _saving(folder: Path, flows: int, saves: int) -> Saving:
    store, database = await counted(folder)
    try:
        for n in range(flows):
            await store.flows.save_draft(jumping(f"flow-{n}"))
            await store.flows.publish(f"flow-{n}")
        await store.flows.save_draft(jumping("mine"))
        desk = Desk(store, ())

        async def save() -> None:
            saved = await desk.save(jumping("mine", "flow-0", "flow-1"))
            await asyncio.to_thread(find, saved.draft.document, saved.known)

        cost = await times_async(save, saves)
        database.forget()
        await save()
        return Saving(flows, cost, database.asked.total())
    finally:
        await store.close()

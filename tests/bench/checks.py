"""Checking a large flow: what an author waits for at every change, beside reading the flow as a model.

* check: everything that is found, the audit of silence included.
* one block: Available Variables of the last block, from the drawing on.
* all blocks: those of every block.
"""

import json
from typing import NamedTuple

from ivr.flow.check import checked
from ivr.flow.model import Flow
from ivr.flow.scope import Scope, available
from tests.bench.large import BLOCKS, large
from tests.bench.table import number, table
from tests.bench.timing import each


class Checks(NamedTuple):
    """Microseconds each; `read` is the baseline."""

    blocks: int
    wires: int
    read: float
    check: float
    one: float
    every: float

    def report(self) -> str:
        """The table."""
        rows = [
            (name, number(cost / 1000, 1), number(cost / self.read, 1))
            for name, cost in (
                ("read as a model", self.read),
                ("check", self.check),
                ("available, one block", self.one),
                ("available, all blocks", self.every),
            )
        ]
        title = f"Checks: {self.blocks} blocks, {self.wires} wires"
        return table(title, ("", "ms", "times reading"), rows)


def measure(seconds: float, blocks: int = BLOCKS) -> Checks:
    """Time each, about so many seconds. Nothing that a flow keeps of an earlier check is used again."""
    document = json.loads(large(blocks).model_dump_json())
    last = document["blocks"][-1]["number"]

    def read() -> Flow:
        return Flow.model_validate(document)

    if found := [problem for problem in checked(read()).problems if problem.level == "error"]:
        raise ValueError(f"the flow that was to be checked has a mistake: {found[0]}")
    alone = each(read, seconds)
    return Checks(
        blocks,
        sum(len(block["exits"]) for block in document["blocks"]),
        alone,
        each(lambda: checked(read()), seconds) - alone,
        each(lambda: Scope(read()).at(last), seconds) - alone,
        each(lambda: available(read()), seconds) - alone,
    )

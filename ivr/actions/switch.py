from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ivr.actions.condition import compared
from ivr.actions.parts.rows import DEFAULT, Way, twice
from ivr.core.action import Action, Card, Leave, Outcome, Port, Visit
from ivr.core.compare import Row, judge, mistakes
from ivr.core.events import Event
from ivr.core.fields import ui
from ivr.core.problem import Problem


class Case(Row, Way):
    """A comparison, and the way out when it holds."""


class Switch(Action[Event]):
    """Go one of several ways: the first row that holds, from the top, has the call; Default has it when none does.
    Rows can be put in another order and keep their connectors."""

    card: ClassVar = Card(
        "Switch",
        group="Logic",
        icon="list-tree",
        prefix="SWITCH",
        ports=(DEFAULT,),
        ports_from="cases",
        keywords=("case", "branch", "route", "if"),
    )
    type: Literal["switch"] = "switch"

    cases: Annotated[tuple[Case, ...], Field(min_length=1, max_length=30)] = Field(json_schema_extra=ui(group="Inputs"))
    """What is compared, one way out for each row."""

    @property
    def ports(self) -> tuple[Port, ...]:
        return (*(case.port for case in self.cases), DEFAULT)

    def problems(self) -> Iterator[Problem]:
        yield from twice(self.cases, "cases")
        for index, case in enumerate(self.cases):
            yield from mistakes(case, f"cases[{index}]")

    def enter(self, visit: Visit) -> Outcome:
        looked_at = []
        for number, case in enumerate(self.cases, 1):
            verdict = judge(case, visit, visit.language)
            looked_at.append(compared(case, verdict))
            if verdict.holds:
                why = {"decided_by": f"row {number}: {case.label}", "compared": looked_at}
                return Leave(case.port.id, why=why)
        return Leave(DEFAULT.id, why={"decided_by": "no row", "compared": looked_at})

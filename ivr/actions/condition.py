from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from ivr.core.action import Action, Card, Leave, Outcome, Port, Visit
from ivr.core.compare import Row, Verdict, judge, mistakes
from ivr.core.events import Event
from ivr.core.fields import ui
from ivr.core.problem import Problem
from ivr.core.values import Value, to_text

LONGEST_SHOWN = 10_000
"""Characters of a value that the trace keeps."""
MOST_SHOWN = 100
"""Values that one was compared with, of which the trace tells."""


class Condition(Action[Event]):
    """Go one way or the other, by comparing variables. The call's trace shows which row decided, with what values."""

    card: ClassVar = Card(
        "Condition",
        group="Logic",
        icon="split",
        prefix="CONDITION",
        ports=(Port("true", "If All Conditions True"), Port("false", "Otherwise")),
        keywords=("if", "branch", "compare", "check"),
    )
    type: Literal["condition"] = "condition"

    match: Literal["all", "any"] = Field(default="all", json_schema_extra=ui(group="Inputs"))
    """Whether `all` rows must hold, or `any` one of them is enough."""
    rows: Annotated[tuple[Row, ...], Field(min_length=1, max_length=20)] = Field(json_schema_extra=ui(group="Inputs"))
    """What is compared, from the top; once a row has decided, those below it are not looked at."""

    @property
    def ports(self) -> tuple[Port, ...]:
        met, otherwise = self.card.ports
        return (met if self.match == "all" else Port(met.id, "If Any Condition True"), otherwise)

    def problems(self) -> Iterator[Problem]:
        for index, row in enumerate(self.rows):
            yield from mistakes(row, f"rows[{index}]")

    def enter(self, visit: Visit) -> Outcome:
        decisive = self.match == "any"
        looked_at = []
        for number, row in enumerate(self.rows, 1):
            verdict = judge(row, visit, visit.language)
            looked_at.append(compared(row, verdict))
            if verdict.holds == decisive:
                return Leave(_port(decisive), why={"decided_by": f"row {number}", "compared": looked_at})
        return Leave(
            _port(not decisive), why={"decided_by": "no row" if decisive else "all rows", "compared": looked_at}
        )


def compared(row: Row, verdict: Verdict) -> dict[str, Any]:
    """A row and its result, for the trace. One large value may be compared with itself again and again."""
    against = [_shown(each) for each in verdict.compared[:MOST_SHOWN]]
    more = len(verdict.compared) - MOST_SHOWN
    against += [f"… and {more:,} more"] if more > 0 else []
    return {"row": row.words, "value": _shown(verdict.value), "with": against, "holds": verdict.holds}


def _shown(value: Value) -> Value:
    """The value, or how long it is. It is not cut: of what must not be seen, half could be known no more."""
    length = len(to_text(value))
    return value if length <= LONGEST_SHOWN else f"… ({length:,} characters)"


def _port(met: bool) -> str:
    return "true" if met else "false"

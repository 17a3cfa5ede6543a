from typing import ClassVar, Literal

from pydantic import Field

from ivr.core import numbers
from ivr.core.action import Action, Card, Leave, Outcome, Port, Remember, Sets, Visit
from ivr.core.call import Memory
from ivr.core.events import Event
from ivr.core.fields import VariableName, ui

MOST = 10**15


class Counter(Action[Event]):
    """Count how often a call comes here. Blocks that count under the same name are one counter: one of them may count
    up and another down. Ask for the number in a Condition to leave a loop."""

    card: ClassVar = Card(
        "Counter",
        group="Logic",
        icon="hash",
        prefix="COUNTER",
        ports=(Port("next", "Next"),),
        sets=(Sets("value", "The number it has come to"),),
        summary="{name}",
        keywords=("count", "loop", "tries", "increment"),
    )
    type: Literal["counter"] = "counter"

    name: VariableName | None = Field(default=None, json_schema_extra=ui(group="Inputs", placeholder="tries"))
    """A name of its own: `tries` becomes `$tries`, and is shared by all blocks that count under it. Without one the
    number is `$COUNTER_#.value`, for this block alone."""
    direction: Literal["up", "down"] = Field(default="up", json_schema_extra=ui(group="Inputs", half=True))
    """Whether it counts up or down."""
    step: int = Field(default=1, ge=1, le=1_000_000, json_schema_extra=ui(group="Inputs", half=True))
    """By how much."""
    initial: int = Field(default=0, ge=-1_000_000_000, le=1_000_000_000, json_schema_extra=ui(group="Inputs"))
    """What it counts from: after the first time the number is this and one step. A variable of that name that holds no
    whole number counts as not begun."""

    def variables(self) -> tuple[Sets, ...]:
        named = (Sets(self.name, "The number it has come to", shared=True),) if self.name else ()
        return (*self.card.sets, *named)

    def enter(self, visit: Visit) -> Outcome:
        before = numbers.read(visit.lookup(self.name) if self.name else visit.memory(self.card.prefix))
        begun = before is not None and before == before.to_integral_value() and abs(before) < MOST
        number = int(before) if begun and before is not None else self.initial
        value = number + (self.step if self.direction == "up" else -self.step)
        if self.name:
            return Leave("next", set={"value": value, self.name: value}, share={self.name: value})
        return Remember("next", set={"value": value}, memory=Memory(value))

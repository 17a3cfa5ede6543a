from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from ivr.actions.parts.rows import from_hidden
from ivr.core import numbers
from ivr.core.action import Action, Card, Leave, Outcome, Port, Sets, Visit
from ivr.core.events import Event
from ivr.core.fields import VariableName, ui
from ivr.core.problem import Problem
from ivr.core.template import Template, Unset, list_of
from ivr.core.values import Value

MOST = 1000
"""Items of a list that are walked through at most."""


class ForEach(Action[Event]):
    """Walk through a list, such as the orders of a caller: the call goes on by Each Item, and the last block of what is
    done with an item leads back here. After the last one it goes on by Done, and the next time the list begins anew.
    The list is looked at afresh for every item, so it must not be changed on the way. More than 100 blocks without a
    question or a web call end the call: choose how many items are walked through at most."""

    card: ClassVar = Card(
        "For Each",
        group="Logic",
        icon="repeat",
        prefix="EACH",
        ports=(Port("each", "Each Item"), Port("done", "Done"), Port("empty", "Empty or No List")),
        sets=(
            Sets("item", "The item whose turn it is", ports=("each",)),
            Sets("index", "Its number: 1 for the first; 0 when it is done"),
            Sets("count", "How many items are walked through"),
        ),
        summary="{list}",
        keywords=("loop", "iterate", "list", "array", "repeat", "items", "rows"),
    )
    ends_by: ClassVar = "done"
    type: Literal["for_each"] = "for_each"

    list: Template = Field(json_schema_extra=ui(group="Inputs", placeholder="$EXTCALL_3.response.orders"))
    """The variable that holds the list. One object, or one element of XML, counts as a list of one."""
    most: int | None = Field(default=None, ge=1, le=MOST, json_schema_extra=ui(group="Inputs", half=True))
    """How many items are walked through at most: the first so many. Empty: all, up to 1000."""
    name: VariableName | None = Field(
        default=None, json_schema_extra=ui(group="Inputs", half=True, placeholder="order")
    )
    """A name for the item: `order` becomes `$order`, and its parts `$order.id`. It is always in `$EACH_#.item` too."""

    def variables(self) -> tuple[Sets, ...]:
        named = (Sets(self.name, "The item whose turn it is", shared=True, ports=("each",)),) if self.name else ()
        return (*self.card.sets, *named)

    def problems(self) -> Iterator[Problem]:
        if not self.list.references:
            hint = "Choose one, such as $EXTCALL_3.response.orders."
            yield Problem("no_variable", "There is no list to walk through.", path="list", hint=hint)

    def enter(self, visit: Visit) -> Outcome:
        found = list_of(self.list, visit)
        items: tuple[Value, ...] = tuple(found[: self.most or MOST]) if isinstance(found, list) else ()
        if not items:
            missing = isinstance(found, Unset) or found is None
            why = "It is empty." if found == [] else "It is not set." if missing else "It is no list."
            return Leave("empty", set={"index": 0, "count": 0}, why={"list": why})
        index = self._before(visit) + 1
        if index > len(items):
            return Leave("done", set={"index": 0, "count": len(items)})
        item = items[index - 1]
        share = {self.name: item} if self.name else {}
        hidden = from_hidden(visit, self.list)
        hide = (f"{self.card.prefix}_{visit.block}.item", *share) if hidden else ()
        return Leave("each", set={"item": item, "index": index, "count": len(items), **share}, share=share, hide=hide)

    def _before(self, visit: Visit) -> int:
        """The number of the item before, 0 when it begins."""
        number = numbers.read(_known(visit.lookup(f"{self.card.prefix}_{visit.block}.index")))
        whole = number is not None and number == number.to_integral_value() and 0 <= number <= MOST
        return int(number) if whole and number is not None else 0


def _known(value: Value | Unset) -> Value:
    return None if isinstance(value, Unset) else value

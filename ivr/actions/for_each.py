from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import Field

from ivr.actions.parts.rows import from_hidden
from ivr.core.action import Action, Card, Leave, Outcome, Port, Remember, Sets, Visit
from ivr.core.call import Memory
from ivr.core.events import Event
from ivr.core.fields import VariableName, ui
from ivr.core.grammar import steps
from ivr.core.problem import Problem
from ivr.core.template import Template, Unset, list_of
from ivr.core.values import Value

MOST = 1000
"""Items of a list that are walked through at most."""


class ForEach(Action[Event]):
    """Walk through a list, such as the orders of a caller: the call goes on by Each Item, and the last block of what is
    done with an item leads back here. After the last one it goes on by Done, and the next time the list begins anew.
    It also begins anew once the variable that holds it is set again, by whatever block, even to an equal list: fetch it
    before the loop, and never on the way. A call that leaves the loop in the middle, and comes back while the list is
    still the one of before, goes on with the next item. More than 100 blocks without a question or a web call end the
    call: choose how many items are walked through at most."""

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
        index = (visit.memory(self.card.prefix) or 0) + 1
        if index > len(items):
            return Leave("done", set={"index": 0, "count": len(items)})
        item = items[index - 1]
        share = {self.name: item} if self.name else {}
        hidden = from_hidden(visit, self.list)
        hide = (f"{self.card.prefix}_{visit.block}.item", *share) if hidden else ()
        own = {"item": item, "index": index, "count": len(items), **share}
        memory = Memory(index, of=tuple(dict.fromkeys(steps(each)[0] for each in self.list.references)))
        return Remember("each", set=own, share=share, hide=hide, memory=memory)

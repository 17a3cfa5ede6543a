from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field

from ivr.core.action import Action, Card, Leave, Outcome, Port, Sets, Visit
from ivr.core.events import Event, Requested
from ivr.core.fields import VariableName, ui
from ivr.described import Described


class ExpectedInput(Described):
    """A value that the other system passes along."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: VariableName
    """What the request calls it: `OrderId` becomes `$OrderId`."""
    help: str = Field(default="", max_length=200)
    """What it is, for the authors of texts."""
    required: bool = False
    """Whether a request without it is refused."""


class InboundApi(Action[Requested]):
    """Start here when another system asks for it by `POST /api/flows/{id}/start`. The answer to that request holds the
    run's id, to look up how it went."""

    card: ClassVar = Card(
        "Inbound API",
        group="Triggers",
        icon="webhook",
        prefix="IAPI",
        ports=(Port("next", "Next"),),
        sets=(
            Sets("ANI", "The number to reach, such as +15551234567", shared=True),
            Sets("DNIS", "The number of ours that is shown", shared=True),
            Sets("CallSid", "The carrier's id of the call, or the run's own id", shared=True),
        ),
        trigger=True,
    )
    type: Literal["inbound_api"] = "inbound_api"

    reach_by: Literal["call", "text"] = Field(default="call", json_schema_extra=ui(group="Inputs"))
    """`call` rings the number, and the flow begins when it is answered; `text` begins at once, without a
    caller: blocks that ask the caller end the run."""
    expected_inputs: Annotated[
        tuple[ExpectedInput, ...], Field(max_length=50, json_schema_extra=ui(group="Inputs", row="input"))
    ] = ()
    """What the request passes along. Keys that are not listed become variables too; listed ones are known while
    editing, and can be required."""

    @property
    def starts_at(self) -> str:
        return "api"

    @property
    def on_phone(self) -> bool:
        return self.reach_by == "call"

    def begins(self, event: Event) -> bool:
        return isinstance(event, Requested)

    def variables(self) -> tuple[Sets, ...]:
        inputs = tuple(
            Sets(each.name, each.help or "Passed along by the API", shared=True) for each in self.expected_inputs
        )
        return (*self.card.sets, *inputs)

    def enter(self, visit: Visit) -> Outcome:
        return Leave("next")

    def resume(self, visit: Visit, reply: Requested) -> Outcome:
        known = {"ANI": reply.caller, "DNIS": reply.dialled, "CallSid": visit.call.id}
        return Leave("next", set=known, share={**reply.inputs, **known})

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from ivr.core.action import Action, Card, Outcome, Visit
from ivr.core.call import Jump
from ivr.core.events import Event
from ivr.core.fields import ui


class JumpTo(Action[Event]):
    """Go on in another flow, at its Jump From block. Variables go along, and the call does not notice. The other flow's
    live revision is taken; a call may go on to at most 20 flows."""

    card: ClassVar = Card("Jump To", group="Ends", icon="corner-down-right", prefix="JUMPTO", summary="{flow}")
    type: Literal["jump_to"] = "jump_to"

    flow: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)] = Field(
        json_schema_extra=ui(group="Inputs", widget="flow")
    )
    """The id of the flow to go on in."""
    entry: int = Field(default=0, ge=0, le=9999, json_schema_extra=ui(group="Inputs"))
    """The number of its Jump From block, where it has several; 0 is the first."""

    def enter(self, visit: Visit) -> Outcome:
        return Jump(self.flow, self.entry)

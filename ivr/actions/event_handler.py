from typing import ClassVar, Literal

from pydantic import Field

from ivr.core.action import Action, Card, Leave, Outcome, Port, Sets, Visit
from ivr.core.events import Event, Happened, Happening
from ivr.core.fields import ui

_TOLD = {"call_ended": ("name", "reason"), "sms_delivered": ("name", "sid"), "sms_failed": ("name", "sid", "error")}


class EventHandler(Action[Happened]):
    """Start here, in a run of its own, when a call of this flow ends or one of its messages is delivered or fails. The
    run has the variables of the call it comes from, and no caller."""

    card: ClassVar = Card(
        "Event Handler",
        group="Triggers",
        icon="bell",
        prefix="EVENT",
        ports=(Port("next", "Next"),),
        sets=(
            Sets("name", "What happened: `call_ended`, `sms_delivered` or `sms_failed`"),
            Sets("reason", "Of a call that ended: the carrier's word for how, such as `completed` or `busy`"),
            Sets("sid", "Of a message: the carrier's id"),
            Sets("error", "Of a message that failed: why, in plain words"),
        ),
        trigger=True,
        summary="{event}",
    )
    type: Literal["event_handler"] = "event_handler"

    event: Happening = Field(default="call_ended", json_schema_extra=ui(group="Inputs"))
    """What starts it: the end of a call, or that a message of this flow was delivered or failed on its way."""

    @property
    def starts_at(self) -> str:
        return f"event {self.event}"

    @property
    def on_phone(self) -> bool:
        return False

    @property
    def brings(self) -> Literal["of the flow"]:
        return "of the flow"

    def variables(self) -> tuple[Sets, ...]:
        return tuple(sets for sets in self.card.sets if sets.name in _TOLD[self.event])

    def begins(self, event: Event) -> bool:
        return isinstance(event, Happened) and event.what == self.event

    def enter(self, visit: Visit) -> Outcome:
        return Leave("next")

    def resume(self, visit: Visit, reply: Happened) -> Outcome:
        return Leave("next", set={"name": reply.what, **reply.details})

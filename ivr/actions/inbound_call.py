from typing import ClassVar, Literal

from ivr.core.action import Action, Card, Leave, Outcome, Port, Sets, Visit
from ivr.core.events import Answered, Event


class InboundCall(Action[Answered]):
    """Start here when a caller rings a number that this flow is assigned to."""

    card: ClassVar = Card(
        "Inbound Call",
        group="Triggers",
        icon="phone-incoming",
        prefix="ICALL",
        ports=(Port("next", "Next"),),
        sets=(
            Sets("ANI", "The caller's number, such as +15551234567", shared=True),
            Sets("DNIS", "The number that was called", shared=True),
            Sets("CallSid", "The carrier's id of this call", shared=True),
            Sets("CallerName", "The caller's name, where the carrier knows it", shared=True),
        ),
        trigger=True,
    )
    type: Literal["inbound_call"] = "inbound_call"

    @property
    def starts_at(self) -> str:
        return "call"

    def begins(self, event: Event) -> bool:
        return isinstance(event, Answered)

    def enter(self, visit: Visit) -> Outcome:
        return Leave("next")

    def resume(self, visit: Visit, reply: Answered) -> Outcome:
        known = {
            "ANI": reply.caller,
            "DNIS": reply.dialled,
            "CallSid": visit.call.id,
            "CallerName": reply.caller_name,
        }
        return Leave("next", set=known, share=known)

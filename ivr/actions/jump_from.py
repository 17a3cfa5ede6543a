from typing import ClassVar, Literal

from ivr.core.action import Action, Card, Leave, Outcome, Port, Visit
from ivr.core.events import Event, Jumped


class JumpFrom(Action[Jumped]):
    """Where calls from other flows come in. They bring their variables along; a flow may have several of these."""

    card: ClassVar = Card(
        "Jump From",
        group="Triggers",
        icon="corner-right-down",
        prefix="JUMPFROM",
        ports=(Port("next", "Next"),),
        trigger=True,
    )
    type: Literal["jump_from"] = "jump_from"

    @property
    def brings(self) -> Literal["anything"]:
        return "anything"

    def begins(self, event: Event) -> bool:
        return isinstance(event, Jumped)

    def enter(self, visit: Visit) -> Outcome:
        return Leave("next")

    def resume(self, visit: Visit, reply: Jumped) -> Outcome:
        return Leave("next")

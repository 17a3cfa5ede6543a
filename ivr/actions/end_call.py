from typing import ClassVar, Literal

from ivr.core.action import Action, Card, End, Outcome, Visit
from ivr.core.events import Event


class EndCall(Action[Event]):
    """Hang up, once everything said so far has been heard."""

    card: ClassVar = Card("End Call", group="Ends", icon="phone-off", prefix="END")
    type: Literal["end_call"] = "end_call"

    def enter(self, visit: Visit) -> Outcome:
        return End()

"""What stands in place of a disabled block when a flow is looked at as calls meet it: it only leads on."""

from typing import ClassVar

from ivr.core.action import Action, Card, Leave, Port, Visit
from ivr.core.events import Event


class PassedBy(Action[Event]):
    """Says nothing, sets nothing, and is left at once."""

    card: ClassVar[Card] = Card("Disabled", group="", icon="", prefix="DISABLED")
    way: Port

    @property
    def ports(self) -> tuple[Port, ...]:
        return (self.way,)

    def enter(self, visit: Visit) -> Leave:
        return Leave(self.way.id)

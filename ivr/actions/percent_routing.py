from collections.abc import Iterator
from hashlib import sha256
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ivr.actions.parts.rows import DEFAULT, Way, twice
from ivr.core.action import Action, Card, Leave, Outcome, Port, Visit
from ivr.core.events import Event
from ivr.core.fields import ui
from ivr.core.problem import Problem
from ivr.core.template import Unset
from ivr.core.values import to_text


class Share(Way):
    """One of the ways, and how many calls of a hundred go it."""

    percent: int = Field(ge=0, le=100, json_schema_extra=ui(unit="%", half=True))
    """How many calls of a hundred go this way; 0 keeps the place of one that is not used now."""


class PercentRouting(Action[Event]):
    """Send shares of the calls different ways, by chance. What is left to 100 goes by Default. A caller can be made to
    go the same way at every call."""

    card: ClassVar = Card(
        "Percent Routing",
        group="Logic",
        icon="percent",
        prefix="PERCENT",
        ports=(DEFAULT,),
        ports_from="shares",
        keywords=("split", "a/b", "random", "chance", "load"),
    )
    type: Literal["percent_routing"] = "percent_routing"

    shares: Annotated[tuple[Share, ...], Field(min_length=1, max_length=10)] = Field(
        json_schema_extra=ui(group="Inputs")
    )
    """The ways and their shares, up to 100 together."""
    sticky: bool = Field(default=False, json_schema_extra=ui(group="Inputs"))
    """Send a caller, known by `$ANI`, the same way every time. A caller without a number goes by chance. When shares
    change, some callers change over."""

    @property
    def ports(self) -> tuple[Port, ...]:
        return (*(share.port for share in self.shares), DEFAULT)

    def problems(self) -> Iterator[Problem]:
        yield from twice(self.shares, "shares")
        total = sum(share.percent for share in self.shares)
        if total > 100:
            message = f"The shares make {total} %, more than all calls."
            yield Problem("over_100", message, path="shares", hint="Lower them to 100 together, or less.")
        if total == 0:
            hint = "Give a way a share above 0."
            yield Problem("no_shares", "Every call goes by Default.", path="shares", hint=hint, level="warning")

    def enter(self, visit: Visit) -> Outcome:
        drawn = _drawn(self._lot(visit))
        total = 0
        for share in self.shares:
            total += share.percent
            if drawn < total:
                return Leave(share.port.id, why={"drawn": drawn, "below": total})
        return Leave(DEFAULT.id, why={"drawn": drawn, "not_below": total})

    def _lot(self, visit: Visit) -> tuple[object, ...]:
        """What the chance hangs on: who calls, or this one visit."""
        caller = visit.lookup("ANI")
        if self.sticky and not isinstance(caller, Unset) and to_text(caller):
            return "caller", visit.call.flow, visit.block, to_text(caller)
        return "visit", visit.call.id, visit.block, visit.call.turn, visit.call.steps


def _drawn(lot: tuple[object, ...]) -> int:
    """A number from 0 to 99: for one lot always the same, over many lots evenly spread."""
    digest = sha256(repr(lot).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") % 100

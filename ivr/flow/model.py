"""A flow as its author saves it."""

from functools import cached_property
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from ivr.core.action import Port
from ivr.core.events import Event
from ivr.core.grammar import steps
from ivr.core.moments import ZoneName
from ivr.described import Described
from ivr.flow.passing import PassedBy
from ivr.registry import AnyAction

FlowId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
ActionType = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
PackageName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$", max_length=100)]
APOLOGY = "We are sorry, something went wrong. Please call again later."


class Written(Described):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Block(Written):
    """An action on the board."""

    number: int = Field(ge=1, le=9999, strict=True)
    """Given once when the block is placed; never changed, never used again."""
    title: str = Field(default="", max_length=80)
    """What the author calls it; empty: the action's own title."""
    action: AnyAction
    exits: dict[str, Annotated[int, Field(strict=True)]] = Field(default={})
    """Port id to the number of the block it leads to."""
    place: tuple[int, int] | None = None
    """Where it lies on the board, in pixels from the left and from the top."""
    disabled: bool = Field(default=False, strict=True)
    """Calls pass it by: they go on through its first port at once, as if it were a wire. Triggers, and blocks without
    ports, can't be disabled."""

    @property
    def bypass(self) -> Port | None:
        """The port by which calls pass it by; None: they enter it."""
        if not self.disabled or self.action.card.trigger:
            return None
        return next(iter(self.action.ports), None)

    @property
    def met(self) -> "Block":
        """The block as calls meet it: a disabled one is no more than its first port."""
        if (way := self.bypass) is None:
            return self
        exits = {port: to for port, to in self.exits.items() if port == way.id}
        return self.model_copy(update={"action": PassedBy(way=way), "exits": exits, "disabled": False})

    @property
    def prefix(self) -> str:
        """The object its variables live in, such as `EXTCALL_3`."""
        return f"{self.action.card.prefix}_{self.number}"


MOST_BLOCKS = 9999
"""Blocks that a flow can have: their numbers have four digits."""


class Note(Written):
    """A note on the board, for people."""

    text: str = Field(max_length=2000)
    """What it says."""
    place: tuple[int, int] = (0, 0)
    """Where it lies, in pixels from the left and from the top."""
    size: tuple[int, int] = (200, 120)
    """Its width and height in pixels."""


class Flow(Written):
    """A whole call, from ring to hang-up."""

    id: FlowId
    """What commands and addresses call it: lower-case letters, digits and hyphens."""
    name: str = Field(min_length=1, max_length=120)
    description: str = Field(default="", max_length=2000)
    """What it is for, for the next reader."""
    time_zone: ZoneName = "UTC"
    """The time zone its dates and times are in, such as `Europe/Berlin`."""
    language: str = Field(default="en-US", max_length=35)
    """The language messages are spoken in, unless a block says otherwise."""
    voice: str = Field(default="", max_length=100)
    """The carrier's name of the voice, unless a block says otherwise. Empty: the carrier's default."""
    apology: str = Field(
        default="We are sorry, something went wrong. Please call again later.", min_length=1, max_length=1000
    )
    """What the caller hears before the hang-up when the system itself fails."""
    blocks: tuple[Block, ...] = Field(default=(), max_length=MOST_BLOCKS)
    last_number: int = Field(default=0, ge=0, le=MOST_BLOCKS)
    """The highest number that a block was ever given, so that none is given twice. 0: the highest there is."""
    needs: dict[ActionType, PackageName] = Field(default={}, max_length=1000)
    """The package of each action in the flow that does not come with the server. It is filled in when the flow is
    saved, so that a server without the package can say what to install."""
    notes: tuple[Note, ...] = Field(default=(), max_length=1000)
    """Notes on the board. Callers never meet them."""

    @cached_property
    def by_number(self) -> dict[int, Block]:
        return {block.number: block for block in self.blocks}

    def reads(self, variable: str) -> bool:
        """Whether some block refers to a variable such as `EXTCALL_3.response`, to a part of it, or to its object."""
        return variable in self._read or variable.split(".", maxsplit=1)[0] in self._read

    @cached_property
    def _read(self) -> frozenset[str]:
        """Every reference, cut to an object and its variable."""
        texts = (template for block in self.blocks for _, template in block.action.templates)
        return frozenset(_two_steps(reference) for template in texts for reference in template.references)

    @cached_property
    def triggers(self) -> tuple[Block, ...]:
        """The blocks that something can start at."""
        return tuple(block for block in self.blocks if block.action.card.trigger)

    @property
    def met(self) -> "Flow":
        """The flow as calls walk it: only one port of a disabled block leads on, and nothing else is left of it."""
        return self._met or self

    @cached_property
    def _met(self) -> "Flow | None":
        """None when nothing is disabled: a flow must not hold itself."""
        if not any(block.bypass for block in self.blocks):
            return None
        own = {name: getattr(self, name) for name in type(self).model_fields}
        return self.model_construct(**{**own, "blocks": tuple(block.met for block in self.blocks)})

    def start(self, event: Event) -> Block | None:
        """The block that an event starts at, if there is one."""
        return next((block for block in self.triggers if block.action.begins(event)), None)


def _two_steps(reference: str) -> str:
    return ".".join(steps(reference)[:2])

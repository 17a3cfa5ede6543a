"""A flow as its author saves it."""

from functools import cached_property
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from ivr.actions import AnyAction

FlowId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
APOLOGY = "We are sorry, something went wrong. Please call again later."


class Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, arbitrary_types_allowed=True)


class Block(Written):
    """An action on the board."""

    number: int = Field(ge=1, le=9999, strict=True)
    """Given once when the block is placed; never changed, never used again."""
    title: str = Field(default="", max_length=80)
    """What the author calls it; empty: the action's own title."""
    action: AnyAction
    exits: dict[str, Annotated[int, Field(strict=True)]] = {}
    """Port id to the number of the block it leads to."""

    @property
    def prefix(self) -> str:
        """The object its variables live in, such as `EXTCALL_3`."""
        return f"{self.action.card.prefix}_{self.number}"


class Flow(Written):
    """A whole call, from ring to hang-up."""

    id: FlowId
    """What commands and addresses call it: lower-case letters, digits and hyphens."""
    name: str = Field(min_length=1, max_length=120)
    language: str = Field(default="en-US", max_length=35)
    """The language messages are spoken in, unless a block says otherwise."""
    voice: str = Field(default="", max_length=100)
    """The carrier's name of the voice, unless a block says otherwise. Empty: the carrier's default."""
    apology: str = Field(
        default="We are sorry, something went wrong. Please call again later.", min_length=1, max_length=1000
    )
    """What the caller hears before the hang-up when the system itself fails."""
    blocks: tuple[Block, ...] = ()

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
    def start(self) -> Block | None:
        """The block that an incoming call starts at."""
        return next((block for block in self.blocks if block.action.card.trigger), None)


def _two_steps(reference: str) -> str:
    return ".".join(reference.replace("[", ".").split(".")[:2])

"""A call that starts in the middle of its flow.

It comes in by a door: a block that only the copy of the flow that is tried has, and that leads to where the call is to
start. So nothing else has to know of such calls, and no wire that an author drew is bent for them.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ivr.actions.inbound_call import InboundCall
from ivr.actions.jump_from import JumpFrom
from ivr.core.action import Leave, Outcome, Visit
from ivr.core.events import Answered, Event, Jumped, Requested
from ivr.core.resolving import resolve
from ivr.core.template import Unset
from ivr.core.values import Value, to_text
from ivr.flow.model import Block, Flow

DOOR = 10_000
"""The door's number, which no block of an author can have."""


class Beginning(Struct, frozen=True):
    """Where a call starts in the middle: a block, its name, and the given values of variables that must stay
    hidden. Block 0: it starts where calls start."""

    block: int = 0
    title: str = ""
    secrets: frozenset[str] = frozenset()


class Door(JumpFrom):
    """Calls come in here with all that the blocks which they don't meet would have set."""

    values: dict[str, Any]
    """Variables as a call keeps them."""
    hidden: tuple[str, ...] = ()
    """Names of the hidden ones."""
    begun: Event
    """What calls of this flow begin with,"""
    trigger: Block
    """and the block that they start at, which tells what is known of every call. Number 0: the flow has none."""

    def begins(self, event: Event) -> bool:
        return isinstance(event, Jumped) and event.entry == DOOR

    def resume(self, visit: Visit, reply: Jumped) -> Outcome:
        return Leave("next", share={**self.values, **self._told(visit)}, hide=self.hidden)

    def _told(self, visit: Visit) -> dict[str, Value]:
        number, action = self.trigger.number, self.trigger.action
        told = action.resume(replace(visit, block=number), self.begun)
        if not isinstance(told, Leave):
            raise TypeError("a trigger leaves at once")
        return {**told.share, **({self.trigger.prefix: told.set} if number else {})}


def with_door(flow: Flow, answered: Answered, start: int, values: Mapping[str, Value]) -> Flow:
    """The flow with a door to a block, through which `values`, as a call keeps them, are brought along."""
    asked = Requested(at=answered.at, caller=answered.caller, dialled=answered.dialled)
    begun: Event = answered if flow.start(answered) else asked if flow.start(asked) else answered
    trigger = flow.start(begun) or Block.model_construct(number=0, action=InboundCall())
    door = Door(values=dict(values), hidden=_hidden(flow), begun=begun, trigger=trigger)
    # Not checked again: an author's block could not have its number, nor be of its kind.
    block = Block.model_construct(number=DOOR, action=door, exits={"next": start})
    own = {name: getattr(flow, name) for name in Flow.model_fields}
    return Flow.model_construct(**{**own, "blocks": (*flow.blocks, block)})


def beginning(flow: Flow, start: int, values: Mapping[str, Value]) -> Beginning:
    """What is to be known of such a call from outside. `values` are as a call keeps them."""
    block = flow.by_number.get(start)
    if block is None:
        return Beginning()
    found = (resolve(dict(values), name) for name in _hidden(flow))
    secrets = frozenset(to_text(value) for value in found if not isinstance(value, Unset)) - {""}
    return Beginning(start, block.title or block.action.card.title, secrets)


def entering(at: int) -> Jumped:
    """The event by which a call comes in at the door."""
    return Jumped(at=at, entry=DOOR)


def spread(variables: Mapping[str, Value]) -> dict[str, Value]:
    """Variables by their full names: those of a block are kept together."""
    found: dict[str, Value] = {}
    for name, value in variables.items():
        inner = value if isinstance(value, dict) and name.rpartition("_")[2].isdecimal() else None
        found |= {name: value} if inner is None else {f"{name}.{field}": each for field, each in inner.items()}
    return found


def _hidden(flow: Flow) -> tuple[str, ...]:
    """Names of what the flow's blocks would have hidden."""
    return tuple(name for block in flow.blocks for name in block.action.hides(block.number))

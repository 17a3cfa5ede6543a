"""Available Variables: what is set when a call comes to a block, by the wires that lead there.

A block sets its variables when it is left, and those of a request that it has started when another block takes the
answer. How long its requests usually take is known before, in the block too. A block is counted as set before another
when some way from a trigger leads through the one to the other, round a loop too, even to itself. A name is sure when
every way there sets it, else it is a `maybe`: set on some ways alone, or only when an earlier block was left by the
right port. That an API leaves out what a response variable looks for is no question of ways; the call's trace tells it.

Sets of blocks and of names are the bits of integers, so that large flows take milliseconds.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property, reduce
from operator import and_, or_

from msgspec import Struct

from ivr.core import moments, usual
from ivr.core.action import Sets
from ivr.flow.graph import Graph
from ivr.flow.model import Block, Flow
from ivr.registry import ACTIONS

CARRIED = {
    sets.name: sets.help for action in ACTIONS if action.card.trigger for sets in action.card.sets if sets.shared
}
"""What calls have had since they began, when they come from another flow."""
SYSTEM = {f"{moments.OBJECT}{name}": about for name, (about, _) in moments.SYSTEM.items()}
_NO_PORT = ("",)
"""What is never sure."""
_end = re.compile(r"(?=[.\[])|$")


class Available(Struct, frozen=True):
    """A variable, without its dollar sign. `block` is the first block that sets it, 0 for those of the system."""

    name: str
    help: str
    block: int
    maybe: bool = False


class Scope:
    """The variables of a flow."""

    def __init__(self, flow: Flow, graph: Graph | None = None) -> None:
        self._flow = flow.met
        self._graph = graph or Graph(flow)
        self._bit = {number: 1 << place for place, number in enumerate((*self._graph.order, *self._astray()))}
        self._sets = {number: tuple(self._named(number)) for number in self._bit}
        self._setters: dict[str, int] = {}
        for number, named in self._sets.items():
            for name, _ in named:
                self._setters[name] = self._setters.get(name, 0) | self._bit[number]

    def at(self, number: int) -> list[Available]:
        """What is there when a call comes to a block, grouped by the blocks that set it, in the order of the flow. A
        name that several blocks set stands with the first of them; a shared one without its prefix."""
        seen: set[str] = set()
        found = []
        before, sure = self._before.get(number, 0), self._sure.get(number, 0)
        for block, named in self._sets.items():
            for name, sets in named if self._bit[block] & before else self._own(block) if block == number else ():
                if name not in seen and (name == sets.name or not sets.shared):
                    seen.add(name)
                    found.append(Available(name, sets.help, block, not sure & self._names[name]))
        return [*found, *(Available(name, about, 0) for name, about in SYSTEM.items())]

    @property
    def names(self) -> dict[str, str]:
        """Everything that some block sets, with what it is."""
        return {name: sets.help for named in self._sets.values() for name, sets in named}

    def known(self, reference: str) -> bool:
        """Whether some block of the flow sets what a reference asks for: the variable, something that it is a part of,
        or something that is a part of it."""
        return self._asked(reference) != 0

    def available(self, number: int, reference: str) -> bool:
        """Whether it is set, on some way at least, when a call comes to the block."""
        return self._asked(reference) & self._before.get(number, 0) != 0 or reference in self._timed

    def setters(self, reference: str) -> list[int]:
        """The blocks that set it, in the order of the flow."""
        asked = self._asked(reference)
        return [number for number, bit in self._bit.items() if bit & asked]

    def leads(self, number: int, to: int) -> bool:
        """Whether a call can come from one block to the other; to the same one: round a loop."""
        return self._bit[number] & self._before.get(to, 0) != 0

    def reached(self, number: int) -> bool:
        """Whether a call can come to the block at all."""
        return number in self._before

    def open(self, number: int) -> bool:
        """Whether a call can have come to the block from another flow, with variables unknown here."""
        return number in self._from_elsewhere

    def _own(self, number: int) -> tuple[tuple[str, Sets], ...]:
        """What is known of a block in the block itself."""
        return tuple((name, sets) for name, sets in self._sets[number] if name in self._timed)

    @cached_property
    def _timed(self) -> frozenset[str]:
        """What is known from the start of a call: how long the requests of blocks usually take."""
        return frozenset(f"{block.prefix}.{usual.NAME}" for block in self._flow.blocks if block.action.timed)

    def _astray(self) -> tuple[int, ...]:
        """Blocks that nothing comes to, in the order they were placed."""
        reached = set(self._graph.order)
        return tuple(number for number in self._flow.by_number if number not in reached)

    def _named(self, number: int) -> Iterator[tuple[str, Sets]]:
        block = self._flow.by_number[number]
        for sets in block.action.variables():
            yield f"{block.prefix}.{sets.name}", sets
            if sets.shared:
                yield sets.name, sets
        yield from self._taken(block)
        if block.action.brings == "anything":
            yield from ((name, Sets(name, about, shared=True, ports=_NO_PORT)) for name, about in CARRIED.items())

    def _taken(self, block: Block) -> Iterator[tuple[str, Sets]]:
        """What a block sets of answers to requests that others have started."""
        for other in self._starting:
            if (ports := block.action.takes(other.number)) is not None:
                for sets in other.action.lands():
                    found = Sets(sets.name, sets.help, shared=sets.shared, ports=ports or _NO_PORT)
                    yield f"{other.prefix}.{sets.name}", found
                    if sets.shared:
                        yield sets.name, found

    @cached_property
    def _starting(self) -> tuple[Block, ...]:
        """The blocks that start requests and don't wait for the answers."""
        return tuple(block for block in self._flow.blocks if block.action.lands())

    def _asked(self, reference: str) -> int:
        """The blocks that set what a reference asks for."""
        found = self._parts.get(reference, 0)
        for end in _end.finditer(reference, 0, self._longest + 1):
            found |= self._setters.get(reference[: end.start()], 0)
        return found

    @cached_property
    def _longest(self) -> int:
        """Characters of the longest name that is set: a reference may be as long as its author likes."""
        return max(map(len, self._setters), default=0)

    @cached_property
    def _parts(self) -> dict[str, int]:
        """The blocks that set something in an object, by the object."""
        found: dict[str, int] = {}
        for name, setters in self._setters.items():
            for end in _end.finditer(name):
                if end.start() < len(name):
                    whole = name[: end.start()]
                    found[whole] = found.get(whole, 0) | setters
        return found

    @cached_property
    def _from_elsewhere(self) -> frozenset[int]:
        """The blocks that a call from another flow comes to. What becomes of one can start the flow anew."""
        actions = {number: self._flow.by_number[number].action for number in self._graph.starts}
        doors = [number for number, action in actions.items() if action.brings == "anything"]
        if doors:
            doors += [number for number, action in actions.items() if action.brings == "of the flow"]
        return frozenset(self._graph.order_from(doors))

    @cached_property
    def _before(self) -> dict[int, int]:
        """For each block that a call comes to the blocks that it can have been left before."""
        every = _union(self._bit[number] for number in self._graph.order)
        before = dict.fromkeys(self._graph.order, 0)
        for number in self._graph.starts:
            if self._flow.by_number[number].action.brings == "of the flow":
                before[number] = every
        changed = True
        while changed:
            changed = False
            for number, wires in self._graph.into.items():
                found = before[number]
                for source, _ in wires:
                    found |= before[source] | self._bit[source]
                if found != before[number]:
                    before[number], changed = found, True
        return before

    @cached_property
    def _names(self) -> dict[str, int]:
        return {name: 1 << place for place, name in enumerate(self._setters)}

    @cached_property
    def _sure(self) -> dict[int, int]:
        """For each block that a call comes to the names that every way there sets; all names until a way is known."""
        every = (1 << len(self._names)) - 1
        sure = {number: 0 if number in self._graph.starts else every for number in self._graph.order}
        left = {number: self._left_by(number) for number in self._graph.order}
        lost = {number: self._taken_back(number) for number in self._graph.order}
        # A trigger sets its names when the call begins at it, and none when the call passes by, so that behind it only
        # those are sure that a call which passes by has too.
        passing = dict.fromkeys(self._graph.starts, every)

        def behind(source: int, port: str) -> int:
            if source in passing:
                return left[source][port] & passing[source]
            return sure[source] & ~lost[source] | left[source][port]

        changed = True
        while changed:
            changed = False
            for number, wires in self._graph.into.items():
                known = passing if number in passing else sure
                found = reduce(and_, (behind(*wire) for wire in wires), known[number])
                if found != known[number]:
                    known[number], changed = found, True
        return sure

    def _taken_back(self, number: int) -> int:
        """The names that a block of a loop may unset, because an earlier visit of it has set them: shared ones, and
        all that are set of an answer which another block has taken."""
        if not self.leads(number, number):
            return 0
        block = self._flow.by_number[number]
        own = {name for name, sets in self._sets[number] if sets.shared and name == sets.name}
        landed = {f"{block.prefix}.{sets.name}" for sets in block.action.lands()}
        shared = {sets.name for sets in block.action.lands() if sets.shared}
        return _union(bit for name, bit in self._names.items() if name in own | landed | shared)

    def _left_by(self, number: int) -> dict[str, int]:
        """By port the names that are sure when a block is left by it. That a block sets its own anew as a whole, so
        that those of an earlier visit are gone, needs no care: behind itself none of its own was sure."""
        named = self._sets[number]
        return {
            port: _union(self._names[name] for name, sets in named if not sets.ports or port in sets.ports)
            for port, _ in self._graph.wires[number]
        }


def available(flow: Flow) -> dict[int, list[Available]]:
    """Available Variables of every block, by its number. For one block of a large flow, `Scope` takes less."""
    scope = Scope(flow)
    return {number: scope.at(number) for number in flow.by_number}


def _union(bits: Iterable[int]) -> int:
    return reduce(or_, bits, 0)

"""A flow as blocks and wires: what comes before what, and where it goes round in circles."""

from collections.abc import Callable, Collection, Container, Iterable
from functools import cached_property

from ivr.flow.model import Flow

Wire = tuple[str, int]
"""A port, and the number of the block it leads to."""


class Graph:
    """The wires of a flow that lead to blocks that are there. A wire is taken as it is drawn, even from a port that its
    block does not have: that is a mistake of its own, and not told twice. Of a disabled block only the wire counts that
    calls pass it by."""

    def __init__(self, flow: Flow) -> None:
        flow = flow.met
        self.starts = tuple(block.number for block in flow.triggers)
        self.wires: dict[int, tuple[Wire, ...]] = {
            number: tuple((port, to) for port, to in block.exits.items() if to in flow.by_number)
            for number, block in flow.by_number.items()
        }

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The blocks that something comes to, in an order in which it can: each before those behind it, but for wires
        that lead back."""
        return self.order_from(self.starts)

    def order_from(self, starts: Iterable[int], ends: Container[int] = ()) -> tuple[int, ...]:
        """Likewise from some blocks alone, and on from none of those that it `ends` at."""
        seen: set[int] = set()
        done: list[int] = []
        for start in reversed(tuple(starts)):
            self._walk(start, seen, done, ends)
        return tuple(reversed(done))

    def _walk(self, start: int, seen: set[int], done: list[int], ends: Container[int]) -> None:
        """Depth first, each block behind those that it leads to; without recursion, since flows may be long."""
        ahead = [(start, False)]
        while ahead:
            number, finished = ahead.pop()
            if finished:
                done.append(number)
            elif number not in seen:
                seen.add(number)
                ahead.append((number, True))
                onward = self.wires[number] if number not in ends else ()
                ahead.extend((to, False) for _, to in onward if to not in seen)

    @cached_property
    def into(self) -> dict[int, tuple[tuple[int, str], ...]]:
        """For each block that something comes to the wires into it: block and port they come from."""
        found: dict[int, list[tuple[int, str]]] = {number: [] for number in self.order}
        for number in self.order:
            for port, to in self.wires[number]:
                found[to].append((number, port))
        return {number: tuple(wires) for number, wires in found.items()}


def groups(blocks: Collection[int], onward: Callable[[int], Iterable[int]]) -> list[tuple[int, ...]]:
    """The blocks in groups: those from which one gets to each other and back are one. Each group comes before those
    that it leads to; inside a group blocks keep their order. (Tarjan's, without recursion.)"""
    inside = frozenset(blocks)
    place = {number: index for index, number in enumerate(blocks)}
    search = _Search(inside, onward)
    for number in blocks:
        if number not in search.index:
            search.run(number)
    return [tuple(sorted(group, key=place.__getitem__)) for group in reversed(search.groups)]


class _Search:
    """The state of one search for groups."""

    def __init__(self, inside: frozenset[int], onward: Callable[[int], Iterable[int]]) -> None:
        self.inside = inside
        self.onward = onward
        self.index: dict[int, int] = {}
        self.low: dict[int, int] = {}
        self.open: dict[int, None] = {}
        self.groups: list[tuple[int, ...]] = []

    def run(self, start: int) -> None:
        self._enter(start)
        path = [(start, iter(self.onward(start)))]
        while path:
            number, ways = path[-1]
            following = next((to for to in ways if to in self.inside and self._fresh(number, to)), None)
            if following is not None:
                self._enter(following)
                path.append((following, iter(self.onward(following))))
                continue
            path.pop()
            if path:
                before = path[-1][0]
                self.low[before] = min(self.low[before], self.low[number])
            self._close(number)

    def _enter(self, number: int) -> None:
        self.index[number] = self.low[number] = len(self.index)
        self.open[number] = None

    def _fresh(self, number: int, to: int) -> bool:
        """Whether a block has not been met; of one that was, how far back it leads is noted."""
        if to not in self.index:
            return True
        if to in self.open:
            self.low[number] = min(self.low[number], self.index[to])
        return False

    def _close(self, number: int) -> None:
        """When nothing leads further back: all that was opened since is a group."""
        if self.low[number] != self.index[number]:
            return
        group: list[int] = []
        while not group or group[-1] != number:
            last, _ = self.open.popitem()
            group.append(last)
        self.groups.append(tuple(group))

"""How long a caller waits and hears nothing, at worst: an audit of the timeouts and the hold settings of a flow.

**Silence.** A block that speaks or asks breaks it. Blocks that wait without a word add up: what one leaves behind is
what came before it and its own longest silence (`Action.stay`). A question is no silence, since it is the caller's
turn; nor is it while the phone still rings, because nothing has been said or played since the call came in. Words said
before a wait are not subtracted from it: how long they take depends on the voice.

**Wait.** From one question, or the start, to the next question or the end: every wait added up, with or without sound.

**Circles.** The longest way through a circle has no end, or takes exponential time to find. So blocks that lead round
to each other count as one place, at which each of them is waited at once: as long as going round once, at worst.

Only what has a caller on the phone counts. All times are seconds.
"""

from collections.abc import Callable, Collection, Iterable, Iterator

from msgspec import Struct

from ivr.core.action import Stay
from ivr.flow.graph import Graph, groups
from ivr.flow.model import Block, Flow

LONG = 8.0
"""Seconds of silence after which callers believe that the line is dead."""

MOST = 100
"""The most ways that are reported, the longest first."""


class Stretch(Struct, frozen=True):
    """A way that adds up to so many seconds, and the blocks on it that add to it."""

    seconds: float = 0.0
    path: tuple[int, ...] = ()


class Audit(Struct, frozen=True):
    """The longest silence, with the block at which it ends (0: there is none), and the longest wait, with its way.

    `silences` are the ways that are LONG, each as far as it goes, the longest first.
    """

    longest_silence: float = 0.0
    at_block: int = 0
    longest_wait: float = 0.0
    path: tuple[int, ...] = ()
    silences: tuple[Stretch, ...] = ()


class _Way(Struct, frozen=True):
    """A stretch in the making: these blocks, behind what came before."""

    seconds: float = 0.0
    adding: tuple[int, ...] = ()
    before: "_Way | None" = None

    def stretch(self) -> Stretch:
        path: list[int] = []
        way: _Way | None = self
        while way is not None:
            path.extend(reversed(way.adding))
            way = way.before
        return Stretch(self.seconds, tuple(reversed(path)))


_NONE = _Way()


def audit(flow: Flow, graph: Graph | None = None) -> Audit:
    """The longest silence and the longest wait that a caller can meet."""
    line = _Line(flow.met, graph or Graph(flow))
    quiet = line.longest(line.quiet(), lambda number: line.stays[number].silence)
    waits = line.longest(line.idle(), lambda number: line.stays[number].wait)
    silence, wait = _worst(quiet.values()).stretch(), _worst(waits.values()).stretch()
    at_block = silence.path[-1] if silence.path else 0
    return Audit(silence.seconds, at_block, wait.seconds, wait.path, tuple(_long(quiet.values())))


def _long(ways: Collection[_Way]) -> list[Stretch]:
    """The ways that are LONG and that no other goes on from. So every block that is so long by itself is on one."""
    behind = {id(way.before) for way in ways}
    ended = {id(way): way for way in ways if way.seconds > LONG and id(way) not in behind}
    return [way.stretch() for way in sorted(ended.values(), key=_seconds, reverse=True)[:MOST]]


class _Line:
    """The part of a flow that a caller comes to."""

    def __init__(self, flow: Flow, graph: Graph) -> None:
        sends_off = {block.number for block in flow.blocks if block.action.sends_off}
        self.wires = {number: () if number in sends_off else wires for number, wires in graph.wires.items()}
        self.starts = [number for number in graph.starts if flow.by_number[number].action.on_phone]
        self.blocks = graph.order_from(self.starts, sends_off)
        self.stays = {number: flow.by_number[number].action.stay() for number in self.blocks}
        self.speaking = {number for number in self.blocks if _speaks(flow.by_number[number], self.stays[number])}
        ringing = {number for number in self.starts if flow.by_number[number].action.starts_at == "call"}
        openers = [number for number in self.blocks if number in self.speaking or self._sounds(number)]
        openers += [number for number in self.starts if number not in ringing]
        behind = graph.order_from(to for number in openers for to in self.onward(number))
        self.answered = {*openers, *behind}
        """Blocks that a call comes to, on some way, when the phone has stopped ringing: something was heard before,
        it was us who rang, or another flow was there first."""

    def onward(self, number: int) -> Iterator[int]:
        return (to for _, to in self.wires[number])

    def idle(self) -> list[int]:
        """The blocks that ask nothing."""
        return [number for number in self.blocks if not self.stays[number].asks]

    def quiet(self) -> list[int]:
        """The blocks that break no silence, and are not passed while the phone rings alone."""
        return [number for number in self.blocks if number in self.answered and number not in self.speaking]

    def longest(self, blocks: list[int], seconds: Callable[[int], float]) -> dict[int, _Way]:
        """For each of the blocks the longest way among them that ends there."""
        into: dict[int, _Way] = {}
        ends: dict[int, _Way] = {}
        for group in groups(blocks, self.onward):
            way = _worst(into.get(number, _NONE) for number in group)
            if adding := tuple(number for number in group if seconds(number)):
                way = _Way(way.seconds + sum(map(seconds, adding)), adding, way)
            for number in group:
                ends[number] = way
                for to in self.onward(number):
                    into[to] = _worst((into.get(to, _NONE), way))
        return ends

    def _sounds(self, number: int) -> bool:
        """Whether a block that waits has something to hear meanwhile."""
        return self.stays[number].silence < self.stays[number].wait


def _speaks(block: Block, stay: Stay) -> bool:
    """Whether a caller who passes it hears something, or is asked."""
    if stay.outside:
        return stay.asks
    action = block.action
    if action.lands():
        return False  # it is left at once, and what is said while one waits is not said
    return any(text.text.strip() for _, text in action.spoken()) or bool(action.audio())


def _worst(ways: Iterable[_Way]) -> _Way:
    return max(ways, key=_seconds, default=_NONE)


def _seconds(way: _Way) -> float:
    return way.seconds

"""A soak: calls at a steady rate for minutes, while the server's memory, files and write-ahead log are looked at.

`python -m tests.chaos soak --minutes 15 --calls-per-second 20`. The server is a process of its own on SQLite; carrier,
API and callers are here. Each number must be flat: in the last third of the time no higher than in the third before it,
but for what a machine that does other things adds.
"""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from ivr.store.folder import DATABASE
from tests.chaos.ground import Row, judged
from tests.chaos.world import World, world

LOOKS = 60
"""How often the server is looked at."""
MIB = 1024 * 1024
SLACK = 8 * MIB
"""Of the memory: three connections to SQLite keep up to 2 MiB of pages each, and fill them as the database grows."""
CATCH_UP = 1.0
"""Seconds of calls that are made up for, where this process was too slow for a moment."""
BEHIND = 0.9
"""Of the rate that was asked for. Below it, this process was too slow to make the calls."""


class Load(NamedTuple):
    """`minutes` long, `rate` calls a second."""

    folder: Path
    minutes: float
    rate: float


class Look(NamedTuple):
    """The server at a moment: seconds since the start, calls so far, calls that go on, and its sizes."""

    second: float
    calls: int
    going_on: int
    memory: int
    files: int
    wal: int
    database: int


class Soaked(NamedTuple):
    """What became of the calls, and of the server."""

    row: Row
    looks: Sequence[Look]
    rate: float

    @property
    def faults(self) -> list[str]:
        """What is not as it should be, in sentences."""
        grown = [
            _grown(self.looks, "memory", lambda look: look.memory, SLACK),
            _grown(self.looks, "open files", lambda look: look.files, 20),
            _grown(self.looks, "write-ahead log", lambda look: look.wal, 4 * MIB),
        ]
        return [fault for fault in grown if fault]


async def soak(load: Load) -> Soaked:
    """Make the calls, and look at the server meanwhile."""
    async with world(load.folder) as made:
        process = made.servers[await made.start()].process
        looking = asyncio.create_task(_keep_looking(made, process.pid, load.minutes * 60 / LOOKS))
        took = await _ring(made, load)
        looking.cancel()
        looks = await looking
        await made.settle(180)
        return Soaked(judged(f"soak, {load.minutes:g} min", made), looks, len(made.calls) / took)


async def _ring(made: World, load: Load) -> float:
    """Ring at the rate. A moment in which this process was too slow is made up for, a second or more is not: that
    would be a burst. How long it took, in seconds."""
    clock, count = asyncio.get_running_loop().time, itertools.count()
    begun = now = due = clock()
    while now < begun + load.minutes * 60:
        await made.ring(1, lines=(("GET", "POST")[next(count) % 2],))
        due = max(due + 1 / load.rate, now - CATCH_UP)
        await asyncio.sleep(max(0.0, due - clock()))
        now = clock()
    return now - begun


async def _keep_looking(made: World, pid: int, every: float) -> list[Look]:
    """Look until it is cancelled; what was seen."""
    begun, looks = asyncio.get_running_loop().time(), []
    try:
        while True:
            await asyncio.sleep(every)
            looks.append(_look(made, pid, asyncio.get_running_loop().time() - begun))
            print(_line(looks[-1]), flush=True)
    except asyncio.CancelledError:
        return looks


def _look(made: World, pid: int, second: float) -> Look:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    memory = next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) * 1024
    file = made.folder / "data" / DATABASE
    return Look(
        second=second,
        calls=len(made.calls),
        going_on=sum(not call.over for call in made.calls),
        memory=memory,
        files=len([*Path(f"/proc/{pid}/fd").iterdir()]),
        wal=file.with_name(f"{file.name}-wal").stat().st_size,
        database=file.stat().st_size,
    )


def _line(look: Look) -> str:
    calls = f"{look.second:6.0f} s  {look.calls:6} calls ({look.going_on:3} go on)"
    sizes = f"memory {look.memory / MIB:6.1f}  WAL {look.wal / MIB:5.1f}  database {look.database / MIB:6.1f} MiB"
    return f"{calls}  {sizes}  files {look.files:4}"


def _grown(looks: Sequence[Look], name: str, size: Callable[[Look], int], slack: int) -> str:
    """Whether something is larger in the last third of the time than in the one before it, by more than the slack."""
    third = len(looks) // 3
    before, after = (median(size(look) for look in part) for part in (looks[third : 2 * third], looks[2 * third :]))
    return f"{name}: {before:,.0f} in the second third, {after:,.0f} in the last" if after > before + slack else ""


def report(soaked: Soaked, load: Load) -> list[str]:
    """Sentences on what was not flat; the last one is on the rate."""
    slow = [] if soaked.rate >= load.rate * BEHIND else ["the calls could not be made as fast as was asked for"]
    return [*soaked.faults, *slow, f"{soaked.rate:.1f} calls a second for {load.minutes:g} minutes"]

"""The benchmarks, from the command line."""

import argparse
import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.bench import (
    board,
    checks,
    history,
    inline,
    overload,
    pages,
    pieces,
    replies,
    saving,
    servers,
    stalls,
    webcalls,
    workers,
)
from tests.bench.machine import machine, others_cpu
from tests.bench.replies import Shape
from tests.bench.wire import Wrong

ABOUT = """\
Measure this machine's IVR server, beside a baseline in the same run.

  pages    pages per second of the real server and of bare aiohttp, under the same load in turns
  inline   a whole call: webhook, web call, next document; beside 60 lines of aiohttp, Flask under gunicorn, Node-RED
  held     the same with 500, 2,000 and 10,000 calls at once, each held for a second by its API
  workers  whole calls by one worker and by two of them, on PostgreSQL, in turns
  overload twice the calls that fit: how long callers wait, those who are turned away and those on the line
  replies  from the API's answer to the caller's next page, with 1 to 1,000 calls on hold
  beside   the same where each call has two requests at once, and its hold page listens for keys: up to 2,000 calls
  pieces   signature, TwiML, a turn, the store: microseconds each, and another way to do the same
  checks   a flow of 300 blocks checked, and its Available Variables, beside reading it
  saving   a draft saved among 3 flows and among 300
  history  the list of calls, its totals and the statistics among 100,000 calls, beside 1,000
  webcalls 1,000 and 5,000 web calls at once, by the executor and by a bare aiohttp client
  stalls   how long /healthz takes while strangers send packed bombs to every path of both listeners
  board    the board's page in Chromium: its weight, when it is ready, frames while dragging, delay of call events

Ratios tell more than figures: they hold from machine to machine. The machine should do nothing else meanwhile; the
last line says how much it did. "of bare by CPU" suffers least from that, percentiles suffer most.
"""
HINT = """\
Everything stays on loopback, in a temporary folder, and is gone afterwards. TMPDIR says on which disk it is: what is
durable costs a flush there.
"""


class Size(NamedTuple):
    """How much is measured."""

    rounds: int
    requests: int
    inline: inline.Shape
    held: tuple[inline.Shape, ...]
    workers: workers.Shape
    overload: float
    shapes: tuple[Shape, ...]
    beside: tuple[Shape, ...]
    seconds: float
    at_once: tuple[int, ...]
    board: board.Size
    stalls: float
    history: int


FULL = Size(
    15,
    1000,
    inline.Shape(50, 1000, 10, 0.0, others=True),
    (
        inline.Shape(500, 1500, 4, 1.0),
        inline.Shape(2000, 6000, 3, 1.0, others=True),
        inline.Shape(10_000, 10_000, 1, 1.0),
    ),
    workers.Shape(8, 1000),
    10.0,
    (Shape(1, 0, 5), Shape(100, 1.0, 3), Shape(100, 0, 1), Shape(1000, 4.0, 1), Shape(1000, 0, 1)),
    (Shape(100, 1.0, 3, 2), Shape(2000, 20.0, 1, 2)),
    0.3,
    webcalls.FULL,
    board.FULL,
    5.0,
    history.MANY,
)
QUICK = Size(
    4,
    500,
    inline.Shape(50, 500, 4, 0.0),
    (inline.Shape(500, 1000, 2, 1.0),),
    workers.Shape(3, 500),
    4.0,
    (Shape(1, 0, 1), Shape(100, 0.5, 1)),
    (Shape(100, 1.0, 1, 2),),
    0.05,
    (500,),
    board.QUICK,
    1.0,
    5_000,
)
PARTS: dict[str, Callable[[Size, Path], str]] = {
    "pages": lambda size, folder: pages.measure(size.rounds, size.requests, folder).report(),
    "inline": lambda size, folder: inline.measure(size.inline, folder).report(),
    "held": lambda size, folder: "".join(
        inline.measure(shape, fresh(folder / str(shape.at_once))).report() for shape in size.held
    ),
    "workers": lambda size, folder: workers.measure(size.workers, folder).report(),
    "overload": lambda size, folder: overload.measure(size.overload, folder).report(),
    "replies": lambda size, folder: replies.measure(size.shapes, folder).report(),
    "beside": lambda size, folder: replies.measure(size.beside, folder).report(),
    "pieces": lambda size, folder: pieces.report(pieces.measure(size.seconds, folder)),
    "checks": lambda size, _: checks.measure(size.seconds).report(),
    "saving": lambda size, folder: saving.measure(100 * size.rounds, folder).report(),
    "history": lambda size, folder: history.measure(size.history, folder).report(),
    "webcalls": lambda size, folder: webcalls.measure(size.at_once, webcalls.ROUNDS).report(),
    "stalls": lambda size, folder: stalls.report(stalls.measure(size.stalls, folder)),
    "board": lambda size, folder: board.report(size.board, folder),
}


def fresh(folder: Path) -> Path:
    """A folder that is there."""
    folder.mkdir()
    return folder


def main() -> None:
    """Measure what was asked for, and print a table of each part as soon as it is there."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=ABOUT,
        epilog=HINT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "parts",
        nargs="*",
        metavar="PART",
        help=f"{', '.join(PARTS)}; all by default",
    )
    parser.add_argument("--quick", action="store_true", help="some 20 seconds instead of two minutes; rougher figures")
    chosen = parser.parse_args()
    logging.getLogger("ivr").setLevel(logging.ERROR)  # some servers run in this process: what they say is no figure
    if strange := [part for part in chosen.parts if part not in PARTS]:
        parser.error(f"there is no part {strange[0]!r}; there are {', '.join(PARTS)}")
    try:
        run(chosen.parts or list(PARTS), QUICK if chosen.quick else FULL)
    except (servers.NotStarted, Wrong, TimeoutError) as error:
        parser.exit(1, f"It could not be measured: {error or 'a server takes far too long'}\n")


def run(parts: Sequence[str], size: Size) -> None:
    """Measure some parts, in a temporary folder. Raises NotStarted, Wrong and TimeoutError."""
    began, others = time.monotonic(), others_cpu()
    servers.raise_open_files()
    with TemporaryDirectory(prefix="ivr-bench-") as folder:
        print(machine(Path(folder)), flush=True)
        for part in parts:
            own = Path(folder, part)
            own.mkdir()
            print(PARTS[part](size, own), flush=True)
    seconds, after = time.monotonic() - began, others_cpu()
    quiet = "" if others is None or after is None else f"; all else on it took {(after - others) / seconds:.2f} cores"
    print(f"\n{seconds:.0f} s on this machine{quiet}.")


if __name__ == "__main__":
    main()

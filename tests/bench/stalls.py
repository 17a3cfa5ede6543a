"""Strangers who send bombs: how long `/healthz` takes meanwhile, beside the same server when nobody does.

A bomb is a body of a few dozen bytes (br) or some kilobytes (gzip, deflate) that would be 64 MiB unpacked. Bombs go to
every path of the listener, those of its API and those where nothing is, over several connections at once; all of it
on loopback, and for a second or a few.
"""

import asyncio
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import brotli

from ivr.store import new_key
from ivr.web.api.described import document
from tests.bench import servers
from tests.bench.table import number, percentile, table
from tests.bench.wire import Wrong

UNPACKED = 64 * 2**20
SENDERS = 4
BETWEEN = 0.005
"""Seconds between two questions how the server is."""
WORST = 100.0
"""Milliseconds that 99 of 100 answers may take."""
PUBLIC = (
    "/voice/answer",
    "/voice/page/2",
    "/voice/gather/2/1.1",
    "/voice/dial/2/1.1",
    "/voice/record/2/1.1",
    "/voice/whisper/1.1",
    "/voice/fallback",
    "/voice/status",
    "/voice/started/RN1",
    "/voice/started/RN1/status",
    "/sms/inbound",
    "/sms/status/CA1/2",
    "/audio/hold.wav",
    "/healthz",
    "/nowhere",
)
SIGNED = b"X-Twilio-Signature: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n"
QUESTION = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


class Round(NamedTuple):
    """A listener under a kind of bombs: milliseconds of each answer, and how many bombs were answered meanwhile."""

    listener: str
    kind: str
    quiet: Sequence[float]
    under: Sequence[float]
    bombs: int


def measure(seconds: float, folder: Path) -> list[Round]:
    """Ask and bomb both listeners of a server in a folder of its own. Raises NotStarted and Wrong."""
    with servers.both(folder, new_key()) as (public, board):
        return asyncio.run(against(public.port, board.port, seconds))


async def against(public: int, board: int, seconds: float) -> list[Round]:
    """The same, with a server that is up, by the ports of its listeners."""
    paths = {"public": (public, PUBLIC), "board": (board, _paths())}
    rounds = []
    for listener, (port, each) in paths.items():
        for kind, bomb in bombs().items():
            quiet = await _asked(port, seconds)
            done = asyncio.Event()
            ways = cycle(each)
            senders = [asyncio.create_task(_bombed(port, kind, bomb, ways, done)) for _ in range(SENDERS)]
            under = await _asked(port, seconds)
            done.set()
            rounds.append(Round(listener, kind, quiet, under, sum(await asyncio.gather(*senders))))
    return rounds


def bombs() -> dict[str, bytes]:
    """Bodies by the name of their coding."""
    gzip = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return {
        "br": brotli.compress(bytes(UNPACKED)),
        "gzip": gzip.compress(bytes(UNPACKED)) + gzip.flush(),
        "deflate": zlib.compress(bytes(UNPACKED), 9),
    }


def report(rounds: Sequence[Round]) -> str:
    """The table."""
    rows = []
    for each in rounds:
        quiet, under = percentile(each.quiet, 0.99), percentile(each.under, 0.99)
        times = (percentile(each.quiet, 0.5), quiet, percentile(each.under, 0.5), under)
        figures = [number(milliseconds, 2) for milliseconds in times]
        late = sum(milliseconds > WORST for milliseconds in each.under)
        rows.append(
            (f"{each.listener}, {each.kind}", *figures, number(under / quiet, 1), number(each.bombs), str(late))
        )
    columns = ("", "quiet p50", "quiet p99", "bombed p50", "bombed p99", "ratio p99", "bombs", f"over {WORST:.0f} ms")
    worst = max(percentile(each.under, 0.99) for each in rounds)
    notes = (
        f"Milliseconds until /healthz answers. The worst p99 under bombs is {number(worst, 1)} ms; "
        f"{'below' if worst < WORST else 'NOT BELOW'} the {WORST:.0f} ms that are wanted.",
    )
    return table(f"Stalls: {SENDERS} strangers send bodies of {UNPACKED // 2**20} MiB, packed", columns, rows, notes)


def _paths() -> list[str]:
    """Every path of the board's API, with something in place of its names, and some where nothing is. They come from
    the sources: the server lists them only to people who are signed in.
    """
    paths = document()["paths"]
    return [*(re.sub(r"\{[^}]*\}", "x", path) for path in paths), "/", "/assets/x.js", "/nowhere"]


async def _asked(port: int, seconds: float) -> list[float]:
    """Milliseconds of each answer, one question after the other for so many seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times = []
    try:
        until = perf_counter() + seconds
        while perf_counter() < until or not times:
            began = perf_counter()
            writer.write(QUESTION)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200 "):
                raise Wrong(f"{head[:60]!r} instead of a sign of life")
            await reader.readexactly(len(b"ok\n"))
            times.append((perf_counter() - began) * 1000)
            await asyncio.sleep(BETWEEN)
    finally:
        writer.close()
    return times


async def _bombed(port: int, kind: str, bomb: bytes, paths: Iterator[str], done: asyncio.Event) -> int:
    """Send bombs until it is done, each on a connection of its own; how many were answered."""
    answered = 0
    while not done.is_set():
        head = f"POST {next(paths)} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Encoding: {kind}\r\n"
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            writer.write(head.encode() + SIGNED + b"Content-Length: %d\r\n\r\n" % len(bomb) + bomb)
            await reader.readuntil(b"\r\n\r\n")
            answered += 1
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
    return answered

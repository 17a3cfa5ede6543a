"""From the API's answer to the caller's next page, while many calls are on hold.

    API writes its answer ──▶ server ──▶ update of the call ──▶ carrier asks for the page ──▶ carrier has the page
    └────────────────────────────────────── measured ───────────────────────────────────────────────────────────┘

Every call is really held: it has got its hold page, and more than half a second has passed since, before its API
answers, so that the server need not wait until the carrier is ready. The baseline makes the same three round trips
through bare aiohttp, with the same far side at the same moments: what is above it is the server's own work.
`burst` is all answers at one moment, which is worse than life; otherwise they come evenly, in shuffled order.
"""

import asyncio
import gc
import random
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ivr.store import new_key
from tests.bench import servers
from tests.bench.account import new_sid
from tests.bench.far import Far, Outside
from tests.bench.flows import asking, parallel, prepare
from tests.bench.servers import Process
from tests.bench.table import number, percentile, table

AIM_MS = 20
SETTLED = 0.7
"""Seconds that a hold page must be out before a knock at it is not postponed."""
RING_EVERY = 0.002
"""Seconds between calls as they come in."""
OVERDUE = 60.0


class Shape(NamedTuple):
    """So many calls held at once, answered over so many seconds, as many times over. `requests`: for each call the
    server asks the API so many at once, and the hold page listens for a key when there are more than one."""

    held: int
    spread: float
    times: int
    requests: int = 1

    @property
    def name(self) -> str:
        burst = self.held > 1 and not self.spread
        each = f" x {self.requests}" if self.requests > 1 else ""
        return f"{self.held:,}{each} held" + (
            ", burst" if burst else f", over {self.spread:g} s" if self.spread else ""
        )


class Replies(NamedTuple):
    """Seconds per call, through the real server and through the baseline, by shape."""

    real: dict[Shape, list[float]]
    bare: dict[Shape, list[float]]
    cpu: dict[Shape, float | None]

    def above(self, shape: Shape, share: float) -> float:
        """Milliseconds above the network at a percentile."""
        return (percentile(self.real[shape], share) - percentile(self.bare[shape], share)) * 1000

    def report(self) -> str:
        """The table."""
        rows = []
        for shape, times in self.real.items():
            shares = (0.5, 0.99, 1.0)
            network = [percentile(self.bare[shape], share) * 1000 for share in shares]
            real = [percentile(times, share) * 1000 for share in shares]
            above = [one - other for one, other in zip(real, network, strict=True)]
            cpu = self.cpu[shape]
            figures = [number(value, 1) for value in (*network, *real, *above)]
            rows.append((shape.name, str(len(times)), *figures, number(None if cpu is None else cpu * 1000, 2)))
        names = ("p50", "p99", "max")
        columns = ("ms", "calls", *(f"net {name}" for name in names), *names, *(f"+{name}" for name in names), "CPU ms")
        notes = [
            f"Aim: p99 at most {AIM_MS} ms above the network (+p99; where it's a burst, no aim). No call may fail.",
            "net: the same round trips through bare aiohttp. CPU: of the server, for one call from ring to last page.",
        ]
        return table("API's answer → caller's next page", columns, rows, notes)


def measure(shapes: Sequence[Shape], folder: Path) -> Replies:
    """Start both servers, and put each shape on them in turn; all shapes make as many requests of a call. Raises
    NotStarted and Wrong."""
    key = new_key()
    outside = Outside(servers.free_port())
    requests = shapes[0].requests
    flow = asking(outside.port) if requests == 1 else parallel(outside.port)
    asyncio.run(prepare(folder, key, flow))
    found = Replies({}, {}, {})
    with servers.bare(outside.port) as bare, servers.real(folder, key, outside.port, IVR_HOST_LIMIT="0") as server:
        run(bare, outside, Shape(20, 0.1, 1))
        run(server, outside, Shape(20, 0.1, 1, requests))
        for shape in shapes:
            found.bare[shape] = run(bare, outside, shape._replace(requests=1))
            before = server.cpu()
            found.real[shape] = run(server, outside, shape)
            after = server.cpu()
            found.cpu[shape] = None if before is None or after is None else (after - before) / len(found.real[shape])
    return found


def run(server: Process, outside: Outside, shape: Shape) -> list[float]:
    """Seconds from the API's answer to the next page, of every call of a shape."""
    gc.collect()
    gc.disable()  # a pause here must not count as the server's
    try:
        return asyncio.run(once_each(server.url, outside, shape))
    finally:
        gc.enable()


async def once_each(url: str, outside: Outside, shape: Shape) -> list[float]:
    """The same, for a server at a URL."""
    async with outside.far(url, shape.requests) as far, asyncio.timeout(OVERDUE):
        for _ in range(shape.times):
            await _once(far, shape)
        return list(far.times.values())


async def _once(far: Far, shape: Shape) -> None:
    """Hold calls, let the API answer each, and wait until all have moved on."""
    sids = [new_sid() for _ in range(shape.held)]
    ringing = []
    for sid in sids:
        ringing.append(asyncio.create_task(far.ring(sid)))
        await asyncio.sleep(RING_EVERY)
    await asyncio.gather(*ringing)
    await asyncio.sleep(SETTLED)
    random.Random(shape.held).shuffle(sids)
    loop = asyncio.get_running_loop()
    begin = loop.time() + 0.01
    for place, sid in enumerate(sids):
        loop.call_at(begin + shape.spread * place / shape.held, far.answer, sid)
    await asyncio.gather(*(far.moved_on(sid) for sid in sids))

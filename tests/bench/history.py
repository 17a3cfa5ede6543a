"""What a supervisor waits for among 100,000 calls: the list, its totals and the statistics, asked of a real board.

The calls are saved as the runner saves them, over 30 days, with their web calls, variables and traces.
"""

import asyncio
import random
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from ivr.core.call import Call, Entry
from ivr.runtime.ports import CallRecord, Change
from ivr.runtime.retention import DAY
from ivr.store import Store
from tests.api.board import Browser, flow, served
from tests.bench.table import number, table

FEW, MANY = 1_000, 100_000
DAYS = 30
WORDS = 2_000
"""Different words that callers say, some much more often than others."""
AT_ONCE = 200
ROUNDS = 5
FLOWS = tuple(f"desk-{n}" for n in range(6))
NUMBERS = ("+493020000000", "+493020000001", "+12025550100")
ENDS: tuple[tuple[str, dict[str, str]], ...] = (
    *(("ended", {}),) * 3,
    *(("hung_up", {"reason": "completed"}),) * 2,
    ("problem", {"code": "failed", "message": "The flow could not go on."}),
)
GREET = {"action": "Play Message", "title": "Greet"}
LOOK_UP = {"action": "External Web Call", "title": "Look up the order"}
STATUS = {"ok": 200, "timeout": None, "status": 500}
CAUSES = ("ok",) * 12 + ("timeout", "status")
QUESTIONS = {
    "list": "/api/calls?limit=50",
    "list, a flow": "/api/calls?limit=50&flow=desk-3",
    "list, one result of few": "/api/calls?limit=50&result=lost",
    "list, one block of few": "/api/calls?limit=50&flow=desk-1&block=77",
    "list, a whole number": "/api/calls?limit=50&number=%2B4915100000007",
    "list, last four digits": "/api/calls?limit=50&number=0007",
    "list, last digits of nobody": "/api/calls?limit=50&number=98765432",
    "list, a word of all": "/api/calls?limit=50&words=please",
    "list, a word of few": "/api/calls?limit=50&words=k0000077",
    "list, a word of nobody": "/api/calls?limit=50&words=nobody",
    "list, five words": "/api/calls?limit=50&words=please+order+w1+w20+w300",
    "totals": "/api/call-totals",
    "totals, a word of all": "/api/call-totals?words=please",
    "totals, a word of few": "/api/call-totals?words=k0000077",
    "statistics, 30 days": f"/api/stats?hours={24 * (DAYS + 1)}&zone=Europe/Berlin",
    "statistics, a flow": f"/api/stats?hours={24 * (DAYS + 1)}&flow=desk-3",
    "statistics, a block": f"/api/stats?hours={24 * (DAYS + 1)}&flow=desk-3&block=4",
    "statistics, a number": f"/api/stats?hours={24 * (DAYS + 1)}&dialled=%2B12025550100",
    "statistics, last four digits": f"/api/stats?hours={24 * (DAYS + 1)}&number=0007",
    "statistics, a word of some": f"/api/stats?hours={24 * (DAYS + 1)}&words=w20",
    "statistics, a day": "/api/stats?hours=24",
}


class Answers(NamedTuple):
    """Milliseconds until each question was answered, among so many calls: the median of some."""

    calls: int
    times: dict[str, float]


class History(NamedTuple):
    """The same among few calls, which is the baseline, and among many."""

    few: Answers
    many: Answers

    def report(self) -> str:
        """The table."""
        rows = [
            (name, number(self.few.times[name], 1), number(taken, 1), number(taken / self.few.times[name], 1))
            for name, taken in self.many.times.items()
        ]
        columns = ("", f"ms, {self.few.calls:,}", f"ms, {self.many.calls:,}", f"times {self.few.calls:,}")
        return table("Calls looked at by a supervisor", columns, rows)


def measure(calls: int, folder: Path, urls: Sequence[str] = ("", ""), few: int = FEW) -> History:
    """Ask among few calls and among so many, in two databases of their own. `urls`: those of PostgreSQL."""
    sizes = (few, calls)
    return History(*(asyncio.run(_asked(folder / f"{n}", n, url)) for n, url in zip(sizes, urls, strict=True)))


async def _asked(folder: Path, calls: int, url: str) -> Answers:
    more = {"IVR_DATABASE_URL": url} if url else {}
    async with served(folder, **more) as server:
        if not await server.store.counts.by_flow(0, 2**62):
            await seed(server.store, calls, round(time.time() * 1000))
            while await server.store.word_index.index():
                pass
        board = await server.board()
        return Answers(calls, {name: await _once(board, path) for name, path in QUESTIONS.items()})


async def _once(board: Browser, path: str) -> float:
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = await board.get(path)
        taken.append((time.perf_counter() - began) * 1000)
        if answer.status != 200:
            raise ValueError(answer.body)
        board.seen.clear()
    return median(taken)


async def seed(store: Store, calls: int, now: int) -> None:
    """Save so many calls that are over, the last of them now."""
    dice = random.Random(7)
    for each in FLOWS:
        await store.flows.save_draft(flow(id=each, name=each.title()))
        await store.flows.publish(each)
    for first in range(0, calls, AT_ONCE):
        some = range(first, min(first + AT_ONCE, calls))
        moments = [now - DAYS * DAY + (n + 1) * DAYS * DAY // calls - 600_000 for n in some]
        await asyncio.gather(*(_call(store, dice, n, at) for n, at in zip(some, moments, strict=True)))


async def _call(store: Store, dice: random.Random, n: int, at: int) -> None:
    """One call, saved when it begins and when it is over."""
    caller, desk = f"+49151{dice.randrange(40_000):08}", dice.choice(FLOWS)
    variables: dict[str, Any] = {"ANI": caller, "DNIS": dice.choice(NUMBERS), "CallerName": "A Caller"}
    call = Call(id=f"CA{n:032x}", flow=desk, revision=1, block=2, variables=variables)
    parties = {"caller": caller, "dialled": variables["DNIS"], "caller_name": variables["CallerName"]}
    begun = (Entry(at, "answered", 1, parties), Entry(at, "entered", 2, GREET))
    await store.calls.save(Change(CallRecord(call), begun), at)
    took = dice.randrange(5_000, 300_000)
    trace, block = [*_speaking(dice, at, n), *_asking(dice, at)], dice.choice((3, 4, 5, 6))
    kind, told = dice.choice(ENDS)
    trace.append(Entry(at + took, kind, block, told))
    variables["EXTCALL_3"] = {"responsebody": "x" * dice.randrange(200, 3000), "statuscode": 200}
    over = Call(id=call.id, flow=desk, revision=1, block=block, status="ended", variables=variables)
    await store.calls.save(Change(CallRecord(over, version=1, over_at=at + took), tuple(trace)), at + took)


def _speaking(dice: random.Random, at: int, n: int) -> Sequence[Entry]:
    """What the caller says, in two sentences, and what is known of the order: some 30 words."""
    trace = []
    for asked in range(2):
        words = " ".join(f"w{round(dice.paretovariate(0.7)) % WORDS}" for _ in range(12))
        told = {"token": f"{asked}.2", "text": f"{words}, please, my order", "confidence": 0.8}
        trace += [Entry(at, "replied", 2, told)]
    known = {"orderNumber": f"K{n:07}", "orderStatus": "out for delivery", "orderDate": "2026-11-30"}
    return [*trace, Entry(at, "set", 3, known)]


def _asking(dice: random.Random, at: int) -> Sequence[Entry]:
    """No web call, or up to three."""
    trace = []
    for asked in range(dice.randrange(4)):
        block, cause = 3 + asked, dice.choice(CAUSES)
        token, took = f"{asked + 1}.{block}", round(dice.lognormvariate(6, 1))
        sent = {"job": "fetch", "method": "GET", "url": "https://orders.example.com/7", "token": token}
        told = {"token": token, "cause": cause, "status": STATUS[cause], "error": "", "milliseconds": took}
        trace += [
            Entry(at, "entered", block, LOOK_UP),
            Entry(at, "asked", block, sent),
            Entry(at + took, "replied", block, told),
            Entry(at + took, "left", block, {"port": "success" if cause == "ok" else "failure"}),
        ]
    return trace

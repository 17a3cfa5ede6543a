"""Figures: what callers lived through, how calls ended, how long APIs took and why they failed."""

import asyncio
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated

from aiohttp import web
from msgspec import Meta, Struct, structs

from ivr.flow.model import Flow
from ivr.store import UnknownFlow
from ivr.store.counting import CountedCalls, CountedFailures, CountedQuarter, CountedWaits
from ivr.web.api import spans
from ivr.web.api.calls import QUERY, sought_in, whole
from ivr.web.api.context import Context
from ivr.web.api.spans import HOUR, Span
from ivr.web.problem import Refused
from ivr.web.route import Route, ok

LONGEST = spans.LONGEST * 24
"""Hours that figures go back at most."""
LEFT_MOST = 20
"""Blocks at which callers hung up that are told of at most."""
NUMBERS_MOST = 100
"""Numbers of ours that are told of at most."""


class CallsShown(Struct, frozen=True):
    """The calls of callers that began in the hour, or on the day, which began `at` then; those that failed; and those
    in which a web call failed, whether its caller heard of it or not."""

    at: int
    total: int
    failed: int
    failure_path: int


class FailuresShown(Struct, frozen=True):
    """How often each cause was why a web call failed in the hour, or on the day, which began `at` then."""

    at: int
    causes: dict[str, int]


class LivedShown(Struct, frozen=True):
    """What callers lived through: of `calls`, in how many a web call failed, in how many callers hung up, and in how
    many of those while a block kept them waiting. `waits`: for how many answers of APIs callers waited, and the
    milliseconds within which half and 95 % of them were there. `seconds`: how long calls took on average."""

    calls: int
    failure_path: int
    hung_up: int
    hung_up_waiting: int
    waits: int
    wait_p50: int
    wait_p95: int
    seconds: int


class LeftShown(Struct, frozen=True):
    """A block at which callers hung up, how many did, and whether the block keeps callers waiting."""

    flow: str
    block: int
    title: str
    count: int
    waiting: bool


class BlockShown(Struct, frozen=True):
    """The web calls of a block: how many, the milliseconds within which half, 90 % and 99 % of them ended, and how
    often each cause was why they ended."""

    flow: str
    block: int
    title: str
    count: int
    p50: int
    p90: int
    p99: int
    causes: dict[str, int]


class NumberShown(Struct, frozen=True):
    """A number of ours: how many calls came in on it or showed it, in how many of them a web call failed, how many
    failed, in how many the caller hung up, and how long they took on average."""

    number: str
    calls: int
    failure_path: int
    failed: int
    hung_up: int
    seconds: int


class Stats(Struct, frozen=True):
    """Every hour or day of the time asked for, the oldest first, with its calls and with the failures of its web calls;
    what callers lived through; what became of calls; where callers hung up, most often first; the blocks that ask APIs,
    and our numbers, the busiest first. Runs that began without a caller are no calls; their web calls count."""

    by: Annotated[str, Meta(extra_json_schema={"enum": ["hour", "day"]})]
    calls: list[CallsShown]
    failures: list[FailuresShown]
    lived: LivedShown
    outcomes: dict[str, int]
    left: list[LeftShown]
    web_calls: list[BlockShown]
    numbers: list[NumberShown]


class Totals(Struct, frozen=True):
    """Of all calls that are asked for: how many, those in which a web call failed, those under way, and the seconds
    that those which are over took on average, and together."""

    calls: int
    failure_path: int
    live: int
    average_seconds: int
    seconds: int


def routes(context: Context) -> Sequence[Route]:
    async def show(request: web.Request) -> web.Response:
        span = _span(request, context.clock.now())
        sought = structs.replace(sought_in(request), since=span.since, until=span.until)
        counts = context.store.counts
        found = _Found(
            [each for each in await counts.alike(sought) if each.on_phone],
            await counts.quarters(sought),
            await counts.waits(sought),
            await counts.failures(sought),
        )
        return ok(await _stats(context, span, found))

    async def totals(request: web.Request) -> web.Response:
        calls = await context.store.counts.alike(sought_in(request))
        return ok(await asyncio.to_thread(_totals, calls))

    return (
        Route(
            method="GET",
            path="/api/stats",
            role="viewer",
            summary="What callers lived through, how calls ended, how long each block’s APIs took, by the hour or day",
            handle=show,
            answer=Stats,
            query={name: QUERY[name] for name in ("flow", "number", "dialled", "words", "block")}
            | spans.QUERY
            | {"hours": f"How many hours back, up to {LONGEST}, where “from” says no day; without it, 24."},
            errors={422: "What is asked for can't be understood."},
        ),
        Route(
            method="GET",
            path="/api/call-totals",
            role="viewer",
            summary="How many calls there are of those asked for, and how long they took",
            handle=totals,
            answer=Totals,
            query={name: text for name, text in QUERY.items() if name not in ("before", "limit")},
            errors={422: "What is asked for can't be understood."},
        ),
    )


def _span(request: web.Request, now: int) -> Span:
    if (asked := spans.span_in(request)) is not None:
        return asked
    hours = whole(request.query.get("hours", ""), "hours", 24)
    if not 1 <= hours <= LONGEST:
        raise Refused(422, f"“hours” must be from 1 to {LONGEST}.")
    zone = spans.zone_in(request)
    ends = Span(now, now, zone).begin(now) + HOUR
    return Span(ends - hours * HOUR, ends, zone)


class _Found(Struct, frozen=True):
    """What the database has counted."""

    calls: Sequence[CountedCalls]
    quarters: Sequence[CountedQuarter]
    waits: Sequence[CountedWaits]
    failures: Sequence[CountedFailures]


class _Counted(Struct, frozen=True):
    """What is counted before flows are asked: hang-ups by flow, revision and block; web calls by flow and block."""

    calls: list[CallsShown]
    failures: list[FailuresShown]
    totals: Totals
    outcomes: dict[str, int]
    waits: tuple[int, int, int]
    left: dict[tuple[str, int, int], int]
    blocks: dict[tuple[str, int], BlockShown]
    numbers: list[NumberShown]


def _count(span: Span, found: _Found) -> _Counted:
    """All the work that grows with the number of calls."""
    return _Counted(
        calls=_by_time(span, found.quarters),
        failures=_failures(span, found.failures),
        totals=_totals(found.calls),
        outcomes=_outcomes(found.calls),
        waits=_waits(found.waits),
        left=_left(found.calls),
        blocks=_blocks(found.waits, found.failures),
        numbers=_numbers(found.calls),
    )


async def _stats(context: Context, span: Span, found: _Found) -> Stats:
    # Off the event loop, which serves callers: there may be hundreds of thousands.
    counted = await asyncio.to_thread(_count, span, found)
    flows = _Flows(context)
    left = await _named_left(flows, counted.left)
    waits, wait_p50, wait_p95 = counted.waits
    lived = LivedShown(
        calls=counted.totals.calls,
        failure_path=counted.totals.failure_path,
        hung_up=counted.outcomes.get("hung_up", 0),
        hung_up_waiting=sum(each.count for each in left if each.waiting),
        waits=waits,
        wait_p50=wait_p50,
        wait_p95=wait_p95,
        seconds=counted.totals.average_seconds,
    )
    named = [structs.replace(each, title=await flows.title(each.flow, each.block)) for each in counted.blocks.values()]
    return Stats(
        by=span.by,
        calls=counted.calls,
        failures=counted.failures,
        lived=lived,
        outcomes=counted.outcomes,
        left=left[:LEFT_MOST],
        web_calls=sorted(named, key=lambda row: (-row.count, row.flow, row.block)),
        numbers=counted.numbers,
    )


def _by_time(span: Span, quarters: Iterable[CountedQuarter]) -> list[CallsShown]:
    begin = _once(span.begin)
    total: Counter[int] = Counter()
    failed: Counter[int] = Counter()
    failure_path: Counter[int] = Counter()
    for each in quarters:
        at = begin(each.at)
        total[at] += each.calls
        failed[at] += each.failed
        failure_path[at] += each.failures
    return [CallsShown(at, total[at], failed[at], failure_path[at]) for at in span.buckets()]


def _failures(span: Span, failures: Iterable[CountedFailures]) -> list[FailuresShown]:
    begin = _once(span.begin)
    causes: dict[int, Counter[str]] = {at: Counter() for at in span.buckets()}
    for each in failures:
        if (found := causes.get(begin(each.at))) is not None:
            found[each.cause] += each.web_calls
    return [FailuresShown(at, dict(found)) for at, found in causes.items()]


def _waits(waits: Sequence[CountedWaits]) -> tuple[int, int, int]:
    """How many answers were waited for, and the milliseconds within which half and 95 % of them were there."""
    times = Counter[int]()
    for each in waits:
        times[each.milliseconds] += each.web_calls
    ordered = sorted(times.items())
    return times.total(), percentile(ordered, 0.5), percentile(ordered, 0.95)


def _totals(calls: Sequence[CountedCalls]) -> Totals:
    total = sum(each.calls for each in calls)
    live = sum(each.calls for each in calls if each.result == "live")
    seconds = sum(each.milliseconds for each in calls) // 1000
    failure_path = sum(each.calls for each in calls if each.failures)
    return Totals(total, failure_path, live, round(seconds / max(1, total - live)), seconds)


def _outcomes(calls: Iterable[CountedCalls]) -> dict[str, int]:
    outcomes: Counter[str] = Counter()
    for each in calls:
        outcomes[each.result] += each.calls
    return dict(outcomes)


def _left(calls: Iterable[CountedCalls]) -> dict[tuple[str, int, int], int]:
    """How many callers hung up, by flow, revision and block."""
    left: dict[tuple[str, int, int], int] = {}
    for each in calls:
        if each.result == "hung_up" and each.last_block:
            key = (each.last_flow, each.last_revision, each.last_block)
            left[key] = left.get(key, 0) + each.calls
    return left


async def _named_left(flows: "_Flows", left: dict[tuple[str, int, int], int]) -> list[LeftShown]:
    """Where callers hung up, most often first. Whether a block keeps callers waiting, the revision tells that ran."""
    counts: dict[tuple[str, int, bool], int] = {}
    for (flow, revision, block), count in left.items():
        key = (flow, block, await flows.waits(flow, revision, block))
        counts[key] = counts.get(key, 0) + count
    shown = [
        LeftShown(flow, block, await flows.title(flow, block), count, waiting)
        for (flow, block, waiting), count in counts.items()
    ]
    return sorted(shown, key=lambda row: (-row.count, row.flow, row.block))


def _blocks(waits: Iterable[CountedWaits], failures: Iterable[CountedFailures]) -> dict[tuple[str, int], BlockShown]:
    """The web calls of each block, whose title is not known here."""
    times: dict[tuple[str, int], Counter[int]] = {}
    causes: dict[tuple[str, int], Counter[str]] = {}
    for wait in waits:
        times.setdefault((wait.flow, wait.block), Counter())[wait.milliseconds] += wait.web_calls
    for failure in failures:
        causes.setdefault((failure.flow, failure.block), Counter())[failure.cause] += failure.web_calls
    shown = {}
    for key, found in times.items():
        ordered = sorted(found.items())
        p50, p90, p99 = (percentile(ordered, share) for share in (0.5, 0.9, 0.99))
        shown[key] = BlockShown(*key, "", found.total(), p50, p90, p99, dict(causes.get(key, ())))
    return shown


def _numbers(calls: Iterable[CountedCalls]) -> list[NumberShown]:
    """The numbers of ours that were called, the busiest first."""
    found: dict[str, list[CountedCalls]] = {}
    for each in calls:
        if each.dialled:
            found.setdefault(each.dialled, []).append(each)
    shown = []
    for number, counted in found.items():
        totals, outcomes = _totals(counted), _outcomes(counted)
        hung_up, failed = outcomes.get("hung_up", 0), outcomes.get("failed", 0)
        shown.append(NumberShown(number, totals.calls, totals.failure_path, failed, hung_up, totals.average_seconds))
    return sorted(shown, key=lambda row: (-row.calls, row.number))[:NUMBERS_MOST]


def percentile(times: Sequence[tuple[int, int]], share: float) -> int:
    """The smallest of some times within which that share of them is; 0 where there are none. `times` are in order,
    each with how often it is there."""
    rank = max(1, math.ceil(share * sum(often for _, often in times)))
    for at, often in times:
        rank -= often
        if rank <= 0:
            return at
    return 0


def _once(ask: Callable[[int], int]) -> Callable[[int], int]:
    """Each question once: calls come in quarters of an hour, which are few."""
    known: dict[int, int] = {}
    return lambda at: known[at] if at in known else known.setdefault(at, ask(at))


class _Flows:
    """What figures need of flows; each is read once."""

    def __init__(self, context: Context) -> None:
        self._flows = context.store.flows
        self._titles: dict[str, dict[int, str]] = {}
        self._ran: dict[tuple[str, int], Flow | None] = {}

    async def title(self, flow: str, block: int) -> str:
        """What a block is called in the draft; empty where it is not called anything."""
        if flow not in self._titles:
            self._titles[flow] = await self._read_titles(flow)
        return self._titles[flow].get(block, "")

    async def waits(self, flow: str, revision: int, block: int) -> bool:
        """Whether a block kept callers waiting, for something that does not come from them."""
        if (flow, revision) not in self._ran:
            self._ran[flow, revision] = await self._revision(flow, revision)
        ran = self._ran[flow, revision]
        found = ran.by_number.get(block) if ran is not None else None
        stay = found.action.stay() if found is not None else None
        return stay is not None and stay.wait > 0 and not stay.asks

    async def _revision(self, flow: str, revision: int) -> Flow | None:
        try:
            return await self._flows.revision(flow, revision)
        except UnknownFlow:
            return None

    async def _read_titles(self, flow: str) -> dict[int, str]:
        try:
            document = (await self._flows.draft(flow)).document
        except UnknownFlow:
            return {}
        blocks = (block for block in document.get("blocks") or () if isinstance(block, dict))
        numbered = (block for block in blocks if isinstance(block.get("number"), int))
        return {block["number"]: str(block.get("title") or "") for block in numbered}

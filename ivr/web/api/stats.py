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
from ivr.store.history import CountedCalls, CountedWebCall
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


class CallsShown(Struct, frozen=True):
    """The calls that began in the hour, or on the day, which began `at` then; those that failed; and those in which a
    web call failed, so that the caller went the way of a failure."""

    at: int
    total: int
    failed: int
    failure_path: int


class FailuresShown(Struct, frozen=True):
    """How often each cause was why a web call failed in the hour, or on the day, which began `at` then."""

    at: int
    causes: dict[str, int]


class LivedShown(Struct, frozen=True):
    """What callers lived through: of `calls`, how many went the way of a failure as a web call failed, how many callers
    hung up, and how many of them while a block kept them waiting. `waits`: for how many answers of APIs callers waited,
    and the milliseconds within which half and 95 % of them were there. `seconds`: how long calls took on average."""

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


class Stats(Struct, frozen=True):
    """Every hour or day of the time asked for, the oldest first, with its calls and with the failures of its web calls;
    what callers lived through; what became of calls; where callers hung up, most often first; the blocks that ask APIs,
    the busiest first."""

    by: Annotated[str, Meta(extra_json_schema={"enum": ["hour", "day"]})]
    calls: list[CallsShown]
    failures: list[FailuresShown]
    lived: LivedShown
    outcomes: dict[str, int]
    left: list[LeftShown]
    web_calls: list[BlockShown]


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
        calls = await context.store.history.counted(sought)
        web_calls = await context.store.history.counted_web_calls(sought)
        return ok(await _stats(context, span, calls, web_calls))

    async def totals(request: web.Request) -> web.Response:
        calls = await context.store.history.counted(sought_in(request))
        return ok(await asyncio.to_thread(_totals, calls))

    return (
        Route(
            method="GET",
            path="/api/stats",
            role="viewer",
            summary="What callers lived through, how calls ended, how long each block’s APIs took, by the hour or day",
            handle=show,
            answer=Stats,
            query={name: QUERY[name] for name in ("flow", "number", "block")}
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


class _Counted(Struct, frozen=True):
    """What is counted before flows are asked: hang-ups by flow, revision and block; web calls by flow and block."""

    calls: list[CallsShown]
    failures: list[FailuresShown]
    totals: Totals
    outcomes: dict[str, int]
    waits: tuple[int, int, int]
    left: dict[tuple[str, int, int], int]
    blocks: dict[tuple[str, int], BlockShown]


def _count(span: Span, calls: Sequence[CountedCalls], web_calls: Sequence[CountedWebCall]) -> _Counted:
    """All the work that grows with the number of calls."""
    return _Counted(
        calls=_by_time(span, calls),
        failures=_failures(span, web_calls),
        totals=_totals(calls),
        outcomes=_outcomes(calls),
        waits=_waits(web_calls),
        left=_left(calls),
        blocks=_blocks(web_calls),
    )


async def _stats(
    context: Context, span: Span, calls: Sequence[CountedCalls], web_calls: Sequence[CountedWebCall]
) -> Stats:
    # Off the event loop, which serves callers: there may be hundreds of thousands.
    counted = await asyncio.to_thread(_count, span, calls, web_calls)
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
    )


def _by_time(span: Span, calls: Iterable[CountedCalls]) -> list[CallsShown]:
    begin = _once(span.begin)
    total: Counter[int] = Counter()
    failed: Counter[int] = Counter()
    failure_path: Counter[int] = Counter()
    for each in calls:
        at = begin(each.at)
        total[at] += each.calls
        failed[at] += each.calls * (each.result == "failed")
        failure_path[at] += each.calls * each.failures
    return [CallsShown(at, total[at], failed[at], failure_path[at]) for at in span.buckets()]


def _failures(span: Span, web_calls: Iterable[CountedWebCall]) -> list[FailuresShown]:
    begin = _once(span.begin)
    causes: dict[int, Counter[str]] = {at: Counter() for at in span.buckets()}
    for each in web_calls:
        if each.cause != "ok" and (found := causes.get(begin(each.at // 900_000 * 900_000))) is not None:
            found[each.cause] += 1
    return [FailuresShown(at, dict(found)) for at, found in causes.items()]


def _waits(web_calls: Sequence[CountedWebCall]) -> tuple[int, int, int]:
    """How many answers were waited for, and the milliseconds within which half and 95 % of them were there."""
    waits = sorted(each.milliseconds for each in web_calls)
    return (len(waits), percentile(waits, 0.5), percentile(waits, 0.95)) if waits else (0, 0, 0)


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
            key = (each.flow, each.revision, each.last_block)
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


def _blocks(web_calls: Iterable[CountedWebCall]) -> dict[tuple[str, int], BlockShown]:
    """The web calls of each block, whose title is not known here."""
    found: dict[tuple[str, int], list[CountedWebCall]] = {}
    for each in web_calls:
        found.setdefault((each.flow, each.block), []).append(each)
    shown = {}
    for (flow, block), ended in found.items():
        times = sorted(each.milliseconds for each in ended)
        p50, p90, p99 = (percentile(times, share) for share in (0.5, 0.9, 0.99))
        shown[flow, block] = BlockShown(flow, block, "", len(times), p50, p90, p99, _causes(ended))
    return shown


def percentile(times: Sequence[int], share: float) -> int:
    """The smallest of some times, in order, within which that share of them is."""
    return times[max(0, math.ceil(share * len(times)) - 1)]


def _causes(ended: Iterable[CountedWebCall]) -> dict[str, int]:
    return dict(Counter(each.cause for each in ended if each.cause != "ok"))


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

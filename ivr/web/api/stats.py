"""Figures: how many calls came, how they ended, how long APIs took."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from aiohttp import web
from msgspec import Struct

from ivr.store import UnknownFlow
from ivr.store.history import CountedCall, CountedWebCall
from ivr.web.api.calls import whole
from ivr.web.api.context import Context
from ivr.web.problem import Refused
from ivr.web.route import Route, ok

HOUR = 3_600_000
LONGEST = 31 * 24
"""Hours that figures go back at most."""


class HourShown(Struct, frozen=True):
    """The calls that began in the hour which began then."""

    hour: int
    total: int
    failed: int


class FailuresShown(Struct, frozen=True):
    """How often each cause was why a web call failed in the hour which began then."""

    hour: int
    causes: dict[str, int]


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
    """Every hour of the time asked for, the oldest first, with its calls and with the failures of its web calls; what
    became of calls; the blocks that ask APIs, the busiest first."""

    calls_per_hour: list[HourShown]
    failures_per_hour: list[FailuresShown]
    outcomes: dict[str, int]
    web_calls: list[BlockShown]


def routes(context: Context) -> Sequence[Route]:
    async def show(request: web.Request) -> web.Response:
        flow = request.query.get("flow", "")[:100]
        hours = whole(request.query.get("hours", ""), "hours", 24)
        if not 1 <= hours <= LONGEST:
            raise Refused(422, f"“hours” must be from 1 to {LONGEST}.")
        last = context.clock.now() // HOUR * HOUR
        first = last - (hours - 1) * HOUR
        calls, web_calls = await context.store.history.counted(flow, first)
        stats = Stats(
            calls_per_hour=_hours(calls, first, last),
            failures_per_hour=_failures(web_calls, first, last),
            outcomes=dict(Counter(call.result for call in calls)),
            web_calls=await _blocks(context, web_calls),
        )
        return ok(stats)

    return (
        Route(
            method="GET",
            path="/api/stats",
            role="viewer",
            summary="Calls and failed web calls by the hour, how calls ended, how long each block’s APIs took",
            handle=show,
            answer=Stats,
            query={"flow": "The id of a flow; without it, all.", "hours": f"How many hours back, up to {LONGEST}."},
            errors={422: "What is asked for can't be understood."},
        ),
    )


def _hours(calls: Iterable[CountedCall], first: int, last: int) -> list[HourShown]:
    total: Counter[int] = Counter()
    failed: Counter[int] = Counter()
    for call in calls:
        hour = call.started_at // HOUR * HOUR
        total[hour] += 1
        failed[hour] += call.result == "failed"
    return [HourShown(hour, total[hour], failed[hour]) for hour in range(first, last + HOUR, HOUR)]


def _failures(web_calls: Iterable[CountedWebCall], first: int, last: int) -> list[FailuresShown]:
    ended: dict[int, list[CountedWebCall]] = {}
    for each in web_calls:
        ended.setdefault(each.at // HOUR * HOUR, []).append(each)
    return [FailuresShown(hour, _causes(ended.get(hour, ()))) for hour in range(first, last + HOUR, HOUR)]


async def _blocks(context: Context, web_calls: Iterable[CountedWebCall]) -> list[BlockShown]:
    found: dict[tuple[str, int], list[CountedWebCall]] = {}
    for each in web_calls:
        found.setdefault((each.flow, each.block), []).append(each)
    titles = {flow: await _titles(context, flow) for flow in {flow for flow, _ in found}}
    shown = []
    for (flow, block), ended in found.items():
        times = sorted(each.milliseconds for each in ended)
        p50, p90, p99 = (percentile(times, share) for share in (0.5, 0.9, 0.99))
        title = titles[flow].get(block, "")
        shown.append(BlockShown(flow, block, title, len(times), p50, p90, p99, _causes(ended)))
    return sorted(shown, key=lambda row: (-row.count, row.flow, row.block))


def percentile(times: Sequence[int], share: float) -> int:
    """The smallest of some times, in order, within which that share of them is."""
    return times[max(0, math.ceil(share * len(times)) - 1)]


def _causes(ended: Iterable[CountedWebCall]) -> dict[str, int]:
    return dict(Counter(each.cause for each in ended if each.cause != "ok"))


async def _titles(context: Context, flow: str) -> dict[int, str]:
    """What the blocks are called in the draft."""
    try:
        document = (await context.store.flows.draft(flow)).document
    except UnknownFlow:
        return {}
    blocks = (block for block in document.get("blocks") or () if isinstance(block, dict))
    return {block["number"]: str(block.get("title") or "") for block in blocks if isinstance(block.get("number"), int)}

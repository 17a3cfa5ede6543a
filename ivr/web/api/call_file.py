"""The list of calls as a file for spreadsheets."""

import asyncio
from collections.abc import Sequence

from aiohttp import web
from msgspec import structs

from ivr.core import moments
from ivr.store.history import CallRow
from ivr.store.sought import Sought
from ivr.web.api import spans
from ivr.web.api.calls import QUERY, call_shown, sought_in
from ivr.web.api.context import Context
from ivr.web.api.spreadsheet import Cell, Csv, Sheet, Xlsx
from ivr.web.route import Handler, Route

MOST = 50_000
"""Calls in a file at most: the latest."""
PAGE = 500
"""Calls that are read at once, so that others get their turn."""
HEAD = (
    "Call",
    "Began",
    "Flow",
    "Version",
    "Caller",
    "Result",
    "Seconds",
    "Web calls",
    "Failed web calls",
    "Slowest web call (ms)",
    "Last block",
)


def routes(context: Context) -> Sequence[Route]:
    one_at_once = asyncio.Semaphore(1)  # a file takes memory and a processor: those who ask at once wait

    def shows(kind: type[Csv] | type[Xlsx]) -> Handler:
        async def show(request: web.Request) -> web.Response:
            sought, zone = sought_in(request), spans.zone_in(request)
            async with one_at_once:
                return await _file(context, await asyncio.to_thread(kind, HEAD), sought, zone)

        return show

    query = {name: text for name, text in QUERY.items() if name not in ("before", "limit")}
    return tuple(
        Route(
            method="GET",
            path=f"/api/{kind.name}",
            role="viewer",
            scope="calls",
            summary=f"Calls as a {title} file for spreadsheets, the newest first: at most {MOST:,}",
            handle=shows(kind),
            media=kind.media,
            query=query,
            errors={422: "What is asked for can't be understood."},
        )
        for kind, title in ((Csv, "CSV"), (Xlsx, "XLSX"))
    )


async def _file(context: Context, sheet: Sheet, sought: Sought, zone: str) -> web.Response:
    left, now = MOST, context.clock.now()
    while left > 0:
        rows = await context.store.history.list(structs.replace(sought, most=min(PAGE, left)))
        await asyncio.to_thread(sheet.add, [_line(row, zone, now) for row in rows])
        left = left - len(rows) if len(rows) == PAGE else 0
        sought = structs.replace(sought, after=rows[-1].id if rows else "")
    return web.Response(
        body=await asyncio.to_thread(sheet.done),
        headers={
            "Content-Type": f"{sheet.media}; charset=utf-8" if sheet.media.startswith("text/") else sheet.media,
            "Content-Disposition": f'attachment; filename="{sheet.name}"',
            "Cache-Control": "no-store",
        },
    )


def _line(row: CallRow, zone: str, now: int) -> Sequence[Cell]:
    shown = call_shown(row, now)
    return (
        shown.id,
        moments.local(shown.started_at, zone).replace(tzinfo=None, microsecond=0),
        shown.flow_name,
        shown.revision,
        shown.caller,
        shown.result,
        shown.seconds,
        shown.web_calls.count,
        shown.web_calls.failed,
        shown.web_calls.slowest_ms,
        shown.last_block,
    )

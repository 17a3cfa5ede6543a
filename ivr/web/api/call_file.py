"""The list of calls as a file for spreadsheets."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from aiohttp import web
from msgspec import structs

from ivr.core import moments
from ivr.store.history import CallRow
from ivr.web.api import spans
from ivr.web.api.calls import QUERY, call_shown, sought_in
from ivr.web.api.context import Context
from ivr.web.route import Route

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
_digits = re.compile(r"\+?\d+", re.ASCII)
_formula = ("=", "+", "-", "@", "\t", "\r", "\n")


def routes(context: Context) -> Sequence[Route]:
    async def show(request: web.Request) -> web.Response:
        sought, zone, now = sought_in(request), spans.zone_in(request), context.clock.now()
        text = io.StringIO()
        written = csv.writer(text)  # with CRLF, as spreadsheets have it
        written.writerow(HEAD)
        left = MOST
        while left > 0:
            rows = await context.store.history.list(structs.replace(sought, most=min(PAGE, left)))
            written.writerows(_line(row, zone, now) for row in rows)
            left = left - len(rows) if len(rows) == PAGE else 0
            sought = structs.replace(sought, after=rows[-1].id if rows else "")
        return web.Response(
            body=text.getvalue().encode("utf-8-sig"),  # without its mark, Excel takes it for another encoding
            content_type="text/csv",
            charset="utf-8",
            headers={"Content-Disposition": 'attachment; filename="calls.csv"', "Cache-Control": "no-store"},
        )

    return (
        Route(
            method="GET",
            path="/api/calls.csv",
            role="viewer",
            scope="calls",
            summary=f"Calls as a file for spreadsheets, the newest first: at most {MOST:,}",
            handle=show,
            media="text/csv",
            query={name: text for name, text in QUERY.items() if name not in ("before", "limit")},
            errors={422: "What is asked for can't be understood."},
        ),
    )


def _line(row: CallRow, zone: str, now: int) -> Iterable[str | int]:
    shown = call_shown(row, now)
    return (
        as_text(shown.id),
        f"{moments.local(shown.started_at, zone):%Y-%m-%d %H:%M:%S}",
        as_text(shown.flow_name),
        shown.revision,
        as_text(shown.caller),
        as_text(shown.result),
        shown.seconds,
        shown.web_calls.count,
        shown.web_calls.failed,
        shown.web_calls.slowest_ms,
        shown.last_block,
    )


def as_text(text: str) -> str:
    """A text as a spreadsheet takes it for one. Digits, with a plus or not, would become a number without its plus and
    its leading zeros: they come as a formula that says them. What else begins as a formula does gets an apostrophe, so
    that it is none."""
    if _digits.fullmatch(text):
        return f'="{text}"'
    return f"'{text}" if text.startswith(_formula) else text

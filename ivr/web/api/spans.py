"""Stretches of time that requests ask for, in the time zone of who looks, and the hours or days they are made of."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal

from aiohttp import web
from msgspec import Struct

from ivr.core import moments
from ivr.web.problem import Refused

HOUR = 3_600_000
LONGEST = 366
"""Days that are asked for at most."""
BY_HOUR = 2
"""Days that are told hour by hour; longer stretches are told by the day."""
EVER = 2**62
QUERY = {
    "from": "The first day, such as 2026-01-05.",
    "to": "The last day, which is that of “from” when it is left out.",
    "zone": "The time zone of the days, such as Europe/Berlin; without it, UTC.",
}
By = Literal["hour", "day"]


class Span(Struct, frozen=True):
    """From a moment until before another, in milliseconds since 1970, on the clocks of a zone."""

    since: int = 0
    until: int = EVER
    zone: str = "UTC"

    @property
    def by(self) -> By:
        return "hour" if self.until - self.since <= (BY_HOUR * 24 + 1) * HOUR else "day"

    def begin(self, at: int) -> int:
        """When the hour, or the day, begins that a moment is in."""
        there = moments.local(at, self.zone)
        if self.by == "hour":
            return at - (there.minute * 60 + there.second) * 1000 - there.microsecond // 1000
        return _midnight(there.date(), self.zone)

    def buckets(self) -> Sequence[int]:
        """When each hour, or each day, begins."""
        if self.by == "hour":
            return range(self.begin(self.since), self.until, HOUR)
        first = moments.local(self.since, self.zone).date()
        last = moments.local(self.until - 1, self.zone).date()
        return [_midnight(first + timedelta(days), self.zone) for days in range((last - first).days + 1)]


def zone_in(request: web.Request) -> str:
    """The time zone of a request. Raises Refused."""
    zone = request.query.get("zone", "")[:100] or "UTC"
    if not moments.is_zone(zone):
        raise Refused(422, "“zone” must be a time zone, such as Europe/Berlin.")
    return zone


def span_in(request: web.Request) -> Span | None:
    """The days that a request asks for; None when it asks for none. Raises Refused."""
    zone, query = zone_in(request), request.query
    if not (query.get("from") or query.get("to")):
        return None
    first, last = (_day(query, name, other) for name, other in (("from", "to"), ("to", "from")))
    if not 0 <= (last - first).days < LONGEST:
        raise Refused(422, f"“to” must not be before “from”, and {LONGEST} days are the most.")
    return Span(_midnight(first, zone), _midnight(last + timedelta(1), zone), zone)


def today(now: int, zone: str) -> Span:
    """The day that it is in a zone."""
    day = moments.local(now, zone).date()
    return Span(_midnight(day, zone), _midnight(day + timedelta(1), zone), zone)


def _day(query: Mapping[str, str], name: str, other: str) -> date:
    try:
        day = date.fromisoformat(query.get(name) or query.get(other) or "")
    except ValueError:
        day = date.min
    if not 1971 <= day.year <= 9000:
        raise Refused(422, f"“{name}” must be a date, such as 2026-01-05.")
    return day


def _midnight(day: date, zone: str) -> int:
    return moments.milliseconds(datetime.combine(day, time()), zone)

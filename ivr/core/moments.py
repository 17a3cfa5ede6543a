"""Time as people say it: what the clock and the calendar show in a zone. The one place that knows calendars.

A moment is milliseconds since 1970; nothing here asks what time it is now.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator

from ivr.core.template import UNSET, Unset
from ivr.core.values import Value

Day = date
"""A day of the calendar."""
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
OBJECT = "DateTime."
_EPOCH = datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))
_time = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00", re.ASCII)
_date = re.compile(r"(\d{4}-)?\d\d-\d\d", re.ASCII)


def local(at: int, zone: str) -> datetime:
    """A moment on the clock and the calendar of a zone."""
    return (_EPOCH + timedelta(milliseconds=at)).astimezone(_zone(zone))


def milliseconds(when: datetime, zone: str) -> int:
    """A moment in milliseconds since 1970; without an offset of its own it is on the clock of the zone."""
    aware = when if when.tzinfo is not None else when.replace(tzinfo=_zone(zone))
    return round(aware.timestamp() * 1000)


def after(day: Day, days: int) -> Day:
    """The day so many days later, or earlier when negative."""
    return day + timedelta(days=days)


def weekday(day: Day) -> Weekday:
    return WEEKDAYS[day.weekday()]


def minutes_of(time: str) -> int:
    """Minutes from midnight to a time of day such as `09:30`, by the clock on the wall."""
    hours, _, minutes = time.partition(":")
    return int(hours) * 60 + int(minutes)


def is_on(written: str, day: Day) -> bool:
    """Whether a date, or a day of every year, is this day."""
    return day.isoformat() in (written, f"{day.year:04}-{written}")


def in_words(day: Day, minutes: int) -> str:
    """A day and a time of it as one says it: Monday, January 5 at 9:00 AM. Midnight at its end is the day after."""
    when = datetime(day.year, day.month, day.day, tzinfo=_EPOCH.tzinfo) + timedelta(minutes=minutes)
    return f"{when:%A}, {when:%B} {when.day} at {_clock12(when)}"


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name, such as `Europe/Berlin`."""
    try:
        _zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def zone_names() -> list[str]:
    """Every time zone, by name."""
    return sorted(available_timezones())


def _known_zone(name: str) -> str:
    if not is_zone(name):
        raise ValueError("must be a time zone, such as Europe/Berlin or America/New_York")
    return name


ZoneName = Annotated[str, AfterValidator(_known_zone)]
"""A time zone of the IANA database."""
OptionalZoneName = Annotated[str, AfterValidator(lambda name: name and _known_zone(name))]
"""A time zone, or nothing."""


def _known_time(time: str) -> str:
    if not _time.fullmatch(time):
        raise ValueError("must be a time from 00:00 to 24:00, such as 09:30")
    return time


def _known_date(written: str) -> str:
    try:
        date.fromisoformat(written if len(written) > 5 else f"2000-{written}")
    except ValueError:
        written = ""
    if not _date.fullmatch(written):
        raise ValueError("must be a date, such as 2026-12-24, or 12-24 for every year")
    return written


TimeOfDay = Annotated[str, AfterValidator(_known_time)]
"""A time on the clock on the wall, `00:00` to `24:00`."""
CalendarDate = Annotated[str, AfterValidator(_known_date)]
"""A date, `2026-12-24`, or a day of every year, `12-24`."""


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _clock12(when: datetime) -> str:
    return f"{when.hour % 12 or 12}:{when:%M} {'AM' if when.hour < 12 else 'PM'}"


SYSTEM: dict[str, tuple[str, Callable[[datetime], Value]]] = {
    "CurrentTimeText": ("The time of day: 16:10", lambda when: f"{when:%H:%M}"),
    "CurrentTime12Text": ("The time of day as many say it: 4:10 PM", _clock12),
    "CurrentTimeNumber": ("The time of day as four digits: 1610", lambda when: f"{when:%H%M}"),
    "CurrentDateText": ("The date in words: January 5, 2026", lambda when: f"{when:%B} {when.day}, {when.year}"),
    "CurrentDate": ("The date for other systems: 2026-01-05", lambda when: f"{when:%Y-%m-%d}"),
    "CurrentDayOfWeek": ("The weekday: Monday", lambda when: f"{when:%A}"),
    "CurrentDateTime": (
        "Date, time and offset: 2026-01-05T16:10:00+01:00",
        lambda when: when.isoformat("T", "seconds"),
    ),
}
"""System variables by name, with what they are. Their names are not case-sensitive, and what they say is evaluated
where they are used, in the flow's time zone."""
_system = {name.lower(): value for name, (_, value) in SYSTEM.items()}


def is_system(reference: str) -> bool:
    """Whether a reference is to a system variable."""
    return reference[: len(OBJECT)].lower() == OBJECT.lower()


def value(reference: str, at: int, zone: str) -> Value | Unset:
    """A system variable at a moment; UNSET when there is none of the name."""
    found = _system.get(reference[len(OBJECT) :].lower())
    return UNSET if found is None else found(local(at, zone))

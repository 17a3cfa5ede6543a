"""Time as people say it: what the clock and the calendar show in a zone. The one place that knows calendars.

A moment is milliseconds since 1970; nothing here asks what time it is now.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from decimal import Decimal
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from msgspec import Struct
from pydantic import AfterValidator

from ivr.core import languages
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
_iso = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?( ?([Zz]|[+-]\d\d(:?\d\d)?))?)?", re.ASCII)
_suffix = re.compile(r"(?: ?(?P<utc>UTC|GMT|utc)| ?\[(?P<zone>[A-Za-z_+\-/0-9]{1,40})\])$", re.ASCII)
"""A zone by its name behind a date and a time, as some libraries write it."""
_of_year = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_by_dots = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})", re.ASCII)
_fourteen_digits = re.compile(r"\d{8}T?\d{6}Z?", re.ASCII)
_epoch_text = re.compile(r"\d{10}|\d{13}", re.ASCII)
_named_month = re.compile(
    r"(?:(?P<month>[A-Za-z]{3,9})\.?,? (?P<day>\d{1,2})(?:st|nd|rd|th)?|(?P<day2>\d{1,2})(?:st|nd|rd|th)?[ .-]{1,2}"
    r"(?P<month2>[A-Za-z]{3,9})\.?),?[ -](?P<year>\d{4})",
    re.ASCII,
)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_stamp = re.compile(r"/Date\((\d{1,15})([+-]\d{4})?\)/", re.ASCII)
_eight_digits = re.compile(r"\d{8}", re.ASCII)
_of_clock = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(:[0-5]\d([.,]\d+)?)?(?: ?([AaPp])\.?[Mm]\.?)?", re.ASCII)
_mail = re.compile(r"([A-Za-z]{3},? )?\d{1,2} [A-Za-z]{3} \d{4}", re.ASCII)
_mail_with_time = re.compile(r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d", re.ASCII)
_LONGEST_DATE = 64
_STAMPS = 10**8


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


def in_words(day: Day, minutes: int, language: str) -> str:
    """A day and a time of it as one says it: Monday, January 5 at 9:00 AM. Midnight at its end is the day after."""
    when = datetime(day.year, day.month, day.day, tzinfo=_EPOCH.tzinfo) + timedelta(minutes=minutes)
    return languages.joined(languages.day_of_month(when, language), languages.clock(when, language), language)


class Moment(Struct, frozen=True):
    """What a date, a time or both stand for, on the calendar and the clock of a zone. `time` is None for a date."""

    day: date | None
    time: time_of_day | None


def iso(text: str, zone: str) -> Moment | None:
    """A date, or a date with a time, as ISO 8601 and JSON write it; None for everything else. With an offset it is
    shown on the clock of the zone, without one it is on that clock already; and a date with its first moment and no
    offset is only a date."""
    text, named = _apart(text)
    date_only = len(text) == len("2026-01-05")
    if not _iso.fullmatch(text) or (named and (date_only or not is_zone(named))):
        return None
    try:
        if date_only:
            return Moment(date.fromisoformat(text), None)
        when = datetime.fromisoformat(text.replace(" ", "T", 1).replace(" ", ""))
        if named and when.tzinfo is None:
            when = when.replace(tzinfo=_zone(named))
        if when.tzinfo is not None:
            when = when.astimezone(_zone(zone))
        elif when.time() == time_of_day():
            return Moment(when.date(), None)
    except (ValueError, OverflowError):
        return None
    return Moment(when.date(), when.time())


def instant(text: str) -> datetime | None:
    """The moment of a date and a time that say by an offset, or by a zone's name, which one they are; else None."""
    plain, named = _apart(text)
    if not _iso.fullmatch(plain) or (named and not is_zone(named)):
        return None
    try:
        when = datetime.fromisoformat(plain.replace(" ", "T", 1).replace(" ", ""))
        if named and when.tzinfo is None:
            when = when.replace(tzinfo=_zone(named))
        return when.astimezone(_EPOCH.tzinfo) if when.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _apart(text: str) -> tuple[str, str]:
    """A date and a time, and the name of the zone that stands behind them; an offset of its own counts first."""
    suffix = _suffix.search(text) if len(text) <= _LONGEST_DATE else None
    return (text, "") if suffix is None else (text[: suffix.start()], suffix["zone"] or "UTC")


def machine(text: str, zone: str) -> Moment | None:
    """A date, or a date with a time, in a form that only machines write: ISO 8601, `/Date(…)/`, and that of mails and
    of headers of HTTP; None for everything else."""
    if (found := iso(text, zone)) is not None:
        return found
    if len(text) > _LONGEST_DATE:
        return None
    if stamp := _stamp.fullmatch(text):
        return _since_1970(int(stamp[1]), zone)
    return _of_mail(text, zone) if _mail_with_time.match(text) else None


def read(value: Value, zone: str) -> Moment | None:
    """What stands for a date or a time in a place where one was asked for: besides ISO 8601 `20260105`, `2026/1/5`,
    `5.1.2026`, `Jan 5, 2026`, `14:30`, `2:30 PM`, the dates of mails and headers, and seconds or milliseconds since
    1970, as a number, as text or as `/Date(…)/`. What may be two days, such as `1/5/2026`, is none."""
    if isinstance(value, Decimal):
        value = int(value) if abs(value.adjusted()) < _LONGEST_DATE else value
    if isinstance(value, int) and not isinstance(value, bool):
        return _since_1970(value, zone)
    if not isinstance(value, str) or len(value) > _LONGEST_DATE:
        return None
    text = value.strip()
    if (found := iso(text, zone)) is not None:
        return found
    if stamp := _stamp.fullmatch(text):
        return _since_1970(int(stamp[1]), zone)
    if _epoch_text.fullmatch(text):
        return _since_1970(int(text), zone)
    return _compact(text, zone) or _in_order(text) or _of_day(text) or _of_mail(text, zone)


def _since_1970(number: int, zone: str) -> Moment | None:
    """Seconds of the years 1973 to 5138, or milliseconds from 1973 on; a smaller number is no date."""
    if _STAMPS <= number < 10**15:
        when = local(number if number >= 1000 * _STAMPS else number * 1000, zone)
        return Moment(when.date(), when.time())
    return None


def _compact(text: str, zone: str) -> Moment | None:
    if _fourteen_digits.fullmatch(text):
        digits = re.sub(r"[TZ]", "", text)
        spread = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}T{digits[8:10]}:{digits[10:12]}:{digits[12:]}"
        return iso(spread + text[-1] if text.endswith("Z") else spread, zone)
    if not _eight_digits.fullmatch(text):
        return None
    return _a_day(text[:4], text[4:6], text[6:])


def _in_order(text: str) -> Moment | None:
    """A day whose parts can only be meant in one order."""
    if (found := _of_year.fullmatch(text)) is not None:
        return _a_day(*found.groups())
    if (found := _by_dots.fullmatch(text)) is not None:
        return _a_day(*reversed(found.groups()))
    found = _named_month.fullmatch(text)
    said = (found["month"] or found["month2"]).lower() if found else ""
    months = [at for at, name in enumerate(_MONTHS, 1) if said in (name, name[:3], name[:4] if at == 9 else name)]
    return _a_day(found["year"], str(months[0]), found["day"] or found["day2"]) if found and months else None


def _a_day(year: str, month: str, day: str) -> Moment | None:
    try:
        return Moment(date(int(year), int(month), int(day)), None)
    except ValueError:
        return None


def _of_day(text: str) -> Moment | None:
    found = _of_clock.fullmatch(text)
    if found is None:
        return None
    hour, half = int(found[1]), (found[5] or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    return Moment(None, time_of_day(hour % 12 + 12 * (half == "p") if half else hour, int(found[2])))


def _of_mail(text: str, zone: str) -> Moment | None:
    if not _mail.match(text):
        return None
    try:
        when = parsedate_to_datetime(text)
        when = when.astimezone(_zone(zone)) if when.tzinfo is not None else when
    except (ValueError, OverflowError, TypeError):
        return None
    return Moment(when.date(), when.time())


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


def _weekday_name(when: datetime, _: str) -> Value:
    return f"{when:%A}"


SYSTEM: dict[str, tuple[str, Callable[[datetime, str], Value]]] = {
    "CurrentTimeText": ("The time of day: 16:10", lambda when, _: f"{when:%H:%M}"),
    "CurrentTime12Text": ("The time of day as many say it: 4:10 PM", lambda when, _: _clock12(when)),
    "CurrentTimeNumber": ("The time of day as four digits: 1610", lambda when, _: f"{when:%H%M}"),
    "CurrentDateText": ("The date in words of the flow's language: January 5, 2026", languages.day),
    "CurrentDate": ("The date for other systems: 2026-01-05", lambda when, _: f"{when:%Y-%m-%d}"),
    "CurrentDayOfWeek": ("The weekday, in English in every flow, so that it can be compared: Monday", _weekday_name),
    "CurrentDateTime": (
        "Date, time and offset: 2026-01-05T16:10:00+01:00",
        lambda when, _: when.isoformat("T", "seconds"),
    ),
}
"""System variables by name, with what they are. Their names are not case-sensitive, and what they say is evaluated
where they are used, in the flow's time zone."""
_system = {name.lower(): value for name, (_, value) in SYSTEM.items()}


def is_system(reference: str) -> bool:
    """Whether a reference is to a system variable."""
    return reference[: len(OBJECT)].lower() == OBJECT.lower()


def value(reference: str, at: int, zone: str, language: str = "en-US") -> Value | Unset:
    """A system variable at a moment; UNSET when there is none of the name."""
    found = _system.get(reference[len(OBJECT) :].lower())
    return UNSET if found is None else found(local(at, zone), language)

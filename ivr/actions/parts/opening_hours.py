"""What a Schedule is made of: opening hours, and dates that differ from them."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from ivr.core.fields import ui
from ivr.core.moments import WEEKDAYS, CalendarDate, TimeOfDay, Weekday, minutes_of
from ivr.core.problem import Problem
from ivr.described import Described

DAY = 24 * 60
Span = tuple[int, int]
"""From and to, in minutes from the midnight that the day began with; past 1440 it is the day after."""


class Hours(Described):
    """A range of times on some days of the week."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=7)] = Field(
        default=WEEKDAYS[:5], json_schema_extra=ui(widget="weekdays")
    )
    """The days it begins on."""
    opens: TimeOfDay = Field(default="09:00", json_schema_extra=ui(widget="time", half=True))
    """When it opens, such as `09:00`."""
    closes: TimeOfDay = Field(default="17:00", json_schema_extra=ui(widget="time", half=True))
    """When it closes. A time before the opening is on the next day; `24:00` is midnight."""


class SpecialDate(Described):
    """A date that is not like other days."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: CalendarDate = Field(json_schema_extra=ui(widget="date", half=True, placeholder="2026-12-24"))
    """The date, `2026-12-24`; or `12-24` for every year."""
    state: Literal["open", "closed", "holiday"] = Field(default="closed", json_schema_extra=ui(half=True))
    """What that day is, public holiday or not."""
    opens: TimeOfDay | None = Field(
        default=None, json_schema_extra=ui(widget="time", half=True, when={"state": ["open"]})
    )
    """When it opens on that day. Without hours of its own it opens as on any such weekday."""
    closes: TimeOfDay | None = Field(
        default=None, json_schema_extra=ui(widget="time", half=True, when={"state": ["open"]})
    )
    """When it closes on that day."""
    name: str = Field(default="", max_length=80)
    """What the day is called, such as “Staff outing”."""


def span(opens: str, closes: str) -> Span:
    """The minutes of a range; one that ends before it begins goes over midnight."""
    begin, end = minutes_of(opens), minutes_of(closes)
    return begin, end if end > begin else end + DAY


def hours_mistakes(hours: tuple[Hours, ...]) -> Iterator[Problem]:
    for index, row in enumerate(hours):
        if minutes_of(row.opens) == minutes_of(row.closes):
            yield _no_time(f"hours[{index}].closes")


def date_mistakes(dates: tuple[SpecialDate, ...]) -> Iterator[Problem]:
    states: dict[str, set[str]] = {}
    for index, row in enumerate(dates):
        path = f"dates[{index}]"
        if row.state != "open" and (row.opens or row.closes):
            hint = "Give the hours it is open, as state “open”."
            yield Problem("hours_unused", "A day that is not open has no hours.", path=f"{path}.opens", hint=hint)
        elif bool(row.opens) != bool(row.closes):
            missing = "closes" if row.opens else "opens"
            yield Problem(
                "half_hours", "One of the two times is missing.", path=f"{path}.{missing}", hint="Fill it in."
            )
        elif row.opens and row.closes and minutes_of(row.opens) == minutes_of(row.closes):
            yield _no_time(f"{path}.closes")
        if states.setdefault(row.date, {row.state}) != {row.state}:
            hint = "Keep one of them."
            yield Problem(
                "date_twice", "This date is in another row, as something else.", path=f"{path}.date", hint=hint
            )


def _no_time(path: str) -> Problem:
    hint = "For the whole day write 00:00 to 24:00."
    return Problem("no_time", "It closes when it opens.", path=path, hint=hint)

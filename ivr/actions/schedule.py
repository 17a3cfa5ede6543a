from collections.abc import Iterator
from difflib import get_close_matches
from typing import Annotated, ClassVar, Literal

from msgspec import Struct
from pydantic import Field

from ivr.actions.parts.opening_hours import DAY, Hours, Span, SpecialDate, date_mistakes, hours_mistakes, span
from ivr.core import holidays, moments
from ivr.core.action import Action, Card, Leave, Outcome, Port, Sets, Visit
from ivr.core.events import Event
from ivr.core.fields import ui
from ivr.core.moments import Day, OptionalZoneName
from ivr.core.problem import Problem

DAYS_AHEAD = 31
"""How far the next opening is looked for."""
State = Literal["open", "closed", "holiday"]


class _Plan(Struct, frozen=True):
    """A day: what it is when it is not open, why, and when it is open."""

    otherwise: State
    name: str = ""
    open: tuple[Span, ...] = ()


class Schedule(Action[Event]):
    """Go different ways when you are open, closed, or on holiday. Hours belong to the day on which they begin: a night
    shift that began before a holiday goes on to its end, and none begins on the holiday."""

    card: ClassVar = Card(
        "Schedule",
        group="Logic",
        icon="calendar-clock",
        prefix="SCHEDULE",
        ports=(Port("open", "Open"), Port("closed", "Closed"), Port("holiday", "Holiday")),
        sets=(
            Sets("state", "`open`, `closed` or `holiday`"),
            Sets("holiday", "What the holiday or the special date is called; empty on any other day"),
            Sets(
                "next_open",
                "When it opens next, in the flow's language: Monday, January 5 at 9:00 AM; empty when open, or closed"
                " for a month",
            ),
        ),
        keywords=("opening", "business hours", "calendar", "weekday", "time", "night"),
    )
    type: Literal["schedule"] = "schedule"

    hours: Annotated[tuple[Hours, ...], Field(max_length=50)] = Field(
        default=(Hours(),), json_schema_extra=ui(group="Inputs", row="range")
    )
    """When it is open in an ordinary week. A day may have several ranges, as before and after lunch."""
    dates: Annotated[tuple[SpecialDate, ...], Field(max_length=200)] = Field(
        default=(), json_schema_extra=ui(group="Inputs")
    )
    """Dates that differ. They go before public holidays."""
    country: str = Field(
        default="", max_length=2, json_schema_extra=ui(group="Inputs", widget="country", half=True, placeholder="US")
    )
    """The country whose public holidays are kept, by its two letters, such as `US` or `DE`. Empty: none are."""
    subdivision: str = Field(
        default="", max_length=10, json_schema_extra=ui(group="Inputs", half=True, placeholder="CA")
    )
    """Its state or province, such as `CA` or `BY`, for holidays that only part of the country has."""
    holiday_names: Literal["local", "english"] = Field(default="local", json_schema_extra=ui(group="Advanced"))
    """Whether holidays are named in the `local` language of the country, or in `english` where that is known."""
    time_zone: OptionalZoneName = Field(default="", json_schema_extra=ui(group="Advanced", widget="time-zone"))
    """The time zone of the hours, such as `Europe/Berlin`. Empty: the flow's."""

    def problems(self) -> Iterator[Problem]:
        yield from hours_mistakes(self.hours)
        yield from date_mistakes(self.dates)
        yield from self._country_mistakes()
        if not self.hours and not any(row.state == "open" for row in self.dates):
            hint = "Add opening hours."
            yield Problem("never_open", "It is never open.", path="hours", hint=hint, level="warning")

    def _country_mistakes(self) -> Iterator[Problem]:
        if not self.country:
            if self.subdivision:
                hint = "Choose the country too."
                yield Problem("no_country", "The country is missing.", path="country", hint=hint)
            return
        known = holidays.countries()
        if self.country not in known:
            hint = "Write its two letters, such as US, GB or DE."
            yield Problem("unknown_country", f"There is no country “{self.country}”.", path="country", hint=hint)
        elif self.subdivision and self.subdivision not in known[self.country]:
            parts = known[self.country]
            close = get_close_matches(self.subdivision.upper(), parts, n=1)
            hint = (
                f"Did you mean {close[0]}?"
                if close
                else f"There are: {', '.join(parts)}."
                if parts
                else "Leave it empty."
            )
            message = f"{self.country} has no part “{self.subdivision}” with holidays of its own."
            yield Problem("unknown_subdivision", message, path="subdivision", hint=hint)

    def enter(self, visit: Visit) -> Outcome:
        now = moments.local(visit.at, self.time_zone or visit.zone)
        day, minute = now.date(), now.hour * 60 + now.minute
        today = self._plan(day)
        is_open = _covers(today, minute) or _covers(self._plan(moments.after(day, -1)), minute + DAY)
        state: State = "open" if is_open else today.otherwise
        known = {
            "state": state,
            "holiday": today.name,
            "next_open": "" if is_open else self._next(day, minute, visit.language),
        }
        why = {"time": f"{moments.weekday(day)}, {now:%Y-%m-%d %H:%M}", **({"day": today.name} if today.name else {})}
        return Leave(state, set=known, why=why)

    def _plan(self, day: Day) -> _Plan:
        usual = tuple(span(row.opens, row.closes) for row in self.hours if moments.weekday(day) in row.days)
        special = [row for row in self.dates if moments.is_on(row.date, day)]
        if special:
            own = tuple(span(row.opens, row.closes) for row in special if row.opens and row.closes)
            hours = (own or usual) if special[0].state == "open" else ()
            return _Plan("holiday" if special[0].state == "holiday" else "closed", special[0].name, hours)
        english = self.holiday_names == "english"
        name = holidays.holiday(day, self.country, self.subdivision, english=english) if self.country else ""
        return _Plan("holiday", name) if name else _Plan("closed", open=usual)

    def _next(self, day: Day, minute: int, language: str) -> str:
        """When it opens next, in words."""
        for ahead in range(DAYS_AHEAD + 1):
            coming = moments.after(day, ahead)
            begins = [begin for begin, _ in self._plan(coming).open if ahead or begin > minute]
            if begins:
                return moments.in_words(coming, min(begins), language)
        return ""


def _covers(plan: _Plan, minute: int) -> bool:
    return any(begin <= minute < end for begin, end in plan.open)

"""When the line is open: weeks, nights, holidays, and the nights on which clocks are changed."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.action import Leave, Visit
from ivr.core.call import Call
from ivr.core.moments import WEEKDAYS
from ivr.flow.model import Flow
from tests.core import any_value  # noqa: F401 - how long a property takes is never judged
from tests.story.flows import drawn, says, starts
from tests.story.line import Line

BERLIN = "Europe/Berlin"
NIGHT = {"days": ["friday"], "opens": "22:00", "closes": "06:00"}


def scheduled(zone: str = BERLIN, **fields: Any) -> Flow:
    block = {"action": {"type": "schedule", **fields}, "exits": {"open": 3, "closed": 4, "holiday": 5}}
    return drawn(
        starts(),
        block,
        says("Open."),
        says("Closed until ${SCHEDULE_2.next_open}."),
        says("Holiday: ${SCHEDULE_2.holiday}."),
        time_zone=zone,
    )


def milliseconds(clock: str, zone: str, fold: int = 0) -> int:
    when = datetime.fromisoformat(clock).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return int(when.timestamp()) * 1000


def heard_at(flow: Flow, clock: str, fold: int = 0) -> str:
    """What a caller hears who rings when the clock in the flow's zone shows this."""
    line = Line(flow)
    line.at = milliseconds(clock, flow.time_zone, fold)
    return line.rings().heard[0]


@pytest.mark.parametrize(
    ("clock", "heard"),
    [
        ("2026-01-05 08:59:59", "Closed until Monday, January 5 at 9:00 AM."),
        ("2026-01-05 09:00", "Open."),
        ("2026-01-05 16:59:59", "Open."),
        ("2026-01-05 17:00", "Closed until Tuesday, January 6 at 9:00 AM."),
        ("2026-01-09 17:00", "Closed until Monday, January 12 at 9:00 AM."),
        ("2026-01-10 12:00", "Closed until Monday, January 12 at 9:00 AM."),
        ("2025-12-31 23:59", "Closed until Thursday, January 1 at 9:00 AM."),
    ],
)
def test_an_ordinary_week(clock: str, heard: str) -> None:
    assert heard_at(scheduled(), clock) == heard


def test_a_lunch_break() -> None:
    morning, afternoon = {"opens": "09:00", "closes": "12:00"}, {"opens": "13:00", "closes": "17:00"}
    flow = scheduled(hours=[afternoon, morning])
    assert heard_at(flow, "2026-01-05 11:59") == "Open."
    assert heard_at(flow, "2026-01-05 12:00") == "Closed until Monday, January 5 at 1:00 PM."
    assert heard_at(flow, "2026-01-05 13:00") == "Open."


@pytest.mark.parametrize(
    ("clock", "is_open"),
    [
        ("2026-01-09 21:59", False),
        ("2026-01-09 22:00", True),
        ("2026-01-09 23:59", True),
        ("2026-01-10 00:00", True),
        ("2026-01-10 05:59", True),
        ("2026-01-10 06:00", False),
        ("2026-01-09 05:00", False),
    ],
)
def test_a_night_shift_goes_over_midnight(clock: str, is_open: bool) -> None:
    assert (heard_at(scheduled(hours=[NIGHT]), clock) == "Open.") is is_open


def test_midnight_is_the_end_of_a_day_and_the_beginning_of_the_next() -> None:
    flow = scheduled(hours=[{"days": ["monday"], "opens": "20:00", "closes": "24:00"}])
    assert heard_at(flow, "2026-01-05 23:59:59") == "Open."
    assert heard_at(flow, "2026-01-06 00:00").startswith("Closed")
    always = scheduled(hours=[{"days": list(WEEKDAYS), "opens": "00:00", "closes": "24:00"}])
    assert heard_at(always, "2026-01-06 00:00") == "Open."


@pytest.mark.parametrize(
    ("clock", "fold", "is_open"),
    [
        ("2026-03-29 01:59", 0, False),
        ("2026-03-29 03:00", 0, True),
        ("2026-03-29 03:59", 0, True),
        ("2026-03-29 04:00", 0, False),
        ("2026-10-25 01:59", 0, False),
        ("2026-10-25 02:30", 0, True),
        ("2026-10-25 02:30", 1, True),
        ("2026-10-25 04:00", 0, False),
    ],
)
def test_it_goes_by_the_clock_on_the_wall_when_clocks_are_changed(clock: str, fold: int, is_open: bool) -> None:
    flow = scheduled(hours=[{"days": ["sunday"], "opens": "02:30", "closes": "04:00"}])
    assert (heard_at(flow, clock, fold) == "Open.") is is_open


def test_a_night_shift_on_a_night_without_its_third_hour() -> None:
    flow = scheduled(hours=[{"days": ["saturday"], "opens": "22:00", "closes": "03:00"}])
    assert heard_at(flow, "2026-03-29 01:59") == "Open."
    assert heard_at(flow, "2026-03-29 03:00").startswith("Closed")


def test_its_own_zone_goes_before_the_flow_s() -> None:
    flow = scheduled(BERLIN, time_zone="America/New_York")
    assert heard_at(flow, "2026-01-05 14:59").startswith("Closed")
    assert heard_at(flow, "2026-01-05 15:00") == "Open."


class TestHolidays:
    FLOW = scheduled(country="DE", subdivision="BY", hours=[{"opens": "09:00", "closes": "17:00"}, NIGHT])

    @pytest.mark.parametrize(
        ("clock", "heard"),
        [
            ("2026-01-06 12:00", "Holiday: Heilige Drei Könige."),
            ("2026-01-06 00:00", "Holiday: Heilige Drei Könige."),
            ("2026-01-05 23:59", "Closed until Wednesday, January 7 at 9:00 AM."),
            ("2026-01-07 00:00", "Closed until Wednesday, January 7 at 9:00 AM."),
            ("2026-04-03 23:00", "Holiday: Karfreitag."),
            ("2026-04-04 03:00", "Closed until Tuesday, April 7 at 9:00 AM."),
            ("2026-10-02 23:00", "Open."),
            ("2026-10-03 05:59", "Open."),
            ("2026-10-03 06:00", "Holiday: Tag der Deutschen Einheit."),
        ],
    )
    def test_hours_belong_to_the_day_they_begin_on(self, clock: str, heard: str) -> None:
        assert heard_at(self.FLOW, clock) == heard

    def test_elsewhere_in_the_country_it_is_a_day_like_others(self) -> None:
        assert heard_at(scheduled(country="DE"), "2026-01-06 12:00") == "Open."

    def test_one_s_own_dates_go_first(self) -> None:
        dates = [
            {"date": "2026-12-25", "state": "open", "opens": "10:00", "closes": "12:00"},
            {"date": "12-24", "name": "Christmas Eve"},
            {"date": "2026-12-23", "state": "holiday", "name": "Company outing"},
            {"date": "2026-12-28", "state": "open"},
            {"date": "2026-12-29", "state": "open", "opens": "08:00", "closes": "09:00"},
            {"date": "2026-12-29", "state": "open", "opens": "18:00", "closes": "19:00"},
        ]
        flow = scheduled(country="DE", dates=dates)
        assert heard_at(flow, "2026-12-25 11:00") == "Open."
        assert heard_at(flow, "2026-12-25 12:00") == "Closed until Monday, December 28 at 9:00 AM."
        assert heard_at(flow, "2026-12-24 12:00") == "Closed until Friday, December 25 at 10:00 AM."
        assert heard_at(flow, "2031-12-24 12:00").startswith("Closed")
        assert heard_at(flow, "2026-12-23 12:00") == "Holiday: Company outing."
        assert heard_at(flow, "2026-12-28 12:00") == "Open."
        assert heard_at(flow, "2026-12-29 12:00") == "Closed until Tuesday, December 29 at 6:00 PM."
        assert heard_at(flow, "2026-12-29 18:30") == "Open."

    def test_the_year_after_next_has_holidays_too(self) -> None:
        assert heard_at(scheduled(country="US"), "2041-07-04 12:00") == "Holiday: Independence Day."


def test_the_trace_tells_the_clock_it_went_by() -> None:
    line = Line(scheduled())
    line.at = milliseconds("2026-01-05 16:10", BERLIN)
    line.rings()
    assert line.traced("left")[1] == {"port": "open", "time": "monday, 2026-01-05 16:10"}
    assert line.variable("SCHEDULE_2") == {"state": "open", "holiday": "", "next_open": ""}


times = st.builds(lambda hour, minute: f"{hour:02}:{minute:02}", st.integers(0, 23), st.integers(0, 59))
hours = st.fixed_dictionaries(
    {
        "days": st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7),
        "opens": times,
        "closes": times | st.just("24:00"),
    }
)
zones = st.sampled_from([BERLIN, "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "UTC"])


def is_open(week: list[dict[str, Any]], clock: datetime) -> bool:
    """The same by another way: every range of yesterday and today, laid out on the calendar."""
    for back in (0, 1):
        day = clock.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=back)
        for row in week:
            if WEEKDAYS[day.weekday()] in row["days"]:
                opens, closes = (
                    timedelta(hours=int(row[end][:2]), minutes=int(row[end][3:])) for end in ("opens", "closes")
                )
                later = timedelta(days=1) if closes <= opens else timedelta()
                if day + opens <= clock < day + closes + later:
                    return True
    return False


@given(st.integers(0, 2**42), zones, st.lists(hours, max_size=3))
def test_at_any_moment_it_is_open_when_the_calendar_says_so(at: int, zone: str, week: list[Any]) -> None:
    flow = scheduled(zone, hours=week)
    line = Line(flow)
    line.at = at
    clock = datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).replace(tzinfo=None)
    assert (line.rings().heard[0] == "Open.") is is_open(week, clock)


@given(st.integers(0, 2**42), zones, st.lists(hours, max_size=3), st.sampled_from(["US", "DE", "JP", "SA"]))
def test_with_holidays_it_goes_one_way_and_says_the_same(at: int, zone: str, week: list[Any], country: str) -> None:
    action = scheduled(zone, hours=week, country=country).by_number[2].action
    left = action.enter(Visit(Call("CA1", "a-flow", 1), 2, at, zone))
    assert isinstance(left, Leave)
    assert left.port == left.set["state"]
    assert not (left.port == "open" and left.set["next_open"])
    assert left.set["holiday"] or left.port != "holiday"

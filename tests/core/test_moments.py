"""The clock and the calendar, in any zone."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from ivr.core import moments
from ivr.core.holidays import countries, holiday
from ivr.core.moments import CalendarDate, Day, OptionalZoneName, TimeOfDay, ZoneName

BERLIN = "Europe/Berlin"


def shown(at: int, zone: str) -> str:
    return f"{moments.local(at, zone):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("at", "zone", "clock"),
    [
        (0, "UTC", "1970-01-01 00:00"),
        (0, "America/New_York", "1969-12-31 19:00"),
        (0, "Asia/Kathmandu", "1970-01-01 05:30"),
        (1_774_745_999_000, BERLIN, "2026-03-29 01:59"),
        (1_774_746_000_000, BERLIN, "2026-03-29 03:00"),
        (1_792_889_999_000, BERLIN, "2026-10-25 02:59"),
        (1_792_890_000_000, BERLIN, "2026-10-25 02:00"),
        (1_792_893_600_000, BERLIN, "2026-10-25 03:00"),
    ],
)
def test_the_clock_on_the_wall(at: int, zone: str, clock: str) -> None:
    assert shown(at, zone) == clock


def test_system_variables_are_in_the_zone() -> None:
    at = 1_774_746_000_000
    assert moments.value("DateTime.CurrentTimeText", at, BERLIN) == "03:00"
    assert moments.value("datetime.currenttimetext", at, "UTC") == "01:00"
    assert moments.value("DateTime.CurrentDateTime", at, BERLIN) == "2026-03-29T03:00:00+02:00"
    assert not moments.value("DateTime.Nothing", at, BERLIN)


@given(st.integers(0, 2**45), st.sampled_from(moments.zone_names()))
def test_every_moment_has_every_system_variable_everywhere(at: int, zone: str) -> None:
    assert all(moments.value(f"DateTime.{name}", at, zone) for name in moments.SYSTEM)


@pytest.mark.parametrize("good", ["00:00", "09:30", "23:59", "24:00"])
def test_times_of_day(good: str) -> None:
    assert TypeAdapter(TimeOfDay).validate_python(good) == good


@pytest.mark.parametrize(
    ("kind", "bad"),
    [
        *((TimeOfDay, bad) for bad in ("", "9:30", "24:01", "12:60", "12:00:00", "٠٩:٣٠", "09:30\n", "noon")),
        *((CalendarDate, bad) for bad in ("", "2026-02-30", "02-30", "13-01", "2026-1-1", "20261224", "1-1")),
        *((ZoneName, bad) for bad in ("", "Mars/Base", "../etc/passwd", "/etc/localtime", "Europe/Berlin\x00")),
        (OptionalZoneName, "Mars/Base"),
    ],
)
def test_what_is_no_time_date_or_zone_is_refused(kind: Any, bad: str) -> None:
    with pytest.raises(ValidationError, match="must be a"):
        TypeAdapter(kind).validate_python(bad)


def test_dates_are_one_day_or_one_of_every_year() -> None:
    assert TypeAdapter(CalendarDate).validate_python("02-29") == "02-29"
    assert moments.is_on("2026-12-24", Day(2026, 12, 24))
    assert not moments.is_on("2026-12-24", Day(2027, 12, 24))
    assert moments.is_on("12-24", Day(2027, 12, 24))
    assert not moments.is_on("02-29", Day(2027, 2, 28))


def test_days_and_times_in_words() -> None:
    assert moments.in_words(Day(2026, 1, 5), 9 * 60, "en-US") == "Monday, January 5 at 9:00 AM"
    assert moments.in_words(Day(2026, 1, 5), 24 * 60, "en-US") == "Tuesday, January 6 at 12:00 AM"
    assert moments.in_words(Day(2026, 1, 5), 9 * 60, "de-AT") == "Montag, 5. Jänner um 09:00"
    assert moments.in_words(Day(2026, 1, 5), 9 * 60, "fr-FR") == "lundi 5 janvier à 09:00"
    assert moments.in_words(Day(2026, 1, 5), 9 * 60, "ja-JP") == "1月5日月曜日 9:00"
    assert moments.weekday(moments.after(Day(2026, 1, 1), -1)) == "wednesday"
    assert moments.minutes_of("24:00") == 1440


def test_zone_may_be_left_open() -> None:
    assert TypeAdapter(OptionalZoneName).validate_python("") == ""
    assert TypeAdapter(OptionalZoneName).validate_python(BERLIN) == BERLIN


def test_holidays_of_a_country_and_of_its_parts() -> None:
    assert holiday(Day(2026, 7, 4), "US") == "Independence Day"
    assert holiday(Day(2026, 12, 25), "DE") == "Erster Weihnachtstag"
    assert holiday(Day(2026, 12, 25), "DE", english=True) == "Christmas Day"
    assert holiday(Day(2026, 1, 6), "DE") == ""
    assert holiday(Day(2026, 1, 6), "DE", "BY") == "Heilige Drei Könige"
    assert holiday(Day(2026, 6, 10), "US") == ""


@pytest.mark.parametrize(("country", "part"), [("XX", ""), ("", ""), ("DE", "XX"), ("__class__", ""), ("US", "NYSE")])
def test_a_country_that_is_not_known_has_no_holidays(country: str, part: str) -> None:
    assert holiday(Day(2026, 12, 25), country, part) == ""


def test_countries_are_known_by_two_letters() -> None:
    assert "BY" in countries()["DE"]
    assert all(len(code) == 2 for code in countries())

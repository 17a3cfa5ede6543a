"""Quiet hours go by the clock where the recipient is; the gate keeps them, but for who has just done something."""

import pytest
from msgspec.structs import replace

from ivr.core.call import Call
from ivr.core.destinations import Destinations
from ivr.core.quiet_hours import NEARBY, QuietHours
from ivr.runtime.gate import Caps, Counted, Guarded, Rules, Wish, of_call
from tests.api.board import Hands

NIGHT = QuietHours.parse("21:00-08:00")
HOUR = 3_600_000
WINTER = 1_768_478_400_000  # 2026-01-15 12:00 UTC
SUMMER = 1_784_116_800_000  # 2026-07-15 12:00 UTC
BERLIN, LONDON, NEW_YORK = "+4915112345678", "+442079460000", "+12125550100"


@pytest.mark.parametrize(
    ("number", "noon", "quiet"),
    [  # the hours of a day in UTC in which they hold
        (BERLIN, WINTER, [*range(7), *range(20, 24)]),
        (BERLIN, SUMMER, [*range(6), *range(19, 24)]),  # its clock is an hour ahead
        (LONDON, WINTER, [*range(8), *range(21, 24)]),
        (NEW_YORK, WINTER, [*range(2, 13)]),
        ("+914023456789", WINTER, [*range(3), *range(16, 24)]),  # half an hour off: 15:30 to 02:30
        ("+34612345678", WINTER, [*range(8), *range(20, 24)]),  # a mobile of Madrid or the Canaries
        ("+79161234567", WINTER, [*range(6), *range(9, 24)]),  # from Kaliningrad to Kamchatka
        ("+447700900123", SUMMER, [*range(7), *range(20, 24)]),  # in no plan: its country's
        ("+870773111632", WINTER, [*range(8), *range(21, 24)]),  # of no country: UTC
    ],
)
def test_they_hold_by_the_clock_where_a_number_is(number: str, noon: int, quiet: list[int]) -> None:
    midnight = noon - 12 * HOUR
    assert [hour for hour in range(24) if NIGHT.at_number(number, midnight + hour * HOUR)] == quiet


@pytest.mark.parametrize(
    ("text", "quiet"),
    [("21:00-08:00", "21:00 23:59 00:00 07:59"), ("13:00-15:00", "13:00 14:59"), ("00:00-08:00", "00:00 07:59")],
)
def test_they_begin_at_their_first_minute_and_end_before_their_last(text: str, quiet: str) -> None:
    hours = QuietHours.parse(text)
    times = ["00:00", "07:59", "08:00", "12:59", "13:00", "14:59", "15:00", "20:59", "21:00", "23:59"]
    held = [each for each in times if hours.at_time(int(each[:2]) * 60 + int(each[3:]))]
    assert sorted(held) == sorted(quiet.split())


class Uncounted:
    """Counts nothing but what is refused."""

    def __init__(self) -> None:
        self.causes: list[str] = []

    async def count(self, wish: Wish, now: int, since: int) -> Counted | None:
        return Counted()

    async def take_back(self, wish_id: str) -> None:
        """Nothing is counted."""

    async def refused(self, kind: str, cause: str) -> None:
        self.causes.append(f"{kind} {cause}")

    async def forget(self, before: int) -> None:
        """Nothing is counted."""


async def test_the_gate_keeps_them_but_for_replies_and_for_numbers_of_the_author() -> None:
    clock, counts = Hands(WINTER), Uncounted()  # noon in UTC: 7 in the morning in New York

    async def own() -> list[str]:
        return []

    guard = Guarded(Rules(Destinations(anywhere=True), Caps(), quiet=NIGHT), own, counts, clock)
    call = Call("CA1", "f", 1, variables={"ANI": NEW_YORK}, heard_at=WINTER - NEARBY + 1)
    asleep = replace(call, heard_at=WINTER - NEARBY)

    async def cause(wish: Wish) -> str:
        return (await guard.admit(wish)).cause

    assert await cause(of_call(call, "1", "text", "+1 212 555 0100", fixed=False)) == "", "a reply"
    assert await cause(of_call(asleep, "2", "text", NEW_YORK, fixed=False)) == "quiet_hours"
    assert await cause(of_call(call, "3", "transfer", "+13125550100", fixed=False)) == "quiet_hours", "not the caller"
    assert await cause(of_call(asleep, "4", "text", NEW_YORK, fixed=True)) == "", "the author knows whom"
    assert await cause(of_call(asleep, "5", "text", BERLIN, fixed=False)) == "", "it is day there"
    assert await cause(Wish(id="6", kind="call", to=NEW_YORK, flow="f")) == "quiet_hours"
    assert await cause(Wish(id="7", kind="start", to=NEW_YORK, flow="f")) == "", "by itself it bothers no one"
    clock.time += HOUR
    assert await cause(of_call(asleep, "8", "text", NEW_YORK, fixed=False)) == "", "at eight the day begins"
    assert counts.causes == ["text quiet_hours", "transfer quiet_hours", "call quiet_hours"]

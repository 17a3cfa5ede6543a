"""Quiet hours: the part of the day in which no person is called or texted, by the clock where their number is. Pure."""

from functools import lru_cache

from msgspec import Struct

from ivr.core.moments import is_zone, local, minutes_of
from ivr.core.phone_numbers import zones

NEARBY = 3_600_000
"""Milliseconds after what a person did, such as a text of theirs, within which something is an answer to it."""


class QuietHours(Struct, frozen=True):
    """From `begin` until before `end`, in minutes from midnight; over midnight where the end is earlier."""

    begin: int
    end: int

    @classmethod
    def parse(cls, text: str) -> "QuietHours":
        """From `21:00-08:00`."""
        begin, _, end = text.partition("-")
        return cls(minutes_of(begin), minutes_of(end))

    def at_number(self, number: str, now: int) -> bool:
        """Whether they hold at a number, as E.164, at this moment in milliseconds since 1970.

        A number that may be in several zones, such as a mobile of a wide country, must be outside them in each.
        """
        return any(self.at_time(when.hour * 60 + when.minute) for when in (local(now, zone) for zone in _zones(number)))

    def at_time(self, minutes: int) -> bool:
        """Whether they hold at a time of day, in minutes from midnight."""
        if self.begin < self.end:
            return self.begin <= minutes < self.end
        return minutes >= self.begin or minutes < self.end


@lru_cache(maxsize=4096)
def _zones(number: str) -> tuple[str, ...]:
    """Those that this machine knows too; UTC where it knows none."""
    return tuple(zone for zone in zones(number) if is_zone(zone)) or ("UTC",)

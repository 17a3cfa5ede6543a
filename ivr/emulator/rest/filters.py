"""What narrows a list: equal fields, and periods of time."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

from ivr.emulator.errors.api_error import ApiError

DAY = 86_400.0
Row = dict[str, object]


def equal(query: Mapping[str, str], fields: Mapping[str, str], rows: Sequence[Row]) -> list[Row]:
    """The rows whose fields have the values in the query; `fields` maps a parameter to a field of the row."""
    wanted = {name: query[parameter] for parameter, name in fields.items() if query.get(parameter)}
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


@dataclass(frozen=True, slots=True)
class Period:
    """A period in seconds since the epoch, both ends included. The API knows whole seconds."""

    since: float = -math.inf
    until: float = math.inf

    @classmethod
    def of(cls, query: Mapping[str, str], name: str) -> Self:
        """The period that `name` (that day), `name>` (then or later) and `name<` (then or earlier) ask for, in UTC.

        A date means its midnight. Raises ApiError 20001 for what is neither a date nor a time.
        """
        since, until = _moment(query, f"{name}>", -math.inf), _moment(query, f"{name}<", math.inf)
        if query.get(name):
            midnight = _moment(query, name, 0) // DAY * DAY
            since, until = max(since, midnight), min(until, midnight + DAY - 1)
        return cls(since, until)

    def __contains__(self, at: float | None) -> bool:
        """Whether the moment lies in the period; a moment that has not come lies only in one without ends."""
        if at is None:
            return self == Period()
        return self.since <= math.floor(at) <= self.until


def _moment(query: Mapping[str, str], name: str, default: float) -> float:
    if not query.get(name):
        return default
    try:
        found = datetime.fromisoformat(query[name])
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise ApiError(20001, f"{name} must be a date such as 2026-01-31, or a time in ISO 8601") from None

"""The carrier's test numbers. Each has a fixed result, the same on every account.

Source: the carrier's page on test credentials. Unlike there, no special credentials are needed here.
"""

from collections.abc import Mapping

VALID = "+15005550006"
"""Can be used as the sender of calls and messages, and can be bought."""

MESSAGE_FROM: Mapping[str, int] = {"+15005550001": 21212, VALID: 0, "+15005550007": 21606, "+15005550008": 21611}
MESSAGE_TO: Mapping[str, int] = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
CALL_FROM: Mapping[str, int] = {"+15005550001": 21212, VALID: 0}
CALL_TO: Mapping[str, int] = {
    "+15005550001": 21217,
    "+15005550002": 21214,
    "+15005550003": 21215,
    "+15005550004": 21216,
}
BUY: Mapping[str, int] = {"+15005550000": 21422, "+15005550001": 21421, VALID: 0}
BUY_AREA: Mapping[str, int] = {"533": 21452, "500": 0}
"""By area code: 533 has no numbers, 500 has `VALID`."""

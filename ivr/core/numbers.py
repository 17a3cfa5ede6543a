"""Numbers, however they come: from an API as numbers, from a caller's keys and an author's fields as text."""

import re
from decimal import Decimal

from ivr.core.values import Value, decimal, to_text

DIGITS = 60
"""Digits on either side of the point; longer numbers are of no use for counting."""
CENTS = 2
_exact = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?", re.ASCII)
_loose = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)


def exact(value: Value) -> Decimal | None:
    """A number, or text that could only be one. `007` and `+15551234567` are text: PINs and phone numbers are."""
    return _number(value, _exact)


def read(value: Value) -> Decimal | None:
    """A number, or text that reads as one where a number is expected: `007` is 7. True and false are none."""
    return _number(value, _loose)


def plain(number: int | Decimal) -> str:
    """A number that came as one, as people write it: `1E+2` is 100, `5.0` is 5, `12.500` is 12.5. Two decimals stay,
    since that is how one writes an amount: `12.50`. A longer one stays as it came."""
    if isinstance(number, int):
        return str(number) if abs(number) < 10**DIGITS else to_text(number)
    if not _countable(number):
        return to_text(number)
    if number == number.to_integral_value():
        return str(int(number))
    text = f"{number:f}"
    return text if number.as_tuple().exponent == -CENTS else text.rstrip("0")


def written(number: Decimal) -> int | Decimal:
    """The number as a value: a whole one without a point, and none with an exponent."""
    return int(number) if number == number.to_integral_value() else decimal(f"{number:f}")


def _number(value: Value, form: re.Pattern[str]) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value) if abs(value) < 10**DIGITS else None
    if isinstance(value, str):
        text = value[: 3 * DIGITS].strip()
        value = Decimal(text) if form.fullmatch(text) and len(value) <= 3 * DIGITS else None
    return value if isinstance(value, Decimal) and _countable(value) else None


def _countable(number: Decimal) -> bool:
    exponent = number.as_tuple().exponent
    return isinstance(exponent, int) and number.adjusted() < DIGITS and exponent >= -DIGITS

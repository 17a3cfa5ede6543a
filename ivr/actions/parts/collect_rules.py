"""What an entry by keys must be like. Every rule looks at each digit once, whatever was pressed."""

import re

MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
PATTERN = re.compile(r"[-#0-9 ./():]*#[-#0-9 ./():]*")
"""A pattern: `#` is any digit, a digit is itself, the rest is for the eye."""
_orders = {"month_day_year": (0, 2, 4), "day_month_year": (2, 0, 4), "year_month_day": (4, 6, 0)}
"""Where month, day and year begin."""


def is_digits(entry: str) -> bool:
    """Whether there are only the digits 0 to 9, and at least one."""
    return entry.isascii() and entry.isdigit()


def is_card(entry: str) -> bool:
    """Whether it can be the number of a payment card: 12 to 19 digits, the last of which proves the others."""
    if not is_digits(entry) or not 12 <= len(entry) <= 19:
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(entry)))
    return sum(each // 10 + each % 10 for each in doubled) % 10 == 0


def is_date(entry: str, order: str) -> bool:
    """Whether it is a day of the calendar in eight digits, in an order such as `month_day_year`."""
    if not is_digits(entry) or len(entry) != 8:
        return False
    month_at, day_at, year_at = _orders[order]
    month, day = int(entry[month_at : month_at + 2]), int(entry[day_at : day_at + 2])
    year = int(entry[year_at : year_at + 4])
    if not year or not 1 <= month <= 12 or not 1 <= day <= MONTHS[month - 1]:
        return False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (month, day) != (2, 29) or leap


def places(pattern: str) -> str:
    """What of a pattern is pressed: `##-#4` is `###4`."""
    return "".join(each for each in pattern if each == "#" or each in "0123456789")


def fits(entry: str, pattern: str) -> bool:
    """Whether it is as the pattern says."""
    wanted = places(pattern)
    return (
        is_digits(entry)
        and len(entry) == len(wanted)
        and all(each in ("#", digit) for each, digit in zip(wanted, entry, strict=True))
    )

"""How people of a language write numbers, money, dates and lists: the one place that knows the package `babel`.

The package, which brings the data of Unicode's CLDR, is imported when a call first needs it: that takes some 50 ms, and
a language some 10 ms more, once. A language that is not known is written as English. What comes out is for voices and
text messages: its blanks are plain blanks, since one that can't break would make a text message twice as dear.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from babel import Locale

Width = Literal["short", "medium", "long", "full"]
"""How much of a date is written: `1/5/26`, `Jan 5, 2026`, `January 5, 2026` or `Monday, January 5, 2026`."""
WIDTHS: tuple[Width, ...] = get_args(Width)
_CARRIER_CODES = {"cmn": "zh", "yue": "yue", "arb": "ar", "no": "nb"}
"""What carriers call a language, where CLDR calls it otherwise."""
_AT = {
    "en": "{} at {}",
    "de": "{} um {}",
    "fr": "{} à {}",
    "it": "{} alle ore {}",
    "nl": "{} om {}",
    "pt": "{} às {}",
    "da": "{} kl. {}",
    "nb": "{} kl. {}",
    "sv": "{} kl. {}",
    "fi": "{} klo {}",
    "ru": "{} в {}",
    "uk": "{} о {}",
}
"""A day and a time as one says them: CLDR's type `atTime`, which `babel` leaves out."""
_exactly = Context(prec=200, rounding=ROUND_HALF_UP)
"""Large numbers whole, and halves rounded as people round them."""
_blanks = re.compile("[\u00a0\u2007\u2009\u202f]")
_marks = re.compile("[\u061c\u200e\u200f]")
_quoted = re.compile(r"('[^']*')")
_weekday = re.compile(r"([Ec])\1*")
_month = re.compile(r"([ML])\1*")


def day(on: date, language: str, width: Width = "long") -> str:
    """A date: January 5, 2026."""
    from babel.dates import format_date  # noqa: PLC0415 - see above

    return _plain(format_date(on, width, locale=_locale(language)))


def day_of_month(on: date, language: str) -> str:
    """A day that is near, without its year: Monday, January 5."""
    from babel.dates import format_date  # noqa: PLC0415 - see above

    return _plain(format_date(on, _near(language), locale=_locale(language)))


def clock(at: time | datetime, language: str) -> str:
    """A time of day: 4:10 PM, or 16:10."""
    from babel.dates import format_time  # noqa: PLC0415 - see above

    return _plain(format_time(at, "short", locale=_locale(language)))


def weekday(on: date, language: str) -> str:
    """The name of the day: Monday."""
    from babel.dates import format_date  # noqa: PLC0415 - see above

    return _plain(format_date(on, "EEEE", locale=_locale(language)))


def joined(day: str, clock: str, language: str) -> str:
    """A day and a time of it: January 5, 2026 at 4:10 PM."""
    known = _locale(language)
    pattern = _AT.get(known.language)
    if pattern is not None:
        return pattern.format(day, clock)
    return str(known.datetime_formats["long"]).replace("{1}", day).replace("{0}", clock).replace("'", "")


def decimal_sign(language: str) -> str:
    """What stands before the decimals of a number: a point, or a comma."""
    from babel.numbers import get_decimal_symbol  # noqa: PLC0415 - see above

    return get_decimal_symbol(_locale(language))


def number(value: Decimal, language: str, decimals: int | None = None) -> str:
    """A number in groups, with all of its decimals, or rounded to so many: 1,234.5."""
    from babel.numbers import format_decimal  # noqa: PLC0415 - see above

    known = _locale(language)
    with localcontext(_exactly):
        if decimals is None:
            return _plain(format_decimal(value + 0, locale=known, decimal_quantization=False))
        whole = known.decimal_formats[None].pattern.split(".")[0]
        pattern = f"{whole}.{decimals * '0'}" if decimals else whole
        return _plain(format_decimal(_rounded(value, decimals), pattern, locale=known))


def _rounded(value: Decimal, decimals: int) -> Decimal:
    """Never a zero below nothing."""
    return value.quantize(Decimal(1).scaleb(-decimals)) + 0


def money(value: Decimal, language: str, currency: str = "") -> str:
    """An amount: $12.50. Without a currency, such as `EUR`, it is that of the language's country."""
    from babel.numbers import format_currency, get_currency_precision  # noqa: PLC0415 - see above

    named = currency or currency_of(language)
    with localcontext(_exactly):
        rounded = _rounded(value, get_currency_precision(named))
        return _plain(format_currency(rounded, named, locale=_locale(language)))


def is_currency(code: str) -> bool:
    """Whether it is the code of a currency, such as `EUR`."""
    from babel.numbers import list_currencies  # noqa: PLC0415 - see above

    return code in list_currencies()


def currency_of(language: str) -> str:
    """The currency of the country that a language tag names: `EUR` for `de-DE`; without one, of where it is spoken
    most."""
    from babel.core import get_global  # noqa: PLC0415 - see above
    from babel.numbers import get_territory_currencies  # noqa: PLC0415 - see above

    known = _locale(language)
    territory = known.territory
    if territory is None:
        likely = get_global("likely_subtags").get(known.language, "")
        territory = likely.rsplit("_", 1)[-1] if "_" in likely else "US"
    current = get_territory_currencies(territory)
    return current[0] if current else "USD"


def duration(seconds: int, language: str) -> str:
    """A time in whole minutes, or in seconds: 20 seconds, 2 minutes."""
    from babel.units import format_unit  # noqa: PLC0415 - see above

    minutes, rest = divmod(seconds, 60)
    amount, unit = (seconds, "second") if rest or not minutes else (minutes, "minute")
    return _plain(format_unit(amount, f"duration-{unit}", "long", locale=_locale(language)))


def enumerated(texts: Sequence[str], language: str) -> str:
    """A list as one says it: a, b, and c."""
    from babel.lists import format_list  # noqa: PLC0415 - see above

    return _plain(format_list(list(texts), locale=_locale(language)))


@lru_cache(maxsize=128)
def _locale(language: str) -> "Locale":
    """What is known of a language tag such as `de-AT`: of the language where the country is not known."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - see above

    first, *rest = re.split(r"[-_]", language[:35])
    code = _CARRIER_CODES.get(first.lower(), first.lower())
    for tag in ("_".join((code, *rest)), "_".join((code, *rest[-1:])), code):
        try:
            return Locale.parse(tag)
        except (UnknownLocaleError, ValueError, TypeError):
            continue
    return Locale("en", "US")


@lru_cache(maxsize=128)
def _near(language: str) -> str:
    """The pattern of a weekday, a month and a day, all in words."""
    from babel.dates import match_skeleton  # noqa: PLC0415 - see above

    skeletons = _locale(language).datetime_skeletons
    found = match_skeleton("MMMMEEEEd", skeletons) or "MMMEd"
    pattern = str(getattr(skeletons[found], "pattern", skeletons[found]))
    pieces = _quoted.split(pattern)
    return "".join(piece if piece.startswith("'") else _in_words(piece) for piece in pieces)


def _in_words(pattern: str) -> str:
    named = _month.sub(lambda month: month[1] * 4 if len(month[0]) > 2 else month[0], pattern)
    return _weekday.sub(lambda day: day[1] * 4, named)


def _plain(text: str) -> str:
    return _marks.sub("", _blanks.sub(" ", text)).replace("\u2212", "-")

"""Public holidays of countries: the one place that knows the package `holidays`.

The package is imported when a flow first asks for a country, which takes 0.1 to 0.2 s, once. A country's year takes
a few milliseconds, and is then kept.
"""

from collections.abc import Mapping
from functools import cache, lru_cache

from ivr.core.moments import Day


@cache
def countries() -> Mapping[str, tuple[str, ...]]:
    """Every country that is known, by its two letters, with the codes of its states or provinces."""
    import holidays  # noqa: PLC0415 - see above

    return {code: tuple(parts) for code, parts in holidays.list_supported_countries().items() if len(code) == 2}


def holiday(day: Day, country: str, subdivision: str = "", *, english: bool = False) -> str:
    """The name of the public holiday on this day, in the country's language or in English; empty: it is none.

    A country or subdivision that is not known has no holidays.
    """
    return _of_year(country, subdivision, day.year, english).get(day, "")


@lru_cache(maxsize=256)
def _of_year(country: str, subdivision: str, year: int, english: bool) -> Mapping[Day, str]:
    import holidays  # noqa: PLC0415 - see above

    if country not in countries() or (subdivision and subdivision not in countries()[country]):
        return {}
    part = subdivision or None
    known = holidays.country_holidays(country, subdiv=part)
    # Without a language the names would depend on how the machine is set up.
    language = "en_US" if english and "en_US" in known.supported_languages else known.default_language
    return {day: str(name) for day, name in holidays.country_holidays(country, part, year, language=language).items()}

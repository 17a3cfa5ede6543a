"""How a value is written for people, and the filters by which an author asks for it: `${EtaDate|as date}`.

A filter stands in the braces of a reference, after a bar. What a value doesn't fit, such as a word that is to be a
date, leaves the value as it came: a caller hears something rather than nothing. Where people read or hear the text, a
reference without a filter is written for them too, but only where its meaning is certain: numbers that came as
numbers, dates in the form of machines, and lists of words.
"""

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal

from msgspec import Struct

from ivr.core import languages, moments, numbers, wording
from ivr.core.effort import copied
from ivr.core.template import FOR_PEOPLE
from ivr.core.values import Value, is_words, to_text

_DECIMALS = tuple("0123456")
OR = "or"
MOST_ITEMS = 1000
LONGEST = 50_000
"""Characters of a text that is looked at."""
_ITEM = 6
"""Steps of effort to write one value for people."""


_LONGEST_FIGURE = 40
_GROUP_BLANKS = "\u00a0\u2009\u202f"
_points, _commas = str.maketrans("", "", ","), str.maketrans(",", ".", ".'")
_WRITTEN = (
    (
        re.compile(r"[+-]?\d{1,3}(?:,\d{2,3})*,\d{3}\.\d+|[+-]?\d{1,3}(?:,\d{3}){2,}|[+-]?\d+(?:\.\d+)?", re.ASCII),
        _points,
    ),
    (re.compile(r"[+-]?\d{1,3}(?:[.']\d{3})+,\d+|[+-]?\d{1,3}(?:[.']\d{3}){2,}|[+-]?\d+,\d{1,2}", re.ASCII), _commas),
)
"""Numbers with groups, or with a comma for decimals. `1,234` alone may be either, and is none."""


class Manner(Struct, frozen=True):
    """In which language, and on the clock of which zone, something is written."""

    language: str = "en-US"
    zone: str = "UTC"


class Filter(Struct, frozen=True):
    """A filter as authors find it. `argument`: what may follow its name; `write` gives None where the value is none."""

    name: str
    help: str
    write: Callable[[Value, str, Manner], str | None]
    argument: str = ""
    fits: Callable[[str], bool] = lambda argument: not argument


def apply(spec: str, value: Value, manner: Manner) -> Value:
    """What a filter, such as `as money EUR`, makes of a value: text, or the value as it is where it doesn't fit."""
    if is_for_people(spec):
        value, spec = for_people(value, manner), spec.removeprefix(FOR_PEOPLE)
    words = instead(spec)
    if words is not None:
        return words if value is None or to_text(value) == "" else value
    filter_, argument = _read(spec)
    if filter_ is None or value is None or value == "" or not filter_.fits(argument):
        return value
    written = filter_.write(value, argument, manner)
    return value if written is None else written


def effort(spec: str, value: list[Value] | str) -> int:
    """The steps of effort that a filter takes with a list or a text."""
    if isinstance(value, list):
        return _ITEM * min(len(value), MOST_ITEMS)
    return min(len(value), LONGEST) if spec == "as digits" else copied(len(value))


def is_for_people(spec: str) -> bool:
    """Whether a value is written for people in its place, not by a filter of the author's."""
    return spec.startswith(FOR_PEOPLE)


def instead(spec: str) -> str | None:
    """The words of the filter `or`, which stand where there is no value; None for any other filter."""
    filter_, argument = _read(spec.removeprefix(FOR_PEOPLE))
    return argument if filter_ is not None and filter_.name == OR and argument else None


def mistake(spec: str) -> str:
    """What is wrong with a filter, in a sentence; nothing when nothing is."""
    filter_, argument = _read(spec)
    if filter_ is None:
        return f"There is no filter “{spec}”."
    if not argument and not filter_.fits(argument):
        return f"“{filter_.name}” takes {filter_.argument}."
    return "" if filter_.fits(argument) else f"“{argument}” can't follow “{filter_.name}”."


def for_people(value: Value, manner: Manner) -> Value:
    """A value as people write it, where it came as a machine writes it; else the value as it is."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | Decimal):
        return numbers.plain(value).replace(".", languages.decimal_sign(manner.language), 1)
    if isinstance(value, str):
        found = moments.machine(value, manner.zone)
        return value if found is None else _in_words(found, "long", manner)
    if isinstance(value, list) and not any(map(_is_tree, value[:MOST_ITEMS])):
        return _list(value, "", manner)
    return value


def _is_tree(value: Value) -> bool:
    return isinstance(value, list | dict) and not is_words(value)


def _read(spec: str) -> tuple[Filter | None, str]:
    """The filter with the longest name that a spec begins with, and what follows it."""
    words = spec.split()
    for length in range(len(words), 0, -1):
        if (found := FILTERS.get(" ".join(words[:length]))) is not None:
            return found, " ".join(words[length:])
    return None, ""


def _in_words(moment: moments.Moment, width: languages.Width, manner: Manner) -> str:
    clock = languages.clock(moment.time, manner.language) if moment.time is not None else ""
    if moment.day is None:
        return clock
    day = languages.day(moment.day, manner.language, width)
    return languages.joined(day, clock, manner.language) if clock else day


def _date(value: Value, width: str, manner: Manner) -> str | None:
    found = moments.read(value, manner.zone)
    known: languages.Width = next((each for each in languages.WIDTHS if each == width), "long")
    return None if found is None or found.day is None else languages.day(found.day, manner.language, known)


def _time(value: Value, _: str, manner: Manner) -> str | None:
    found = moments.read(value, manner.zone)
    return None if found is None or found.time is None else languages.clock(found.time, manner.language)


def _date_and_time(value: Value, _: str, manner: Manner) -> str | None:
    found = moments.read(value, manner.zone)
    return None if found is None else _in_words(found, "long", manner)


def _weekday(value: Value, _: str, manner: Manner) -> str | None:
    found = moments.read(value, manner.zone)
    return None if found is None or found.day is None else languages.weekday(found.day, manner.language)


def _figure(value: Value) -> Decimal | None:
    """A number, also one that was written for people, where it can only be one: `$1,234.50`, `12,50 €`, `٣`."""
    if (found := numbers.read(value)) is not None or not isinstance(value, str) or len(value) > _LONGEST_FIGURE:
        return found
    plain = "".join(
        str(unicodedata.decimal(each)) if each.isdecimal() else each
        for each in value
        if unicodedata.category(each) != "Sc" and each not in _GROUP_BLANKS
    ).strip()
    for form, mark in _WRITTEN:
        if form.fullmatch(plain):
            return numbers.read(plain.translate(mark))
    return None


def _number(value: Value, decimals: str, manner: Manner) -> str | None:
    found = _figure(value)
    return None if found is None else languages.number(found, manner.language, int(decimals) if decimals else None)


def _money(value: Value, currency: str, manner: Manner) -> str | None:
    found = _figure(value)
    return None if found is None else languages.money(found, manner.language, currency.upper())


def _digits(value: Value, _: str, manner: Manner) -> str | None:
    if isinstance(value, bool | list | dict):
        return None
    text = numbers.plain(value) if isinstance(value, int | Decimal) else to_text(value)
    return wording.spelled(text[:LONGEST]) or None


def _list(value: Value, _: str, manner: Manner) -> str | None:
    if not isinstance(value, list):
        return None
    texts = (to_text(for_people(item, manner)).strip() for item in value[:MOST_ITEMS])
    return languages.enumerated([text for text in texts if text], manner.language)


def _sent(value: Value, _: str, manner: Manner) -> str | None:
    return to_text(value)


_all = (
    Filter(
        "as date",
        "A date: January 5, 2026. `as date full` adds the weekday; `short` and `medium` are shorter",
        _date,
        "short, medium, long or full",
        lambda argument: not argument or argument in languages.WIDTHS,
    ),
    Filter("as time", "A time of day: 4:10 PM, or 16:10, as the language has it", _time),
    Filter("as date and time", "Both: January 5, 2026 at 4:10 PM", _date_and_time),
    Filter("as weekday", "The name of the day: Monday", _weekday),
    Filter(
        "as money",
        "An amount: $12.50. `as money EUR` names the currency; else it is that of the language's country",
        _money,
        "a currency, such as EUR",
        lambda argument: not argument or languages.is_currency(argument.upper()),
    ),
    Filter(
        "as number",
        "A number in groups: 1,234.5. `as number 2` rounds it to two decimals",
        _number,
        "decimals, 0 to 6",
        lambda argument: not argument or argument in _DECIMALS,
    ),
    Filter("as digits", "Digits and letters one by one, for codes and phone numbers: 0 0 4 2", _digits),
    Filter("as list", "A list as one says it: a, b, and c", _list),
    Filter("as sent", "The value as it came, where it would be written for people: 2026-01-05", _sent),
    Filter(
        OR,
        "Words where there is no value, such as `or a moment`. A value is written as without a filter",
        lambda value, _, manner: None,
        "words",
        bool,
    ),
)
FILTERS = {filter_.name: filter_ for filter_ in _all}
"""Every filter by its name, in the order in which authors are shown them."""

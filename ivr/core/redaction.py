"""Values that must not be seen, such as a card number that a caller keyed in: found however they are written, and
replaced by dots for ever, or by a veil that only the call itself can lift.

A value of digits is found in every grouping: `4111 1111`, `4111-1111`, `4111%201111`, as a number, in other digits than
ours, between other digits; a long one whatever stands between its digits; any in base64 and hexadecimal. Beside the
values that are known, a Redactor replaces whatever can only be the number of a payment card: 13 to 19 digits, the last
of which proves the others (Luhn). All in one pass over the text.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus

from msgspec import Struct
from msgspec.structs import replace

from ivr.core import cutting, scattered
from ivr.core.effort import BOUNDLESS, copied
from ivr.core.fields import DOTS
from ivr.core.values import Value, to_text

T = TypeVar("T")
_between = r"(?:%2[0DdEeCc]|&nbsp;|&#160;|\\u00a0|[^\S\n]|[-+.,_/()·•–—‑])"
MOST = 16_000
"""Digits that are looked at in one go: a text may have a million, and nothing else runs while they are looked for."""
_run = re.compile(rf"\d(?:{_between}{{0,3}}\d){{0,{MOST - 1}}}")
_goes_on = re.compile(rf"{_between}{{0,3}}\d")
_noise = re.compile(r"%2[0DdEeCc]|&#160;|\\u00a0")
LEAST = 3
"""Digits from which a value is looked for in other groupings; of shorter ones every price would have some."""
LEAST_HALF = 4
"""Characters of a value that are hidden where the rest of it was cut off."""
CARD = range(13, 20)
"""Digits of a payment card's number."""
_VEIL = 0xF0000
_WIDTH = 1024
"""Characters of a hidden value that can be veiled."""
_PLANE = 63
"""Values whose veils are in one plane of private characters."""
MOST_VEILED = 2 * _PLANE
"""Hidden values that can be veiled."""
_NAMES = frozenset({"token", "audio", "voice", "language"})
"""Fields that tell things apart, and are never words."""
_veiled = re.compile("[\U000f0000-\U000ffffd\U00100000-\U0010fffd]")


class _Run(Struct, frozen=True):
    """Digits in a text, and where each of them stands."""

    digits: str
    places: tuple[int, ...]

    def span(self, start: int, length: int) -> tuple[int, int]:
        return self.places[start], self.places[start + length - 1] + 1


class Redactor:
    """Replaces values, wherever they stand, by dots. `spend` counts the steps of effort that it takes."""

    def __init__(self, values: Iterable[Value], spend: Callable[[int], None] = BOUNDLESS.spend) -> None:
        texts = {text for value in values for text in _texts(value)} - {""}
        encoded = {form for text in texts for form in (quote(text, safe=""), quote_plus(text))}
        coded = {form for text in texts for form in scattered.encodings(text)}
        coded |= {form for text in texts if _is_digits(text) for form in scattered.rarer_encodings(text)}
        self._texts = sorted(texts | encoded | coded, key=len, reverse=True)
        self._digits = sorted({_only_digits(text) for text in texts if _is_digits(text)}, key=len, reverse=True)
        self._long = [each for each in self._digits if len(each) >= scattered.LEAST]
        halved = {*self._long, *(text for text in texts if len(text) >= scattered.LEAST)}
        self._halves = cutting.Halves(sorted(halved), LEAST_HALF)
        self._spend = spend
        spend(6 * len(self._texts) + copied(sum(map(len, self._texts))))

    def __bool__(self) -> bool:
        return bool(self._texts)

    def text(self, text: str) -> str:
        self._spend(20 + len(self._texts) // 2 + copied(len(text)) * (1 + len(self._texts) // 128))
        for known in self._texts:
            text = text.replace(known, DOTS)
        spans = (*self._found(text), *scattered.spans(text, self._long), *self._halves.of(text))
        return cutting.blotted(text, spans)

    def value(self, value: Value) -> Value:
        """A value with everything in it that is hidden as dots, the names in objects too."""
        shown = self._each(value)
        return scattered.without(shown, self._long) if self._long and isinstance(shown, dict | list) else shown

    def _each(self, value: Value) -> Value:
        if isinstance(value, dict):
            return {self.text(name): self._each(inner) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._each(inner) for inner in value]
        if isinstance(value, bool) or value is None:
            return value
        text = to_text(value)
        shown = self.text(text)
        return shown if shown != text else value

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        for run in _runs(text):
            self._spend(14 + 2 * len(self._digits) + len(run.digits))
            for known in self._digits:
                yield from (run.span(at, len(known)) for at in _finds(run.digits, known))
            if len(run.digits) in CARD and is_card(run.digits):
                yield run.span(0, len(run.digits))


class Veil:
    """Replaces hidden values by characters that mean “this character of that value”: words can be kept without them,
    and be said all the same, in whatever grouping, by the call that has the values."""

    def __init__(self, values: Sequence[Value]) -> None:
        known = values[:MOST_VEILED]
        self._values = [to_text(value)[:_WIDTH] if isinstance(value, str | int) else "" for value in known]

    def drawn(self, words: T) -> T:
        """Words, in a struct with text in it, without the hidden values."""
        drawn: T = _mapped(words, self._draw) if any(self._values) else words
        return drawn

    def lifted(self, words: T) -> T:
        """The words as they are to be said. What was hidden and is gone leaves nothing."""
        lifted: T = _mapped(words, lambda text: _veiled.sub(self._lift, text))
        return lifted

    def _draw(self, text: str) -> str:
        for number, value in sorted(enumerate(self._values), key=lambda each: len(each[1]), reverse=True):
            if value:
                first = _VEIL + (number + number // _PLANE) * _WIDTH
                marks = [chr(first + place) for place in range(len(value))]
                text = text.replace(value, "".join(marks))
                text = _draw_digits(text, value, marks) if _is_digits(value) else text
        return text

    def _lift(self, mark: re.Match[str]) -> str:
        slot, place = divmod(ord(mark[0]) - _VEIL, _WIDTH)
        number = slot - slot // (_PLANE + 1)
        value = self._values[number] if number < len(self._values) else ""
        return value[place : place + 1]


def is_card(digits: str) -> bool:
    """Whether the last digit proves the others (Luhn)."""
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0


def _draw_digits(text: str, value: str, marks: list[str]) -> str:
    """The digits of a value replaced one by one, and what stands between them left."""
    known = _only_digits(value)
    own = [mark for mark, character in zip(marks, value, strict=True) if character.isdecimal()]
    characters = list(text)
    for run in _runs(text):
        for at in _finds(run.digits, known):
            for mark, place in zip(own, run.places[at:], strict=False):
                characters[place] = mark
    return "".join(characters)


def _runs(text: str) -> Iterator[_Run]:
    """The digits of a text. One run of very many comes in several that overlap, so that no value falls between two."""
    at = 0
    while found := _run.search(text, at):
        run, at = found[0], found.end()
        hidden = {place for noise in _noise.finditer(run) for place in range(*noise.span())}
        places = [place for place, each in enumerate(run) if each.isdecimal() and place not in hidden]
        digits = "".join(str(unicodedata.decimal(run[place])) for place in places)
        yield _Run(digits, tuple(place + found.start() for place in places))
        if len(digits) >= MOST - _WIDTH and _goes_on.match(text, at):
            at = found.start() + places[-_WIDTH]


def _finds(digits: str, known: str) -> Iterator[int]:
    """Where a value stands among digits."""
    at = digits.find(known)
    while at >= 0:
        yield at
        at = digits.find(known, at + len(known))


def _is_digits(text: str) -> bool:
    """Whether a value is digits and what people put between them, and enough of them to stand out."""
    found = _run.fullmatch(text.strip())
    return found is not None and len(_only_digits(text)) >= LEAST


def _only_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(each)) for each in text if each.isdecimal())


def _texts(value: Value) -> Iterator[str]:
    """A value as text, and what is in a list or an object by itself."""
    yield to_text(value)
    if isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            if not isinstance(inner, bool):
                yield from _texts(inner)


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """A struct, or a tuple of them, with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_mapped(each, change) for each in value)
    if isinstance(value, Struct):
        fields = {name: getattr(value, name) for name in value.__struct_fields__ if name not in _NAMES}
        changed = {name: _mapped(each, change) for name, each in fields.items()}
        different = {name: each for name, each in changed.items() if each != fields[name]}
        return replace(value, **different) if different else value
    return value

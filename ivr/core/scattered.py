"""Long values of digits, whatever stands between the digits: line breaks, quotes, tags; a digit written as itself or by
its code; and parts of the value spread over the items of a list or the fields of an object.

So many digits in this order are no accident, so nothing else is asked of the text around them. Of shorter values some
text would have the digits by chance.
"""

import re
import unicodedata
from base64 import b32encode, b64encode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from itertools import count

from ivr.core.fields import DOTS
from ivr.core.values import Value, to_text

LEAST = 9
"""Digits from which a value is long: those of a social security number, or a card."""
LEAST_ENCODED = 4
"""Characters from which a value is looked for in codes."""
_no_digits = re.compile(r"\D+")
_digit = re.compile(r"\d")
# A run of backslashes is looked at once, from its beginning: no answer may take work that grows with its square.
_code = re.compile(
    r"%(?:25)*[0-9A-Fa-f]{2}|&(?:amp;)?#?\w{1,8};|(?<!\\)\\++(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2})|\d", re.ASCII
)
_of_digit = re.compile(r"(?:%(?:25)*+3|\\++u003|\\++x3)([0-9])|&(?:amp;)?#(?:x3([0-9])|(4[89]|5[0-7]));")


def spans(text: str, values: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the digits of these values, each of them digits alone, stand: from and to, for digits side by side."""
    plain = only_digits(text)
    if any(value in plain for value in values):
        yield from _stretches(plain, [match.span() for match in _digit.finditer(text)], values)
    if any(sign in text for sign in "%&\\"):
        coded = only_digits(_code.sub(lambda code: _decoded(code[0]), text))
        if any(value in coded for value in values):
            found = [match.span() for match in _code.finditer(text) if _decoded(match[0])]
            yield from _stretches(coded, found, values)


def without(value: Value, values: Sequence[str]) -> Value:
    """A tree with dots in place of the texts and numbers over which one of these values is spread."""
    parts = [only_digits(to_text(leaf)) for leaf in _leaves(value)]
    stream = "".join(parts)
    if not any(each in stream for each in values):
        return value
    owners = [number for number, part in enumerate(parts) for _ in part]
    hidden = {owner for start, end in _found(stream, values) for owner in owners[start:end]}
    numbers = count()

    def shown(inner: Value) -> Value:
        if isinstance(inner, dict):
            return {name: shown(each) for name, each in inner.items()}
        if isinstance(inner, list):
            return [shown(each) for each in inner]
        return DOTS if next(numbers) in hidden else inner

    return shown(value)


def encodings(text: str) -> Iterator[str]:
    """What a value is in base64, at the beginning or in the middle of more, and in hexadecimal."""
    raw = text.encode("utf-8", "replace")
    if len(raw) < LEAST_ENCODED:
        return
    yield raw.hex()
    yield raw.hex().upper()
    for encode in (b64encode, urlsafe_b64encode):
        yield encode(raw).decode().rstrip("=")
        for before, cut in enumerate((0, 2, 3)):
            # What the neighbours of the value have no part in.
            yield encode(b"\0" * before + raw)[cut : (before + len(raw)) * 8 // 6].decode()


def rarer_encodings(text: str) -> Iterator[str]:
    """What a value is in base32, and in hexadecimal with a sign between the bytes."""
    raw = text.encode("utf-8", "replace")
    if len(raw) < LEAST_ENCODED:
        return
    for between in ": -":
        yield raw.hex(between)
        yield raw.hex(between).upper()
    for before, cut in enumerate((0, 2, 4, 5, 7)):
        yield b32encode(b"\0" * before + raw)[cut : (before + len(raw)) * 8 // 5].decode()


def only_digits(text: str) -> str:
    """The digits of a text, in our own writing."""
    digits = _no_digits.sub("", text)
    return digits if digits.isascii() else "".join(str(unicodedata.decimal(each)) for each in digits)


def _decoded(code: str) -> str:
    """The digit that a code, or a digit, stands for; nothing for another character's."""
    if len(code) == 1:
        return code
    found = _of_digit.fullmatch(code)
    if found is None:
        return ""
    return chr(int(found[3])) if found[3] else found[1] or found[2]


def _found(digits: str, values: Sequence[str]) -> Iterator[tuple[int, int]]:
    for value in values:
        at = digits.find(value)
        while at >= 0:
            yield at, at + len(value)
            at = digits.find(value, at + len(value))


def _stretches(digits: str, places: Sequence[tuple[int, int]], values: Sequence[str]) -> Iterator[tuple[int, int]]:
    for start, end in _found(digits, values):
        first, last = places[start]
        for begin, after in places[start + 1 : end]:
            if begin != last:
                yield first, last
                first = begin
            last = after
        yield first, last


def _leaves(value: Value) -> Iterator[Value]:
    """Texts, numbers and constants of a tree, in order."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _leaves(inner)
    else:
        yield value

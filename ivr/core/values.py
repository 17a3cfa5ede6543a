"""Values of variables, and JSON without losses: big integers and decimals keep every digit."""

from decimal import Decimal
from typing import Any

import msgspec

Value = Any
"""A JSON value: None, bool, int, Decimal, str, list of values, dict of str to value."""

DEEPEST = 100
"""Levels of lists and objects in a value that is read. Around it there is room for the call that keeps it."""


class AsSent(Decimal):
    """A number that is written as it came, `1e400`, where a Decimal would write it otherwise."""

    text: str

    def __new__(cls, text: str) -> "AsSent":
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __str__(self) -> str:
        return self.text


def decimal(text: str) -> Decimal:
    """A number with a point or an exponent, which keeps its digits: the hook of decoders. Raises ArithmeticError."""
    number = Decimal(text)
    return number if str(number) == text else AsSent(text)


def written(value: Any) -> msgspec.Raw:
    """The digits of a number as it came: the hook of encoders."""
    if isinstance(value, AsSent):
        return msgspec.Raw(value.text.encode())
    raise NotImplementedError(f"{type(value).__name__} is no value")


_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=written)
_decoder = msgspec.json.Decoder(float_hook=decimal)


class NotJson(ValueError):
    """Text that is not JSON, nested too deeply, or not UTF-8."""


def parse_json(text: str | bytes) -> Value:
    """Read JSON. Raises NotJson; `NaN` and `Infinity` are not JSON."""
    try:
        value = _decoder.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise NotJson(str(error)) from None
    except ArithmeticError:
        raise NotJson("a number in it is out of all range") from None
    if _opens(text) > DEEPEST and too_deep(value):
        raise NotJson(f"it is nested more than {DEEPEST} levels deep")
    return value


def _opens(text: str | bytes) -> int:
    """How many lists and objects there can be in a text at most: few as a rule, and quickly counted."""
    if isinstance(text, str):
        return text.count("[") + text.count("{")
    return text.count(b"[") + text.count(b"{")


def too_deep(value: Value) -> bool:
    """Whether it is nested more than `DEEPEST` levels deep."""
    level = [value]
    for _ in range(DEEPEST):
        objects = (
            inner.values() if isinstance(inner, dict) else inner for inner in level if isinstance(inner, dict | list)
        )
        level = [inner for items in objects for inner in items]
        if not level:
            return False
    return True


def is_markup(value: Value, body: Value, content_type: Value) -> bool:
    """Whether an answer was read as XML, in which one element looks no different from a list of one. The body, or the
    type, may be unknown by now."""
    if isinstance(body, str) and body:
        return isinstance(value, dict) and body.lstrip().startswith("<")
    return isinstance(value, dict) and isinstance(content_type, str) and "xml" in content_type.lower()


TEXT = "#text"
"""The label of the text of an element of XML that has attributes too, each labelled `@name`."""


def is_words(value: Value) -> bool:
    """Whether it is text, or an element of XML with nothing but text and attributes."""
    if not isinstance(value, dict):
        return isinstance(value, str)
    return isinstance(value.get(TEXT), str) and all(name == TEXT or name.startswith("@") for name in value)


def to_json(value: Value) -> str:
    """Write a value as JSON, with the digits it came with."""
    return _encoder.encode(value).decode()


def to_text(value: Value) -> str:
    """The value as words: text as it is, true and false, lists and objects as JSON, nothing for null and for lists and
    objects that are empty. An element of XML with attributes is its text, as it is without them."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and is_words(value):
        return str(value[TEXT])
    return "" if value is None or value in ([], {}) else to_json(value)

"""Values of variables, and JSON without losses: big integers and decimals keep every digit."""

from decimal import Decimal
from typing import Any

import msgspec

Value = Any
"""A JSON value: None, bool, int, Decimal, str, list of values, dict of str to value."""

_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder(float_hook=Decimal)


class NotJson(ValueError):
    """Text that is not JSON, nested too deeply, or not UTF-8."""


def parse_json(text: str | bytes) -> Value:
    """Read JSON. Raises NotJson; `NaN` and `Infinity` are not JSON."""
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise NotJson(str(error)) from None


def to_json(value: Value) -> str:
    """Write a value as JSON, with the digits it came with."""
    return _encoder.encode(value).decode()


def to_text(value: Value) -> str:
    """The value as words: text as it is, true and false, lists and objects as JSON, nothing for null."""
    if isinstance(value, str):
        return value
    return "" if value is None else to_json(value)

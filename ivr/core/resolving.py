"""Following a reference into the values of a call."""

import unicodedata

from ivr.core.grammar import steps
from ivr.core.template import UNSET, Unset
from ivr.core.values import Value, is_markup


def resolve(values: dict[str, Value], reference: str) -> Value | Unset:
    """Follow a reference into nested values: names into objects, numbers into lists. No match is UNSET. Many APIs send
    one object where they send a list of several, so its `[0]` is itself; in XML that of a text is, too."""
    value: Value | Unset = values
    markup = False
    for step in steps(reference):
        if isinstance(value, dict):
            markup = markup or (step == "response" and _of_markup(value))
            value = value[step] if step in value else _composed(value, step)
        elif isinstance(value, list) and step.isdecimal() and len(step) < 10 and int(step) < len(value):
            value = value[int(step)]
        elif not (markup and step == "0" and isinstance(value, str)):
            return UNSET
    return value


def _of_markup(answered: dict[str, Value]) -> bool:
    """Whether what an External Web Call has set came as XML."""
    headers = answered.get("headers")
    content_type = headers.get("content_type") if isinstance(headers, dict) else None
    return is_markup(answered.get("response"), answered.get("responsebody"), content_type)


def _composed(value: dict[str, Value], step: str) -> Value | Unset:
    """What stands under a label whose accents are written the other way: as one letter, or as marks of their own. An
    object has no labels by number but those that it has: its first item is the object itself."""
    if step == "0" and value:
        return value
    if not step.isascii():
        for label in (unicodedata.normalize("NFC", step), unicodedata.normalize("NFD", step)):
            if label in value:
                return value[label]
    return UNSET

"""Reading an answer: text to a value."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs

from msgspec import Struct

from ivr.core import query
from ivr.core.cutting import cut
from ivr.core.values import NotJson, Value, is_markup, parse_json
from ivr.webcall.errors import Unreadable
from ivr.webcall.nearly import MOST, Read, is_guarded, lines, read_nearly, unwrapped
from ivr.webcall.xml import is_xml, read_xml

Queries = tuple[tuple[str, str], ...] | None
"""Query expressions, each after the name of what it takes."""
Hide = Callable[[Value], Value]
"""Blots secrets out of a value."""
LOOKED_AT = 4000
"""Characters at the beginning of an answer that tell what it is."""
SHOWN = 60
"""Characters of an answer in a sentence."""
_LINES = ("x-ndjson", "ndjson", "jsonl", "x-jsonlines", "jsonlines", "json-lines", "json-seq", "stream+json")
_element = re.compile(r"<[A-Za-z_][\w.:-]{0,100}[\s/>]")
_page = re.compile(
    r"<(?:!doctype html|head|body|br|p|div|span|pre|center|h[1-6]|[abi]|font)\b|.*?<html\b", re.IGNORECASE | re.DOTALL
)
"""What only pages for a browser begin with, or have."""
_no_event = re.compile(r"(?:\r\n|\r|\n)(?:\r\n|\r|\n)")
_data = re.compile(r"^data: ?(.*?)\r?$", re.MULTILINE)
_title = re.compile(r"<title[^>]{0,100}>\s{0,100}([^<\s][^<]{0,100})", re.IGNORECASE)
_no_number = re.compile(r"[:\[,]\s{0,20}(-?(?:NaN|Infinity|nan|inf)|undefined|None|True|False)\b")


class Understood(Struct, frozen=True):
    """The value of an answer, what was taken from it by name, and what was overlooked to read it, in sentences."""

    value: Value = None
    taken: dict[str, Value] | None = None
    notes: tuple[str, ...] = ()


def understand(text: str, content_type: str, queries: Queries, hide: Hide) -> Understood:
    """What an answer says, and what the queries take from it; `hide` blots secrets out of the value first.

    Raises Unreadable, and TooMuchWork when the queries look at too much of it.
    """
    read, note = read_value(text, content_type)
    value = hide(read)
    lone = is_markup(value, text, content_type)
    taken = None if queries is None else query.take(dict(queries), value, lone=lone)
    return Understood(value, taken, (note,) if note else ())


def read_value(text: str, content_type: str) -> Read:
    """The answer as a value: JSON, XML and forms where they are declared, and where it looks like them, else the text;
    and a note of what was overlooked, empty as a rule.

    Raises Unreadable for JSON and XML that were declared and are none.
    """
    kind = content_type.split(";", maxsplit=1)[0].strip().lower()
    start = text[:LOOKED_AT].lstrip()
    if not text.strip():
        return None, ""
    looks_like_json = start.startswith(("{", "["))
    if (declared_as := _DECLARED.get(kind)) is not None and not (looks_like_json and declared_as is _form):
        return declared_as(text), ""
    declared = "json" in kind or kind.endswith("script")
    if start.startswith("<?xml") or is_xml(kind) or _element.match(start):
        return _xml(text, kind, start) if not looks_like_json else _json(text, declared=False, must=is_xml(kind))
    if declared or looks_like_json or is_guarded(text):
        return _json(text, declared=declared, must="json" in kind)
    return text.strip(), ""


def _xml(text: str, kind: str, start: str) -> Read:
    """XML that is declared, or begins like it; but a page for a browser is no answer of an API."""
    if is_xml(kind):
        return read_xml(text)
    must = "json" in kind
    if _page.match(start):
        return _json(text, declared=must, must=must)
    try:
        value, note = read_xml(text)
    except Unreadable:
        if must:
            return _json(text, declared=True, must=True)
        return text.strip(), ""
    if not must and not start.startswith("<?xml") and not isinstance(next(iter(value.values())), dict):
        return text.strip(), ""  # words with a tag round them
    return value, "The answer says it is JSON, but it is XML, and was read as such." if must else note


def _lines(text: str) -> Value:
    values = lines(text)
    if values is None:
        raise Unreadable("The answer says it is lines of JSON, but a line of it is not JSON.")
    return values


def _json(text: str, *, declared: bool, must: bool) -> Read:
    """`declared`: it says that it is JSON, or a script; `must`: that it is nothing but JSON."""
    try:
        value = parse_json(text)
    except NotJson as error:
        nearly = read_nearly(text, declared=declared)
        if nearly is None and must:
            raise Unreadable(f"The answer says it is JSON, but it is not: {_why(text, error)}.") from None
        return nearly or (text, "")
    return (unwrapped(value) if declared else None) or (value, "")


def _why(text: str, error: NotJson) -> str:
    """What stands in the place of JSON, where it is one of the usual things."""
    start = text.lstrip()[:LOOKED_AT]
    if start.startswith("<"):
        title = _title.search(start)
        return "it begins like HTML or XML" + (f", with the title “{' '.join(title[1].split())}”" if title else "")
    number = _no_number.search(text)
    if number is not None:
        return f"{number[1]} stands where a value should, and JSON has no such value"
    if "truncated" in str(error):
        return "it breaks off in the middle"
    if not start.startswith(("{", "[", '"')):
        return f"it begins with “{cut(' '.join(start.split()), SHOWN)}”"
    return str(error)


def _events(text: str) -> Value:
    """What each of a stream of events says: JSON where it is some, else text."""
    events = (_data.findall(event) for event in _no_event.split(text.removeprefix("\ufeff"), MOST))
    said = ["\n".join(lines) for lines in events if lines]
    return [_json(each, declared=False, must=False)[0] if each.startswith(("{", "[")) else each for each in said]


def _form(text: str) -> Value:
    """Fields by name; a list where a name comes several times. Letters that are not UTF-8 are Western European."""
    try:
        try:
            fields = parse_qs(text.strip(), keep_blank_values=True, errors="strict", max_num_fields=MOST)
        except UnicodeDecodeError:
            fields = parse_qs(text.strip(), keep_blank_values=True, encoding="cp1252", max_num_fields=MOST)
    except ValueError as error:
        raise Unreadable(f"The answer says it is a form, but it is not: {error}.") from None
    return {name: values if len(values) > 1 else values[0] for name, values in fields.items()}


_DECLARED: dict[str, Callable[[str], Value]] = {
    "application/x-www-form-urlencoded": _form,
    "text/event-stream": _events,
    **{f"application/{name}": _lines for name in _LINES},
}

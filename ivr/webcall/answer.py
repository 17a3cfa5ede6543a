"""Reading an answer: bytes to text, text to a value."""

import codecs
import re
from collections.abc import Callable
from email.message import Message
from urllib.parse import parse_qs

from msgspec import Struct

from ivr.core import query
from ivr.core.values import NotJson, Value, is_markup, parse_json
from ivr.webcall.errors import Unreadable
from ivr.webcall.xml import parse_xml

Queries = tuple[tuple[str, str], ...] | None
"""Query expressions, each after the name of what it takes."""
Hide = Callable[[Value], Value]
"""Blots secrets out of a value."""
_text_codecs = re.compile(
    r"ascii|utf-(?:8|16|32)(?:-sig|-le|-be)?|iso8859-\d+|cp\d+|windows-\d+|koi8-\w|mac-\w+|tis-620|hz"
    r"|gb2312|gbk|gb18030|big5\w*|euc_\w+|iso2022_\w+|shift_jis\w*|johab"
)
"""Charsets of human languages. Python knows codecs besides that unpack, escape or take for ever."""
_guard = re.compile(r"\s{0,20}(?:\)\]\}',?|while ?\(1\);|for ?\(;;\);)\s{0,20}(?=[\[{])")
"""What some APIs put before their JSON, so that a foreign page can't run it as a script: what follows is the value."""
_no_number = re.compile(r"[:\[,]\s{0,20}(-?(?:NaN|Infinity|nan|inf)|undefined|None|True|False)\b")
_xml_head = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_marks = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Understood(Struct, frozen=True):
    """The value of an answer, and what was taken from it by name."""

    value: Value = None
    taken: dict[str, Value] | None = None


def understand(text: str, content_type: str, queries: Queries, hide: Hide) -> Understood:
    """What an answer says, and what the queries take from it; `hide` blots secrets out of the value first.

    Raises Unreadable, and TooMuchWork when the queries look at too much of it.
    """
    value = hide(read_value(text, content_type))
    lone = is_markup(value, text, content_type)
    return Understood(value, None if queries is None else query.take(dict(queries), value, lone=lone))


def read_text(body: bytes, content_type: str) -> str:
    """Decode by the declared charset, else by what the body says of itself, else, or when that is unknown, as UTF-8;
    a byte order mark is dropped."""
    text = body.decode(_charset(content_type, body), errors="replace")
    return text.removeprefix("\ufeff")


def read_value(text: str, content_type: str) -> Value:
    """The answer as a value: JSON, XML and forms where they are declared, JSON where it looks like it, else the text.

    Raises Unreadable for JSON and XML that were declared and are none.
    """
    kind = content_type.split(";", maxsplit=1)[0].strip().lower()
    if not text.strip():
        return None
    if kind == "application/x-www-form-urlencoded":
        return _form(text)
    if kind in {"application/xml", "text/xml"} or kind.endswith("+xml"):
        return parse_xml(text)
    if "json" in kind or text.lstrip().startswith(("{", "[")) or _guard.match(text):
        return _json(text, declared="json" in kind)
    return text


def _json(text: str, *, declared: bool) -> Value:
    try:
        return parse_json(text)
    except NotJson as error:
        guarded = _guard.match(text)
        if guarded is not None:
            return _json(text[guarded.end() :], declared=declared)
        if declared:
            raise Unreadable(f"The answer says it is JSON, but it is not: {_why(text, error)}.") from None
        return text


def _why(text: str, error: NotJson) -> str:
    """What stands in the place of JSON, where it is one of the usual things."""
    start = text.lstrip()[:200]
    if start.startswith("<"):
        return "it begins like HTML or XML"
    number = _no_number.search(text)
    if number is not None:
        return f"{number[1]} stands where a value should, and JSON has no such number"
    return str(error)


def _form(text: str) -> Value:
    """Fields by name; a list where a name comes several times."""
    try:
        fields = parse_qs(text.strip(), keep_blank_values=True)
    except ValueError as error:
        raise Unreadable(f"The answer says it is a form, but it is not: {error}.") from None
    return {name: values if len(values) > 1 else values[0] for name, values in fields.items()}


def _charset(content_type: str, body: bytes) -> str:
    header = Message()
    header["Content-Type"] = content_type or "text/plain"
    try:
        name = codecs.lookup(header.get_content_charset() or _told_inside(body)).name
    except (LookupError, ValueError):
        return "utf-8"
    return name if _text_codecs.fullmatch(name) else "utf-8"


def _told_inside(body: bytes) -> str:
    """The charset by a byte order mark, or by the declaration of an XML document."""
    for mark, name in _marks:
        if body.startswith(mark):
            return name
    head = _xml_head.match(body)
    name = head[1].decode().lower() if head else "utf-8"
    return "utf-8" if name.startswith(("utf-16", "utf-32", "ucs")) else name  # could not have been read byte by byte

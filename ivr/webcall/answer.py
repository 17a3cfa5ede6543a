"""Reading an answer: bytes to text, text to a value."""

import codecs
import re
from collections.abc import Callable
from email.message import Message
from functools import lru_cache
from urllib.parse import parse_qs

from msgspec import Struct

from ivr.core import query
from ivr.core.cutting import cut
from ivr.core.values import NotJson, Value, is_markup, parse_json
from ivr.webcall.errors import Unreadable
from ivr.webcall.nearly import Read, is_guarded, lines, read_nearly, unwrapped
from ivr.webcall.xml import is_xml, parse_xml

Queries = tuple[tuple[str, str], ...] | None
"""Query expressions, each after the name of what it takes."""
Hide = Callable[[Value], Value]
"""Blots secrets out of a value."""
_text_codecs = re.compile(
    r"ascii|utf-(?:8|16|32)(?:-sig|-le|-be)?|iso8859-\d+|cp\d+|windows-\d+|koi8-\w|mac-\w+|tis-620|hz"
    r"|gb2312|gbk|gb18030|big5\w*|euc_\w+|iso2022_\w+|shift_jis\w*|johab"
)
"""Charsets of human languages. Python knows codecs besides that unpack, escape or take for ever."""
LOOKED_AT = 4000
"""Characters at the beginning of an answer that tell what it is."""
SHOWN = 60
"""Characters of an answer in a sentence."""
_LINES = ("x-ndjson", "ndjson", "jsonl", "x-jsonlines", "jsonlines", "json-lines", "json-seq", "stream+json")
_textual = re.compile(r"^\s*(?:$|;)|text/|json|xml|script")
_title = re.compile(r"<title[^>]{0,100}>\s{0,100}([^<\s][^<]{0,100})", re.IGNORECASE)
_no_number = re.compile(r"[:\[,]\s{0,20}(-?(?:NaN|Infinity|nan|inf)|undefined|None|True|False)\b")
_xml_head = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_marks = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_wide = ((b"x000", "utf-32-le"), (b"000x", "utf-32-be"), (b"x0x0", "utf-16-le"), (b"0x0x", "utf-16-be"))
_as_zeros = bytes(48 if code == 0 else 120 for code in range(256))
"""JSON and XML begin with ASCII, so where its zeros are tells how wide its characters are."""


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


def read_text(body: bytes, content_type: str) -> tuple[str, str]:
    """Decode by the declared charset, else by what the body says of itself, else, or when that is unknown, as UTF-8;
    a byte order mark is dropped. Text that names no charset and is no UTF-8 is Western European; then with a note."""
    declared, charset = _charset(content_type, body)
    if not declared and charset == "utf-8" and _textual.search(content_type.lower()):
        try:
            return body.decode().removeprefix("\ufeff"), ""
        except UnicodeDecodeError:
            note = "The answer names no charset and is not UTF-8, so it was read as windows-1252 (Western European)."
            return body.decode("windows-1252", errors="replace"), note
    return body.decode(charset, errors="replace").removeprefix("\ufeff"), ""


def read_value(text: str, content_type: str) -> Read:
    """The answer as a value: JSON, XML and forms where they are declared, and where it looks like them, else the text;
    and a note of what was overlooked, empty as a rule.

    Raises Unreadable for JSON and XML that were declared and are none.
    """
    kind = content_type.split(";", maxsplit=1)[0].strip().lower()
    start = text[:LOOKED_AT].lstrip()
    if not text.strip():
        return None, ""
    if (declared_as := _DECLARED.get(kind)) is not None:
        return declared_as(text), ""
    declared = "json" in kind or kind.endswith("script")
    if start.startswith("<?xml") or (is_xml(kind) and not start.startswith(("{", "["))):
        return _xml(text, kind)
    if declared or start.startswith(("{", "[")) or is_guarded(text):
        return _json(text, declared=declared, must="json" in kind or is_xml(kind))
    return text, ""


def _xml(text: str, kind: str) -> Read:
    """XML that is declared, or begins like it; but a page for a browser is no answer of an API."""
    if is_xml(kind):
        return parse_xml(text), ""
    must = "json" in kind
    if kind == "text/html" or "<html" in text[:LOOKED_AT].lower():
        return _json(text, declared=must, must=must)
    try:
        return parse_xml(text), "The answer says it is JSON, but it is XML, and was read as such." if must else ""
    except Unreadable:
        if must:
            raise
        return text, ""


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
        return f"{number[1]} stands where a value should, and JSON has no such number"
    if "truncated" in str(error):
        return "it breaks off in the middle"
    if not start.startswith(("{", "[", '"')):
        return f"it begins with “{cut(' '.join(start.split()), SHOWN)}”"
    return str(error)


def _form(text: str) -> Value:
    """Fields by name; a list where a name comes several times."""
    try:
        fields = parse_qs(text.strip(), keep_blank_values=True)
    except ValueError as error:
        raise Unreadable(f"The answer says it is a form, but it is not: {error}.") from None
    return {name: values if len(values) > 1 else values[0] for name, values in fields.items()}


def _charset(content_type: str, body: bytes) -> tuple[bool, str]:
    """Whether a charset is declared, and which one the body is read by."""
    try:
        declared = _declared_charset(content_type)
        name = codecs.lookup(declared or _told_inside(body)).name
    except (LookupError, ValueError):
        return True, "utf-8"
    return bool(declared), name if _text_codecs.fullmatch(name) else "utf-8"


@lru_cache(maxsize=128)
def _declared_charset(content_type: str) -> str | None:
    """An API sends the same header each time, and reading it takes the parser for e-mail. Raises LookupError and
    ValueError."""
    header = Message()
    header["Content-Type"] = content_type or "text/plain"
    return header.get_content_charset()


def _told_inside(body: bytes) -> str:
    """The charset by a byte order mark, or by the declaration of an XML document."""
    for mark, name in _marks:
        if body.startswith(mark):
            return name
    if wide := next((name for zeros, name in _wide if body[: len(zeros)].translate(_as_zeros) == zeros), ""):
        return wide
    head = _xml_head.match(body)
    name = head[1].decode().lower() if head else "utf-8"
    return "utf-8" if name.startswith(("utf-16", "utf-32", "ucs")) else name  # could not have been read byte by byte


_DECLARED: dict[str, Callable[[str], Value]] = {
    "application/x-www-form-urlencoded": _form,
    **{f"application/{name}": _lines for name in _LINES},
}

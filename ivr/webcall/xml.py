"""XML answers as values: elements by their names, so that `Order.Status` finds what it seems to say.

An element with nothing but text is that text; with children it is an object; children of the same name are a list.
Attributes stand as `@name` and text beside them as `#text`; what says `xsi:nil` is null. Prefixes of namespaces are
dropped. A list of one looks
like the one: whoever looks into the value takes either for the other.
"""

import re
from contextlib import suppress
from html.entities import html5
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from ivr.core import namespaces
from ivr.core.query import TooMuchWork
from ivr.core.values import NotJson, Value, parse_json
from ivr.webcall.errors import Unreadable

_unfit = re.compile(
    r"(?P<number>&#(?:9|10|13|3[2-9]|[4-9]\d|\d{3,7}|x[0-9A-Fa-f]{2,6});)"
    r"|&(?P<name>[A-Za-z][A-Za-z0-9]{0,31});"
    r"|(?P<unfit>[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:\d|[12]\d|3[01]|x1?[0-9A-Fa-f]);)|&"
)
_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
DEEPEST = 100
MOST = 50_000
"""Elements and attributes of a document."""


def is_xml(media_type: str) -> bool:
    """Whether a media type, in small letters and without parameters, is one of XML."""
    return media_type in {"application/xml", "text/xml"} or media_type.endswith("+xml")


def read_xml(text: str) -> tuple[Value, str]:
    """The value of an XML document, and a note of what was overlooked to read it, empty as a rule. Raises Unreadable,
    also for declarations in it and for absurd depth, and TooMuchWork."""
    try:
        value, note = _parsed(text), ""
    except Unreadable:
        mended = _mended(text)
        if mended == text:
            raise
        value, note = _parsed(mended), "The answer's XML has signs that XML does not, such as a bare & or &nbsp;."
    inside = next(iter(value.values()))
    if isinstance(inside, str) and inside.startswith(("{", "[")):
        with suppress(NotJson):
            return {name: parse_json(inside) for name in value}, "The text in the answer's XML is JSON, which was read."
    return value, note


def _mended(text: str) -> str:
    """The document with names of letters that only HTML has, and each `&` that stands for itself, as XML writes them;
    without characters that it can't have."""

    def right(match: re.Match[str]) -> str:
        name = match["name"]
        if not name:
            return match[0] if match["number"] else "" if match["unfit"] else "&amp;"
        letter = html5.get(f"{name};", "")
        return match[0] if name in _OWN or not letter or letter in "<>&" else letter

    first, *others = text.split("<![CDATA[")
    pieces = [_unfit.sub(right, first)]
    for other in others:  # in there it stands for itself
        data, end, rest = other.partition("]]>")
        pieces.append(f"<![CDATA[{data}{end}{_unfit.sub(right, rest)}")
    return "".join(pieces)


def _parsed(text: str) -> Value:
    if namespaces.too_long(text):
        raise TooMuchWork(f"The answer's XML has a namespace of more than {namespaces.LONGEST} characters.")
    parser = _Parser(target=_Shallow())
    try:
        parser.feed(_without_head(text))
        root: Element = parser.close()
    except (Unreadable, TooMuchWork):
        raise
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise Unreadable(f"The answer is not XML that can be read: {error}.") from None
    return {_name(root.tag): _value(root)}


class _Parser(DefusedXMLParser):
    """A DOCTYPE that only names the kind of document passes, and what it names is never fetched. One that declares
    something is refused: not only its entities, also its default attributes make much out of little."""

    def __init__(self, target: TreeBuilder) -> None:
        super().__init__(target=target, forbid_dtd=True)

    def defused_start_doctype_decl(self, name: str, sysid: str | None, pubid: str | None, has_internal: int) -> None:
        if has_internal:
            raise Unreadable("The answer's XML declares entities or attributes of its own, which is not safe to read.")


class _Shallow(TreeBuilder):
    """Stops at once where it gets too deep, before that costs anything."""

    depth = 0
    count = 0

    def start(self, tag: Any, attrs: Any, /) -> Element:
        self.depth += 1
        self.count += 1 + len(attrs)
        if self.count > MOST:
            raise TooMuchWork(f"The answer's XML has more than {MOST:,} elements and attributes.")
        if self.depth > DEEPEST:
            raise Unreadable(f"The answer's XML is more than {DEEPEST} levels deep.")
        return super().start(tag, attrs)

    def end(self, tag: Any, /) -> Element:
        self.depth -= 1
        return super().end(tag)


def _value(element: Element) -> Value:
    if element.get(_NIL) in ("true", "1"):
        return None
    found: dict[str, Value] = {f"@{_name(name)}": value for name, value in element.attrib.items()}
    for child in element:
        if isinstance(child.tag, str):
            _add(found, _name(child.tag), _value(child))
    text = "".join([element.text or "", *(child.tail or "" for child in element)]).strip()
    if not found:
        return text
    return {**found, "#text": text} if text else found


def _add(found: dict[str, Value], name: str, value: Value) -> None:
    if name not in found:
        found[name] = value
    elif isinstance(found[name], list):
        found[name].append(value)
    else:
        found[name] = [found[name], value]


def _name(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def _without_head(text: str) -> str:
    """The document without its declaration: the text is decoded already, whatever the declaration says."""
    text = text.lstrip()
    if text.startswith("<?xml"):
        _, _, text = text.partition("?>")
    return text

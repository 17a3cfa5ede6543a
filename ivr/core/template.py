"""Text with `$` references, and how a value is written into each kind of place.

A `Template` is not a `str`: to get words out of it one must say where they go, so a value a caller or an API
supplied can never break out of the JSON, XML, URL or header that the author wrote around it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape as escape_xml

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from ivr.core.effort import SHORT, copied
from ivr.core.fields import DOTS
from ivr.core.grammar import found, one_spelling
from ivr.core.letters import EDGES
from ivr.core.values import Value, to_json, to_text

_secret_name = re.compile(r"\w+", re.ASCII)
_controls = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
ANY_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_filled_in = "\ufdd2"
_odata = re.compile(r"(?:(?:\$|%24)[A-Za-z]+=|\w+\()[^']*'(?:[^']*'[^']*')*[^']*")
"""A parameter of OData, or a key in its path, as far as the middle of a text in single quotes."""
_between = re.compile("([/?#])")
HALVES = re.compile(r"[\ud800-\udfff]")
_special = re.compile(r"[\\*?#]")


LONGEST_KEPT = 50_000
"""Characters of values in a text that is compared or stored, beyond which no other value is filled in."""
LONGEST_WORDS = 300_000
"""The same of words and of addresses; a carrier takes far less."""
LONGEST_SENT = 4 * 2**20
"""The same of what is sent to an API: large enough for an answer that goes on to another."""


class Unset:
    """What a reference that nothing has set stands for."""

    def __repr__(self) -> str:
        return "UNSET"

    def __bool__(self) -> bool:
        return False


UNSET = Unset()

FOR_PEOPLE = "(for people)"
"""The filter of a reference in a place that people read or hear, where its author wrote none: none can write this."""
OTHERWISE = "or "
"""How the filter begins that only says what stands where there is no value."""
SECRET = "SECRET."  # noqa: S105 - a name, not a password
"""What a reference to a named secret begins with: `$SECRET.crm_token`. In a place that a request is sent from it is
filled in as a mark, made of characters that no value and no author can write; elsewhere it is nothing."""
_mark = "\ufdd0{}\ufdd1"
_marked = re.compile("\ufdd0(\\w+)\ufdd1", re.ASCII)
_marks = re.compile("[\ufdd0-\ufdd2]")


class Variables(Protocol):
    """Where references are looked up, and written as their filters say."""

    def lookup(self, reference: str) -> Value | Unset: ...

    def spend(self, steps: int) -> None:
        """Count work that is done on values, as `core.effort` does."""
        ...


class Reference(str):
    """A variable's path, such as `EXTCALL_3.statuscode`, without the dollar sign. One thing is spelled one way;
    `filter` says how its value is written."""

    __slots__ = ("filter",)
    filter: str

    def __new__(cls, path: str, filter: str = "") -> "Reference":  # noqa: A002 - it is what authors call it
        reference = super().__new__(cls, path)
        reference.filter = filter
        return reference


Part = str | Reference
Place = Callable[[tuple[Part, ...], Variables], str]
"""How a filled template is written: from its parts and the variables to the text for that place."""


class Template:
    """Text as its author wrote it. `parts` are literal text and references by turns, `references` those alone."""

    __slots__ = ("parts", "references", "text")

    def __init__(self, text: str) -> None:
        self.text = _marks.sub("", text)
        self.parts = tuple(_parse(self.text))
        self.references = tuple(part for part in self.parts if isinstance(part, Reference))

    def fill(self, variables: Variables, place: Place) -> str:
        """The text with every reference replaced, escaped for `place`; what is not set leaves nothing."""
        return place(self.parts, variables)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Template) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Template({self.text!r})"

    def __bool__(self) -> bool:
        return bool(self.text)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(
            lambda raw: raw.text if isinstance(raw, Template) else raw,
            core_schema.no_info_after_validator_function(cls, core_schema.str_schema()),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda template: template.text),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "x-ui": {"widget": "template"}}


class SpokenText(Template):
    """Text that a voice speaks, in which its author may write markup."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "x-ui": {"widget": "template", "markup": True}}


def value_of(template: Template, variables: Variables) -> Value | Unset:
    """What a template stands for: one reference and nothing else is the value as it is, anything else is text."""
    if len(template.parts) == 1 and isinstance(template.parts[0], Reference):
        return variables.lookup(template.parts[0])
    return template.fill(variables, PLAIN)


def list_of(template: Template, variables: Variables) -> Value | Unset:
    """What a template stands for, for those who want a list: one object, or one element of XML, is a list of itself."""
    value = value_of(template, variables)
    if isinstance(value, dict):
        return [value] if value else value
    if isinstance(value, str) and value and len(template.parts) == 1 and isinstance(template.parts[0], Reference):
        return value if isinstance(variables.lookup(f"{template.parts[0]}[0]"), Unset) else [value]
    return value


def _parse(text: str) -> list[Part]:
    parts: list[Part] = []
    end = 0
    for match in found(text):
        parts.append(text[end : match.start()])
        path = match["braced"] or match["bare"]
        parts.append(Reference(one_spelling(path), (match["filter"] or "").strip()) if path else "$")
        end = match.end()
    parts.append(text[end:])
    return _joined(parts)


def _joined(parts: list[Part]) -> list[Part]:
    """Neighbouring literals as one, empty ones left out."""
    joined: list[Part] = []
    for part in parts:
        if not part:
            continue
        if joined and not isinstance(part, Reference) and not isinstance(joined[-1], Reference):
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def secret_name(reference: str) -> str:
    """The named secret that a reference is to, or nothing."""
    found = _secret_name.match(reference, len(SECRET)) if reference.startswith(SECRET) else None
    return found[0] if found else ""


def secret_names(text: str) -> set[str]:
    """The secrets whose marks are in a filled text."""
    return set(_marked.findall(text))


def with_secrets(text: str, secrets: Mapping[str, str], escape: Callable[[str], str]) -> str:
    """A filled text with its marks replaced by the secrets, escaped for their place."""
    return _marked.sub(lambda mark: escape(secrets[mark[1]]), text)


def masked(text: str) -> str:
    """A filled text with its marks replaced by dots."""
    return _marked.sub(DOTS, text)


def text_of(variables: Variables, reference: str) -> str:
    """A value as text; nothing where it is not set."""
    value = variables.lookup(reference)
    text = "" if isinstance(value, Unset) else to_text(value)
    if len(text) > SHORT:
        variables.spend(copied(len(text)))
    return _marks.sub("", text)


def mark_of(reference: str) -> str:
    """The mark of a named secret, or nothing when the reference is not to one. A secret has no parts: what looks like
    one, as in `$SECRET.host.example.com`, is text that follows it."""
    name = secret_name(reference)
    if not name:
        return ""
    return _mark.format(name) + reference[len(SECRET) + len(name) :]


def filled(
    parts: tuple[Part, ...], most: int, own: Callable[[str], str], written: Callable[[Reference], str], none: str = ""
) -> str:
    """All that the author wrote, with the values between. Large values may be asked for again and again: once there is
    the `most` of them, the others are not looked at and are `none`."""
    pieces = []
    for part in parts:
        if not isinstance(part, Reference):
            pieces.append(own(part))
        elif most > 0:
            pieces.append(written(part))
            most -= len(pieces[-1])
        else:
            pieces.append(none)
    return "".join(pieces)


def _plain(
    escape: Callable[[str], str], *, secrets: bool = False, literals: bool = False, people: bool = False
) -> Place:
    """A place where every value is escaped alike, wherever it stands; and the author's own words, if they are one.
    `people`: what is written there is read or heard by people. `secrets`: it is sent."""
    most = LONGEST_SENT if secrets else LONGEST_WORDS if people else LONGEST_KEPT

    def place(parts: tuple[Part, ...], variables: Variables) -> str:
        return filled(parts, most, own, lambda reference: written(reference, variables))

    def own(text: str) -> str:
        return escape(text) if literals else text

    def written(reference: Reference, variables: Variables) -> str:
        return (secrets and mark_of(reference)) or escape(text_of(variables, _said(reference) if people else reference))

    return place


def url_encoded(value: str) -> str:
    """A value within an address: it adds no step, no parameter, and is no step up or nowhere either."""
    encoded = quote(HALVES.sub("", value), safe="")
    return encoded.replace(".", "%2E") if encoded in {".", ".."} else encoded


def _said(reference: Reference) -> Reference:
    """A reference that is written for people, unless its author chose how."""
    chosen = reference.filter and not reference.filter.startswith(OTHERWISE)
    return reference if chosen else Reference(reference, f"{FOR_PEOPLE}{reference.filter}")


def _markup(parts: tuple[Part, ...], variables: Variables) -> str:
    """Words with tags. What an element `say-as` is to read stays as it came: it names the form that it reads."""
    as_sent = False

    def own(text: str) -> str:
        nonlocal as_sent
        opened, closed = text.rfind("<say-as"), text.rfind("</say-as")
        as_sent = opened > closed if max(opened, closed) >= 0 else as_sent
        return text

    def written(reference: Reference) -> str:
        text = text_of(variables, reference if as_sent else _said(reference))
        return escape_xml(_controls.sub(" ", text), {'"': "&quot;", "'": "&apos;"})

    return filled(parts, LONGEST_WORDS, own, written)


def _url(parts: tuple[Part, ...], variables: Variables) -> str:
    """Values are percent-encoded. One that begins the URL is the base address and goes in as it is. In a text of OData
    a single quote is doubled: that of O'Neil would end it."""
    if len(parts) > 1 and not isinstance(parts[0], Reference) and not parts[0].strip(EDGES):
        parts = parts[1:]
    base = parts[0] if parts and isinstance(parts[0], Reference) else None

    before = ""

    def own(text: str) -> str:
        nonlocal before
        before += text
        return text

    def written(reference: Reference) -> str:
        if reference is base:
            return mark_of(reference) or ANY_CONTROLS.sub("", text_of(variables, reference)).strip(EDGES)
        text = text_of(variables, reference)
        if "'" in text and _odata.fullmatch(re.split("[/?&]", before)[-1]):
            text = text.replace("'", "''")
        return f"{_filled_in}{mark_of(reference) or url_encoded(text)}"

    address = filled(parts, LONGEST_WORDS, own, written, _filled_in)
    return "".join(map(_no_dots, _between.split(address.strip(EDGES))))


def _no_dots(segment: str) -> str:
    """A piece of an address, in which an empty value between an author's dots makes no step up either."""
    bare = segment.replace(_filled_in, "")
    return bare.replace(".", "%2E") if bare != segment and bare in {".", ".."} else bare


def _json(parts: tuple[Part, ...], variables: Variables) -> str:
    """Inside a JSON string a value is escaped; where JSON wants a value it becomes one."""
    quoted = False

    def own(text: str) -> str:
        nonlocal quoted
        quoted = _ends_quoted(text, quoted)
        return text

    def written(reference: Reference) -> str:
        if secret := mark_of(reference):
            return secret if quoted else f'"{secret}"'
        if quoted:
            return to_json(HALVES.sub("", text_of(variables, reference)))[1:-1]
        return json_of(variables, reference)

    return filled(parts, LONGEST_SENT, own, written)


def json_of(variables: Variables, reference: str) -> str:
    """A value as JSON; null where it is not set."""
    value = variables.lookup(reference)
    if isinstance(value, Unset):
        return "null"
    json = to_json(HALVES.sub("", value) if isinstance(value, str) else value)
    variables.spend(copied(len(json)))
    return _marks.sub("", json)


def _ends_quoted(literal: str, quoted: bool) -> bool:
    """Whether JSON text ends inside a string, given whether it began inside one."""
    escaped = False
    for character in literal:
        if escaped:
            escaped = False
        elif character == "\\" and quoted:
            escaped = True
        elif character == '"':
            quoted = not quoted
    return quoted


PLAIN = _plain(lambda value: value)
"""No escaping: for comparing and storing."""
PATTERN = _plain(lambda value: _special.sub(r"\\\g<0>", value))
"""A pattern in which the author's `\\`, `*`, `?` and `#` mean something, and a value's own do not."""
URL = _url
JSON = _json
FORM = _plain(lambda value: quote_plus(HALVES.sub("", value)), secrets=True)
FORM_VALUE = _plain(lambda value: quote_plus(HALVES.sub("", value)), secrets=True, literals=True)
"""One field of a form: the author writes its value, not its encoding."""
XML = _plain(lambda value: escape_xml(_controls.sub("", value), {'"': "&quot;", "'": "&apos;"}), secrets=True)
HEADER = _plain(lambda value: ANY_CONTROLS.sub(" ", value).strip(), secrets=True)
BODY = _plain(lambda value: HALVES.sub("", value), secrets=True)
"""A request's body of plain text."""
SPEECH = _plain(lambda value: _controls.sub(" ", value), people=True)
"""Spoken words. They are data until the carrier's document is written, which escapes them once more."""
MARKUP = _markup
"""Spoken words among which the author wrote tags: a value can't add one."""
SMS = _plain(lambda value: _controls.sub("", value), people=True)
PHONE = _plain(lambda value: ANY_CONTROLS.sub("", value).strip())

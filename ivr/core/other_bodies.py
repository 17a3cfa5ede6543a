"""Places in bodies that are neither JSON, XML nor a form: tables (CSV, TSV) and YAML."""

import re
from collections.abc import Iterator

from ivr.core.template import (
    ANY_CONTROLS,
    HALVES,
    LONGEST_SENT,
    Part,
    Place,
    Reference,
    Variables,
    filled,
    json_of,
    mark_of,
    text_of,
)
from ivr.core.values import to_json

_ends_value = re.compile(r"\s*(?:$|[\n,\]}]| #)")
_before_quote = frozenset("\n\t :-[{,'")
"""What a quote of YAML stands behind; a quote behind one is a quote within."""
_structural = re.compile(r":(?=\s|$)|(?<!\S)#")
_HARMLESS = {":": "\uff1a", "#": "\uff03"}
"""Signs that make a label or a comment among words, and the full-width ones that look like them."""
_unprintable = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What JSON may hold as it is, and YAML may not."""


def _cells(separators: str) -> Place:
    """Rows of a table: a value is one cell, put in quotes where it would be more. Within quotes of the author's its own
    are doubled."""

    def place(parts: tuple[Part, ...], variables: Variables) -> str:
        quoted = False

        def own(text: str) -> str:
            nonlocal quoted
            quoted = quoted != (text.count('"') % 2 == 1)
            return text

        def written(reference: Reference) -> str:
            text = mark_of(reference) or HALVES.sub("", text_of(variables, reference))
            doubled = text.replace('"', '""')
            return doubled if quoted or not any(each in text for each in separators) else f'"{doubled}"'

        return filled(parts, LONGEST_SENT, own, written)

    return place


def _tabs(parts: tuple[Part, ...], variables: Variables) -> str:
    """Rows whose cells are parted by tabs, which have no quotes: a tab or a line break in a value is a blank."""

    def written(reference: Reference) -> str:
        return mark_of(reference) or re.sub(r"[\t\r\n]+", " ", HALVES.sub("", text_of(variables, reference)))

    return filled(parts, LONGEST_SENT, str, written)


def _yaml(parts: tuple[Part, ...], variables: Variables) -> str:
    """Where YAML wants a value it gets one of JSON, which is one of YAML too. Within quotes a value is escaped as they
    are; amid the author's words it stays in its line, and is neither a label nor a comment."""
    quote = ""
    alone = _alone(parts)

    def own(text: str) -> str:
        nonlocal quote
        quote = _open_quote(text, quote)
        return text

    def written(reference: Reference) -> str:
        whole = next(alone)
        secret = mark_of(reference)
        if secret:
            return secret if quote or not whole else f'"{secret}"'
        if whole and not quote:
            return _printable(json_of(variables, reference))
        text = HALVES.sub("", text_of(variables, reference))
        if quote == '"':
            return _printable(to_json(text)[1:-1])
        text = _unprintable.sub(" ", ANY_CONTROLS.sub(" ", text))
        return text.replace("'", "''") if quote else _structural.sub(lambda sign: _HARMLESS[sign[0]], text)

    return filled(parts, LONGEST_SENT, own, written)


def _printable(json: str) -> str:
    return _unprintable.sub(lambda each: f"\\u{ord(each[0]):04x}", json)


def _alone(parts: tuple[Part, ...]) -> Iterator[bool]:
    """Of each reference, whether it is the whole value of its label or item."""
    for at, part in enumerate(parts):
        if not isinstance(part, Reference):
            continue
        before, after = (_literal(parts, at - 1), _literal(parts, at + 1))
        begins = before is not None and _begins_value(before.rpartition("\n")[2])
        yield bool(begins and after is not None and _ends_value.match(after))


def _begins_value(line: str) -> bool:
    """Whether a value begins behind this: behind nothing, a sign of a list or an object, or a label or item's sign and
    a blank."""
    told = line.rstrip()
    return not told or told[-1] in "[{," or (told[-1] in ":-?" and len(told) < len(line))


def _literal(parts: tuple[Part, ...], at: int) -> str | None:
    """What the author wrote beside a reference; None where another one stands."""
    if not 0 <= at < len(parts):
        return ""
    part = parts[at]
    return None if isinstance(part, Reference) else part


def _open_quote(literal: str, quote: str) -> str:
    """The quote that YAML text ends within, given the one that it began within; nothing outside of quotes."""
    escaped = False
    before = "\n"
    for character in literal:
        if escaped:
            escaped = False
        elif quote == '"' and character == "\\":
            escaped = True
        elif character == quote:
            quote = ""
        elif not quote and character in "'\"" and before in _before_quote:
            quote = character
        before = character
    return quote


CSV = _cells(',;\t"\r\n')
TSV = _tabs
YAML = _yaml

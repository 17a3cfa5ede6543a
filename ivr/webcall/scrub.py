"""Answers, addresses and errors without the secrets that were sent: an API that sends them back reveals nothing."""

import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape as escape_xml

from ivr.core import cutting
from ivr.core.fields import DOTS
from ivr.core.scattered import encodings
from ivr.core.values import Value, to_text

LEAST = 4
"""Characters from which a secret is searched for; shorter ones would blot out half the text."""
LEAST_ENCODED = 8
"""The same of what is looked for in base64 and hexadecimal."""
_few = re.compile("[<>&]")
_most = re.compile("[<>&'\"+`\x7f-\uffff]")
_percent = re.compile(r"%[0-9A-F]{2}")


class Scrubber:
    """Knows some secrets, and blots them out however they are written."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = {secret for secret in secrets if len(secret) >= LEAST}
        self._written = sorted({way for secret in known for way in _ways(secret)}, key=len, reverse=True)
        self._halves = cutting.Halves(self._written, LEAST)

    def text(self, text: str) -> str:
        for way in self._written:
            text = text.replace(way, DOTS)
        return cutting.blotted(text, self._halves.of(text))

    def value(self, value: Value) -> Value:
        """A parsed answer, no more than some hundred levels deep."""
        if not self._written or value is None or isinstance(value, bool):
            return value
        if isinstance(value, dict):
            return {self.text(name): self.value(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.value(inner) for inner in value]
        if isinstance(value, str):
            return self.text(value)
        return DOTS if to_text(value) in self._written else value


def _ways(secret: str) -> Iterator[str]:
    """A secret as it stands in text, an address, a form, JSON and XML, and in base64 and hexadecimal."""
    yield secret
    for quoted in (quote(secret, safe=""), quote(secret, safe="/"), quote_plus(secret)):
        yield quoted
        yield _percent.sub(lambda code: code[0].lower(), quoted)
    for ascii_only in (False, True):
        plain = json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
        yield plain
        yield plain.replace("/", "\\/")
    yield from _as_in_html(secret)
    yield escape_xml(secret, {'"': "&quot;", "'": "&apos;"})
    yield escape_xml(secret, {'"': "&#34;", "'": "&#39;"})
    if len(secret) >= LEAST_ENCODED:
        yield from encodings(secret)


def _as_in_html(secret: str) -> Iterator[str]:
    """As libraries write JSON that may stand in HTML: some signs, or most of them and letters beyond ASCII, by their
    codes."""
    escaped = secret.replace("\\", "\\\\")
    for signs, text in ((_few, escaped.replace('"', '\\"')), (_most, escaped)):
        if signs.search(text):
            for code in ("\\u{:04x}", "\\u{:04X}"):
                yield signs.sub(lambda sign, code=code: code.format(ord(sign[0])), text)  # type: ignore[misc]

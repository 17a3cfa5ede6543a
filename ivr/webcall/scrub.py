"""Answers, addresses and errors without the secrets that were sent: an API that sends them back reveals nothing."""

import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape as escape_xml

from ivr.core.fields import DOTS
from ivr.core.values import Value, to_text

LEAST = 4
"""Characters from which a secret is searched for; shorter ones would blot out half the text."""


class Scrubber:
    """Knows some secrets, and blots them out however they are written."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = {secret for secret in secrets if len(secret) >= LEAST}
        self._written = sorted({way for secret in known for way in _ways(secret)}, key=len, reverse=True)

    def text(self, text: str) -> str:
        for way in self._written:
            text = text.replace(way, DOTS)
        return text

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
    """A secret as it stands in text, an address, a form, JSON and XML."""
    yield secret
    yield quote(secret, safe="")
    yield quote(secret, safe="/")
    yield quote_plus(secret)
    for ascii_only in (False, True):
        yield json.dumps(secret, ensure_ascii=ascii_only)[1:-1]
    yield escape_xml(secret, {'"': "&quot;", "'": "&apos;"})

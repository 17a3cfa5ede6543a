"""Answers, addresses and errors without the secrets that were sent: an API that sends them back reveals nothing."""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from ivr.core.cutting import MARK, Halves, blotted
from ivr.core.fields import DOTS
from ivr.core.scattered import encodings, rarer_encodings
from ivr.core.values import Value, to_text
from ivr.webcall.spelling import Spelling, TooDeep, ends, is_coded, meaning

LEAST = 4
"""Characters from which a secret is searched for; shorter ones would blot out half the text."""
LEAST_MEANT = 3
"""The same of what a secret means: less than it is where it has backslashes."""
LEAST_ENCODED = 8
"""The same of what is looked for in base64, base32 and hexadecimal, and as the digits of a number."""
MOST_OF_LINES = 65_536
"""Characters of header lines with codes in them that are looked at in one go: nothing else runs in the meantime."""
_no_digits = re.compile(r"[eE].*|\D")


class Scrubber:
    """Knows some secrets, and blots them out however they are written.

    A secret is looked for in the text and in what the text means: by its meaning, not by each way to write it. Text
    that is coded too deeply to tell is blotted out as a whole.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        known = {secret for secret in secrets if len(secret) >= LEAST}
        written = {way for secret in known for way in _ways(secret)}
        meant = {meaning(way) for way in written}
        self._written = sorted(written, key=len, reverse=True)
        self._meant = sorted((each for each in meant if len(each) >= LEAST_MEANT), key=len, reverse=True)
        digits = [each for each in known if each.isascii() and each.isdigit()]
        self._numbers = {Decimal(sign + each) for each in digits for sign in ("", "-")}
        self._digits = [each for each in digits if len(each) >= LEAST_ENCODED]
        self._halves = Halves(sorted(written | meant), LEAST)

    def text(self, text: str) -> str:
        if not self._written:
            return text
        for way in self._written:
            text = text.replace(way, DOTS)
        text = blotted(text, self._halves.of(text))
        try:
            spelling = Spelling(text)
        except TooDeep:
            return DOTS
        if spelling.is_plain and MARK not in text:
            return text
        meant = spelling.means
        return blotted(text, spelling.places([*self._found(meant), *self._halves.of(meant, ends)]))

    def lines(self, lines: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Header lines: names and values. Values there is no time to look at are blotted out as a whole."""
        shown = []
        left = MOST_OF_LINES
        for name, value in lines if self._written else ():
            coded = is_coded(value)
            left -= len(value) if coded else 0
            shown.append((name, DOTS if coded and left < 0 else self.text(value)))
        return tuple(shown if self._written else lines)

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
        return DOTS if self._is_told_by(value) else value

    def _found(self, meant: str) -> Iterator[tuple[int, int]]:
        for known in self._meant:
            at = meant.find(known)
            while at >= 0:
                yield at, at + len(known)
                at = meant.find(known, at + len(known))

    def _is_told_by(self, number: int | Decimal) -> bool:
        """Whether it is a secret, or has all the digits of a long one."""
        text = to_text(number)
        digits = _no_digits.sub("", text)
        return number in self._numbers or text in self._written or any(each in digits for each in self._digits)


def _ways(secret: str) -> Iterator[str]:
    """A secret as it is, in base64, base32 and hexadecimal; and as the digits of a number with an exponent."""
    yield secret
    if len(secret) < LEAST_ENCODED:
        return
    yield from encodings(secret)
    yield from rarer_encodings(secret)
    if secret.isascii() and secret.isdigit():
        yield f"{secret[0]}.{secret[1:]}"

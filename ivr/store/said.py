"""What of a call's trace people look for: what the caller said, texted and keyed in, and what variables were set to.

Only what a trace shows in the open: what is hidden stands in none. A number that the call was from or to is no word, as
it has prints of its own, nor is that of a payment card.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from ivr.core import whole_words
from ivr.core.call import Entry
from ivr.core.redaction import CARD, is_card
from ivr.core.values import to_text
from ivr.flow.keeping import TRACED_CHARACTERS

MOST_WORDS = 200
"""Different words of a call that it is found by: the first ones."""
MOST_TEXTS = 2_000
MOST_CHARACTERS = 100_000
"""Texts and values of a trace that are looked at, and characters of them together: the first ones."""
LEAST_DIGITS, MOST_DIGITS = 6, 20
"""Digits that may be a phone number, or the last of one."""
_number = re.compile(r"\+?[0-9](?:[\s().,/-]{0,3}[0-9]){5,}")
_no_digit = re.compile(r"[^0-9]+")
_of_address = re.compile(r"[0-9:]")
_BETWEEN = "|"
"""Between two texts: no word, and no number, goes on behind it."""
_PARTIES = frozenset({"caller", "sender", "dialled", "to", "numbers"})
"""Where a trace says whom a call or text is from and to."""


def words_of(trace: Sequence[Entry]) -> tuple[str, ...]:
    """Different words of a trace, in order."""
    text = _BETWEEN.join(islice(_texts(trace), MOST_TEXTS))[:MOST_CHARACTERS]
    parties = _Parties(trace)
    least, longest, short = whole_words.LEAST, whole_words.LONGEST, parties.short
    found = dict.fromkeys(whole_words.parted(parties.without(whole_words.plain(text))))
    return tuple(each for each in found if least <= len(each) <= longest and each not in short)[:MOST_WORDS]


class _Parties:
    """Whom a call is from, and whom it calls and texts."""

    def __init__(self, trace: Sequence[Entry]) -> None:
        named = [entry.data[name] for entry in trace for name in _PARTIES & entry.data.keys()]
        found = {whole_words.plain(each) for told in named for each in _leaves(told)}
        addresses = [each for each in found if len(each) >= LEAST_DIGITS and _of_address.search(each)]
        self._addresses = sorted(addresses, key=len, reverse=True)
        self.short = {_no_digit.sub("", each) for each in found}
        """Numbers, such as those of emergency services, that may be words as they are."""
        self._whole = {each[-MOST_DIGITS:] for each in self.short if len(each) >= LEAST_DIGITS}
        self._ends = {end for each in self._whole for end in _ends(each)}

    def without(self, text: str) -> str:
        """A text without their addresses and numbers, in whatever grouping, and without the country too."""
        for address in self._addresses:
            text = text.replace(address, " ")
        return _number.sub(self._unless_theirs, text)

    def _unless_theirs(self, found: re.Match[str]) -> str:
        digits = _no_digit.sub("", found[0])
        own = digits.lstrip("0")
        theirs = own in self._ends or any(end in self._whole for end in _ends(own))
        return " " if theirs or (len(digits) in CARD and is_card(digits)) else found[0]


def _ends(digits: str) -> Iterator[str]:
    """The last digits, as many as may be a phone number."""
    return (digits[-most:] for most in range(LEAST_DIGITS, min(len(digits), MOST_DIGITS) + 1))


def _texts(trace: Sequence[Entry]) -> Iterator[str]:
    return (each for entry in trace for value in _told(entry) for each in _leaves(value))


def _told(entry: Entry) -> Iterable[Any]:
    data = entry.data
    match entry.kind:
        case "set":
            # Those of a block, such as EXTCALL_3.status, tell how it went: a trace shows the flow's own.
            return [value for name, value in data.items() if "." not in name]
        case "replied" | "late" if "confidence" in data or "came" in data:
            return (data.get("text"),)
        case "replied" | "late" if "digits" in data:
            return (data["digits"],)
        case "messaged":
            return (data.get("text"),)
        case "requested":
            return (data.get("inputs"),)
    return ()


def _leaves(value: Any) -> Iterator[str]:
    """A value, or what is in a list or an object, as text. Behind what a trace keeps of a long one it says how long it
    is, which is none of it."""
    if isinstance(value, str):
        yield value[:TRACED_CHARACTERS]
        return
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            waiting += reversed(each.values())
        elif isinstance(each, list | tuple):
            waiting += reversed(each)
        elif each is not None and not isinstance(each, bool):
            yield to_text(each)[:TRACED_CHARACTERS]

"""What a text means under the codes of addresses, forms, HTML, XML, JSON and programs, however often they were put
over one another; and where in the text itself a stretch of that stands."""

import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import unescape

from msgspec import Struct

from ivr.core.cutting import MARK

DEEPEST = 8
"""Codes over one another that are taken off."""
LONGEST_KEPT = 16
"""Characters of a code whose meaning is remembered."""
MOST_HALVES = 3
"""Codes of which half may be left in a row: that of an address stands for one of HTML."""
LONGEST_HALF = 60
_hex = "[0-9a-fA-F]"
_percent = "%(?:25)*"
_more = rf"(?:{_percent}[89abAB]{_hex})"
_bytes = (
    rf"{_percent}[0-7]{_hex}|{_percent}[cCdD]{_hex}{_more}|{_percent}[eE]{_hex}{_more}{{2}}"
    rf"|{_percent}[fF][0-7]{_more}{{3}}|{_percent}[89a-fA-F]{_hex}"
)
_entity = r"&(?:amp;)*(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
_escape = rf"(?:u{_hex}{{4}}|U{_hex}{{8}}|x{_hex}{{2}}|[bfnrt])?"
# A run of backslashes is looked at once, from its beginning.
_run = r"(?<!\\)\\++"
_half = (
    rf"(?:{_percent}[c-fC-F]{_hex}{_more}{{0,2}}(?:{_percent}{_hex}?)?|{_percent}{_hex}?|%u{_hex}{{0,3}}"
    rf"|&(?:amp;)*#?\w{{0,31}}|{_run}(?:[uUx]{_hex}{{0,7}})?)"
)
_long = "[\U00010000-\U0010ffff]"
_signs = re.compile(rf"[%&\\]|{_long}")
_code = re.compile(rf"(?P<half>{_half}(?={MARK}))|%u{_hex}{{4}}|{_bytes}|{_entity}|{_run}{_escape}|{_long}")
_ends_with_half = re.compile(rf"{_half}\Z")
_hex_pair = re.compile(rf"%(?:25)*({_hex}{{2}})")
_letters = {"": "", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class TooDeep(Exception):
    """There are more codes over one another than are taken off."""


class _Code(Struct, frozen=True):
    """Where a code stands, and where what it stands for does: each from and to."""

    start: int
    end: int
    meant_start: int
    meant_end: int


class Spelling:
    """A text, and what it `means`. Two texts that mean the same may differ in backslashes, and in `+` for blanks."""

    def __init__(self, text: str) -> None:
        """Raises TooDeep."""
        self._layers = [text]
        if is_coded(text):
            while len(self._layers) < DEEPEST + 2:
                deeper = _code.sub(_meant, self._layers[-1])
                if deeper == self._layers[-1]:
                    break
                self._layers.append(deeper)
            else:
                raise TooDeep
        self.means = self._layers[-1].replace("+", " ")

    @property
    def is_plain(self) -> bool:
        """Whether it means what it is."""
        return self.means == self._layers[0]

    def places(self, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Where in the text stretches of what it means stand."""
        found = list(spans)
        for number in range(len(self._layers) - 2, -1, -1) if found else ():
            codes = list(_codes(self._layers[number]))
            found = [(_before(codes, start, end=False), _before(codes, end, end=True)) for start, end in found]
        return found


def is_coded(text: str) -> bool:
    """Whether there may be codes in a text."""
    return _signs.search(text) is not None


def meaning(text: str) -> str:
    """What a text means. One that is coded too deeply means itself."""
    try:
        return Spelling(text).means
    except TooDeep:
        return text


def ends(meant: str, mark: int) -> Iterator[int]:
    """Where what was cut at a mark may end: there, or before half of a code that is left of more."""
    yield mark
    for _ in range(MOST_HALVES):
        half = _ends_with_half.search(meant, max(mark - LONGEST_HALF, 0), mark)
        if half is None or half.start() == mark:
            return
        mark = half.start()
        yield mark


def _meant(code: re.Match[str]) -> str:
    if code.lastgroup == "half":
        return code[0]
    return _remembered(code[0]) if code.end() - code.start() <= LONGEST_KEPT else _decoded(code[0])


def _decoded(code: str) -> str:
    """What a code stands for; itself where it is none."""
    if code.startswith("%u"):
        return chr(int(code[2:], 16))
    if code.startswith("%"):
        raw = bytes.fromhex("".join(_hex_pair.findall(code)))
        return _in_two(raw.decode("latin-1" if len(raw) == 1 else "utf-8", "replace"))
    if code.startswith("&"):
        return _in_two(unescape(f"&{code[1:-1].rpartition(';')[2]};"))
    return _in_two(_unescaped(code.lstrip("\\")) if code.startswith("\\") else code)


def _unescaped(letters: str) -> str:
    """What the letters behind backslashes stand for; nothing where there are none."""
    if letters in _letters:
        return _letters[letters]
    number = int(letters[1:], 16)
    return chr(number) if number <= sys.maxunicode else ""


def _in_two(text: str) -> str:
    """A character beyond 16 bits as the two codes that JSON writes of it, one of which alone is half of it."""
    if all(letter <= "\uffff" for letter in text):
        return text
    raw = text.encode("utf-16-be", "surrogatepass")
    return "".join(chr(int.from_bytes(raw[at : at + 2])) for at in range(0, len(raw), 2))


_remembered = lru_cache(maxsize=1024)(_decoded)


def _codes(text: str) -> Iterator[_Code]:
    shift = 0
    for code in _code.finditer(text):
        meant = _meant(code)
        start = code.start() + shift
        yield _Code(code.start(), code.end(), start, start + len(meant))
        shift += len(meant) - len(code[0])


def _before(codes: list[_Code], meant: int, *, end: bool) -> int:
    """Where in a text a place of what it means is; the `end` of a stretch takes along a code that it ends within."""
    number = bisect_right(codes, meant, key=lambda code: code.meant_start) - 1
    if number < 0:
        return meant
    code = codes[number]
    if meant >= code.meant_end:
        return code.end + meant - code.meant_end
    return code.end if end and meant > code.meant_start else code.start

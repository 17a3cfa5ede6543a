"""Markup in spoken text: SSML, as far as a carrier speaks it.

A text is markup when its author wrote one of the tags; any other text is words, whatever signs are in it. Nothing here
is trusted to be right: the editor reports what is wrong, and a call then speaks the plain words without their tags.
"""

import re
from difflib import get_close_matches
from itertools import pairwise
from xml.parsers import expat
from xml.sax.saxutils import escape, unescape

from msgspec import Struct

ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "break": ("strength", "time"),
    "emphasis": ("level",),
    "lang": ("xml:lang",),
    "p": (),
    "phoneme": ("alphabet", "ph"),
    "prosody": ("pitch", "rate", "volume"),
    "s": (),
    "say-as": ("format", "interpret-as", "role"),
    "sub": ("alias",),
    "w": ("role",),
}
"""The tags that are spoken, each with its attributes."""
REQUIRED = {"lang": "xml:lang", "phoneme": "ph", "say-as": "interpret-as", "sub": "alias", "w": "role"}
"""The attribute without which a tag means nothing."""
WORDS_ONLY = frozenset({"break", "phoneme", "say-as", "sub"})
"""Tags that hold no other tag."""
VALUES = {
    ("break", "strength"): (re.compile("none|x-weak|weak|medium|strong|x-strong"), "strong"),
    ("break", "time"): (re.compile(r"\+?(\d+(\.\d*)?|\.\d+)m?s", re.ASCII), "500ms or 2s"),
    ("emphasis", "level"): (re.compile("strong|moderate|none|reduced"), "strong"),
}
"""What an attribute may be, where a slip would silence the whole text; with an example."""

SPEAK = "speak"
_tag = re.compile(rf"</?(?:{SPEAK}|{'|'.join(ATTRIBUTES)})(?=[\s/>])", re.IGNORECASE)
_whole = re.compile(rf"(\s*<{SPEAK}(?:\s[^<>]*)?>)(.*)(</{SPEAK}\s*>\s*)", re.DOTALL)
_any_tag = re.compile(r"</?[A-Za-z][^<>]*>")
_stray = re.compile(r"(<[!?])|(&)(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\dA-Fa-f]+);)|<(?![A-Za-z/])", re.ASCII)
_gaps = frozenset({"break", "p", "s"})


class Fault(Struct, frozen=True):
    """What is wrong with markup, and what to do about it."""

    message: str
    hint: str


def is_markup(text: str) -> bool:
    """Whether a text holds at least one of the tags, or is wrapped in `<speak>`."""
    return _tag.search(text) is not None


def faults(text: str) -> tuple[Fault, ...]:
    """What is wrong with markup: all unknown tags and attributes, and the first place where it is not XML.

    Lines and columns count from 1. An attribute with a `$` reference in it may have any value.
    """
    return tuple(_Reader(text).faults)


def plain(text: str) -> str:
    """The words of markup in one line, without the tags. Also of markup that can't be read."""
    reader = _Reader(text)
    words = "".join(reader.words)
    if reader.broken:
        words = unescape(_any_tag.sub(" ", text), {"&quot;": '"', "&apos;": "'"})
    return " ".join(words.split())


def inner(text: str) -> str:
    """Markup without the `<speak>` around the whole of it: the carrier needs none."""
    return _unwrapped(text).strip()


def pieces(text: str) -> tuple[str, ...]:
    """Markup without faults, in its outermost parts: elements and the text between them, in their order."""
    raw = _unwrapped(text).encode()
    cuts = [*_Reader(text).cuts, len(raw)]
    return tuple(raw[start:end].decode() for start, end in pairwise(cuts))


def written(text: str) -> str:
    """Markup as it can stand in an XML document: as it is, or its plain words when anything is wrong with it."""
    return escape(plain(text)) if faults(text) else inner(text)


def _unwrapped(text: str) -> str:
    """The text with blanks where `<speak>` stood, so that everything else keeps its place."""
    whole = _whole.fullmatch(text)
    if whole is None:
        return text
    before, body, after = whole.groups()
    return re.sub(r"[^\n]", " ", before) + body + re.sub(r"[^\n]", " ", after)


class _Reader:
    """One pass over markup. There are no entities to expand: what would declare them is refused before."""

    def __init__(self, text: str) -> None:
        self.faults: list[Fault] = []
        self.words: list[str] = []
        self.cuts = [0]
        self.broken = False
        self._open: list[str] = []
        self._after_element = False
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._read(_unwrapped(text))
        del self._parser  # it holds on to this reader: without it, both are gone as soon as they are not needed

    def _read(self, text: str) -> None:
        if stray := _stray.search(text):
            line = text.count("\n", 0, stray.start()) + 1
            column = stray.start() - text.rfind("\n", 0, stray.start())
            self._break(*_about_stray(stray, f" at line {line}, column {column}"))
            return
        try:
            self._parser.Parse(f"<{SPEAK}>", False)
            self._parser.Parse(text, False)
            self._parser.Parse(f"</{SPEAK}>", True)
        except expat.ExpatError as error:
            self._not_xml(error)
        except UnicodeError:
            self._break("The text has a character that can't be written.", "Take it out.")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._open.append(name)
        if len(self._open) == 1:
            return
        if len(self._open) == 2:
            self._cut()
            self._after_element = True
        if name in _gaps:
            self.words.append(" ")
        if self._open[-2] in WORDS_ONLY:
            message = f"<{self._open[-2]}> can't hold <{name}>{self._here()}."
            self.faults.append(Fault(message, f"Close <{self._open[-2]}> before it."))
        if name in ATTRIBUTES:
            self.faults += _about(name, attributes, self._here())
        else:
            self.faults.append(_unknown(name, self._here()))

    def _end(self, name: str) -> None:
        self._open.pop()
        if name in _gaps:
            self.words.append(" ")

    def _text(self, text: str) -> None:
        if len(self._open) == 1 and self._after_element:
            self._cut()
            self._after_element = False
        self.words.append(text)

    def _cut(self) -> None:
        index = self._parser.CurrentByteIndex - len(f"<{SPEAK}>")
        if index > self.cuts[-1]:
            self.cuts.append(index)

    def _here(self) -> str:
        return _place(self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber)

    def _not_xml(self, error: expat.ExpatError) -> None:
        if error.code == expat.errors.codes[expat.errors.XML_ERROR_TAG_MISMATCH] and len(self._open) > 1:
            name = self._open[-1]
            ending = f"<{name}/>" if name == "break" else f"</{name}>"
            self._break(f"<{name}> is not closed.", f"End it with {ending}.")
        else:
            hint = "Close every tag, and put every attribute into quotes."
            reason = expat.ErrorString(error.code)
            self._break(f"The markup can't be read{_place(error.lineno, error.offset)}: {reason}.", hint)

    def _break(self, message: str, hint: str) -> None:
        self.broken = True
        self.faults.append(Fault(message, hint))


def _place(line: int, column: int) -> str:
    """Where in the author's text, from the parser's line and column, which see `<speak>` before it."""
    return f" at line {line}, column {column + 1 - (len(SPEAK) + 2 if line == 1 else 0)}"


def _about_stray(stray: re.Match[str], where: str) -> tuple[str, str]:
    """What is wrong with a sign that is no part of a tag, and what to do."""
    if stray[1]:
        return f"This is no tag that is spoken: a comment or a declaration{where}.", "Take it out."
    sign, instead = ("&", "&amp;") if stray[2] else ("<", "&lt;")
    return f"The sign {sign} stands alone{where}.", f"Where there are tags, write {instead} for it."


def _unknown(name: str, where: str) -> Fault:
    close = get_close_matches(name.lower(), ATTRIBUTES, n=1, cutoff=0.5)
    known = f"Did you mean <{close[0]}>?" if close else f"There are: {', '.join(ATTRIBUTES)}."
    hint = f"<{SPEAK}> stands around the whole text, or is left out." if name.lower() == SPEAK else known
    return Fault(f"<{name}> is not a tag that is spoken{where}.", hint)


def _about(name: str, given: dict[str, str], where: str) -> list[Fault]:
    """What is wrong with the attributes of a known tag."""
    found = []
    takes = ATTRIBUTES[name]
    needed = REQUIRED.get(name)
    for each in sorted(given.keys() - set(takes)):
        close = get_close_matches(each.lower(), takes, n=1, cutoff=0.5)
        hint = f"Did you mean {close[0]}?" if close else f"It takes: {', '.join(takes) or 'none'}."
        found.append(Fault(f"<{name}> has no attribute “{each}”{where}.", hint))
    if needed and needed not in given:
        found.append(Fault(f"<{name}> needs the attribute {needed}{where}.", f'Write <{name} {needed}="…">.'))
    for each, value in given.items():
        rule, example = VALUES.get((name, each), (None, ""))
        if rule and "$" not in value and not rule.fullmatch(value):
            found.append(Fault(f"<{name}> can't have the {each} “{value}”{where}.", f"Write it as {example}."))
    return found

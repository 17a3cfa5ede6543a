"""The words of a command as bash, zsh and sh split it. Pure: nothing is run, expanded or read from a file."""

import re

from msgspec import Struct

from ivr.authoring.curl.errors import NotCurl

_escapes = {
    "a": 7, "b": 8, "e": 27, "E": 27, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, "'": 39, '"': 34, "?": 63,
}  # fmt: skip
_ansi = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|(.))|'", re.DOTALL)
_expansion = re.compile(r"\$(?:[A-Za-z_]\w*|\{[^}\n]{0,200}\}|\([^()\n]*\)|[@*#?$!0-9-])|`[^`\n]*`", re.ASCII)
_heredoc = re.compile(r"<<(-?)[ \t]*(?:'([^'\n]+)'|\"([^\"\n]+)\"|([^\s'\"<>|;&]+))")
_continued = re.compile(r"\\[ \t]*(?:\r\n|\r|\n)|\\\Z")
_ENDS = "|;&<>()"
"""Characters that end a command where they stand outside of quotes."""


class Words(Struct, frozen=True):
    """A command as words. `stdin` is the text that it is given on its standard input, by a here-document; `expansions`
    are what the shell would have filled in, such as `$TOKEN`, which stay in the words as they were written; `rest` is
    what follows the command."""

    words: tuple[str, ...]
    stdin: str | None = None
    expansions: tuple[str, ...] = ()
    rest: str = ""


def split(text: str) -> Words:
    """Split the first command of a text. Raises NotCurl for quotes that are not closed. Linear in the text."""
    return _Lexer(text).all()


class _Lexer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._words: list[str] = []
        self._word: list[str] | None = None  # pieces of the word that has begun
        self._expansions: list[str] = []
        self._stdin: str | None = None

    def all(self) -> Words:
        while self._at < len(self._text):
            character = self._text[self._at]
            if character in " \t":
                self._end_word()
                self._at += 1
            elif character in "\r\n":
                self._end_word()
                if self._words:
                    break
                self._at += 1
            elif character in _ENDS or (character == "#" and self._word is None):
                if character in "<>" and "".join(self._word or ()).isdecimal():
                    self._word = None  # which file it is: 2>&1
                self._end_word()
                if not self._redirected():
                    break
            else:
                self._piece(character)
        self._end_word()
        return Words(tuple(self._words), self._stdin, tuple(dict.fromkeys(self._expansions)), self._left())

    def _piece(self, character: str) -> None:
        """One character or one quoted part of a word."""
        if character == "\\":
            self._escaped()
        elif character == "'":
            self._until("'")
        elif character == '"':
            self._at += 1
            self._double()
        elif self._text.startswith("$'", self._at):
            self._ansi()
        elif self._text.startswith('$"', self._at):
            self._at += 2
            self._double()
        elif character in "$`":
            self._expand()
        else:
            self._add(character)
            self._at += 1

    def _add(self, piece: str) -> None:
        if self._word is None:
            self._word = []
        self._word.append(piece)

    def _end_word(self) -> None:
        if self._word is not None:
            self._words.append("".join(self._word))
            self._word = None

    def _escaped(self) -> None:
        """A backslash outside of quotes: the next character stands for itself, and a line that ends so goes on."""
        if self._continues():
            return
        self._add(self._text[self._at + 1 : self._at + 2])
        self._at += 2

    def _continues(self) -> bool:
        """Take a backslash and the end of its line. Blanks behind it come from pasting: a shell would not allow them,
        but authors who paste them mean nothing else."""
        match = _continued.match(self._text, self._at)
        if match is None:
            return False
        self._at = match.end()
        return True

    def _until(self, quote: str) -> None:
        end = self._text.find(quote, self._at + 1)
        if end < 0:
            raise NotCurl("A single quote is not closed: copy the whole command.")
        self._add(self._text[self._at + 1 : end])
        self._at = end + 1

    def _double(self) -> None:
        """The rest of a part in double quotes."""
        self._add("")
        while self._at < len(self._text):
            character = self._text[self._at]
            if character == '"':
                self._at += 1
                return
            if character == "\\":
                self._escaped_in_quotes()
            elif character in "$`":
                self._expand()
            else:
                self._add(character)
                self._at += 1
        raise NotCurl("A double quote is not closed: copy the whole command.")

    def _escaped_in_quotes(self) -> None:
        following = self._text[self._at + 1 : self._at + 2]
        if following == "\n" or self._text.startswith("\r\n", self._at + 1):
            self._at = self._text.index("\n", self._at) + 1
            return
        self._add(following if following and following in '$`"\\' else "\\" + following)
        self._at += 2

    def _expand(self) -> None:
        match = _expansion.match(self._text, self._at)
        found = match[0] if match else self._text[self._at]
        if match:
            self._expansions.append(found)
        self._add(found)
        self._at += len(found)

    def _ansi(self) -> None:
        """A part written `$'…'`, with escapes as in C; bytes are UTF-8."""
        pieces: list[bytes] = []
        at = self._at + 2
        for match in _ansi.finditer(self._text, at):
            pieces.append(self._text[at : match.start()].encode("utf-8", "replace"))
            at = match.end()
            if match[0] == "'":
                self._add(b"".join(pieces).decode("utf-8", "replace"))
                self._at = at
                return
            pieces.append(_one_escape(match))
        raise NotCurl("A quote that begins with $' is not closed: copy the whole command.")

    def _redirected(self) -> bool:
        """Take a here-document or a here-string; False when something else ends the command here."""
        if self._text.startswith("<<<", self._at):
            self._at += 3
            while self._text[self._at : self._at + 1] in {" ", "\t"}:
                self._at += 1
            before = len(self._words)
            while self._at < len(self._text) and self._text[self._at] not in " \t\r\n" + _ENDS:
                self._piece(self._text[self._at])
            self._end_word()
            self._stdin = "".join(self._words[before:]) + "\n"
            del self._words[before:]
            return True
        match = _heredoc.match(self._text, self._at)
        return match is not None and self._here_document(match)

    def _here_document(self, match: re.Match[str]) -> bool:
        delimiter = match[2] or match[3] or match[4]
        begin = self._text.find("\n", match.end())
        tabs = "\t*" if match[1] else ""
        end = re.compile(rf"^{tabs}{re.escape(delimiter)}\r?$", re.MULTILINE).search(self._text, begin + 1)
        if begin < 0 or end is None:
            raise NotCurl(f"The text that begins with <<{delimiter} has no end: copy the whole command.")
        body = self._text[begin + 1 : end.start()].replace("\r\n", "\n")
        body = re.sub(r"^\t+", "", body, flags=re.MULTILINE) if match[1] else body
        if match[4]:  # unquoted: the shell fills in variables
            self._expansions += [found[0] for found in _expansion.finditer(body)]
            body = re.sub(r"\\([$`\\])", r"\1", body)
        self._stdin = body
        self._text = self._text[: match.start()] + " " + self._text[match.end() : begin] + self._text[end.end() :]
        self._at = match.start()
        return True

    def _left(self) -> str:
        """What follows the command, in one line; a comment is nothing."""
        rest = self._text[self._at :].strip()
        return "" if rest.startswith("#") else " ".join(rest[:200].split())


def _one_escape(match: re.Match[str]) -> bytes:
    if byte := match[1]:
        return bytes([int(byte, 16)])
    if point := match[2] or match[3]:
        number = int(point, 16)
        return chr(number).encode("utf-8", "replace") if number < 0x110000 else b"?"
    if octal := match[4]:
        return bytes([int(octal, 8) & 255])
    known = _escapes.get(match[5])
    return bytes([known]) if known is not None else match[0].encode("utf-8", "replace")

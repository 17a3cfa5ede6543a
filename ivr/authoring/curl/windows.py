"""The words of a command as cmd and PowerShell split it, and as a Windows program then reads its arguments."""

import re

from ivr.authoring.curl.bash import Words, split
from ivr.authoring.curl.errors import NotCurl

_cmd = re.compile(r'\^[ \t]*(?:\r\n|\r|\n)|\^"')
_powershell = re.compile(r'`[ \t]*(?:\r\n|\r|\n)|`"')
_caret_line = re.compile(r"\^[ \t]*(?:\r\n|\r|\n)")
_backtick_line = re.compile(r"`[ \t]*(?:\r\n|\r|\n)")
_in_single = re.compile(r"'((?:[^']|'')*)'")
_escapes = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}
_backslashes = re.compile(r'(\\*)("?)')
_ordinary = re.compile(r'[^"\\]+')
_outside = re.compile(r'[^"\\ \t\r\n]+')
_variable = re.compile(r"\$(?:[A-Za-z_][\w:]*|\{[^}\n]{0,200}\}|\([^()\n]*\))", re.ASCII)


def words(text: str) -> Words:
    """Split the first command of a text by the rules of the shell that it was written for. Raises NotCurl."""
    if _powershell.search(text):
        return _PowerShell(text).all()
    if _cmd.search(text):
        return Words(tuple(arguments(carets(text))))
    if re.match(r"\s*\S*curl\.exe\s", text, re.IGNORECASE):
        return _PowerShell(text).all() if "'" in text else Words(tuple(arguments(carets(text))))
    return split(text)


def carets(text: str) -> str:
    """What cmd hands to a program: a caret outside of quotes makes the next character an ordinary one, and joins
    lines. A line that ends without a caret ends the command."""
    written: list[str] = []
    quoted, begun, at = False, False, 0
    while at < len(text):
        character = text[at]
        if character == "^" and not quoted:
            line = _caret_line.match(text, at)
            at = line.end() if line else at + 1
            written.append(text[at : at + 1])
            at += 1
            continue
        if character in "\r\n" and begun and not quoted:
            break
        begun = begun or not character.isspace()
        quoted ^= character == '"'
        written.append(character)
        at += 1
    return "".join(written)


def arguments(line: str) -> list[str]:
    r"""The arguments in a Windows command line: `\"` is a quote, and `""` is one between quotes."""
    found: list[str] = []
    word: list[str] | None = None
    quoted, at = False, 0
    while at < len(line):
        if line[at] in " \t\r\n" and not quoted:
            found += [] if word is None else ["".join(word)]
            word, at = None, at + 1
            continue
        piece, quoted, at = _piece(line, at, quoted)
        word = [] if word is None else word
        word.append(piece)
    if quoted:
        raise NotCurl("A double quote is not closed: copy the whole command.")
    return found if word is None else [*found, "".join(word)]


def _piece(line: str, at: int, quoted: bool) -> tuple[str, bool, int]:
    """What stands at a place, whether quotes are open behind it, and where it ends."""
    match = _ordinary.match(line, at) if quoted else _outside.match(line, at)
    if match:
        return match[0], quoted, match.end()
    slashes = _backslashes.match(line, at)
    if slashes is None:
        return line[at], quoted, at + 1
    half, end = slashes[1][: len(slashes[1]) // 2], slashes.end()
    if not slashes[2]:
        return slashes[1], quoted, end
    if len(slashes[1]) % 2:
        return half + '"', quoted, end
    if quoted and line[end : end + 1] == '"':
        return half + '"', True, end + 1
    return half, not quoted, end


class _PowerShell:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._words: list[str] = []
        self._word: list[str] | None = None
        self._expansions: list[str] = []

    def all(self) -> Words:
        while self._at < len(self._text):
            character = self._text[self._at]
            if character in "\r\n|;#" and self._word is None and self._words:
                break
            if character in " \t\r\n":
                self._end_word()
                self._at += 1
                if character in "\r\n" and self._words:
                    break
            elif character == "'":
                self._single()
            elif character == '"':
                self._double()
            else:
                self._bare()
        self._end_word()
        rest = " ".join(self._text[self._at :][:200].split())
        return Words(tuple(self._words), None, tuple(dict.fromkeys(self._expansions)), rest)

    def _end_word(self) -> None:
        if self._word is not None:
            self._words.append(_unescaped("".join(self._word)))
            self._word = None

    def _add(self, piece: str) -> None:
        self._word = [] if self._word is None else self._word
        self._word.append(piece)

    def _single(self) -> None:
        r"""A part in single quotes, where two of them are one."""
        match = _in_single.match(self._text, self._at)
        if match is None:
            raise NotCurl("A single quote is not closed: copy the whole command.")
        self._add(match[1].replace("''", "'"))
        self._at = match.end()

    def _double(self) -> None:
        self._at += 1
        self._add("")
        while self._at < len(self._text):
            if self._text.startswith('""', self._at):
                self._add('"')
                self._at += 2
            elif self._text[self._at] == '"':
                self._at += 1
                return
            else:
                self._bare()
        raise NotCurl("A double quote is not closed: copy the whole command.")

    def _bare(self) -> None:
        """One character, escaped by a backtick perhaps, or a variable."""
        character = self._text[self._at]
        line = _backtick_line.match(self._text, self._at)
        variable = _variable.match(self._text, self._at)
        if line:
            self._at = line.end()
        elif character == "`":
            following = self._text[self._at + 1 : self._at + 2]
            self._add(_escapes.get(following, following))
            self._at += 2
        elif variable:
            self._expansions.append(variable[0])
            self._add(variable[0])
            self._at = variable.end()
        else:
            self._add(character)
            self._at += 1


def _unescaped(word: str) -> str:
    r"""A word as the program gets it. Windows PowerShell hands quotes on only where they are written `\"`, newer ones
    as they are: a word in which every quote has its backslash was written for the former."""
    bare = re.search(r'(?<!\\)"', word)
    return word if bare else word.replace('\\"', '"')

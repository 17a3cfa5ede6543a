"""Answers that are nearly JSON: read where their meaning is certain, so that no caller pays for a comma too many.

No text is guessed at. What is put right is put right token by token, in one pass that never goes back, and what comes
out must be JSON to the letter; a value that JSON does not have, such as `NaN`, stays what it is: unreadable. Libraries
for such texts (JSON5, JSON repair) either guess, or round numbers.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress

from ivr.core.values import NotJson, Value, parse_json

MOST = 50_000
"""Tokens, or lines, of an answer that are looked at one by one."""
_BLANKS = " \t\r\n\ufeff"
_guard = re.compile(
    r"(?:\)\]\}',?|while ?\((?:1|true)\);|for ?\(;;\);|throw [^;{\[]{1,60};(?: ?<[^>{\[]{1,60}>)?|\{\} ?&&"
    r"|&&&[A-Z]{1,20}&&&)\s{0,20}(?=[\[{])"
)
"""What some APIs put before their JSON, so that a foreign page can't run it as a script: what follows is the value."""
_callback = re.compile(
    r"(?:/\*\*/)?\s{0,20}(?:typeof\s{1,20}[A-Za-z_$][\w$.]{0,100}\s{0,20}={2,3}\s{0,20}['\"]function['\"]\s{0,20}&&\s{0,20})?"
    r"[A-Za-z_$][\w$.]{0,100}\s{0,20}\(\s{0,20}(?=[\[{])",
    re.ASCII,
)
_assigned = re.compile(
    r"(?:(?:var|let|const)\s{1,20})?[A-Za-z_$][\w$.]{0,100}\s{0,20}=\s{0,20}(?=[\[{])",
    re.ASCII,
)
_token = re.compile(
    r"""(?P<blank>[\s\u200b\ufeff]++)
    |(?P<text>"[^"\\]*+(?:\\.[^"\\]*+)*+")
    |(?P<single>'[^'\\]*+(?:\\.[^'\\]*+)*+')
    |(?P<curly>[“„”][^“„”\\]*+(?:\\.[^“„”\\]*+)*+[“”])
    |(?P<comment>//[^\r\n]*+|/\*)
    |(?P<hex>[+-]?0[xX][0-9a-fA-F]{1,16}+(?![\w.$]))
    |(?P<number>[+-]?(?:(?:0|[1-9][0-9]*+)(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?(?![\w.$]))
    |(?P<name>[A-Za-z_$][\w$]*+)
    |(?P<sign>[{}\[\],:])""",
    re.VERBOSE | re.DOTALL,
)
_odd = re.compile(
    r"""\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\.|["\x00-\x1f]""",
    re.DOTALL,
)
_half = re.compile(r"\\u[dD][89a-fA-F]..", re.DOTALL)
_json_blank = re.compile(r"[ \t\r\n]+")
_PYTHON = {"True": "true", "False": "false", "None": "null"}
_CAPITALS = {"TRUE": "true", "FALSE": "false", "NULL": "null", "Null": "null"}
_LITERALS = {"true", "false", "null"}
_COMMAS, _QUOTES, _COMMENTS = "a comma too many", "single quotes", "comments"
_LABELS, _CONSTANTS, _BREAKS = "labels without quotes", "constants of Python", "line breaks or tabs within a text"
_CURLY, _LOUD, _HALVES = "curly quotes", "constants in capitals", "halves of letters"
_ODD_NUMBERS, _ODD_BLANKS = "numbers that JSON writes otherwise", "blanks of another kind"
Read = tuple[Value, str]
"""A value, and what was overlooked to read it, in a sentence."""


def read_nearly(text: str, *, declared: bool) -> Read | None:
    """What an answer means that is not JSON; None when that is not certain. `declared`: it says that it is JSON, or a
    script."""
    text = text.strip(_BLANKS)
    for_scripts = (_in_callback, _in_variable)
    ways = (_behind_guard, *for_scripts, _in_lines, _before_end, _put_right)
    found = (way(text) for way in ways if declared or way not in for_scripts)
    return next((each for each in found if each is not None), None)


def is_guarded(text: str) -> bool:
    """Whether it begins with what keeps scripts from running JSON, and goes on with JSON."""
    return _guard.match(text.lstrip(_BLANKS)) is not None


def unwrapped(value: Value) -> Read | None:
    """JSON that is written as a text within JSON: what it says. None for any other value."""
    if not isinstance(value, str) or not value.lstrip(_BLANKS).startswith(("{", "[")):
        return None
    with suppress(NotJson):
        return parse_json(value.strip(_BLANKS)), "The answer is a text that is JSON itself, which was read."
    return None


def lines(text: str) -> list[Value] | None:
    """The values of JSON Lines, one in each line; None when a line is no JSON, or there are too many."""
    found = [line.strip(_BLANKS) for line in text.replace("\x1e", "\n").split("\n", MOST)]
    try:
        return [parse_json(line) for line in found if line]
    except NotJson:
        return None


def _behind_guard(text: str) -> Read | None:
    guarded = _guard.match(text)
    if guarded is None:
        return None
    return _strictly(text[guarded.end() :], "What keeps scripts from running the answer was left out.")


def _in_callback(text: str) -> Read | None:
    called = _callback.match(text)
    end = text.rstrip(_BLANKS + ";")
    if called is None or not end.endswith(")"):
        return None
    return _strictly(end[called.end() : -1], "The function that is called with the answer (JSONP) was left out.")


def _in_variable(text: str) -> Read | None:
    named = _assigned.match(text)
    if named is None:
        return None
    return _strictly(text[named.end() :].rstrip(_BLANKS + ";"), "The variable that has the answer was left out.")


def _before_end(text: str) -> Read | None:
    """Programs in C send the zero that ends their texts along, scripts a semicolon."""
    bare = text.rstrip(_BLANKS + "\0;")
    return _strictly(bare, "What stands behind the answer was left out.") if len(bare) < len(text) else None


def _in_lines(text: str) -> Read | None:
    first = text.partition("\n")[0].strip(_BLANKS)
    if not first.endswith(("}", "]")) or len(first) == len(text):
        return None
    values = lines(text)
    return None if values is None else (values, f"The answer is {len(values)} lines of JSON, read as a list.")


def _strictly(text: str, note: str) -> Read | None:
    try:
        return parse_json(text.strip(_BLANKS)), note
    except NotJson:
        return None


def _put_right(text: str) -> Read | None:
    """JSON with what other languages allow: single quotes, comments, a comma too many, labels without quotes."""
    if not text.startswith(("{", "[", "/")):
        return None
    notes: dict[str, None] = {}
    written: list[str] = []
    for kind, piece in _tokens(text):
        if kind == "unknown":
            return None
        if kind in _BETWEEN:
            notes[_BETWEEN[kind]] = None
            continue
        if piece in ("}", "]") and written and written[-1] == "," and written[-2:-1] not in (["["], ["{"], [","]):
            notes[_COMMAS] = None
            written.pop()
        if piece == ":" and written:
            _label(written, notes)
        written.append(_WRITE[kind](piece, notes))
    if not notes:
        return None
    return _strictly("".join(written), f"The answer is not quite JSON: it has {_joined(list(notes))}.")


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """The tokens with their kinds, blanks left out; the last is `unknown` where none that is known comes next, or there
    are too many of them."""
    at = 0
    for _ in range(MOST):
        match = _token.match(text, at)
        if match is None:
            if at < len(text):
                yield "unknown", ""
            return
        at = match.end()
        if match[0] == "/*":
            end = text.find("*/", at)
            at = end + 2 if end >= 0 else len(text)
        if match.lastgroup != "blank" or not _json_blank.fullmatch(match[0]):
            yield match.lastgroup or "", match[0]
    yield "unknown", ""


def _label(written: list[str], notes: dict[str, None]) -> None:
    """A name before a colon is a label."""
    name = written[-1]
    if name not in _LITERALS and (name[:1].isalpha() or name[:1] in ("_", "$")):
        notes[_LABELS] = None
        written[-1] = f'"{name}"'


def _text(piece: str, notes: dict[str, None]) -> str:
    """A text with its control characters written as JSON wants them."""

    def right(match: re.Match[str]) -> str:
        odd = match[0]
        if _half.fullmatch(odd):
            notes[_HALVES] = None
            return "\\ufffd"
        if odd[0] == "\\":
            return "'" if odd == "\\'" else odd
        if odd == '"':
            return '\\"'
        notes[_BREAKS] = None
        return f"\\u{ord(odd):04x}"

    inner = piece[1:-1]
    if piece[0] in "“„”":
        notes[_CURLY] = None
    elif piece[0] == "'" or "\\'" in inner:
        notes[_QUOTES] = None
    return f'"{_odd.sub(right, inner)}"'


def _name(piece: str, notes: dict[str, None]) -> str:
    if piece in _PYTHON:
        notes[_CONSTANTS] = None
        return _PYTHON[piece]
    if piece in _CAPITALS:
        notes[_LOUD] = None
        return _CAPITALS[piece]
    return piece


def _number(piece: str, notes: dict[str, None]) -> str:
    """A number without its plus, and with a digit on either side of its point."""
    whole, point, rest = piece.lstrip("+").partition(".")
    if whole in ("", "-"):
        whole += "0"
    if point and not rest[:1].isdigit():
        rest = f"0{rest}"
    right = f"{whole}{point}{rest}"
    if right != piece:
        notes[_ODD_NUMBERS] = None
    return right


def _hex(piece: str, notes: dict[str, None]) -> str:
    notes[_ODD_NUMBERS] = None
    return str(int(piece, 16))


def _as_it_is(piece: str, _: dict[str, None]) -> str:
    return piece


_BETWEEN = {"comment": _COMMENTS, "blank": _ODD_BLANKS}
"""What is left out, with the words for it."""
_WRITE: dict[str, Callable[[str, dict[str, None]], str]] = {
    "text": _text,
    "single": _text,
    "curly": _text,
    "name": _name,
    "number": _number,
    "hex": _hex,
    "sign": _as_it_is,
}


def _joined(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))

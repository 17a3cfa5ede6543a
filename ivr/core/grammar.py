"""The grammar of a reference to a variable, one for the engine and the page.

`$name`, `$OBJ_3.field`, `$OBJ_3.list[0].x`, `$OBJ_3.response["en-US"].name` for a label that is no name, `${name}` to
end it early, `${name|as date}` with a filter, `$$` for a dollar sign. Longest match; a dollar sign before anything else
is text. Letters are those of any script, but where a script writes no blanks, a label that begins in Latin letters ends
before it: in `$EXTCALL_2.response.nameさん` the last two letters are text.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from ivr.core.letters import SPACED, UNSPACED

FILTER = r'(?: *\| *(?P<filter>[A-Za-z][^{}|$"\\\n]{0,59}))?'
"""What may stand in the braces behind a name; which filters there are is for others to say."""
LONGEST_KEY = 200
"""Characters of a label in quotes."""
_KEY = rf"""\[(?:"[^"\n]{{1,{LONGEST_KEY}}}"|'[^'\n]{{1,{LONGEST_KEY}}}')\]"""
_quoted = re.compile(r"""\.?\[(?:"(?P<double>[^"\n]+)"|'(?P<single>[^'\n]+)')\]""")


def _label(spaced: str, unspaced: str) -> str:
    letters = f"0-9A-Za-z_{spaced}"
    return rf"(?:[{letters}]+|[{unspaced}][{letters}{unspaced}]*)" if unspaced else f"[{letters}]+"


def _path(spaced: str, unspaced: str) -> str:
    name = f"[A-Za-z_{spaced}][0-9A-Za-z_{spaced}]*"
    return rf"{name}(?:\.{_label(spaced, unspaced)}|\.?{_KEY}|\[[0-9]+\])*"


def _reference(path: str) -> str:
    return rf"\$(?:(?P<dollar>\$)|\{{(?P<braced>{path}){FILTER}\}}|(?P<bare>{path}))"


PATH = _path(SPACED, UNSPACED)
REFERENCE = _reference(PATH)
"""As the page gets it. Every class of letters is spelled out, so that it means the same there."""


def found(text: str) -> Iterator[re.Match[str]]:
    """The references in a text, and its doubled dollar signs: groups `dollar`, `braced` and `bare`."""
    return _pattern(text.isascii()).finditer(text)


@cache
def _pattern(plain: bool) -> re.Pattern[str]:
    """For texts in ASCII one that means the same there, and takes a hundredth of the time to compile."""
    return re.compile(_reference(_path("", ""))) if plain else re.compile(REFERENCE)


@cache
def _stepping(plain: bool) -> re.Pattern[str]:
    every = "0-9A-Za-z_" if plain else f"0-9A-Za-z_{SPACED}{UNSPACED}"
    return re.compile(rf"{_quoted.pattern}|[{every}]+")


@cache
def _labelled(plain: bool) -> re.Pattern[str]:
    return re.compile(_label("", "") if plain else _label(SPACED, UNSPACED))


def is_path(text: str) -> bool:
    """Whether a text is a reference without its dollar sign."""
    match = _pattern(text.isascii()).fullmatch(f"${text}")
    return match is not None and match["bare"] is not None


@lru_cache(maxsize=4096)
def steps(reference: str) -> tuple[str, ...]:
    """The labels and indexes of a reference, one after the other, without dots, brackets and quotes."""
    return tuple(
        each["double"] or each["single"] or each[0] for each in _stepping(reference.isascii()).finditer(reference)
    )


def is_label(step: str) -> bool:
    """Whether it can stand after a dot; else it needs brackets and quotes."""
    return _labelled(step.isascii()).fullmatch(step) is not None


def spelled(first: str, others: Iterable[str]) -> str:
    """A reference of labels, as short as it can be: `a.b["en-US"].c`."""
    return first + "".join(map(_after, others))


def one_spelling(path: str) -> str:
    """`a["b"]` as `a.b`: what must stay unseen, or may be sent alone, is known by its name."""
    if "'" not in path and '"' not in path:
        return path
    return _quoted.sub(lambda key: _after(key["double"] or key["single"]), path)


def _after(step: str) -> str:
    if is_label(step):
        return f".{step}"
    return f"['{step}']" if '"' in step else f'["{step}"]'

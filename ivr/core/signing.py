"""What an author lets be signed, and sent of it: text with placeholders such as `{method}` and `{header:Date}`.

`\\n` is a line break, and `{{` is a brace. A variable can't stand in it: whatever callers say, what is signed has the
shape that its author gave it.
"""

import re
from collections.abc import Iterator

SIGNATURE = "signature"
HEADER = "header:"
NAMES = (
    "method",
    "url",
    "host",
    "path",
    "query",
    "body",
    "body_hash",
    "body_hash_base64",
    "timestamp",
    "nonce",
)
"""Placeholders besides `{header:Name}`, and besides `{signature}` where it is sent."""
_piece = re.compile(r"\{\{|\}\}|\\n|\{(?P<name>[^{}]*)\}|(?P<odd>[{}])")
_header = re.compile(r"header:[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class Placeholder(str):
    """The name of what stands there, such as `body`."""

    __slots__ = ()


def pieces(text: str) -> Iterator[str]:
    """Its parts in order: plain text, and each Placeholder. Raises ValueError for what is none."""
    last = 0
    for match in _piece.finditer(text):
        yield text[last : match.start()]
        last = match.end()
        name = match["name"]
        if match["odd"]:
            raise ValueError(f"has a single {match['odd']}: write {match['odd'] * 2} for a brace")
        if name is None:
            yield "\n" if match[0] == "\\n" else match[0][0]
        elif name in NAMES or name == SIGNATURE or _header.fullmatch(name):
            yield Placeholder(name)
        else:
            known = ", ".join(f"{{{each}}}" for each in NAMES)
            raise ValueError(f"has {{{name}}}, which is not known: there are {known} and {{header:Name}}")
    yield text[last:]


def placeholders(text: str) -> tuple[str, ...]:
    """The names of its placeholders. Raises ValueError."""
    return tuple(piece for piece in pieces(text) if isinstance(piece, Placeholder))

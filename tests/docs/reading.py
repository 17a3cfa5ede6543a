"""Pages as their readers follow them: the code in them, in order, with what its comments say about it."""

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from ivr.docs.pages import NAMES

ROOT = Path(__file__).parents[2]
PAGES = {"README": ROOT / "README.md", **{name: ROOT / "ivr/docs" / f"{name}.md" for name in NAMES}}
"""Everything that shows commands and flows, by name."""
_piece = re.compile(
    r"^ *<!-- (?P<note>not run|file|block): ?(?P<about>.*?) -->$"
    r"|^ *<!-- (?P<alone>block) -->$"
    r"|^(?P<indent> *)```(?P<kind>\w*)\n(?P<text>.*?)^ *```$",
    re.MULTILINE | re.DOTALL,
)


class Code(Struct, frozen=True):
    """A fenced block of code. `file` is the name that the reader saves it under; `not_run` why no test runs it."""

    kind: str
    text: str
    file: str = ""
    not_run: str = ""
    is_block: bool = False


class Given(Struct, frozen=True):
    """A file that the page takes as given: its name, and what it is."""

    name: str
    what: str


def pieces(text: str) -> Iterator[Code | Given]:
    """The code of a page and the files that it needs, in order."""
    notes: dict[str, str] = {}
    for found in _piece.finditer(text):
        if found["alone"]:
            notes["block"] = "yes"
        elif found["note"] == "file" and ": " in found["about"]:
            yield Given(*found["about"].split(": ", 1))
        elif found["note"]:
            notes[found["note"]] = found["about"]
        else:
            lines = found["text"].splitlines(keepends=True)
            code = "".join(line.removeprefix(found["indent"]) for line in lines)
            yield Code(found["kind"], code, notes.get("file", ""), notes.get("not run", ""), "block" in notes)
            notes = {}


def read(page: str) -> str:
    return PAGES[page].read_text("utf-8")

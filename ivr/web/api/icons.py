"""Icons of actions as SVG path data, so that the page knows none by name."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

TABLE = Path(__file__).parents[2] / "board" / "static" / "icons.json"
"""Every icon of Lucide by its name; the build of the page makes it. Without it there is no page that draws any."""
PLAIN = "M4 4h16v16H4Z"
"""A box, for whatever has no icon."""
LONGEST = 4000
"""Characters of path data."""
_path = re.compile(r"[Mm][MmZzLlHhVvCcSsQqTtAaEe0-9 ,.+\-]*", re.ASCII)


def drawn(icon: str, table: Mapping[str, str]) -> str:
    """The path data, in a box of 24 by 24, of what a card calls its icon: a name in the table, or such data itself.

    Anything else, which a package may have written, is a plain box.
    """
    if icon in table:
        return table[icon]
    return icon if len(icon) <= LONGEST and _path.fullmatch(icon) else PLAIN


@cache
def table() -> Mapping[str, str]:
    """The icons by their names; none where the page has not been built."""
    try:
        found: dict[str, str] = json.loads(TABLE.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return found

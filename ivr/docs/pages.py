"""Which pages there are, in reading order, and their text."""

from functools import cache
from importlib.resources import files

from msgspec import Struct

GROUPS: dict[str, tuple[str, ...]] = {
    "Begin": ("start", "a-real-number"),
    "Flows": (
        "external-web-call",
        "what-the-caller-hears",
        "flow-files",
        "testing-flows",
        "actions",
        "variables",
        "what-your-api-may-answer",
        "causes",
    ),
    "Operation": (
        "settings",
        "language",
        "deploying",
        "beyond-one-machine",
        "security",
        "backup-and-upgrade",
        "troubleshooting",
        "api",
    ),
    "Project": ("how-it-works", "contributing", "blocks-of-your-own", "changes"),
}
"""Page names under the headings of the list of pages. A page is the file `name.md` in this folder."""
NAMES = tuple(name for names in GROUPS.values() for name in names)


class Page(Struct, frozen=True):
    """A page: its name in addresses, its title, and its Markdown."""

    name: str
    group: str
    title: str
    text: str


@cache
def pages() -> tuple[Page, ...]:
    """Every page, in reading order."""
    return tuple(_read(name, group) for group, names in GROUPS.items() for name in names)


def _read(name: str, group: str) -> Page:
    text = (files("ivr.docs") / f"{name}.md").read_text("utf-8")
    title = text.partition("\n")[0].removeprefix("# ").strip()
    return Page(name, group, title, text)

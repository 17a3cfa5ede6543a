"""The command that renews those parts of the documentation that are made from the code."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click

import ivr.docs
from ivr.actions import BUILT_IN
from ivr.cli.docs_api import api_reference
from ivr.cli.saying import say
from ivr.core.events import CAUSES
from ivr.core.filters import FILTERS
from ivr.core.moments import OBJECT, SYSTEM
from ivr.core.refusals import MEANINGS
from ivr.docs.pages import NAMES
from ivr.flow.catalogue import reference
from ivr.settings import table

_made = re.compile(r"(<!-- made by `ivr docs`: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def rows(head: str, lines: Iterator[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    titles = head.split(" | ")
    drawn = [f"| {' | '.join(line)} |" for line in lines]
    return "\n".join([f"| {head} |", f"| {' | '.join('---' for _ in titles)} |", *drawn])


def settings_table() -> str:
    """Every setting, with its default and its meaning."""
    found = ((f"`{row.name}`", f"`{row.default}`" if row.default else "", row.meaning) for row in table())
    return rows("name | default | meaning", found)


def causes_table() -> str:
    """The causes of an External Web Call."""
    return rows("cause | meaning", ((f"`{cause}`", meaning) for cause, meaning in CAUSES.items()))


def refusals_table() -> str:
    """Why calls and texts are not made."""
    return rows("cause | meaning", ((f"`{cause}`", meaning) for cause, meaning in MEANINGS.items()))


def system_variables() -> str:
    """The variables of clock and calendar."""
    return rows("variable | what it holds", ((f"`${OBJECT}{name}`", about) for name, (about, _) in SYSTEM.items()))


def trigger_variables() -> str:
    """What the blocks set that a flow starts with."""
    found = (
        (f"`${sets.name if sets.shared else f'{action.card.prefix}_#.{sets.name}'}`", action.card.title, sets.help)
        for action in BUILT_IN
        if action.card.trigger
        for sets in action.card.sets
    )
    return rows("variable | set by | what it holds", found)


def filters() -> str:
    """The filters of variables."""
    return rows("filter | what it writes", ((f"`{each.name}`", each.help) for each in FILTERS.values()))


MAKERS: Mapping[str, Callable[[], str]] = {
    "actions": lambda: reference(BUILT_IN),
    "settings": settings_table,
    "causes": causes_table,
    "refusals": refusals_table,
    "system_variables": system_variables,
    "filters": filters,
    "trigger_variables": trigger_variables,
    "api": api_reference,
}
"""What makes each part, by the name in its mark."""


def renew(text: str) -> str:
    """A page with its made parts made anew: what stands between a mark and the next `<!-- end -->`."""

    def make(found: re.Match[str]) -> Any:
        return f"{found[1]}\n{MAKERS[found[2]]()}\n\n{found[3]}"

    return _made.sub(make, text)


@click.command(hidden=True)
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), required=False)
def docs(folder: Path | None) -> None:
    """Renew what is made from the code in the pages of FOLDER: actions, settings, causes, variables, the API.

    Without FOLDER these are the pages of this installation.
    """
    folder = folder or Path(*ivr.docs.__path__)
    for path in (folder / f"{name}.md" for name in NAMES):
        text = path.read_text("utf-8")
        if (renewed := renew(text)) != text:
            path.write_text(renewed, encoding="utf-8")
            say(f"Renewed {path.name}.")

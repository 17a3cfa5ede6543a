"""The parts of the README that are made from the code."""

from pathlib import Path

import click

from ivr.core.events import CAUSES
from ivr.flow.catalogue import reference
from ivr.settings import table

MARK = "<!-- {0}: made by `ivr docs README.md` -->"


def settings_table() -> str:
    """The configuration table in Markdown."""
    rows = [f"| `{row.name}` | {f'`{row.default}`' if row.default else ''} | {row.meaning} |" for row in table()]
    return "\n".join(["| name | default | meaning |", "| --- | --- | --- |", *rows])


def causes_table() -> str:
    """The causes of an External Web Call in Markdown."""
    rows = [f"| `{cause}` | {meaning} |" for cause, meaning in CAUSES.items()]
    return "\n".join(["| cause | meaning |", "| --- | --- |", *rows])


def renew(text: str) -> str:
    """A README with its made parts made anew: what stands between a mark and the next `<!-- end -->`."""
    for name, make in (("configuration", settings_table), ("actions", reference), ("causes", causes_table)):
        mark = MARK.format(name)
        before, found, rest = text.partition(mark)
        if found:
            _, _, after = rest.partition("<!-- end -->")
            text = f"{before}{mark}\n\n{make()}\n\n<!-- end -->{after}"
    return text


@click.command(hidden=True)
@click.argument("readme", type=click.Path(path_type=Path, exists=True))
def docs(readme: Path) -> None:
    """Renew the made parts of README: the configuration table and the action reference."""
    readme.write_text(renew(readme.read_text("utf-8")), encoding="utf-8")

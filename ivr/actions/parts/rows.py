"""Rows that each bring a way out of their block, and what blocks made of rows have in common."""

import re
from collections.abc import Iterator, Sequence

from pydantic import ConfigDict, Field

from ivr.core.action import Port, Visit
from ivr.core.fields import ui
from ivr.core.problem import Problem
from ivr.core.template import Template
from ivr.described import Described

DEFAULT = Port("default", "Default")
_no_word = re.compile(r"\W+")


class Way(Described):
    """A row with a port of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    label: str = Field(min_length=1, max_length=80)
    """What the way out is called."""
    id: str = Field(default="", max_length=40, pattern=r"^\w*$", json_schema_extra=ui(advanced=True))
    """What connectors know it by, however the rows are ordered. Empty: made of the label, so that a new label needs
    a new connector; with an id the label may change."""

    @property
    def port(self) -> Port:
        return Port(self.id or _no_word.sub("_", self.label.casefold()).strip("_") or "row", self.label)


def twice(rows: Sequence[Way], field: str) -> Iterator[Problem]:
    """Rows whose way out has the name of another."""
    taken = {DEFAULT.id}
    for index, row in enumerate(rows):
        if row.port.id in taken:
            hint = "Give it another label, or an id of its own."
            message = f"There is already a way out called “{row.port.id}”."
            yield Problem("row_twice", message, path=f"{field}[{index}].label", hint=hint)
        taken.add(row.port.id)


def from_hidden(visit: Visit, *texts: Template) -> bool:
    """Whether one of the texts refers to a variable that must never be shown, so that what is made of it is neither."""
    references = {reference for text in texts for reference in text.references}
    return any(_overlap(reference, name) for reference in references for name in visit.call.hidden)


def _overlap(reference: str, name: str) -> bool:
    return reference == name or reference.startswith((f"{name}.", f"{name}[")) or name.startswith(f"{reference}.")

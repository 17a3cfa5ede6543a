from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from msgspec.structs import replace
from pydantic import ConfigDict, Field

from ivr.actions.parts.rows import from_hidden
from ivr.core import numbers
from ivr.core.action import Action, Card, Leave, Outcome, Port, Sets, Visit
from ivr.core.effort import weight
from ivr.core.events import Event
from ivr.core.fields import VariableName, ui
from ivr.core.problem import Problem
from ivr.core.template import JSON, PLAIN, Reference, Template, Unset, secret_names, value_of, with_secrets
from ivr.core.values import NotJson, Value, parse_json, to_text
from ivr.described import Described

LONGEST = 50_000
"""Characters of a text that is put together; blocks that add to their own variable in a loop would fill the memory."""
Kind = Literal["text", "number", "json", "true-false"]
_TRUE = ("true", "yes", "on", "1")
_FALSE = ("false", "no", "off", "0", "")


class Setting(Described):
    """A variable and its new value."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        serialize_by_alias=True,
    )

    name: VariableName = Field(json_schema_extra=ui(half=True, placeholder="greeting"))
    """What it is called: `greeting` becomes `$greeting`."""
    value: Template = Field(default=Template(""), json_schema_extra=ui(half=True))
    """Its value. One variable and nothing else is copied as it is: a number stays a number, a list a list."""
    as_: Kind | None = Field(default=None, alias="as", json_schema_extra=ui(advanced=True))
    """What the value is made: `text`, a `number`, the tree that `json` text stands for, or `true-false` (true, yes, on,
    1). A value that can't be made that is left empty, and the trace says so. Not chosen: as it is."""


class SetVariables(Action[Event]):
    """Set variables for the rest of the call. Rows are filled in from the top, so a row may use those above it."""

    card: ClassVar = Card(
        "Set Variables",
        group="Data",
        icon="variable",
        prefix="SET",
        ports=(Port("next", "Next"),),
        keywords=("assign", "init", "constant"),
    )
    type: Literal["set_variables"] = "set_variables"

    rows: Annotated[tuple[Setting, ...], Field(min_length=1, max_length=50)] = Field(
        json_schema_extra=ui(group="Inputs")
    )
    """The variables and their values."""

    def variables(self) -> tuple[Sets, ...]:
        return tuple(Sets(row.name, f"Set to: {row.value.text}", shared=True) for row in self.rows)

    @cached_property
    def templates(self) -> tuple[tuple[str, Template], ...]:
        """Without what the rows above have set: that is never unset."""
        found: list[tuple[str, Template]] = []
        above: set[str] = set()
        for index, row in enumerate(self.rows):
            outside = [each for each in row.value.references if each.split(".")[0].split("[")[0] not in above]
            if outside:
                found.append((f"rows[{index}].value", Template("".join(map(_again, outside)))))
            above.add(row.name)
        return tuple(found)

    def problems(self) -> Iterator[Problem]:
        for index, row in enumerate(self.rows):
            mistake = "" if row.value.references else _made(row.as_, row.value.text)[1]
            if mistake:
                hint = "Correct the value, or choose another kind."
                yield Problem("wrong_kind", f"The value {mistake}.", path=f"rows[{index}].value", hint=hint)

    def enter(self, visit: Visit) -> Outcome:
        share: dict[str, Value] = {}
        hide: dict[str, None] = {}
        mistakes: list[Value] = []
        variables = dict(visit.call.variables)
        now = replace(visit, call=replace(visit.call, variables=variables))
        for row in self.rows:
            filled = _filled(row, now)
            visit.spend(2 * len(filled) if row.as_ == "json" and isinstance(filled, str) else weight(filled))
            share[row.name], mistake = _made(row.as_, filled)
            variables[row.name] = share[row.name]
            if row.name not in hide and from_hidden(now, row.value):
                hide[row.name] = None
                now = replace(now, call=replace(now.call, hidden=(*visit.call.hidden, *hide)))
            if mistake:
                mistakes.append(f"{row.name}: the value {mistake}")
        own = (f"{self.card.prefix}_{visit.block}.{name}" for name in hide)
        return Leave("next", set=share, share=share, why={"mistakes": mistakes} if mistakes else {}, hide=(*hide, *own))


def _filled(row: Setting, visit: Visit) -> Value:
    """The row's value before it is made anything: escaped where it stands in JSON that the author wrote."""
    if len(row.value.parts) == 1 and row.value.references:
        value = value_of(row.value, visit)
        return None if isinstance(value, Unset) else value
    if row.as_ != "json":
        return row.value.fill(visit, PLAIN)[:LONGEST]
    text = row.value.fill(visit, JSON)[:LONGEST]
    return with_secrets(text, dict.fromkeys(secret_names(text), ""), lambda nothing: nothing)


def _made(kind: Kind | None, value: Value) -> tuple[Value, str]:
    """The value as it was wanted, and what went wrong."""
    match kind:
        case "text":
            return to_text(value)[:LONGEST], ""
        case "number":
            number = numbers.read(value)
            return (numbers.written(number), "") if number is not None else (None, "is not a number")
        case "json" if isinstance(value, str):
            try:
                return parse_json(value), ""
            except NotJson:
                return None, "is not JSON"
        case "true-false":
            text = to_text(value).strip().casefold()
            return (text in _TRUE, "") if text in (*_TRUE, *_FALSE) else (None, "is neither true nor false")
    return value, ""


def _again(reference: Reference) -> str:
    """A reference as it was written."""
    return f"${{{reference}|{reference.filter}}}" if reference.filter else f"${{{reference}}}"

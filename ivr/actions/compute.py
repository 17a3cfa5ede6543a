from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation
from typing import ClassVar, Literal

from pydantic import Field

from ivr.actions.parts.rows import from_hidden
from ivr.core import numbers
from ivr.core.action import Action, Card, Leave, Outcome, Port, Sets, Visit
from ivr.core.events import Event
from ivr.core.fields import VariableName, ui
from ivr.core.problem import Problem
from ivr.core.template import Template, value_of
from ivr.core.values import Value

MOST_DECIMALS = 6
"""More digits would be written with an exponent, which a voice can't read well."""
LARGEST = Decimal(10) ** 30
_context = Context(prec=4 * numbers.DIGITS, rounding=ROUND_HALF_UP, traps=[DivisionByZero, InvalidOperation])
_OPERATIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "add": _context.add,
    "subtract": _context.subtract,
    "multiply": _context.multiply,
    "divide": _context.divide,
    "remainder": _context.remainder,
    "min": _context.min,
    "max": _context.max,
    "round": lambda first, _: first,
}
_of_two = [name for name in _OPERATIONS if name != "round"]


class NotComputed(ValueError):
    """Why there is no result, in a sentence."""


class Compute(Action[Event]):
    """Do a sum with two numbers. It is done in decimals, as on paper: 0.1 and 0.2 make 0.3, and 10 and 5 make 15,
    without a needless decimal point."""

    card: ClassVar = Card(
        "Compute",
        group="Data",
        icon="calculator",
        prefix="Compute",
        ports=(Port("success", "On Success"), Port("failure", "On Failure")),
        sets=(
            Sets("Result", "The result", ports=("success",)),
            Sets("error", "Why there is none, in a sentence; empty on success"),
        ),
        summary="{operation} {first} {second}",
        keywords=("math", "sum", "calculate", "plus", "minus", "times"),
    )
    type: Literal["compute"] = "compute"

    operation: Literal["add", "subtract", "multiply", "divide", "remainder", "min", "max", "round"] = Field(
        default="add", json_schema_extra=ui(group="Inputs")
    )
    """What is done with the two numbers. `remainder` is what is left of a whole division, with the sign of the first
    number; `min` and `max` are the smaller and the larger; `round` takes the first number alone, and rounds halves away
    from zero."""
    first: Template = Field(json_schema_extra=ui(group="Inputs", half=True))
    """The first number, most often a variable such as `$EXTCALL_3.price`."""
    second: Template = Field(
        default=Template(""), json_schema_extra=ui(group="Inputs", half=True, when={"operation": _of_two})
    )
    """The second number: what is added, taken away, multiplied or divided by."""
    decimals: int | None = Field(default=None, ge=0, le=MOST_DECIMALS, json_schema_extra=ui(group="Inputs", half=True))
    """How many decimal places the result has, zeros included: 2 makes `15.00`. Empty: as many as it needs, up to 6;
    for `round` none."""
    name: VariableName | None = Field(default=None, json_schema_extra=ui(group="Inputs", half=True))
    """A name for the result: `total` becomes `$total`. It is always in `$Compute_#.Result` too."""

    def variables(self) -> tuple[Sets, ...]:
        named = (Sets(self.name, "The result", shared=True, ports=("success",)),) if self.name else ()
        return (*self.card.sets, *named)

    def problems(self) -> Iterator[Problem]:
        for field, text in (("first", self.first), ("second", self.second)):
            needed = field == "first" or self.operation != "round"
            if needed and not text.references and numbers.read(text.text) is None:
                hint = "Write a number, or a variable that holds one."
                yield Problem("not_a_number", f"“{text.text}” is not a number.", path=field, hint=hint)
        if self.operation in ("divide", "remainder") and numbers.read(self.second.text) == 0:
            yield Problem("by_zero", "Nothing can be divided by 0.", path="second", hint="Write another number.")

    def enter(self, visit: Visit) -> Outcome:
        try:
            result = self._result(visit)
        except NotComputed as error:
            return Leave("failure", set={"error": str(error)})
        share = {self.name: result} if self.name else {}
        own = {"Result": result, **share}
        hidden = (*(f"{self.card.prefix}_{visit.block}.{name}" for name in own), *share)
        hide = hidden if from_hidden(visit, self.first, self.second) else ()
        return Leave("success", set={**own, "error": ""}, share=share, hide=hide)

    def _result(self, visit: Visit) -> Value:
        first = _number(self.first, visit)
        second = _number(self.second, visit) if self.operation != "round" else Decimal(0)
        try:
            result = _OPERATIONS[self.operation](first, second)
        except ArithmeticError:
            raise NotComputed("Nothing can be divided by 0.") from None
        if abs(result) >= LARGEST:
            raise NotComputed("The result has more than 30 digits.")
        return self._rounded(result)

    def _rounded(self, number: Decimal) -> Value:
        decimals = 0 if self.decimals is None and self.operation == "round" else self.decimals
        places = MOST_DECIMALS if decimals is None else decimals
        rounded = _context.add(_context.quantize(number, Decimal(1).scaleb(-places)), Decimal(0))
        return rounded if decimals else numbers.written(rounded.normalize(_context))


def _number(text: Template, visit: Visit) -> Decimal:
    value = value_of(text, visit)
    number = numbers.read(value)
    if number is None:
        raise NotComputed(f"{text.text or 'An empty field'} is not a number.")
    return number

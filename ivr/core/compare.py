"""Comparing values: the rows of Condition and Switch.

A row is judged on the values themselves; nothing is ever turned into program code, so no value, and no author, can
break out of it. Two numbers are compared as numbers. Text with a leading zero or a plus stays text, so `007` is not
`7`; only for less and greater it counts as the number it looks like, and two times with offsets are in the order of
time. `*` and `#` are ordinary characters, except in the pattern of `matches`: there `*` is any text, `?` any character,
`#` any digit, and a backslash before one makes it ordinary again. Such a pattern is no regular expression: it never
goes back over a text, whatever either says.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Annotated, Any, Literal, get_args

from msgspec import Struct
from pydantic import BeforeValidator, ConfigDict, Field

from ivr.core import moments, numbers
from ivr.core.effort import MOST_ITEMS, weight
from ivr.core.fields import ui
from ivr.core.grammar import is_path
from ivr.core.problem import Problem
from ivr.core.speech_match import fold
from ivr.core.template import PATTERN, Template, Unset, Variables, value_of
from ivr.core.values import Value, to_text
from ivr.described import Described

Operator = Literal[
    "equals",
    "not_equals",
    "contains",
    "not_contains",
    "starts_with",
    "ends_with",
    "matches",
    "less",
    "less_or_equal",
    "greater",
    "greater_or_equal",
    "between",
    "is_set",
    "is_not_set",
    "is_one_of",
]
LONGEST_MATCHED = 10_000
"""Characters of a text that `matches` looks at; a longer one does not match."""
LONGEST_PATTERN = 1000
_ALONE = ("is_set", "is_not_set")
_OPPOSITES: dict[str, str] = {"not_equals": "equals", "not_contains": "contains", "is_not_set": "is_set"}
_with_value = [name for name in get_args(Operator) if name not in (*_ALONE, "is_one_of")]
_never_empty = [name for name in _with_value if name not in ("equals", "not_equals")]
_token = re.compile(r"\\([\\*?#])|(.)", re.DOTALL)


def _with_dollar(raw: Any) -> Any:
    """`EXTCALL_3.status` as `$EXTCALL_3.status`: what is compared is a variable."""
    return f"${raw.strip()}" if isinstance(raw, str) and is_path(raw.strip()) else raw


class _Compared(Described):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    variable: Annotated[Template, BeforeValidator(_with_dollar)] = Field(
        json_schema_extra=ui(placeholder="$EXTCALL_3.status")
    )
    """What is compared, such as `$EXTCALL_3.status`. The dollar sign may be left out."""


class Comparison(Described):
    """How something is compared, and with what."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    operator: Operator = Field(default="equals", json_schema_extra=ui(half=True))
    """How it is compared. Two numbers are compared as numbers, anything else as text; a leading zero makes text."""
    value: Template = Field(default=Template(""), json_schema_extra=ui(half=True, when={"operator": _with_value}))
    """What it is compared with. For `matches` a pattern: `*` is any text, `?` any character, `#` any digit."""
    to: Template = Field(default=Template(""), json_schema_extra=ui(half=True, when={"operator": ["between"]}))
    """The upper end for `between`; both ends are included."""
    values: Annotated[tuple[Template, ...], Field(max_length=100)] = Field(
        default=(), json_schema_extra=ui(when={"operator": ["is_one_of"]})
    )
    """The choices for `is_one_of`. A variable that holds a list is all of its items, up to 50,000 in all."""
    ignore_case: bool = Field(default=False, json_schema_extra=ui(advanced=True))
    """Whether capital and small letters are the same."""

    @property
    def test(self) -> str:
        """The comparison as one reads it: `less than 5`."""
        operator = self.operator.replace("_", " ")
        if self.operator in _ALONE:
            return operator
        if self.operator == "is_one_of":
            return f"{operator} {', '.join(text.text for text in self.values)}"
        upper = f" and {self.to.text}" if self.operator == "between" else ""
        return f"{operator} {self.value.text}{upper}"


class Row(Comparison, _Compared):
    """One comparison."""

    @property
    def words(self) -> str:
        """The row as one reads it: `$x is less than 5`."""
        return f"{self.variable.text} {self.test}"


class Verdict(Struct, frozen=True):
    """Whether a row holds, and the values that it was judged on."""

    holds: bool
    value: Value
    compared: tuple[Value, ...] = ()


def judge(row: Row, variables: Variables, language: str = "") -> Verdict:
    """Compare; capital and small letters are those of the language. Never raises, whatever the values are."""
    return judge_value(row, value_of(row.variable, variables), variables, language)


def judge_value(row: Comparison, value: Value | Unset, variables: Variables, language: str = "") -> Verdict:
    """Compare a value that is known already."""
    compared = _compared(row, variables)
    variables.spend(weight(value))
    form = partial(_folded, language=language) if row.ignore_case else _same
    test = _TESTS[_OPPOSITES.get(row.operator, row.operator)]
    holds = test(form(value), [form(each) for each in compared]) != (row.operator in _OPPOSITES)
    return Verdict(holds, _known(value), tuple(_known(each) for each in compared))


def mistakes(row: Row, path: str) -> Iterator[Problem]:
    """What is wrong with a row at this path."""
    if not row.variable.references:
        hint = "Choose one, such as $EXTCALL_3.status."
        yield Problem("no_variable", "This row compares no variable.", path=f"{path}.variable", hint=hint)
    yield from pointless(row, path)


def pointless(row: Comparison, path: str) -> Iterator[Problem]:
    """What is wrong with a comparison at this path, whatever is compared."""
    if row.operator == "is_one_of" and not row.values:
        yield Problem("no_values", "There is nothing to choose from.", path=f"{path}.values", hint="Add a value.")
    if row.operator in _never_empty and not row.value:
        hint = "Nothing holds against an empty value. To look for one, use “is not set”."
        yield Problem("no_value", "There is nothing to compare with.", path=f"{path}.value", hint=hint)
    if row.operator == "between":
        yield from _ends(row, path)


def _ends(row: Comparison, path: str) -> Iterator[Problem]:
    if not row.to:
        hint = "Fill in the upper end, or use “greater or equal”."
        yield Problem("no_value", "The upper end is missing.", path=f"{path}.to", hint=hint)
    elif not row.value.references and not row.to.references and _order(row.value.text, row.to.text) not in (-1, 0):
        yield Problem("ends_swapped", "Nothing is between these two.", path=f"{path}.to", hint="Swap them.")


def _compared(row: Comparison, variables: Variables) -> tuple[Value | Unset, ...]:
    if row.operator in _ALONE:
        return ()
    if row.operator == "matches":
        return (row.value.fill(variables, PATTERN),)
    if row.operator == "is_one_of":
        return tuple(islice(_choices(row, variables), MOST_ITEMS))
    both = (row.value, row.to) if row.operator == "between" else (row.value,)
    return tuple(_weighed(text, variables) for text in both)


def _choices(row: Comparison, variables: Variables) -> Iterator[Value | Unset]:
    for text in row.values:
        found = _weighed(text, variables)
        yield from found if isinstance(found, list) else (found,)


def _weighed(text: Template, variables: Variables) -> Value | Unset:
    value = value_of(text, variables)
    variables.spend(weight(value))
    return value


def _known(value: Value | Unset) -> Value:
    return None if isinstance(value, Unset) else value


def _same(value: Value | Unset) -> Value | Unset:
    return value


def _folded(value: Value | Unset, language: str) -> Value | Unset:
    """The value with small letters only."""
    if isinstance(value, str):
        return fold(value, language)
    if isinstance(value, list):
        return [fold(item, language) if isinstance(item, str) else item for item in value]
    return {fold(name, language): inner for name, inner in value.items()} if isinstance(value, dict) else value


def _text(value: Value | Unset) -> str:
    text = "" if isinstance(value, Unset) else to_text(value)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _equal_to(value: Value | Unset) -> Callable[[Value | Unset], bool]:
    """Whether another value is equal to this one, which is written out once, however many it is compared with."""
    number, text = numbers.exact(value), _text(value)

    def equal(other: Value | Unset) -> bool:
        theirs = numbers.exact(other)
        return number == theirs if number is not None and theirs is not None else text == _text(other)

    return equal


def _contains(value: Value | Unset, others: list[Value | Unset]) -> bool:
    if isinstance(value, list):
        return any(map(_equal_to(others[0]), value[:MOST_ITEMS]))
    part = _text(others[0])
    return bool(part) and (part in value if isinstance(value, dict) else part in _text(value))


def _begins(value: Value | Unset, others: list[Value | Unset]) -> bool:
    return bool(_text(others[0])) and _text(value).startswith(_text(others[0]))


def _ends_with(value: Value | Unset, others: list[Value | Unset]) -> bool:
    return bool(_text(others[0])) and _text(value).endswith(_text(others[0]))


def _order(value: Value | Unset, other: Value | Unset) -> int | None:
    """-1, 0 or 1 for less, equal and greater; None when the two can't be put in order."""
    left, right = numbers.read(value), numbers.read(other)
    if left is not None and right is not None:
        return (left > right) - (left < right)
    if left is not None or right is not None or not isinstance(value, str) or not isinstance(other, str):
        return None
    first, second = moments.instant(value), moments.instant(other)
    if first is not None and second is not None:
        return (first > second) - (first < second)
    return (value > other) - (value < other) if value and other else None


def _between(value: Value | Unset, others: list[Value | Unset]) -> bool:
    return _order(value, others[0]) in (0, 1) and _order(value, others[1]) in (-1, 0)


def _matches(value: Value | Unset, others: list[Value | Unset]) -> bool:
    text, pattern = _text(value), _text(others[0])
    if len(text) > LONGEST_MATCHED or len(pattern) > LONGEST_PATTERN:
        return False
    (first, _), *middle = _pieces(pattern)
    if not middle:
        return first.fullmatch(text) is not None
    last, width = middle.pop()
    found = first.match(text)
    for piece, _ in middle:
        found = piece.search(text, found.end()) if found else None
    start = len(text) - width
    return found is not None and found.end() <= start and last.match(text, start) is not None


def _pieces(pattern: str) -> list[tuple[re.Pattern[str], int]]:
    """What stands between the stars, and how many characters that is. Nothing in it repeats, so there is no going
    back over the text, and the first place where a piece fits is as good as any later one."""
    pieces: list[list[str]] = [[]]
    for escaped, plain in _token.findall(pattern):
        if plain == "*":
            pieces.append([])
        else:
            pieces[-1].append({"?": ".", "#": "[0-9]"}.get(plain) or re.escape(escaped or plain))
    return [(re.compile("".join(piece), re.DOTALL), len(piece)) for piece in pieces]


_TESTS: dict[str, Callable[[Value | Unset, list[Value | Unset]], bool]] = {
    "equals": lambda value, others: _equal_to(value)(others[0]),
    "contains": _contains,
    "starts_with": _begins,
    "ends_with": _ends_with,
    "matches": _matches,
    "less": lambda value, others: _order(value, others[0]) == -1,
    "less_or_equal": lambda value, others: _order(value, others[0]) in (-1, 0),
    "greater": lambda value, others: _order(value, others[0]) == 1,
    "greater_or_equal": lambda value, others: _order(value, others[0]) in (0, 1),
    "between": _between,
    "is_set": lambda value, _: _text(value) != "",
    "is_one_of": lambda value, others: any(map(_equal_to(value), others)),
}

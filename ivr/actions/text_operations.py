from collections.abc import Callable, Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ivr.actions.parts.rows import from_hidden
from ivr.core import numbers, wording
from ivr.core.action import Action, Card, Leave, Outcome, Port, Sets, Visit
from ivr.core.counted import counted
from ivr.core.effort import ITEM, copied
from ivr.core.events import Event
from ivr.core.fields import VariableName, ui
from ivr.core.problem import Problem
from ivr.core.template import PLAIN, Template, Unset, value_of
from ivr.core.values import Value, to_text

Operation = Literal[
    "substring",
    "first",
    "last",
    "position",
    "length",
    "concatenate",
    "replace",
    "upper_case",
    "lower_case",
    "title_case",
    "trim",
    "digits_only",
    "spell",
    "split",
    "say_as_list",
    "take_field",
    "first_items",
    "count_items",
    "join_items",
    "say_as_choices",
]
LONGEST = 50_000
"""Characters of a text that is worked on, and of what comes out."""
MOST_ITEMS = 1000
CAN_FAIL = ("substring", "first", "last", "position", "replace", "digits_only", "first_items")
_WITH_LABEL = ["take_field", "join_items", "say_as_list"]
_WITH_COUNT = ["substring", "first", "last", "first_items"]
_WITH_SEPARATOR = ["concatenate", "split", "say_as_list", "join_items"]


class NoResult(ValueError):
    """Why there is no result, in a sentence."""


class TextOperations(Action[Event]):
    """Make a new text out of one, or find something in it. Positions are counted from 1."""

    card: ClassVar = Card(
        "Text Operations",
        group="Data",
        icon="case-sensitive",
        prefix="TEXT",
        ports=(Port("success", "On Success"), Port("failure", "On Failure")),
        sets=(
            Sets(
                "result",
                "The result: text; a number for `position`, `length` and `count_items`; a list for `split`,"
                " `take_field` and `first_items`",
                ports=("success",),
            ),
            Sets("error", "Why there is none, in a sentence; empty on success"),
        ),
        summary="{operation} {text}",
        keywords=("string", "substring", "concat", "cut", "join", "spell", "list", "pluck", "count"),
    )
    type: Literal["text_operations"] = "text_operations"

    operation: Operation = Field(json_schema_extra=ui(group="Inputs"))
    """What is done. `first`, `last` and `substring` take a part; `position` says where something begins; `digits_only`
    keeps the digits, as of a phone number; `spell` puts blanks between letters and digits, so that a voice reads them
    one by one; `trim` takes away blanks at both ends; `split` makes a list; `say_as_list` says one: “a, b and c”. Of
    a list, `take_field` takes what stands under a label of each object, `first_items` the first so many, `count_items`
    says how many there are, `join_items` puts them together, and `say_as_choices` says them for a Menu: “For tea, press
    1.” A block that can fail has a port for it."""
    text: Template = Field(json_schema_extra=ui(group="Inputs"))
    """The text, most often a variable. `split`, `length` and what works on lists take a variable that
    holds a list; text is cut into one at commas."""
    start: Template = Field(
        default=Template("1"), json_schema_extra=ui(group="Inputs", half=True, when={"operation": ["substring"]})
    )
    """Which character `substring` begins with; 1 is the first."""
    count: Template = Field(
        default=Template(""),
        json_schema_extra=ui(group="Inputs", half=True, when={"operation": _WITH_COUNT}),
    )
    """How many characters, or items, are taken. Empty: one, and for `substring` all that follow."""
    label: str = Field(
        default="",
        max_length=200,
        json_schema_extra=ui(group="Inputs", placeholder="name", when={"operation": [*_WITH_LABEL, "say_as_choices"]}),
    )
    """The label in each object of the list, such as `name` or `address.city`. Empty: the items themselves."""
    each: str = Field(
        default="For *, press #.",
        max_length=200,
        json_schema_extra=ui(group="Inputs", when={"operation": ["say_as_choices"]}),
    )
    """What is said of each of the first nine items: `*` is the item, `#` its number."""
    search: Template = Field(
        default=Template(""), json_schema_extra=ui(group="Inputs", when={"operation": ["position", "replace"]})
    )
    """What is looked for; capital and small letters differ."""
    replacement: Template = Field(
        default=Template(""), json_schema_extra=ui(group="Inputs", when={"operation": ["replace"]})
    )
    """What stands in its place, everywhere it is found."""
    more: Annotated[tuple[Template, ...], Field(max_length=20)] = Field(
        default=(), json_schema_extra=ui(group="Inputs", when={"operation": ["concatenate"]})
    )
    """What is added to the text, in this order; empty ones are left out."""
    separator: Template = Field(
        default=Template(""),
        json_schema_extra=ui(group="Inputs", half=True, when={"operation": _WITH_SEPARATOR}),
    )
    """What stands between the pieces. Empty: nothing for `concatenate`, a comma for `split` and `say_as_list`,
    a comma and a blank for `join_items`."""
    last_word: str = Field(
        default="and",
        max_length=20,
        json_schema_extra=ui(group="Inputs", half=True, when={"operation": ["say_as_list"]}),
    )
    """The word before the last item: “and”, “or”, “und”."""
    name: VariableName | None = Field(default=None, json_schema_extra=ui(group="Inputs"))
    """A name for the result: `zip` becomes `$zip`. It is always in `$TEXT_#.result` too."""

    @property
    def ports(self) -> tuple[Port, ...]:
        return self.card.ports if self.operation in CAN_FAIL else self.card.ports[:1]

    def variables(self) -> tuple[Sets, ...]:
        named = (Sets(self.name, "The result", shared=True, ports=("success",)),) if self.name else ()
        return (*self.card.sets, *named)

    def problems(self) -> Iterator[Problem]:
        if self.operation in ("position", "replace") and not self.search:
            hint = "Write what is looked for."
            yield Problem("nothing_sought", "There is nothing to look for.", path="search", hint=hint)
        if self.operation == "take_field" and not self.label.strip():
            hint = "Write the label, such as name."
            yield Problem("nothing_sought", "It is not said which field is taken.", path="label", hint=hint)
        counted = dict.fromkeys(("first", "last", "first_items"), ("count",))
        fields = {"substring": ("start", "count"), **counted}
        for field in fields.get(self.operation, ()):
            text: Template = getattr(self, field)
            if text and not text.references and _whole(text.text) is None:
                hint = "Write a whole number, or a variable that holds one."
                yield Problem("not_a_number", f"“{text.text}” is not a whole number.", path=field, hint=hint)

    def enter(self, visit: Visit) -> Outcome:
        try:
            result = _OPERATIONS[self.operation](_Work(self, visit))
        except NoResult as error:
            return Leave("failure", set={"error": str(error)})
        share = {self.name: result} if self.name else {}
        hidden = self.operation not in ("length", "position", "count_items") and from_hidden(
            visit, self.text, *self.more, self.replacement
        )
        own = {"result": result, **share}
        hide = (*(f"{self.card.prefix}_{visit.block}.{name}" for name in own), *share) if hidden else ()
        return Leave("success", set={**own, "error": ""}, share=share, hide=hide)


class _Work:
    """A block's fields, filled in for one visit."""

    def __init__(self, block: TextOperations, visit: Visit) -> None:
        self.block = block
        self.visit = visit
        found = value_of(block.text, visit)
        self.value: Value = None if isinstance(found, Unset) else found
        whole = to_text(self.value)
        self.text = whole[:LONGEST]
        visit.spend(copied(len(whole)) + len(self.text))

    def filled(self, text: Template) -> str:
        return text.fill(self.visit, PLAIN)[:LONGEST]

    def number(self, text: Template, *, empty: int) -> int:
        written = self.filled(text)
        found = empty if not written.strip() else _whole(written)
        if found is None:
            raise NoResult(f"{text.text} is not a whole number above 0.")
        return found

    @property
    def items(self) -> list[Value]:
        separator = self.filled(self.block.separator) if self.block.operation != "join_items" else ""
        found = wording.items(self.value, separator or ",")[:MOST_ITEMS]
        self.visit.spend(2 * ITEM * len(found))
        label = self.block.label.strip()
        return wording.field(found, label) if label and self.block.operation in _WITH_LABEL else found


def _whole(text: str) -> int | None:
    number = numbers.read(text)
    return int(number) if number is not None and 0 < number == number.to_integral_value() else None


def _substring(work: _Work) -> Value:
    start = work.number(work.block.start, empty=1)
    if start > len(work.text):
        raise NoResult(f"The text has only {counted(len(work.text), 'character')}.")
    return work.text[start - 1 :][: work.number(work.block.count, empty=LONGEST)]


def _position(work: _Work) -> Value:
    search = work.filled(work.block.search)
    at = work.text.find(search) if search else -1
    if at < 0:
        raise NoResult("The text does not have what was looked for.")
    return at + 1


def _concatenated(work: _Work) -> Value:
    pieces = [work.text, *(work.filled(text) for text in work.block.more)]
    return work.filled(work.block.separator).join(piece for piece in pieces if piece)[:LONGEST]


def _replaced(work: _Work) -> Value:
    search, replacement = work.filled(work.block.search), work.filled(work.block.replacement)
    if not search:
        raise NoResult("There is nothing to look for.")
    if len(work.text) + work.text.count(search) * len(replacement) > LONGEST:
        raise NoResult(f"The text would be longer than {LONGEST} characters.")
    return work.text.replace(search, replacement)


def _digits(work: _Work) -> Value:
    found = wording.digits(work.text)
    if not found:
        raise NoResult("There is no digit in the text.")
    return found


def _joined(work: _Work) -> Value:
    texts = [text for text in map(to_text, work.items) if text]
    return (work.filled(work.block.separator) or ", ").join(texts)[:LONGEST]


_OPERATIONS: dict[Operation, Callable[[_Work], Value]] = {
    "substring": _substring,
    "first": lambda work: work.text[: work.number(work.block.count, empty=1)],
    "last": lambda work: work.text[-work.number(work.block.count, empty=1) :],
    "position": _position,
    "length": lambda work: len(work.value) if isinstance(work.value, list) else len(work.text),
    "concatenate": _concatenated,
    "replace": _replaced,
    "upper_case": lambda work: work.text.upper(),
    "lower_case": lambda work: work.text.lower(),
    "title_case": lambda work: wording.title(work.text),
    "trim": lambda work: work.text.strip(),
    "digits_only": _digits,
    "spell": lambda work: wording.spelled(work.text)[:LONGEST],
    "split": lambda work: work.items,
    "take_field": lambda work: work.items,
    "first_items": lambda work: work.items[: work.number(work.block.count, empty=1)],
    "count_items": lambda work: len(work.items),
    "join_items": _joined,
    "say_as_choices": lambda work: wording.choices(work.items, work.block.label.strip(), work.block.each)[:LONGEST],
    "say_as_list": lambda work: wording.enumerated(work.items, work.block.last_word)[:LONGEST],
}

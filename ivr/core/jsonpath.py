"""JSONPath, evaluated within a budget: each value that is looked at counts one step, a very long one more.

The package `jsonpath-ng` reads the expression. It also has an evaluator, but that one takes whatever time the answer
makes it take (`$..*..*` over one mebibyte: many seconds), so the walk over the answer is our own, and ends with
TooMuchWork when the steps run out.
"""

import operator
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from jsonpath_ng import Child, Descendants, Fields, Index, JSONPath, Parent, Root, Slice, This, Where
from jsonpath_ng.ext.arithmetic import Operation
from jsonpath_ng.ext.filter import And, Expression, Filter, Or
from jsonpath_ng.ext.iterable import Keys, Len, SortedThis
from jsonpath_ng.ext.parser import parse
from jsonpath_ng.jsonpath import WhereNot, Wildcard
from jsonpath_ng.jsonpath import _Union as Union
from msgspec import Struct

from ivr.core.values import Value

LONGEST = 1000
"""Characters of an expression."""
DEEPEST = 100
"""Parts of an expression."""
STEPS = 300_000
"""Values that the expressions of one web call may look at, all in all."""


_every = re.compile(r"""('[^']*'|"[^"]*"|`[^`]*`)|\[\s*\*\s*\]""")
"""`[*]`, but not within quotes."""


_quoted = re.compile(r"""('[^']*'|"[^"]*"|`[^`]*`)""")
_bare = re.compile(r"(?<=\.)(?=[^\s.\[\]()'\"`*,<>=!&|?+/%~])([^\s.\[\]()'\"`*,<>=!&|?+/%~]+)")
_plain_label = re.compile(r"[A-Za-z_@#][\w@#-]*", re.ASCII)
_decimals = re.compile(r"[0-9]+(?:[eE][0-9]+)?")
_LENGTH = re.compile(r"\.(?:length|size|count)\(\)")


class BadPath(ValueError):
    """An expression that is no JSONPath, or has parts that are not supported; the sentence says which."""


class TooMuchWork(ValueError):
    """The expressions look at more of the answer than they may."""


class Budget:
    """The steps that are left. `lone`: what stands alone is a list of one, as in XML, which tells them not apart."""

    def __init__(self, steps: int = STEPS, *, lone: bool = False) -> None:
        self._all = self._left = steps
        self.lone = lone

    def spend(self, steps: int = 1) -> None:
        """Raises TooMuchWork when there are not so many left."""
        self._left -= steps
        if self._left < 0:
            raise TooMuchWork(f"The query expressions look at more than {self._all:,} values of the answer.")

    def items(self, value: Value) -> list[Value] | None:
        """The items of a list; of what stands alone, itself, where that counts as a list; else None."""
        if isinstance(value, list):
            return value
        return [value] if self.lone and value is not None else None

    def label(self, name: str, value: dict[str, Value]) -> str:
        """A label as the answer has it: in XML the prefix of a namespace is not part of it."""
        short = name.rpartition(":")[2]
        return short if self.lone and name not in value and short in value else name


class _Node(Struct, frozen=True):
    """A value of the answer, the whole answer, which `$` means inside a filter, and what the value stands in."""

    value: Value
    root: Value
    parent: "_Node | None" = None


class Path:
    """A JSONPath that can be evaluated any number of times."""

    def __init__(self, tree: JSONPath) -> None:
        self._tree = tree
        self.lists = _lists(tree)
        """Whether it asks for any number of values, so that what it takes is a list, even of one."""

    def find(self, answer: Value, budget: Budget) -> list[Value]:
        """All values it takes, in the answer's order. Raises TooMuchWork."""
        return [node.value for node in _walk(self._tree, _Node(answer, answer), budget)]


@lru_cache(maxsize=512)
def read(text: str, *, lone: bool = False) -> Path:
    """Read an expression. Raises BadPath. Cached: reading takes a hundred times longer than finding. `lone`: for an
    answer in which `[*]` is for lists, and for what stands alone in the place of one, and only `.*` for labels."""
    if len(text) > LONGEST:
        raise BadPath(f"it is longer than {LONGEST} characters")
    try:
        text = "".join(piece if at % 2 else _spelled(piece) for at, piece in enumerate(_quoted.split(text)))
        tree = parse(_every.sub(lambda piece: piece[1] or "[:]", text) if lone else text)
    except Exception as error:  # beside its own errors the library raises many others
        raise BadPath(f"not a JSONPath: {error}") from None
    parts = list(_parts(tree))
    if len(parts) > 2 * DEEPEST:
        raise BadPath(f"it has more than {DEEPEST} parts")
    for part in parts:
        kind = type(part).__name__.strip("_").lower()
        if kind in {"sub", "split"} or (isinstance(part, Expression) and part.op == "=~"):
            raise BadPath("regular expressions in a JSONPath are not allowed: one that backtracks can stop all calls")
        if type(part) not in _STEPS and not isinstance(part, Expression | And | Or):
            raise BadPath(f"“{kind}” is not supported in a JSONPath here")
    return Path(tree)


def _spelled(text: str) -> str:
    """What stands outside of quotes as the library reads it: labels of other letters in quotes, and how others ask for
    all items, and for how many there are."""
    text = _LENGTH.sub(".`len`", text.replace("[]", "[*]"))

    def label(found: re.Match[str]) -> str:
        return found[0] if _plain_label.fullmatch(found[0]) or _decimals.fullmatch(found[0]) else f"'{found[0]}'"

    return _bare.sub(label, text)


def _parts(tree: Any) -> Iterator[Any]:
    """Every part of an expression, those inside filters too."""
    left = [tree]
    while left:
        part = left.pop()
        yield part
        inner = [getattr(part, name, None) for name in ("left", "right", "target", "value")]
        named = [each[0] if isinstance(each, tuple) else each for each in getattr(part, "expressions", None) or ()]
        inner += [*named, *getattr(part, "operands", ())]
        left += [each for each in inner if isinstance(each, JSONPath)]


def _lists(tree: JSONPath) -> bool:
    """Whether a path goes through `*` or a slice of more than one on its way, filters not counted."""
    if isinstance(tree, Slice):
        last = tree.start == -1 and tree.end is None
        return not last and not (tree.start is not None and tree.end is not None and tree.end - tree.start == 1)
    if isinstance(tree, Child | Descendants | Operation):
        return any(isinstance(each, JSONPath) and _lists(each) for each in (tree.left, tree.right))
    if isinstance(tree, Where):
        return _lists(tree.left)
    return isinstance(tree, Wildcard)


def _walk(path: JSONPath, node: _Node, budget: Budget) -> Sequence[_Node]:
    budget.spend()
    return _STEPS[type(path)](path, node, budget)


def _child(path: Child, node: _Node, budget: Budget) -> list[_Node]:
    return [each for left in _walk(path.left, node, budget) for each in _walk(path.right, left, budget)]


def _descendants(path: Descendants, node: _Node, budget: Budget) -> list[_Node]:
    """What the right side takes from each match of the left side, and from everything inside it, from the top down."""
    found: list[_Node] = []
    for top in _walk(path.left, node, budget):
        left = [top]
        while left:
            each = left.pop()
            found += _walk(path.right, each, budget)
            left += reversed(_inner(each, budget))
    return found


def _inner(node: _Node, budget: Budget) -> list[_Node]:
    value = node.value
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    budget.spend(len(items))
    return [_Node(each, node.root, node) for each in items]


def _fields(path: Fields, node: _Node, budget: Budget) -> list[_Node]:
    value = node.value
    if not isinstance(value, dict):
        return []
    budget.spend(len(path.fields) - 1)  # one is spent by the walk
    names = (budget.label(name, value) for name in path.fields)
    return [_Node(value[name], node.root, node) for name in names if name in value]


def _index(path: Index, node: _Node, budget: Budget) -> list[_Node]:
    value = budget.items(node.value)
    if value is None:
        return []
    budget.spend(len(path.indices) - 1)  # one is spent by the walk
    return [_Node(value[index], node.root, node) for index in path.indices if -len(value) <= index < len(value)]


def _slice(path: Slice, node: _Node, budget: Budget) -> list[_Node]:
    value = budget.items(node.value)
    if value is None or path.step == 0:
        return []
    chosen = value[path.start : path.end : path.step]
    budget.spend(len(chosen))
    return [_Node(each, node.root, node) for each in chosen]


def _filter(path: Filter, node: _Node, budget: Budget) -> list[_Node]:
    tested = [node] if budget.lone and not isinstance(node.value, list) else _inner(node, budget)
    return [each for each in tested if all(_holds(test, each, budget) for test in path.expressions)]


def _holds(test: JSONPath, node: _Node, budget: Budget) -> bool:
    if isinstance(test, And):
        return all(_holds(each, node, budget) for each in test.operands)
    if isinstance(test, Or):
        return any(_holds(each, node, budget) for each in test.operands)
    if not isinstance(test, Expression):
        return bool(_walk(test, node, budget))
    found = _walk(test.target, node, budget)
    if test.op in {"!", None}:
        return bool(found) is not (test.op == "!")
    return _compared(str(test.op), found, _operand(test.value, node, budget), budget)


def _compared(sign: str, found: Sequence[_Node], others: list[Value], budget: Budget) -> bool:
    if not found or not others:
        return sign == "!=" if found or others else sign in {"=", "==", "<=", ">="}
    return any(_compare(sign, each.value, other, budget) for each in found for other in others)


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _compare(sign: str, value: Value, other: Value, budget: Budget) -> bool:
    """As RFC 9535 has it: only two numbers or two texts are in order, and nothing equals what is of another kind."""
    budget.spend(_bulk(value) + _bulk(other))
    if isinstance(value, list | dict) and type(value) is type(other) and len(value) == len(other):
        _spend_all(value, budget)
    same = _kind(value) == _kind(other) and value == other
    if sign in {"=", "==", "!="}:
        return same != (sign == "!=")
    if _kind(value) == _kind(other) and _kind(value) in {"number", "text"}:
        return _ORDERS[sign](value, other)
    return same and sign in {"<=", ">="}


def _spend_all(tree: Value, budget: Budget) -> None:
    """Spend a step for each value in a tree."""
    left = [tree]
    while left:
        each = left.pop()
        inner = each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        budget.spend(len(inner) + _bulk(each))
        left += inner


def _bulk(value: Value) -> int:
    """Steps that working with a value takes beside the usual one: it may be of millions of letters or digits."""
    if isinstance(value, str):
        return len(value) // 10_000
    if isinstance(value, int):
        return value.bit_length() // 32
    return value.__sizeof__() // 1000 if isinstance(value, Decimal) else 0


def _kind(value: Value) -> str:
    if isinstance(value, bool) or value is None:
        return "constant"
    if isinstance(value, int | Decimal):
        return "number"
    return "text" if isinstance(value, str) else "tree"


def _where(path: Where, node: _Node, budget: Budget) -> list[_Node]:
    wanted = not isinstance(path, WhereNot)
    return [each for each in _walk(path.left, node, budget) if bool(_walk(path.right, each, budget)) == wanted]


def _sorted(path: SortedThis, node: _Node, budget: Budget) -> list[_Node]:
    """The list in order, or the names of an object; by fields of its items, where some are named."""
    if not isinstance(node.value, list | dict) or (isinstance(node.value, dict) and path.expressions):
        return []
    each_time = max(1, len(node.value).bit_length())
    budget.spend(len(node.value) * each_time)
    value = list(node.value)
    if not path.expressions:
        budget.spend(sum(map(_bulk, value)) * each_time)
        return [_Node(sorted(value, key=_rank), node.root, node)]
    for field, downwards in reversed(path.expressions):
        found = [_walk(field, _Node(each, node.root), budget) for each in value]
        keys = [each[0].value if each else None for each in found]
        budget.spend(sum(map(_bulk, keys)) * each_time)
        order = sorted(range(len(value)), key=lambda at: _rank(keys[at]), reverse=downwards)
        value = [value[at] for at in order]
    return [_Node(value, node.root, node)]


def _rank(value: Value) -> tuple[int, Any]:
    """Any two values are in order: constants, then numbers, then text; lists and objects are all alike."""
    kind = _kind(value)
    return ("constant", "number", "text", "tree").index(kind), value if kind in {"number", "text"} else 0


def _length(_: Len, node: _Node, budget: Budget) -> list[_Node]:
    value = budget.items(node.value) if budget.lone else node.value
    return [_Node(len(value), node.root)] if isinstance(value, str | list | dict) else []


def _keys(_: Keys, node: _Node, budget: Budget) -> list[_Node]:
    keys = list(node.value) if isinstance(node.value, dict) else []
    budget.spend(len(keys))
    return [_Node(each, node.root) for each in keys]


def _sum(path: Operation, node: _Node, budget: Budget) -> list[_Node]:
    """`$.price * 1.19`: value by value, in decimals; nothing where one of the two is no number."""
    left, right = (_operand(each, node, budget) for each in (path.left, path.right))
    if not isinstance(path.left, JSONPath):
        left *= len(right)
    if not isinstance(path.right, JSONPath):
        right *= len(left)
    if len(left) != len(right) or any(_kind(each) != "number" for each in (*left, *right)):
        return []
    budget.spend(sum(map(_bulk, (*left, *right))))
    try:
        return [_Node(_exact(path.op(Decimal(a), Decimal(b))), node.root) for a, b in zip(left, right, strict=True)]
    except ArithmeticError:
        return []


def _operand(operand: Any, node: _Node, budget: Budget) -> list[Value]:
    if isinstance(operand, JSONPath):
        return [each.value for each in _walk(operand, node, budget)]
    return [Decimal(str(operand)) if isinstance(operand, float) else operand]


def _exact(number: Decimal) -> Value:
    """A number as JSON has it: whole ones without a point."""
    if not number.is_finite():
        raise ArithmeticError
    return int(number) if number == number.to_integral_value() and abs(number) < Decimal(10) ** 30 else number


_STEPS: dict[type, Callable[[Any, _Node, Budget], Sequence[_Node]]] = {
    Root: lambda _, node, __: [_Node(node.root, node.root)],
    This: lambda _, node, __: [node],
    Wildcard: lambda _, node, budget: _inner(node, budget),
    Child: _child,
    Descendants: _descendants,
    Fields: _fields,
    Index: _index,
    Slice: _slice,
    Filter: _filter,
    Parent: lambda _, node, __: [node.parent] if node.parent is not None else [],
    Union: lambda path, node, budget: [*_walk(path.left, node, budget), *_walk(path.right, node, budget)],
    Where: _where,
    WhereNot: _where,
    SortedThis: _sorted,
    Len: _length,
    Keys: _keys,
    Operation: _sum,
}
"""How each part of an expression takes values from one; what is not here is not supported."""

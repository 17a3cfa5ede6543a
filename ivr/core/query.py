"""Query expressions of response variables: what an author types to take a value out of an answer.

Tried in this order: the text as a literal top-level key, as it stands and then without pasted blanks; JSONPath when it
begins with `$.`, `$[` or is `$`; a path of names and indexes (`a.b[0].c`, `[0].c` or `array[0].c` when the answer
itself is a list, `a[*].c` for all). What is not there is UNSET. An expression with `*` or a slice takes a list, even of
one value; any other takes the one value it matches, or the list of several. In XML one element and a list of one look
the same, so there `[0]` and `[*]` serve both.
"""

import difflib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ivr.core import jsonpath
from ivr.core.jsonpath import Budget, TooMuchWork
from ivr.core.template import UNSET, Unset
from ivr.core.values import Value

__all__ = ["BadQuery", "Budget", "Nearest", "TooMuchWork", "check", "find", "take", "tidy", "trimmed"]

_path = re.compile(
    r"(?:^|\s?\.)(?P<name>[^.\[\]]+)|\s?\[\s?(?P<index>-?\d{1,9})\s?\]|\s?\[(?P<all>\s?\*?\s?)\]|\[(?P<quote>['\"])(?P<key>.*?)(?P=quote)\]"
)
_blanks = re.compile(r"[\s\u200b\ufeff\u00a0]+")
_edges = " \t\r\n\f\v\u00a0\u200b\ufeff"
_json_path = re.compile(r"\$(?:$|\.|\[)")
_dollar_label = re.compile(r"\$[A-Za-z_][\w-]*(?=$|[.\[])")
_reference = re.compile(r"\$\{?[A-Z][A-Za-z]*_\d+\.(?:response|responsebody)\b")
_braces = re.compile(r"\{\{ ?([^{}]+?) ?\}\}|\$\{([^{}]+)\}")
_number = re.compile(r"\d{1,9}", re.ASCII)
LONGEST_LABEL = 100
"""Characters of a label that may be offered as a hint."""
PATIENCE = 1_000_000
"""Pairs of a letter of a name and one of a label that are compared for the hints on one answer."""


class BadQuery(ValueError):
    """A query expression that can't be understood; the sentence says why."""


def trimmed(query: str) -> str:
    """The expression without the blanks around it; those inside may belong to a label."""
    return query.strip(_edges)


def tidy(query: str) -> str:
    """The expression without the blanks and line breaks that come along when it is pasted."""
    return _blanks.sub(" ", query).strip()


def check(query: str) -> None:
    """Raise BadQuery for an expression that could never take anything."""
    query = tidy(query)
    if not query:
        raise BadQuery("the query expression is empty")
    if len(query) > jsonpath.LONGEST:
        raise BadQuery(f"the query expression is longer than {jsonpath.LONGEST} characters")
    if _json_path.match(query):
        try:
            jsonpath.read(query)
        except jsonpath.BadPath as error:
            raise BadQuery(str(error)) from None
    elif (reference := _reference.match(query)) is not None:
        right = query[reference.end() :].rstrip("}").lstrip(".") or "$"
        raise BadQuery(f"it is looked up in the answer, so without {reference[0]}: write {right}")
    elif (braces := _braces.fullmatch(query)) is not None:
        raise BadQuery(f"braces are not needed: write {braces[1] or braces[2]}")
    elif query.startswith("$") and not _dollar_label.match(query):
        raise BadQuery("not a JSONPath: it goes on with a dot or a bracket after the dollar sign, as in $.items[0]")


def find(query: str, answer: Value, budget: Budget | None = None) -> Value | Unset:
    """What the expression takes from a parsed answer, or UNSET. Raises TooMuchWork when the budget does not last."""
    if len(query) > 2 * jsonpath.LONGEST:
        return UNSET
    tidied = tidy(query)
    if isinstance(answer, dict):
        for label in (query, trimmed(query), tidied):
            if label in answer:
                return answer[label]
    budget = budget or Budget()
    return _search(tidied, answer, budget) if _json_path.match(tidied) else _follow(tidied, answer, budget)


def take(queries: Mapping[str, str], answer: Value, *, lone: bool = False) -> dict[str, Value]:
    """What each named expression takes from a parsed answer; what takes nothing is left out. They share one budget:
    raises TooMuchWork when it does not last. `lone`: for XML, where what stands alone is a list of one."""
    budget = Budget(lone=lone)
    found = {name: find(query, answer, budget) for name, query in queries.items()}
    return {name: value for name, value in found.items() if not isinstance(value, Unset)}


def _search(query: str, answer: Value, budget: Budget) -> Value | Unset:
    try:
        path = jsonpath.read(query, lone=budget.lone)
    except jsonpath.BadPath:
        return UNSET
    values = path.find(answer, budget)
    if len(values) == 1 and not path.lists:
        return values[0]
    return values or UNSET


class Nearest:
    """The labels of an answer that look like names which it lacks: for "there is DateText". Comparing is slow, and an
    API sends any labels: once `patience` is used up, in pairs of letters, only labels that contain a name are like it.
    """

    def __init__(self, answer: Value, patience: int = PATIENCE) -> None:
        self._labels = {label.casefold(): label for label in _labels(answer) if len(label) <= LONGEST_LABEL}
        self._letters = sum(map(len, self._labels))
        self._left = patience

    def to(self, query: str, limit: int = 3) -> list[str]:
        """Those like the last name of an expression, best first."""
        pieces = [each.strip() for each in re.split(r"[.\[\]'\"$*]+", tidy(query))]
        wanted = next((each for each in reversed(pieces) if each and not each.isdecimal()), "")
        wanted = wanted[:LONGEST_LABEL].casefold()
        self._left -= len(wanted) * self._letters
        close = difflib.get_close_matches(wanted, self._labels, n=limit, cutoff=0.6) if self._left >= 0 else []
        containing = [folded for folded in self._labels if wanted and wanted in folded and folded not in close]
        return [self._labels[folded] for folded in (close + containing)[:limit]]


def _labels(answer: Value, most: int = 500) -> list[str]:
    """The keys of the answer, breadth first, each once."""
    labels: dict[str, None] = {}
    level = [answer]
    while level and len(labels) < most:
        inner: list[Value] = []
        for value in level:
            if isinstance(value, dict):
                labels.update(dict.fromkeys(value))
                inner.extend(value.values())
            elif isinstance(value, list):
                inner.extend(value[:20])
        level = inner
    return list(labels)[:most]


def _follow(query: str, answer: Value, budget: Budget) -> Value | Unset:
    if isinstance(answer, list) and query.startswith("array["):
        query = query.removeprefix("array")
    found: list[Any] = [answer]
    steps = (_known_steps if len(query) <= jsonpath.LONGEST else _steps)(query)
    for step in steps:
        if step is None:
            found = [item for each in found for item in budget.items(each) or ()]
        else:
            found = [value for each in found if (value := _step(step, each, budget)) is not UNSET]
        budget.spend(len(found))
        if not found:
            return UNSET
    if not steps:
        return UNSET
    return found if None in steps else found[0]


def _steps(query: str) -> tuple[str | int | None, ...]:
    """The steps of a path: names, indexes, and None for all items; no steps for what is no path."""
    steps: list[str | int | None] = []
    end = 0
    for match in _path.finditer(query):
        if match.start() != end:
            return ()
        end = match.end()
        if match["all"] is not None:
            steps.append(None)
        elif match["index"] is not None:
            steps.append(int(match["index"]))
        else:
            steps.append(match["key"] if match["key"] is not None else match["name"].strip())
    return tuple(steps) if end == len(query) else ()


_known_steps = lru_cache(maxsize=1024)(_steps)


def _step(step: str | int, value: Value, budget: Budget) -> Value | Unset:
    if isinstance(step, int):
        return _item(step, value, budget)
    if isinstance(value, dict) and (label := budget.label(step, value)) in value:
        return value[label]
    return _item(int(step), value, budget) if _number.fullmatch(step) else UNSET


def _item(index: int, value: Value, budget: Budget) -> Value | Unset:
    items = budget.items(value)
    return items[index] if items is not None and -len(items) <= index < len(items) else UNSET

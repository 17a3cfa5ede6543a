"""Query expressions of response variables: what an author types to take a value out of an answer.

Tried in this order: the text as a literal top-level key; a path of names and indexes (`a.b[0].c`, `[0].c` or
`array[0].c` when the answer itself is a list); JSONPath when it begins with `$`. Never an error at run time:
what is not there is UNSET.
"""

import difflib
import re
from functools import lru_cache
from typing import Any

from jsonpath_ng.ext.parser import parse as parse_jsonpath

from ivr.core.template import UNSET, Unset
from ivr.core.values import Value

_path = re.compile(r"(?:^|\.)(?P<name>[^.\[\]]+)|\[(?P<index>-?\d{1,9})\]|\[(?P<quote>['\"])(?P<key>.*?)(?P=quote)\]")
_blanks = re.compile(r"[\s\u200b\ufeff\u00a0]+")
_regex_filter = re.compile(r"=~|\bsub\(|\bsplit\(")


class BadQuery(ValueError):
    """A query expression that can't be understood; the sentence says why."""


def tidy(query: str) -> str:
    """The expression without the blanks and line breaks that come along when it is pasted."""
    return _blanks.sub(" ", query).strip()


def check(query: str) -> None:
    """Raise BadQuery for an expression that could never take anything."""
    query = tidy(query)
    if not query:
        raise BadQuery("the query expression is empty")
    if query.startswith("$"):
        _jsonpath(query)


def find(query: str, answer: Value) -> Value | Unset:
    """What the expression takes from a parsed answer, or UNSET."""
    query = tidy(query)
    if isinstance(answer, dict) and query in answer:
        return answer[query]
    if query.startswith("$"):
        return _search(query, answer)
    return _follow(query, answer)


def _search(query: str, answer: Value) -> Value | Unset:
    try:
        matches = _jsonpath(query).find(answer)
    except Exception:  # the library raises errors of all kinds where a value is not of the type it expects
        return UNSET
    return matches[0].value if matches else UNSET


def nearest(query: str, answer: Value, limit: int = 3) -> list[str]:
    """Labels of the answer that look like the query's last name, best first: for "there is DateText"."""
    wanted = re.split(r"[.\[\]'\"$]+", tidy(query).rstrip("]'\""))[-1].casefold()
    labels = _labels(answer)
    by_folded = {label.casefold(): label for label in labels}
    close = difflib.get_close_matches(wanted, by_folded, n=limit, cutoff=0.6)
    containing = [folded for folded in by_folded if wanted and wanted in folded and folded not in close]
    return [by_folded[folded] for folded in (close + containing)[:limit]]


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


def _follow(query: str, answer: Value) -> Value | Unset:
    if isinstance(answer, list) and query.startswith("array["):
        query = query.removeprefix("array")
    found: Any = answer
    end = 0
    for match in _path.finditer(query):
        if match.start() != end:
            return UNSET
        end = match.end()
        found = _step(match, found)
        if found is UNSET:
            return UNSET
    return found if end == len(query) else UNSET


def _step(match: re.Match[str], value: Value) -> Value | Unset:
    if match["index"] is not None:
        index = int(match["index"])
        return value[index] if isinstance(value, list) and -len(value) <= index < len(value) else UNSET
    name = match["key"] if match["key"] is not None else match["name"].strip()
    if isinstance(value, dict):
        return value.get(name, UNSET)
    if isinstance(value, list) and name.isdecimal() and len(name) < 10 and int(name) < len(value):
        return value[int(name)]
    return UNSET


@lru_cache(maxsize=512)
def _jsonpath(query: str) -> Any:
    """A parsed JSONPath: parsing takes a hundred times longer than finding."""
    if _regex_filter.search(query):
        raise BadQuery("regular expressions in a JSONPath are not allowed: one that backtracks can stop all calls")
    try:
        return parse_jsonpath(query)
    except Exception as error:  # beside its own errors the library raises many others
        raise BadQuery(f"not a JSONPath: {error}") from None

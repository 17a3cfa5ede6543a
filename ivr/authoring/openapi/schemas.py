"""From schemas to what an author fills in: a body with variables, and the values that an answer has."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ivr.authoring.openapi.operations import text
from ivr.authoring.openapi.reading import Document
from ivr.core.values import Value

DEEPEST = 6
DEEPEST_ANSWER = 4
MOST_STEPS = 2_000
"""Schemas that are looked at for one operation: a document decides how many there are. The rest counts as empty."""
MOST_FIELDS = 40
_word = re.compile(r"[^A-Za-z0-9_]+")
_label = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


class Leaf(NamedTuple):
    """A value that an answer has: what to call it, where it is, and what the document says of it."""

    name: str
    query: str
    description: str


def variable(*names: str) -> str:
    """A name for a variable."""
    joined = "_".join(_word.sub("_", name).strip("_") for name in names if name).strip("_")[:60]
    return joined if joined and not joined[0].isdigit() else f"value_{joined}".rstrip("_")


def escaped(written: str) -> str:
    """A text in which a dollar sign stays one."""
    return written.replace("$", "$$")


class Schemas:
    """Looks at schemas of one document, no more than so many."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._left = MOST_STEPS

    def merged(self, schema: Value, depth: int = 0) -> dict[str, Value]:
        """A schema with its parts put together: all of `allOf`, the first of `oneOf` and `anyOf`."""
        self._left -= 1
        if self._left < 0:
            return {}
        whole = dict(self._document.at(schema))
        if depth > DEEPEST:
            return whole
        parts = _list(whole.pop("allOf", None))
        for several in ("oneOf", "anyOf"):
            parts += [each for each in _list(whole.pop(several, None)) if not _is_null(each)][:1]
        for part in parts:
            inner = self.merged(part, depth + 1)
            properties = {**_dict(inner.get("properties")), **_dict(whole.get("properties"))}
            required = [*_list(inner.get("required")), *_list(whole.get("required"))]
            whole = {**inner, **whole, "properties": properties, "required": required}
        return whole

    def skeleton(self, schema: Value, names: tuple[str, ...] = (), depth: int = 0) -> str:
        """JSON with a variable for each value that is to be filled in."""
        whole = self.merged(schema)
        fixed = _fixed(whole)
        if fixed is not None:
            return _quoted(fixed)
        kind, indent = _kind(whole), "  " * (depth + 1)
        if kind == "object":
            chosen = [] if depth >= DEEPEST else self.chosen(whole)
            lines = [
                f"{indent}{_quoted(name)}: {self.skeleton(inner, (*names, name), depth + 1)}" for name, inner in chosen
            ]
            return "{\n" + ",\n".join(lines) + "\n" + "  " * depth + "}" if lines else "{}"
        if kind == "array":
            return "[]" if depth >= DEEPEST else f"[{self.skeleton(whole.get('items'), names, depth + 1)}]"
        name = variable(*names) if names else "Body"
        return f"${{{name}}}" if kind in {"integer", "number", "boolean"} else f'"${{{name}}}"'

    def chosen(self, whole: Mapping[str, Value]) -> list[tuple[str, Value]]:
        """The fields to fill in: those that are required, or all where none is."""
        required = set(map(str, _list(whole.get("required"))))
        properties = [
            (name, inner) for name, inner in _dict(whole.get("properties")).items() if self._is_written(inner)
        ]
        return [each for each in properties if not required or each[0] in required][:MOST_FIELDS]

    def left_out(self, whole: Mapping[str, Value]) -> list[str]:
        """The names of fields that need not be sent."""
        chosen = {name for name, _ in self.chosen(whole)}
        return [name for name in _dict(whole.get("properties")) if name not in chosen]

    def leaves(self, schema: Value, names: tuple[str, ...] = (), query: str = "", depth: int = 0) -> Iterator[Leaf]:
        """The values of an answer, the first item of each list."""
        whole = self.merged(schema)
        kind = _kind(whole)
        if kind == "object" and depth < DEEPEST_ANSWER:
            for name, inner in _dict(whole.get("properties")).items():
                yield from self.leaves(inner, (*names, name), _under(query, name), depth + 1)
        elif kind == "array" and depth < DEEPEST_ANSWER:
            yield from self.leaves(whole.get("items"), names, f"{query}[0]", depth + 1)
        elif query:
            yield Leaf(variable(*names[-2:]) if names else "value", query, text(whole.get("description"), ""))

    def _is_written(self, inner: Value) -> bool:
        return self._document.at(inner).get("readOnly") is not True


def _quoted(value: Value) -> str:
    return escaped(json.dumps(value, ensure_ascii=False))


def _under(query: str, name: str) -> str:
    part = name if _label.fullmatch(name) else f"[{json.dumps(name, ensure_ascii=False)}]"
    return f"{query}.{part}" if query and not part.startswith("[") else f"{query}{part}"


def _fixed(schema: Mapping[str, Value]) -> Value:
    """The value that stands there anyway: a constant, a default, or the first one of a choice."""
    for name in ("const", "default"):
        if schema.get(name) is not None:
            return schema[name]
    return next((each for each in _list(schema.get("enum")) if each is not None), None)


def _kind(schema: Mapping[str, Value]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "string")
    if isinstance(kind, str):
        return kind
    return "object" if schema.get("properties") else "array" if schema.get("items") else "string"


def _is_null(schema: Value) -> bool:
    return isinstance(schema, dict) and schema.get("type") == "null"


def _list(value: Value) -> list[Value]:
    return list(value) if isinstance(value, list) else []


def _dict(value: Value) -> dict[str, Value]:
    return value if isinstance(value, dict) else {}

"""From a text to a tree: JSON or YAML, of a size, a depth and a number of values that are no trouble."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, cast

import msgspec
import yaml
from msgspec import Struct

from ivr.authoring.openapi.errors import NotOpenApi
from ivr.core.values import Value

LONGEST = 5 * 1024 * 1024
"""Bytes of a document that are read."""
DEEPEST = 100
MOST_VALUES = 400_000
"""Values in it, with those that YAML repeats by an alias counted each time."""
MOST_STEPS = 50
"""References that lead to one another."""
_start = re.compile(r"[\s\ufeff]*[{\[]")
_loader = cast("type[yaml.SafeLoader]", getattr(yaml, "CSafeLoader", yaml.SafeLoader))
_PLAIN_WORDS = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"~|null|Null|NULL|", ("~", "n", "N", "")),
    ("merge", r"<<", "<"),
)


class _Yaml12(_loader):  # type: ignore[valid-type, misc] # which of two it is depends on how the package was built
    """What a word without quotes is in YAML 1.2, as OpenAPI has it: the country `NO`, `10:30` and dates are text."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[Any]]] = {}

    @classmethod
    def with_words(cls) -> "type[_Yaml12]":
        for tag, form, first in _PLAIN_WORDS:
            cls.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"(?:{form})\Z"), list(first))
        return cls


_yaml12 = _Yaml12.with_words()


class Document(Struct, frozen=True):
    """An OpenAPI 3 document as a tree. `address` is where it came from, empty for a file."""

    tree: dict[str, Value]
    address: str = ""

    def at(self, value: object) -> Mapping[str, Value]:
        """An object, references followed; empty where there is none. Raises NotOpenApi for references that lead
        outside, nowhere, or in a circle."""
        found = self.follow(value)
        return found if isinstance(found, dict) else {}

    def follow(self, value: object) -> Value:
        """A value, references followed."""
        for _ in range(MOST_STEPS):
            reference = value.get("$ref") if isinstance(value, dict) else None
            if not isinstance(reference, str):
                return cast("Value", value)
            value = self._found(reference)
        raise NotOpenApi(f"The reference {reference} leads in a circle.")

    def _found(self, reference: str) -> Value:
        if not reference.startswith("#/"):
            raise NotOpenApi(
                f"The document refers to another one, {reference[:100]}, which is not read: bundle them first."
            )
        value: Value = self.tree
        for step in reference[2:].split("/")[:DEEPEST]:
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(value, dict) and name in value:
                value = value[name]
            elif isinstance(value, list) and name.isdecimal() and len(name) < 7 and int(name) < len(value):
                value = value[int(name)]
            else:
                raise NotOpenApi(f"The reference {reference[:100]} leads nowhere.")
        return value


def read_document(text: str, address: str = "") -> Document:
    """An OpenAPI 3 document. Takes a while for a large one: not for the event loop. Raises NotOpenApi."""
    if len(text) > LONGEST or len(text.encode(errors="replace")) > LONGEST:
        raise NotOpenApi(f"The document is larger than {LONGEST // 1024 // 1024} MiB.")
    tree = _tree(text)
    if not isinstance(tree, dict):
        raise NotOpenApi("This is no OpenAPI document: it should be an object with `openapi` and `paths`.")
    version = tree.get("openapi")
    if tree.get("swagger") is not None:
        raise NotOpenApi("This is a document of Swagger 2.0; only OpenAPI 3 is read. Most tools convert it.")
    if not isinstance(version, str | int | float) or not str(version).startswith("3"):
        raise NotOpenApi("This is no OpenAPI 3 document: it should say `openapi: 3.…` at its top.")
    return Document(tree, address)


def _tree(text: str) -> Value:
    try:
        return _json(text) if _start.match(text) else _yaml(text)
    except NotOpenApi:
        raise
    except (msgspec.DecodeError, yaml.YAMLError) as error:
        raise NotOpenApi(f"The document can't be read: {' '.join(str(error).split())[:200]}") from None
    except RecursionError:
        raise NotOpenApi(f"The document is nested deeper than {DEEPEST} levels.") from None
    except (ValueError, OverflowError) as error:  # a date or a number that there can't be
        raise NotOpenApi(f"The document has a value that can't be read: {str(error)[:200]}") from None


def _json(text: str) -> Value:
    try:
        tree: Value = msgspec.json.decode(text.lstrip("\ufeff"))
    except msgspec.DecodeError:
        return _yaml(text)  # which may begin with a brace, too
    _count(tree)
    return tree


def _yaml(text: str) -> Value:
    _measure(yaml.parse(text, Loader=_loader))
    return _plain(yaml.load(text, Loader=_yaml12))  # noqa: S506 - a safe loader, whichever it is


def _measure(events: Iterator[yaml.Event]) -> None:
    """Raise NotOpenApi for YAML that is too deep, or too large once its aliases are written out."""
    measure = _Measure()
    for event in events:
        measure.take(event)
        if len(measure.around) > DEEPEST:
            raise NotOpenApi(f"The document is nested deeper than {DEEPEST} levels.")
        if measure.count > MOST_VALUES:
            raise NotOpenApi(f"The document has more than {MOST_VALUES:,} values.")


class _Measure:
    """`around`: the collections that are being read, each with its anchor and the count before it."""

    def __init__(self) -> None:
        self.count = 0
        self.around: list[tuple[str | None, int]] = []
        self._sizes: dict[str, int] = {}

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.AliasEvent(anchor=anchor):
                if any(anchor == name for name, _ in self.around):
                    raise NotOpenApi(f"The document holds itself, by the alias *{str(anchor)[:50]}.")
                self.count += self._sizes.get(str(anchor), 1)
            case yaml.CollectionStartEvent(anchor=anchor):
                self.around.append((anchor, self.count))
                self.count += 1
            case yaml.CollectionEndEvent():
                anchor, before = self.around.pop()
                if anchor is not None:
                    self._sizes[anchor] = self.count - before
            case yaml.ScalarEvent():
                self.count += 1


def _count(tree: Value) -> None:
    """Raise NotOpenApi for a tree that is too deep or too large."""
    level: Sequence[Value] = [tree]
    count = 0
    for _ in range(DEEPEST):
        if not level:
            return
        count += len(level)
        if count > MOST_VALUES:
            raise NotOpenApi(f"The document has more than {MOST_VALUES:,} values.")
        level = [inner for value in level for inner in _inner(value)]
    if level:
        raise NotOpenApi(f"The document is nested deeper than {DEEPEST} levels.")


def _inner(value: Value) -> Sequence[Value]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else ()


def _plain(value: object) -> Value:
    """As JSON would have it: names are text, and so are dates."""
    if isinstance(value, dict):
        return {name if isinstance(name, str) else str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(inner) for inner in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)

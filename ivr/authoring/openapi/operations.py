"""The operations of an OpenAPI document."""

from collections.abc import Iterator, Mapping
from typing import get_args

from msgspec import Struct

from ivr.authoring.openapi.errors import NotOpenApi
from ivr.authoring.openapi.reading import Document
from ivr.core.effects import Method
from ivr.core.values import Value

MOST = 2_000
"""Operations that are listed."""
LONGEST = 200
"""Characters of a summary."""


class Operation(Struct, frozen=True):
    """`name` is method and path, such as `GET /pets/{petId}`: there is one of it in a document."""

    name: str
    method: str
    path: str
    summary: str
    tag: str
    deprecated: bool


class Operations(Struct, frozen=True):
    """What a document offers. `cut`: there are more than are listed."""

    title: str
    version: str
    operations: tuple[Operation, ...]
    cut: bool


def operations(document: Document) -> Operations:
    """Every operation, in the document's order. Raises NotOpenApi when there is none."""
    info = document.at(document.tree.get("info"))
    found: list[Operation] = []
    for path, method, declared in _declared(document):
        if len(found) > MOST:
            break
        found.append(_operation(path, method, declared))
    if not found:
        raise NotOpenApi("The document has no operation: its `paths` are empty.")
    return Operations(
        text(info.get("title"), ""), text(info.get("version"), ""), tuple(found[:MOST]), len(found) > MOST
    )


def find(document: Document, name: str) -> tuple[Mapping[str, Value], Mapping[str, Value], Operation]:
    """The path's item, what is declared of the operation, and the operation. Raises NotOpenApi."""
    method, _, path = name.strip().partition(" ")
    item = document.at(document.at(document.tree.get("paths")).get(path.strip()))
    declared = document.at(item.get(method.lower()))
    if not isinstance(item.get(method.lower()), dict) or method.upper() not in get_args(Method):
        raise NotOpenApi(f"The document has no operation {name[:100]}.")
    return item, declared, _operation(path.strip(), method.upper(), declared)


def text(value: Value, other: str) -> str:
    """A text of one line, not too long; something else instead of what is none."""
    if isinstance(value, bool):
        return str(value).lower()
    return " ".join(str(value).split())[:LONGEST] if isinstance(value, str | int | float) else other


def _declared(document: Document) -> Iterator[tuple[str, str, Mapping[str, Value]]]:
    for path, item in document.at(document.tree.get("paths")).items():
        try:
            there = document.at(item)
        except NotOpenApi:
            continue  # the others are still of use
        for method in get_args(Method):
            if isinstance(there.get(method.lower()), dict):
                yield path, method, document.at(there[method.lower()])


def _operation(path: str, method: str, declared: Mapping[str, Value]) -> Operation:
    tags = declared.get("tags")
    tag = text(tags[0], "") if isinstance(tags, list) and tags else ""
    summary = declared.get("summary") or declared.get("operationId") or declared.get("description")
    return Operation(f"{method} {path}", method, path, text(summary, ""), tag, declared.get("deprecated") is True)

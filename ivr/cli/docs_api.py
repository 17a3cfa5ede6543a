"""The API in Markdown, made from its own OpenAPI document."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from ivr.web import api
from ivr.web.api.inbound_api import StartsApi
from ivr.web.api.openapi import describe

JSON = "application/json"


class _Unopened:
    """Stands for a store and all else that handlers work with: routes are declared with it, and none is asked."""

    def __getattr__(self, name: str) -> Any:
        return self

    def __call__(self, *_: Any, **__: Any) -> Any:
        return self


def document() -> dict[str, Any]:
    """The OpenAPI document that a server serves, without a server."""
    unopened: Any = _Unopened()
    return describe(api.routes(unopened, StartsApi(*[unopened] * 5).routes()))


def api_reference() -> str:
    """Every address with what it takes and answers, then every shape that these name."""
    told = document()
    operations = [(path, method, each) for path, methods in told["paths"].items() for method, each in methods.items()]
    parts = []
    for topic, group in groupby(sorted(operations, key=_topic), key=_topic):
        parts.append(f"## /api/{topic}")
        shared = told["components"]["responses"]
        parts += [part for path, method, each in group for part in _operation(path, method, each, shared)]
    shapes = told["components"]["schemas"]
    parts.append("## Shapes")
    parts.append("The JSON objects that the addresses above take and answer. A field with `?` may be absent.")
    parts += [part for name in sorted(shapes) for part in _shape(name, shapes[name])]
    return "\n\n".join(parts)


def _topic(operation: tuple[str, str, Any]) -> str:
    return operation[0].split("/")[2]


def _operation(path: str, method: str, operation: dict[str, Any], shared: dict[str, Any]) -> Iterator[str]:
    yield f"### {method.upper()} {path}"
    yield f"{operation['summary']}."
    given = [
        f"* `{each['name']}` ({each['in']}): {each['description']}"
        for each in operation["parameters"]
        if "description" in each
    ]
    lines = [*given]
    if "requestBody" in operation:
        lines += [f"* Send {_content(operation['requestBody']['content'])}" for _ in "1"]
    for status, answer in operation["responses"].items():
        content = _content(answer.get("content", {}))
        if int(status) < 400:
            lines.append(f"* {status}: {content or 'no content'}")
        elif status not in {"401", "403", "413", "415", "503"}:
            lines.append(f"* {status}: {(shared[status] if '$ref' in answer else answer)['description']}")
    yield "\n".join(lines)


def _content(content: dict[str, Any]) -> str:
    """What is sent or answered: a shape, or the kind of file."""
    if not content:
        return ""
    kind, described = next(iter(content.items()))
    schema = described.get("schema", {})
    if kind != JSON:
        return f"`{kind}`"
    if schema.get("properties"):
        required = schema.get("required", [])
        fields = (f"`{name}{'' if name in required else '?'}`" for name in schema["properties"])
        return f"a JSON object with {', '.join(fields)}"
    return _kind(schema)


def _kind(schema: dict[str, Any]) -> str:
    """The type of a value in words."""
    if "$ref" in schema:
        return f"[{(name := schema['$ref'].rsplit('/', 1)[-1])}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_kind(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"`{each}`" for each in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}" if schema.get("items") else "list"
    kind: Any = schema.get("type", "anything")
    return "object" if kind == "object" else str(kind)


def _shape(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"### {name}"
    if about := " ".join(schema.get("description", "").split()):
        yield about
    required = schema.get("required", [])
    fields = [
        f"* `{field}{'' if field in required else '?'}`: {_kind(each)}"
        for field, each in schema.get("properties", {}).items()
    ]
    yield "\n".join(fields or [f"* {_kind(schema)}"])

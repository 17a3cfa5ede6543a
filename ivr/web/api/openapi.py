"""The OpenAPI document, made from the same declarations that answer."""

import asyncio
import inspect
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import msgspec
from aiohttp import web

from ivr.flow.model import Flow
from ivr.version import __version__
from ivr.web.api.documents import DOCUMENT, NEW_DOCUMENT
from ivr.web.doors import TOKEN
from ivr.web.problem import MEDIA, Shown, Told
from ivr.web.route import Route, is_safe, ok

_parameter = re.compile(r"\{(\w+)(?::[^{}]*)?\}")
_REFERENCE = "#/components/schemas/{name}"
WORDS = {
    401: "Not signed in. Sign in first.",
    403: "The token against forged requests is missing, the request comes from elsewhere, or the role is not enough.",
    413: "The request is too large.",
    415: "The request is no JSON by its header.",
    422: "The request can't be understood; `problems` has every mistake.",
    503: "The database can't be asked now.",
}


def routes(declared: Sequence[Route]) -> Sequence[Route]:
    """The route that serves the document of those given, and of itself."""

    @cache
    def document() -> dict[str, Any]:
        return describe([*declared, own])

    async def show(_: web.Request) -> web.Response:
        # In a thread, as it takes a fifth of a second to make, and the event loop serves callers.
        return ok(await asyncio.to_thread(document))

    own = Route(
        method="GET",
        path="/api/openapi.json",
        role="viewer",
        summary="This document",
        handle=show,
        answer=dict[str, Any],
    )
    return (own,)


def describe(declared: Sequence[Route]) -> dict[str, Any]:
    """An OpenAPI 3.1 document of the routes under /api."""
    kinds = [*(route.answer for route in declared if route.answer is not None), Told, Shown]
    shapes, components = msgspec.json.schema_components(kinds, ref_template=_REFERENCE)
    for struct in _always_whole(kinds):
        components[struct.__name__]["required"] = list(struct.__struct_encode_fields__)
    for shape in components.values():
        # Versions of the library differ in how far they move a docstring's lines in.
        if "description" in shape:
            shape["description"] = inspect.cleandoc(shape["description"])
    components.update(_flow_document())
    answers = iter(shapes)
    paths: dict[str, dict[str, Any]] = {}
    for route in declared:
        shape = next(answers) if route.answer is not None else None
        if route.path.startswith("/api/"):
            operations = paths.setdefault(_parameter.sub(r"{\1}", route.path), {})
            operations[route.method.lower()] = _operation(route, shape, components)
    document = {
        "openapi": "3.1.0",
        "info": {"title": "The board's API", "version": __version__},
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": {str(status): _refusal(about) for status, about in WORDS.items()},
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "ivr_session_{port}"},
                "token": {"type": "http", "scheme": "bearer"},
            },
        },
    }
    finished: dict[str, Any] = _finished(document)
    return finished


def _always_whole(kinds: Sequence[Any]) -> list[type[msgspec.Struct]]:
    """The structs within these types that are sent with all their members, those that have a default too."""
    found: dict[type[msgspec.Struct], None] = {}
    ahead: list[Any] = list(msgspec.inspect.multi_type_info(kinds))
    while ahead:
        info = ahead.pop()
        if isinstance(info, msgspec.inspect.StructType):
            if info.cls in found:
                continue
            found[info.cls] = None
        ahead.extend(_within(info))
    return [each for each in found if not each.__struct_config__.omit_defaults]


def _within(info: Any) -> Iterator[Any]:
    """The types that a type is made of."""
    for name in info.__struct_fields__:
        value = getattr(info, name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, msgspec.inspect.Type | msgspec.inspect.Field):
                yield each


def _flow_document() -> dict[str, Any]:
    """What a flow file says. The type says which action it is; its other fields are in `schema` of `/api/bootstrap`."""
    schema = Flow.model_json_schema(ref_template=_REFERENCE.format(name="Flow{model}"))
    parts = schema.pop("$defs")
    parts["Block"]["properties"]["action"] = {
        "type": "object",
        "description": "What the block does: `type`, and the fields that `/api/bootstrap` has under `schema`.",
        "properties": {"type": {"type": "string"}},
        "required": ["type"],
        "additionalProperties": True,
    }
    bare = {name: value for name, value in schema.items() if name != "required"}
    return {DOCUMENT: schema, NEW_DOCUMENT: bare, "FlowBlock": parts["Block"], "FlowNote": parts["Note"]}


def _finished(value: Any) -> Any:
    """A part of the document: components by their names, and objects that may hold anything say so."""
    if isinstance(value, list | tuple):
        return [_finished(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "x-component" in value:
        return {"$ref": _REFERENCE.format(name=value["x-component"])}
    done = {name: _finished(each) for name, each in value.items()}
    if done.get("type") == "object" and not done.keys() & {"properties", "additionalProperties"}:
        done["additionalProperties"] = True
    return done


def _operation(route: Route, shape: dict[str, Any] | None, components: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": route.summary,
        "parameters": _parameters(route),
        "responses": {str(route.status): _success(route, shape), **_errors(route)},
    }
    if route.body is not None:
        schema = route.body.model_json_schema(ref_template="#/components/schemas/{model}")
        components.update(schema.pop("$defs", {}))
        operation["requestBody"] = {"required": True, "content": {route.takes: {"schema": schema}}}
    elif route.document:
        whole = {"schema": {"x-component": DOCUMENT}}
        operation["requestBody"] = {"required": True, "content": {route.takes: whole}}
    elif route.takes != "application/json":
        operation["requestBody"] = {"required": True, "content": {route.takes: {"schema": {"type": "object"}}}}
    ways: list[dict[str, list[str]]] = [{"session": []}] if route.door == "session" else []
    ways += [{"token": []}] if route.scope else []
    if ways:
        operation["security"] = ways
    if route.door == "session":
        operation["x-role"] = route.role
    return operation


def _parameters(route: Route) -> list[dict[str, Any]]:
    text = {"type": "string"}
    named = [{"name": name, "in": "path", "required": True, "schema": text} for name in _parameter.findall(route.path)]
    asked = [{"name": name, "in": "query", "description": about, "schema": text} for name, about in route.query.items()]
    sent: list[dict[str, Any]] = [
        {"name": name, "in": "header", "description": about, "schema": text} for name, about in route.headers.items()
    ]
    if not is_safe(route) and route.door in {"session", "anyone"}:
        sent.append({"name": TOKEN, "in": "header", "required": True, "schema": text})
    return [*named, *asked, *sent]


def _success(route: Route, shape: dict[str, Any] | None) -> dict[str, Any]:
    told: dict[str, Any] = {"description": route.summary}
    if shape is not None:
        told["content"] = {route.media: {"schema": shape}}
    elif route.media != "application/json":
        told["content"] = {route.media: {}}
    return told


def _errors(route: Route) -> dict[str, Any]:
    statuses = dict.fromkeys([503], WORDS[503])
    if route.door == "session":
        statuses |= {status: WORDS[status] for status in (401, 403)}
    if not is_safe(route) and route.door in {"session", "anyone"}:
        statuses[403] = WORDS[403]
    if route.body is not None or route.document:
        statuses |= {status: WORDS[status] for status in (413, 415, 422)}
    statuses |= route.errors
    return {
        str(status): {"$ref": f"#/components/responses/{status}"} if about == WORDS.get(status) else _refusal(about)
        for status, about in sorted(statuses.items())
    }


def _refusal(about: str) -> dict[str, Any]:
    return {"description": about, "content": {MEDIA: {"schema": {"$ref": _REFERENCE.format(name="Told")}}}}

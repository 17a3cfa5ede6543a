"""The OpenAPI document, made from the same declarations that answer."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from aiohttp import web

from ivr.version import __version__
from ivr.web.doors import TOKEN
from ivr.web.problem import MEDIA, Shown, Told
from ivr.web.route import Route, is_safe, ok

_parameter = re.compile(r"\{(\w+)(?::[^{}]*)?\}")
_REFERENCE = "#/components/schemas/{name}"
WORDS = {
    401: "Nobody is signed in.",
    403: "The token against forged requests is missing, or the request comes from elsewhere.",
    413: "The request is too large.",
    415: "The request is no JSON by its header.",
    422: "The request can't be understood; `problems` has every mistake.",
    503: "The database can't be asked now.",
}


def routes(declared: Sequence[Route]) -> Sequence[Route]:
    """The route that serves the document of those given, and of itself."""

    async def show(_: web.Request) -> web.Response:
        return ok(document)

    own = Route(
        method="GET",
        path="/api/openapi.json",
        summary="This document",
        handle=show,
        answer=dict[str, Any],
    )
    document = describe([*declared, own])
    return (own,)


def describe(declared: Sequence[Route]) -> dict[str, Any]:
    """An OpenAPI 3.1 document of the routes under /api."""
    kinds = [route.answer for route in declared if route.answer is not None]
    shapes, components = msgspec.json.schema_components([*kinds, Told, Shown], ref_template=_REFERENCE)
    answers = iter(shapes)
    paths: dict[str, dict[str, Any]] = {}
    for route in declared:
        shape = next(answers) if route.answer is not None else None
        if route.path.startswith("/api/"):
            operations = paths.setdefault(_parameter.sub(r"{\1}", route.path), {})
            operations[route.method.lower()] = _operation(route, shape, components)
    return {
        "openapi": "3.1.0",
        "info": {"title": "The board's API", "version": __version__},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "ivr_session_{port}"}},
        },
    }


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
    elif route.document or route.takes != "application/json":
        operation["requestBody"] = {"required": True, "content": {route.takes: {"schema": {"type": "object"}}}}
    if route.door == "session":
        operation["security"] = [{"session": []}]
    return operation


def _parameters(route: Route) -> list[dict[str, Any]]:
    text = {"type": "string"}
    named = [{"name": name, "in": "path", "required": True, "schema": text} for name in _parameter.findall(route.path)]
    asked = [{"name": name, "in": "query", "description": about, "schema": text} for name, about in route.query.items()]
    sent: list[dict[str, Any]] = [
        {"name": name, "in": "header", "description": about, "schema": text} for name, about in route.headers.items()
    ]
    if not is_safe(route) and route.door != "own":
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
        statuses[401] = WORDS[401]
    if not is_safe(route) and route.door != "own":
        statuses[403] = WORDS[403]
    if route.body is not None or route.document:
        statuses |= {status: WORDS[status] for status in (413, 415, 422)}
    statuses |= route.errors
    schema = {"schema": {"$ref": _REFERENCE.format(name="Told")}}
    return {
        str(status): {"description": about, "content": {MEDIA: schema}} for status, about in sorted(statuses.items())
    }

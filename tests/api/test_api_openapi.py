"""The declarations of the API: each route is in its document, and every answer is what its declaration says."""

import re
from typing import Any

import msgspec
import pytest
from aiohttp import web

from ivr.core.grammar import REFERENCE
from ivr.flow.model import Block, Flow
from ivr.registry import ACTIONS
from ivr.web import api
from ivr.web.api.bootstrap import actions, script_pattern
from ivr.web.api.described import NOTHING
from ivr.web.api.described import document as described
from ivr.web.api.openapi import describe
from ivr.web.private import Board, private
from ivr.web.route import Route
from tests.api.board import Browser, asking, flow

METHODS = {"get", "post", "put", "delete"}


@pytest.fixture
async def document(board: Browser) -> dict[str, Any]:
    told: dict[str, Any] = (await board.get("/api/openapi.json")).json
    return told


async def test_every_route_is_in_it_and_nothing_else(board: Browser, document: dict[str, Any]) -> None:
    told = {(method, path) for path, each in document["paths"].items() for method in each if method in METHODS}
    for method, path in told:
        answer = await board.ask(method.upper(), re.sub(r"\{\w+\}", "x", path))
        assert answer.status not in {404, 405} or answer.problem["detail"] not in {
            "There is nothing here.",
            "This address takes other methods; the header Allow has them.",
        }, (method, path)
    assert ("get", "/api/openapi.json") in told
    assert len(told) > 25


def test_what_is_mounted_is_told_of_and_what_is_told_of_is_mounted() -> None:
    routes = api.routes(NOTHING)
    mounted = {
        (route.method, route.resource.canonical)
        for route in private(Board(routes, ()), NOTHING).router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    told = {(method.upper(), path) for path, each in describe(routes)["paths"].items() for method in each}
    assert told == {(method, path) for method, path in mounted if path.startswith("/api/")}
    assert mounted - told == {("GET", path) for path in ("/healthz", "/readyz", "/metrics", "/open")}


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*map(references, value.values()))
    return set().union(*map(references, value)) if isinstance(value, list) else set()


async def test_everything_it_refers_to_is_there(document: dict[str, Any]) -> None:
    parts = document["components"]
    there = {f"#/components/{kind}/{name}" for kind in ("schemas", "responses") for name in parts[kind]}
    found = references(document)
    assert found
    assert found - there == set()


async def test_it_is_known_without_a_server(document: dict[str, Any]) -> None:
    """The page's types are made from it."""
    alone = described()
    assert alone["components"]["schemas"].items() >= document["components"]["schemas"].items()
    assert alone["paths"].items() >= document["paths"].items()


async def test_it_tells_types_closely_enough_to_make_code_from(document: dict[str, Any]) -> None:
    """What is always there is required, what is one of few is an enum, and an object without members holds anything."""
    schemas = document["components"]["schemas"]
    assert set(schemas["Told"]["required"]) == {"type", "title", "status", "detail", "problems"}
    assert "port" not in schemas["CallEvent"]["required"]
    assert schemas["Shown"]["properties"]["level"]["enum"] == ["error", "warning"]
    assert set(schemas["CallShown"]["properties"]["result"]["enum"]) >= {"live", "completed"}
    assert schemas["CallEvent"]["properties"]["detail"]["additionalProperties"] is True
    draft = document["paths"]["/api/flows/{id}/draft"]
    for content in (draft["get"]["responses"]["200"], draft["put"]["requestBody"]):
        assert content["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/FlowDocument"}
    assert set(schemas["FlowDocument"]["properties"]) == set(Flow.model_fields)
    assert set(schemas["FlowBlock"]["properties"]) == set(Block.model_fields)
    assert schemas["FlowBlock"]["properties"]["action"]["required"] == ["type"]


async def test_it_tells_what_a_request_takes(document: dict[str, Any]) -> None:
    save = document["paths"]["/api/flows/{id}/draft"]["put"]
    assert [each["name"] for each in save["parameters"]] == ["id", "blocks", "If-Match", "X-CSRF-Token"]
    assert {"200", "401", "403", "404", "412", "413", "415", "422", "428", "503"} == set(save["responses"])
    assert save["security"] == [{"session": []}]
    sign_in = document["paths"]["/api/session"]["post"]
    assert "security" not in sign_in
    assert sign_in["requestBody"]["content"]["application/json"]["schema"]["required"] == ["user", "password"]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
            named = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
            assert named == set(re.findall(r"\{(\w+)\}", path))


async def test_answers_are_what_is_declared(board: Browser) -> None:
    """A scripted session, each answer read strictly as the type that its route declares."""
    declared = {(each.method, each.path): each for each in api.routes(NOTHING)}
    await board.post("/api/flows", {"document": asking("http://127.0.0.1:9/")})
    await board.put("/api/flows/line/draft", flow(), headers={"If-Match": "*"})
    await board.post("/api/flows/line/publish", {"note": "x"}, headers={"If-Match": "*"})
    await board.put("/api/numbers/+15550100100", {"flow": "line"})
    await board.put("/api/secrets/crm", {"value": "x", "hosts": ["a.test"]})
    asked = [
        ("GET", "/api/session", "/api/session", None),
        ("GET", "/api/bootstrap", "/api/bootstrap", None),
        ("GET", "/api/flows", "/api/flows", None),
        ("GET", "/api/flows/{id}/draft", "/api/flows/line/draft", None),
        ("POST", "/api/check", "/api/check", {"document": asking("http://127.0.0.1:9/")}),
        ("GET", "/api/flows/{id}/revisions", "/api/flows/line/revisions", None),
        ("GET", "/api/flows/{id}/revisions/{number}", "/api/flows/line/revisions/1", None),
        ("GET", "/api/flows/{id}/diff", "/api/flows/line/diff", None),
        ("POST", "/api/flows/{id}/revisions/{number}/restore", "/api/flows/line/revisions/1/restore", {}),
        ("GET", "/api/numbers", "/api/numbers", None),
        ("GET", "/api/secrets", "/api/secrets", None),
        ("GET", "/api/audio", "/api/audio", None),
        (
            "POST",
            "/api/flows/{id}/test-request",
            "/api/flows/line/test-request",
            {"document": asking("http://127.0.0.1:9/"), "block": 2},
        ),
    ]
    for method, template, path, body in asked:
        answer = await board.ask(method, path, **({} if body is None else {"json": body}))
        route = declared[method, template]
        assert answer.status == route.status, (path, answer.body)
        assert isinstance(route, Route)
        msgspec.json.decode(answer.body, type=route.answer)


def test_a_route_that_is_declared_is_told_of() -> None:
    async def handle(_: web.Request) -> web.Response:
        return web.Response()

    more = Route(method="GET", path=r"/api/more/{number:\d+}", summary="More", handle=handle, query={"x": "What."})
    told = describe([more])["paths"]["/api/more/{number}"]["get"]
    assert [each["name"] for each in told["parameters"]] == ["number", "x"]


def test_every_action_is_told_of_as_it_declares_itself() -> None:
    rows = actions()
    assert [row.type for row in rows] == [action.model_fields["type"].default for action in ACTIONS]
    for row, action in zip(rows, ACTIONS, strict=True):
        assert set(row.schema["properties"]) == set(action.model_fields) - {"type"}
        assert row.help
        assert "\n" not in str(row.schema)
    web_call = next(row for row in rows if row.type == "external_web_call")
    properties = web_call.schema["properties"]
    groups = dict.fromkeys(field["x-ui"].get("group", "") for field in properties.values()) | {}
    assert [each for each in groups if each] == [
        "Inputs",
        "Authentication",
        "Body",
        "Response Variables",
        "Play Hold Music",
        "While Waiting",
    ]
    assert properties["url"]["title"] == "URL of service"
    assert properties["content_type"]["title"] == "Content type"
    assert (properties["timeout"]["minimum"], properties["timeout"]["maximum"]) == (1, 200)
    assert web_call.schema["$defs"]["ClientCredentials"]["properties"]["token_url"]["title"] == "Token URL"
    assert {each.name for each in web_call.variables} >= {"#.responsebody", "#.statuscode"}
    inbound = next(row for row in rows if row.type == "inbound_call")
    assert "ANI" in {each.name for each in inbound.variables}
    assert inbound.trigger


def test_the_pattern_of_a_reference_is_one_that_browsers_read() -> None:
    pattern = script_pattern(REFERENCE)
    assert "(?P" not in pattern
    assert re.findall(r"\(\?<(\w+)>", pattern) == ["dollar", "braced", "filter", "bare"]

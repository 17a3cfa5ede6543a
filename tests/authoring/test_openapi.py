"""Picking an operation: what becomes of a good document, and of one that means harm."""

import json
from pathlib import Path
from typing import Any

import pytest

from ivr.actions.external_web_call import ExternalWebCall
from ivr.authoring.openapi import LONGEST, Document, NotOpenApi, Picked, operations, pick, read_document
from ivr.core.template import JSON, Template
from ivr.core.waiting import SUPPOSED

PETS = Path(__file__).with_name("pets.yaml").read_text()


def document(paths: Any, **more: Any) -> Document:
    return read_document(json.dumps({"openapi": "3.0.3", "paths": paths, **more}))


def picked(declared: dict[str, Any], *, path: str = "/a", method: str = "post", **more: Any) -> Picked:
    return pick(document({path: {method: declared}}, **more), f"{method.upper()} {path}")


def with_body(schema: Any, kind: str = "application/json", **more: Any) -> Picked:
    return picked({"requestBody": {"content": {kind: {"schema": schema}}}}, **more)


def answering(schema: Any, **more: Any) -> dict[str, str]:
    found = picked({"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}, **more)
    return {each.query: each.name for each in found.offered}


class TestOperations:
    def test_they_are_listed_in_the_order_of_the_document(self) -> None:
        found = operations(read_document(PETS))
        assert (found.title, found.version, found.cut) == ("Pets", "1.2.0", False)
        assert [(each.name, each.summary, each.tag, each.deprecated) for each in found.operations] == [
            ("GET /pets/{pet-id}", "One pet", "pets", False),
            ("PUT /pets/{pet-id}", "", "", True),
            ("POST /form", "sendForm", "", False),
        ]

    def test_json_and_yaml_say_the_same(self) -> None:
        assert operations(read_document(json.dumps(read_document(PETS).tree))) == operations(read_document(PETS))

    def test_a_flood_of_them_is_cut(self) -> None:
        found = operations(document({f"/{number}": {"get": {}} for number in range(3000)}))
        assert (len(found.operations), found.cut) == (2000, True)

    def test_one_that_is_not_there_is_said(self) -> None:
        for name in ("GET /", "", "TRACE /a", "get", "GET /a b"):
            with pytest.raises(NotOpenApi, match="no operation"):
                pick(document({"/a": {"post": {"summary": "x"}}}), name)


class TestRequests:
    def test_an_operation_becomes_a_block(self) -> None:
        found = pick(read_document(PETS), "GET /pets/{pet-id}")
        assert found.fields == {
            "method": "GET",
            "url": "https://eu.pets.example/v1/pets/${pet_id}?lang=en&%24filter=${filter}",
            "headers": [{"name": "X-Trace", "value": "${X_Trace}"}],
            "authentication": {"type": "api_key", "name": "X-Api-Key", "value": {"set": True}, "place": "header"},
        }
        assert found.notes == (
            "Type in what the authentication needs.",
            "Left out, as they need not be sent: detail.",
        )
        assert [(each.name, each.query) for each in found.offered][:8] == [
            ("id", "id"),
            ("name", "name"),
            ("age", "age"),
            ("kind", "kind"),
            ("owner_name", "owner.name"),
            ("owner_e_mail", 'owner["e mail"]'),
            ("tags", "tags[0]"),
            ("error_2", "error"),
        ]

    def test_a_body_has_a_variable_for_each_value(self) -> None:
        body = pick(read_document(PETS), "PUT /pets/{pet-id}").fields["body"]
        assert body.splitlines() == [
            "{",
            '  "name": "${name}",',
            '  "age": ${age},',
            '  "kind": "cat",',
            '  "owner": {',
            '    "name": "${owner_name}"',
            "  },",
            '  "tags": ["${tags}"]',
            "}",
        ]
        json.loads(Template(body).fill(SUPPOSED, JSON))

    def test_forms_become_rows(self) -> None:
        found = pick(read_document(PETS), "POST /form")
        assert found.fields["form"] == [{"name": "a", "value": "${a}"}]
        assert found.fields["content_type"] == "application/x-www-form-urlencoded"
        assert found.fields["authentication"]["token_url"] == "https://eu.pets.example/token"

    @pytest.mark.parametrize(
        ("scheme", "kind"),
        [
            ({"type": "http", "scheme": "basic"}, "basic"),
            ({"type": "http", "scheme": "Digest"}, "digest"),
            ({"type": "http", "scheme": "bearer"}, "bearer"),
            ({"type": "apiKey", "in": "query", "name": "key"}, "api_key"),
            ({"type": "mutualTLS"}, "certificate"),
            ({"type": "openIdConnect"}, "bearer"),
            ({"type": "oauth2", "flows": {"password": {"tokenUrl": "https://t.test/"}}}, "oauth2_password"),
            ({"type": "oauth2", "flows": {"implicit": {}}}, "bearer"),
            ({"type": "apiKey", "in": "cookie", "name": "key"}, None),
            ({"type": "http", "scheme": "negotiate"}, None),
        ],
    )
    def test_who_asks(self, scheme: Any, kind: str | None) -> None:
        found = picked({"security": [{"s": []}]}, components={"securitySchemes": {"s": scheme}})
        assert found.fields.get("authentication", {}).get("type") == kind
        assert len(found.notes) >= 1

    @pytest.mark.parametrize(
        ("servers", "address", "url"),
        [
            ([{"url": "https://a.test/v1/"}], "", "https://a.test/v1/a"),
            ([{"url": "/v1"}], "https://b.test/docs/api.json", "https://b.test/v1/a"),
            ([], "https://b.test/docs/api.json", "https://b.test/a"),
            ([{"url": "/v1"}], "", "${BaseUrl}/v1/a"),
            ([{"url": "https://$x.test"}], "", "https://$$x.test/a"),
        ],
    )
    def test_where_the_api_is(self, servers: Any, address: str, url: str) -> None:
        text = json.dumps({"openapi": "3.1.0", "servers": servers, "paths": {"/a": {"get": {"summary": "x"}}}})
        assert pick(read_document(text, address), "GET /a").fields["url"] == url

    def test_what_a_block_does_not_take_is_left_out(self) -> None:
        found = with_body({"type": "string"}, kind="application/json;\x01")
        ExternalWebCall.model_validate(found.fields)
        assert "What the document says of content_type can't be used, and was left out." in found.notes

    @pytest.mark.parametrize(
        ("schema", "body"),
        [
            ({"type": "object"}, "{}"),
            ({"type": "string"}, '"${Body}"'),
            ({"type": ["null", "integer"]}, "${Body}"),
            ({"const": "$5"}, '"$$5"'),
            ({"oneOf": [{"type": "null"}, {"type": "boolean"}]}, "${Body}"),
            ({}, '"${Body}"'),
            ({"items": {"type": "number"}}, "[${Body}]"),
            (None, '"${Body}"'),
            ([], '"${Body}"'),
            ({"properties": [], "required": 5, "type": "object"}, "{}"),
        ],
    )
    def test_skeletons(self, schema: Any, body: str) -> None:
        assert with_body(schema).fields["body"] == body


class TestValues:
    def test_words_of_yaml_are_those_of_yaml_1_2(self) -> None:
        text = """openapi: 3.0.0
paths:
  /a:
    post:
      requestBody:
        content:
          application/json:
            schema:
              properties:
                country: {default: NO}
                answer: {enum: [yes, no]}
                at: {default: 10:30}
                day: {default: 2026-01-05}
                moment: {default: 2026-01-05T10:00:00Z}
                zip: {default: 00123}
                sure: {default: true}
                price: {default: 1.5}
                none: {enum: [null, 2]}
"""
        body = json.loads(pick(read_document(text), "POST /a").fields["body"])
        assert list(body.values()) == [
            *("NO", "yes", "10:30", "2026-01-05", "2026-01-05T10:00:00Z", "00123", True, 1.5, 2),
        ]

    def test_a_parameter_that_is_true_is_sent_as_json_has_it(self) -> None:
        row = {"name": "b", "in": "query", "required": True, "schema": {"type": "boolean", "default": True}}
        assert picked({"parameters": [row]}).fields["url"].endswith("?b=true")

    @pytest.mark.parametrize("given", [{"example": {"n": "$5"}}, {"examples": {"one": {"value": {"n": "$5"}}}}])
    def test_a_body_that_only_has_an_example_is_that(self, given: dict[str, Any]) -> None:
        found = picked({"requestBody": {"content": {"application/json": given}}})
        assert Template(found.fields["body"]).fill(SUPPOSED, JSON) == '{\n  "n": "$5"\n}'
        assert "example" in " ".join(found.notes)

    def test_a_server_is_filled_in_and_its_parts_too(self) -> None:
        server = {
            "url": "https://{where}.test:{port}/v1",
            "variables": {"where": {"default": "eu"}, "port": {"default": 8443}},
        }
        found = picked({}, servers=[server])
        assert found.fields["url"] == "https://eu.test:8443/v1/a"


class TestHostileDocuments:
    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("", "no OpenAPI document"),
            ("[]", "no OpenAPI document"),
            ("5", "no OpenAPI document"),
            ("swagger: '2.0'\npaths: {}", "Swagger 2.0"),
            ("openapi: 2.9", "no OpenAPI 3"),
            ("<html>", "no OpenAPI document"),
            ("{", "can't be read"),
            ("a: b: c", "can't be read"),
            ("openapi: !!python/object/apply:os.system ['x']", "can't be read"),
            ("openapi: 2024-99-99", "no OpenAPI 3"),
            ("x: " + "1" * 10_000, "value that can't be read"),
            ("a: &a [*a]", "holds itself"),
            ("a" * (LONGEST + 1), "larger than 5 MiB"),
            ("é" * LONGEST, "larger than 5 MiB"),
            ("[" * 200 + "]" * 200, "deeper than 100"),
            ("[" * 100_000, "deeper than 100"),
            ("a:\n" + "".join(f"{' ' * n}- \n" for n in range(1, 150)), "deeper than 100"),
            ("[" + "1," * 500_000 + "1]", "more than 400,000 values"),
            (
                "a0: &a0 [1,1,1,1,1,1,1,1,1]\n"
                + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)),
                "more than 400,000 values",
            ),
            (
                "a0: &a0 {k: 1, l: 2}\n"
                + "".join(f"a{n}: &a{n} {{{', '.join(f'k{i}: *a{n - 1}' for i in range(9))}}}\n" for n in range(1, 12))
                + "b: {<<: [*a11, *a11]}",
                "more than 400,000 values",
            ),
        ],
        ids=[
            *(
                "empty",
                "list",
                "number",
                "swagger",
                "older",
                "html",
                "json",
                "yaml",
                "python",
                "date",
                "digits",
                "itself",
            ),
            *("long", "long in bytes", "deep json", "open brackets", "deep yaml", "wide", "laughs", "merged laughs"),
        ],
    )
    def test_a_clear_error(self, text: str, why: str) -> None:
        with pytest.raises(NotOpenApi, match=why):
            read_document(text)

    @pytest.mark.parametrize(
        ("reference", "why"),
        [
            ("#/components/schemas/A", "in a circle"),
            ("other.yaml#/A", "refers to another one"),
            ("https://a.test/x.json", "refers to another one"),
            ("file:///etc/passwd", "refers to another one"),
            ("#/nowhere", "leads nowhere"),
            ("#/paths/~1a/99999999999", "leads nowhere"),
        ],
    )
    def test_references(self, reference: str, why: str) -> None:
        schemas = {"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}}
        with pytest.raises(NotOpenApi, match=why):
            with_body({"$ref": reference}, components={"schemas": schemas})

    def test_a_path_that_is_elsewhere_spoils_no_other(self) -> None:
        found = document({"/x": {"$ref": "other.yaml"}, "/a": {"get": {"summary": "x"}}})
        assert [each.name for each in operations(found).operations] == ["GET /a"]

    def test_schemas_that_hold_themselves_end(self) -> None:
        node: dict[str, Any] = {"type": "object", "properties": {}}
        for name in "abcdefghij":
            node["properties"][name] = {"$ref": "#/components/schemas/Node"}
        more = {"components": {"schemas": {"Node": node}}}
        body = with_body({"$ref": "#/components/schemas/Node"}, **more).fields.get("body", "")
        assert len(body) < 1_000_000
        assert len(answering({"$ref": "#/components/schemas/Node"}, **more)) <= 60

    @pytest.mark.parametrize("several", ["allOf", "oneOf", "anyOf"])
    def test_so_do_those_that_are_made_of_themselves(self, several: str) -> None:
        node = {several: [{"$ref": "#/components/schemas/Node"}] * 10}
        more = {"components": {"schemas": {"Node": node}}}
        with_body({"$ref": "#/components/schemas/Node"}, **more)
        answering({"$ref": "#/components/schemas/Node"}, **more)

    def test_names_of_an_answer_are_names_of_variables(self) -> None:
        names = ["ünï", "9lives", "", "a.b", "$x", '"', "cause", "x" * 300, "\u0000", "[0]"]
        found = answering({"properties": {name: {"type": "string"} for name in names}})
        block = {"url": "https://a.test/", "response_variables": [{"name": n, "query": q} for q, n in found.items()]}
        ExternalWebCall.model_validate(block)
        assert len(found) >= 6

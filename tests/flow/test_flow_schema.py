"""The JSON Schema of flow files agrees with what reads them, and the templates keep to both."""

import copy
import json
from functools import cache
from importlib import resources
from typing import Any

import pytest

from ivr.flow.read import read, read_document
from ivr.flow.schema import schema
from ivr.flow.templates import Template, UnknownTemplate, template, templates
from ivr.registry import ACTIONS
from tests.test_shape import secrets

DEMO = json.loads(resources.files("ivr.demo").joinpath("appointment.json").read_text("utf-8"))


@cache
def judge() -> Any:
    from jsonschema import Draft202012Validator  # seconds to import: not when tests are collected

    return Draft202012Validator(schema())


def fits(document: Any) -> bool:
    return bool(judge().is_valid(document))


def test_it_is_a_json_schema_that_stands_alone() -> None:
    judge().check_schema(judge().schema)
    text = json.dumps(judge().schema)
    assert '"$id"' not in text
    assert "x-ui" not in text
    assert judge().schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(text.split('"$ref": "')[1][:8]) <= set("#/$defs/")


def test_every_action_has_its_title_and_every_field_is_explained() -> None:
    titles = {definition.get("title") for definition in judge().schema["$defs"].values()}
    assert {action.card.title for action in ACTIONS} <= titles
    bare = [
        f"{name}.{field}"
        for name, definition in judge().schema["$defs"].items()
        for field, about in definition.get("properties", {}).items()
        if not about.get("description") and field not in {"type", "action"}
    ]
    assert bare == []


def test_the_demo_and_the_templates_fit() -> None:
    for document in (DEMO, *(json.loads(each.text) for each in templates())):
        assert fits(document)
        flow, _ = read_document(document)
        assert flow is not None
        assert fits(flow.model_dump(mode="json")), "written out with every default"


@pytest.mark.parametrize("secret", ["typed", "$SECRET.crm", {"set": True}])
def test_secrets_fit_as_they_are_written_and_as_they_are_exported(secret: Any) -> None:
    document = copy.deepcopy(DEMO)
    document["blocks"][2]["action"]["authentication"] = {"type": "basic", "user": "anna", "password": secret}
    assert fits(document)


@pytest.mark.parametrize(
    ("block", "fields"),
    [
        (3, {"timeout": 0}),
        (3, {"timeout": "long"}),
        (3, {"tiemout": 10}),
        (3, {"authentication": {"type": "basci"}}),
        (3, {"authentication": {"type": "basic", "user": "anna", "password": {"set": False}}}),
        (3, {"authentication": {"type": "basic", "user": "anna", "password": 7}}),
        (3, {"method": "FETCH"}),
        (2, {"type": "play_mesage"}),
    ],
)
def test_mistakes_that_are_found_when_reading_do_not_fit(block: int, fields: dict[str, Any]) -> None:
    document = copy.deepcopy(DEMO)
    document["blocks"][block - 1]["action"] |= fields
    assert not fits(document)
    assert read_document(document)[0] is None


@pytest.mark.parametrize("document", [None, [], {}, {"id": "A", "name": "A"}, {"id": "a", "name": ""}])
def test_what_is_no_flow_does_not_fit(document: Any) -> None:
    assert not fits(document)
    assert read_document(document)[0] is None


def test_which_templates_there_are() -> None:
    assert {each.id for each in templates()} == {
        "empty",
        "menu",
        "ask-by-sms",
        "appointment",
        "business-hours",
        "slow-look-up",
    }
    assert templates()[0].id == "empty"
    with pytest.raises(UnknownTemplate, match="Did you mean “menu”"):
        template("menus")
    with pytest.raises(UnknownTemplate, match="There are: empty, "):
        template("zzz")


@pytest.mark.parametrize("each", templates(), ids=lambda each: each.id)
def test_a_template_can_be_published_as_it_is(each: Template) -> None:
    flow, problems = read(each.text)
    assert flow is not None
    assert problems == []
    assert each.name
    assert each.description.endswith(".")
    assert list(secrets(json.loads(each.text))) == []


@pytest.mark.parametrize("each", templates(), ids=lambda each: each.id)
def test_a_template_is_laid_out(each: Template) -> None:
    """Blocks lie on the grid, apart from each other, and wires lead to the right."""
    blocks = {block["number"]: block for block in json.loads(each.text)["blocks"]}
    places = [tuple(block["place"]) for block in blocks.values()]
    assert all(x % 8 == 0 and y % 8 == 0 for x, y in places)
    for at, (x, y) in enumerate(places):
        for other_x, other_y in places[:at]:
            assert abs(x - other_x) >= 320 or abs(y - other_y) >= 160
    for block in blocks.values():
        for target in block.get("exits", {}).values():
            assert blocks[target]["place"][0] >= block["place"][0] + 320


@pytest.mark.parametrize("each", templates(), ids=lambda each: each.id)
def test_a_flow_begins_as_a_template(each: Template) -> None:
    document = each.begin("front-desk", "Front desk")
    assert (document["id"], document["name"]) == ("front-desk", "Front desk")
    assert document["blocks"] == json.loads(each.text)["blocks"]
    document["blocks"].clear()
    assert each.begin("x", "x")["blocks"], "each flow has its own"

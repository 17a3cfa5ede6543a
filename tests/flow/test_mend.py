"""Flows in the middle of being written: what is there already is told all the same."""

from typing import Any

import pytest

from ivr.flow.mend import mended
from ivr.flow.scope import Scope
from ivr.registry import ACTIONS

TYPES = [action.model_fields["type"].default for action in ACTIONS]


def flow(*actions: dict[str, Any], exits: dict[int, dict[str, int]]) -> dict[str, Any]:
    blocks = [
        {"number": number, "action": action, "exits": exits.get(number, {})} for number, action in enumerate(actions, 1)
    ]
    return {"id": "line", "name": "Line", "blocks": blocks}


def names(document: dict[str, Any], number: int) -> set[str]:
    return {each.name for each in Scope(mended(document)).at(number) if each.block}


@pytest.mark.parametrize("kind", TYPES)
def test_a_block_that_was_just_placed_is_a_part_of_the_flow(kind: str) -> None:
    assert [block.action.type for block in mended(flow({"type": kind}, exits={})).blocks] == [kind]


def test_variables_come_through_a_block_that_is_only_begun() -> None:
    half = {"type": "external_web_call", "timeout": 0, "headers": [{"name": "", "value": ""}]}
    document = flow({"type": "inbound_call"}, half, {"type": "condition"}, exits={1: {"next": 2}, 2: {"success": 3}})
    assert "ANI" in names(document, 2)
    assert {"ANI", "EXTCALL_2.statuscode"} <= names(document, 3)


def test_what_is_no_switch_is_off() -> None:
    document = flow({"type": "inbound_call"}, {"type": "end_call"}, exits={1: {"next": 2}})
    document["blocks"][1]["disabled"] = "perhaps"
    assert [block.disabled for block in mended(document).blocks] == [False, False]


def test_rows_without_a_mistake_stay() -> None:
    rows = [{"name": "", "query": "a"}, {"name": "when", "query": "b"}, {"name": "1", "query": ""}, {"name": "who"}]
    call = {"type": "external_web_call", "url": "http://x.example", "response_variables": rows}
    document = flow({"type": "inbound_call"}, call, {"type": "end_call"}, exits={1: {"next": 2}, 2: {"success": 3}})
    found = names(document, 3)
    assert "when" in found
    assert not found & {"who", "1", ""}
    kept = mended(document).by_number[2].action
    assert kept.url.text == "http://x.example"


def test_a_flow_without_mistakes_is_as_it_is() -> None:
    document = flow({"type": "inbound_call"}, {"type": "play_message", "message": "Hi"}, exits={1: {"next": 2}})
    assert mended(document).by_number[2].action.message.text == "Hi"


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {"blocks": 3},
        {"blocks": [1, None, {}, {"action": 3}, {"number": "x", "action": {"type": "menu"}}]},
        {"blocks": [{"number": 1, "action": {"type": "nothing"}}]},
        {"blocks": [{"number": 1, "action": {"type": ["menu"]}, "exits": 5}]},
        {"blocks": [{"number": 1, "action": {"type": "switch", "cases": {"a": 1}}, "exits": {"x": "y"}}]},
    ],
)
def test_any_document_is_borne(document: Any) -> None:
    assert all(block.number == 1 for block in mended(document).blocks)


def test_the_document_is_left_as_it_was() -> None:
    document = flow({"type": "external_web_call", "headers": [{}]}, exits={})
    mended(document)
    assert document == flow({"type": "external_web_call", "headers": [{}]}, exits={})

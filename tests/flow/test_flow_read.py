"""From the text of a flow file to a flow, or to every mistake in it."""

import json
from importlib import resources
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.problem import Problem
from ivr.flow.model import Flow
from ivr.flow.read import read
from tests.core.any_value import json_values

START = {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 2}}
END = {"number": 3, "action": {"type": "end_call"}}
CALL = {"type": "external_web_call", "url": "http://api.test/"}


def block(action: Any, **fields: Any) -> dict[str, Any]:
    return {"number": 2, "action": action, "exits": {}, **fields}


def file(*blocks: Any, **flow: Any) -> str:
    return json.dumps({"id": "a-flow", "name": "A flow", **flow, "blocks": [START, *blocks, END]})


def found(text: str | bytes) -> list[tuple[str, int, str, str, str]]:
    flow, problems = read(text)
    assert (flow is None) == any(problem.code not in AFTER_READING for problem in problems)
    return [(each.code, each.block, each.path, each.message, each.hint) for each in problems if each.level == "error"]


AFTER_READING = {
    "number_twice", "no_start", "second_start", "unknown_port", "no_such_block", "into_trigger", "unwired",
    "unreachable", "unknown_variable", "secret_missing",
    "userinfo", "no_address", "body_not_json", "body_not_xml", "body_unused", "form_unused", "hold_too_late",
    "secret_not_sent",
}  # fmt: skip


def test_a_good_file() -> None:
    say = {"type": "play_message", "message": "Hello."}
    flow, problems = read(file(block(say, exits={"next": 3})))
    assert isinstance(flow, Flow)
    assert [each.number for each in flow.blocks] == [1, 2, 3]
    assert problems == []


def test_the_demo_has_no_mistakes_and_no_secrets() -> None:
    flow, problems = read(resources.files("ivr.demo").joinpath("appointment.json").read_bytes())
    assert flow is not None
    assert problems == []


def test_what_is_written_reads_the_same() -> None:
    flow, _ = read(resources.files("ivr.demo").joinpath("appointment.json").read_bytes())
    assert flow is not None
    again, _ = read(flow.model_dump_json())
    assert again == flow


@pytest.mark.parametrize(
    "text",
    ["{", '{"id": "a",}', "{'id': 'a'}", "nul", b"\xff\xfe", b'{"id": "\xff"}', "[" * 100_000, "NaN", "{} {}"],
)
def test_what_is_not_json(text: str | bytes) -> None:
    flow, (problem,) = read(text)
    assert flow is None
    assert (problem.code, problem.hint) == ("not_json", "Check for a missing comma or quote.")


@pytest.mark.parametrize("text", ["[]", "null", "5", '"flow"', "true", "[{}]"])
def test_what_is_json_but_no_flow(text: str) -> None:
    flow, (problem,) = read(text)
    assert flow is None
    assert problem == Problem("not_a_flow", "A flow is a JSON object.", hint="It begins with {.")


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ({"id": "Has Blanks"}, "string_pattern_mismatch", "id"),
        ({"id": "x\n"}, "string_pattern_mismatch", "id"),
        ({"id": "x" * 65}, "string_too_long", "id"),
        ({"id": None}, "string_type", "id"),
        ({"name": ""}, "string_too_short", "name"),
        ({"name": ["a"]}, "string_type", "name"),
        ({"apology": ""}, "string_too_short", "apology"),
        ({"langauge": "en-GB"}, "extra_forbidden", "langauge"),
    ],
)
def test_mistakes_of_the_flow_itself(fields: dict[str, Any], code: str, path: str) -> None:
    ((first, number, where, *_),) = found(file(block({"type": "end_call"}), **fields))
    assert (first, number, where) == (code, 0, path)


@pytest.mark.parametrize("blocks", [None, 5, "many", {}, {"1": {}}, True])
def test_blocks_are_a_list(blocks: Any) -> None:
    problem = ("list_type", 0, "blocks", "Must be a list of blocks.", "")
    assert found(json.dumps({"id": "a", "name": "A", "blocks": blocks})) == [problem]


@pytest.mark.parametrize("row", [None, 5, "block", [], [[]], True])
def test_a_block_is_an_object(row: Any) -> None:
    first = found(file(row))[0]
    assert first[1:] == (0, "blocks[1]", "Must be a JSON object.", "")


MISTAKES: list[tuple[dict[str, Any], str, str, str]] = [
    (block({"type": "send_sms"}), "missing", "action.message", ""),
    (block({"type": "send_sm", "message": "Hi."}), "union_tag_invalid", "action", "Did you mean “send_sms”?"),
    (block({"message": "Hi."}), "union_tag_not_found", "action", "There are: "),
    (block({"type": "xyz"}), "union_tag_invalid", "action", "There are: "),
    (block({"type": None}), "union_tag_invalid", "action", "There are: "),
    (block(None), "model_attributes_type", "action", ""),
    (block([]), "model_attributes_type", "action", ""),
    (block("send_sms"), "model_attributes_type", "action", ""),
    ({"number": 2}, "missing", "action", ""),
    (block({"type": "end_call"}, titel="x"), "extra_forbidden", "titel", "Did you mean “title”?"),
    (block({"type": "end_call"}, zebra="x"), "extra_forbidden", "zebra", ""),
    (block({"type": "end_call"}, title="x" * 81), "string_too_long", "title", ""),
    (block({"type": "end_call"}, exits=[]), "dict_type", "exits", ""),
    (block({"type": "end_call"}, exits={"next": "two"}), "int_type", "exits.next", ""),
    (block({"type": "end_call"}, exits={"next": None}), "int_type", "exits.next", ""),
    (block(CALL | {"timout": 5}), "extra_forbidden", "action.timout", "Did you mean “timeout”?"),
    (block(CALL | {"timeout": 0}), "greater_than_equal", "action.timeout", ""),
    (block(CALL | {"timeout": 201}), "less_than_equal", "action.timeout", ""),
    (block(CALL | {"timeout": 2.5}), "int_from_float", "action.timeout", ""),
    (block(CALL | {"method": "GTE"}), "literal_error", "action.method", ""),
    (block(CALL | {"url": 5}), "string_type", "action.url", ""),
    (block(CALL | {"headers": {}}), "tuple_type", "action.headers", ""),
    (block(CALL | {"headers": [{"name": "X"}]}), "missing", "action.headers[0].value", ""),
    (block(CALL | {"headers": [{"name": "X", "vale": "y", "value": ""}]}), "extra_forbidden", "action.headers[0].vale",
     "Did you mean “value”?"),
    (block(CALL | {"headers": [{"name": ":", "value": ""}]}), "string_pattern_mismatch", "action.headers[0].name", ""),
    (block(CALL | {"headers": [{"name": "X\n", "value": "y"}]}), "string_pattern_mismatch", "action.headers[0].name",
     ""),
    (block(CALL | {"headers": [{"name": "X", "value": ""}] * 51}), "too_long", "action.headers", ""),
    (block(CALL | {"authentication": {"type": "basic", "user": "a"}}), "missing", "action.authentication.password", ""),
    (block(CALL | {"authentication": {"type": "basic", "user": "a", "password": 5}}), "value_error",
     "action.authentication.password", ""),
    (block(CALL | {"authentication": {"type": "basic", "usr": "a", "user": "a", "password": "b"}}), "extra_forbidden",
     "action.authentication.usr", "Did you mean “user”?"),
    (block(CALL | {"authentication": {"type": "basi", "user": "a", "password": "b"}}), "union_tag_invalid",
     "action.authentication", "Did you mean “basic”?"),
    (block(CALL | {"authentication": {"user": "a", "password": "b"}}), "union_tag_not_found",
     "action.authentication", "There are: "),
    (block(CALL | {"authentication": {"type": "api_key", "valeu": "x", "name": "X", "value": "x"}}), "extra_forbidden",
     "action.authentication.valeu", "Did you mean “value”?"),
    (block(CALL | {"hold_audio": {"type": "file"}}), "missing", "action.hold_audio.file", ""),
    (block(CALL | {"hold_audio": {"type": "speech", "text": "x", "paus": 5}}), "extra_forbidden",
     "action.hold_audio.paus", "Did you mean “pause”?"),
    (block(CALL | {"hold_audio": {"type": "music"}}), "union_tag_invalid", "action.hold_audio", "There are: "),
    (block(CALL | {"timed_lines": [{"text": "x", "after": 0}]}), "greater_than_equal",
     "action.timed_lines[0].after", ""),
    (block(CALL | {"timed_lines": [{"text": "x", "after": 1, "every": 4}]}), "greater_than_equal",
     "action.timed_lines[0].every", ""),
    (block(CALL | {"timed_lines": [{"text": "x", "after": 1}] * 11}), "too_long", "action.timed_lines", ""),
    (block(CALL | {"basic_auth": {"user": "a", "password": "b"}}), "extra_forbidden", "action.basic_auth", ""),
    (block(CALL | {"response_variables": [{"name": "a b", "query": "x"}]}), "string_pattern_mismatch",
     "action.response_variables[0].name", ""),
    (block(CALL | {"response_variables": [{"name": "cause", "query": "x"}]}), "value_error",
     "action.response_variables[0].name", ""),
    (block(CALL | {"response_variables": [{"name": "a", "query": " "}]}), "value_error",
     "action.response_variables[0].query", ""),
    (block(CALL | {"response_variables": [{"name": "a", "query": "$["}]}), "value_error",
     "action.response_variables[0].query", ""),
    (block(CALL | {"content_type": "json"}), "string_pattern_mismatch", "action.content_type", ""),
    (block(CALL | {"play_hold_music": "music"}), "bool_parsing", "action.play_hold_music", ""),
    (block(CALL | {"when_caller_hangs_up": "wait"}), "literal_error", "action.when_caller_hangs_up", ""),
]  # fmt: skip


@pytest.mark.parametrize(("row", "code", "path", "hint"), MISTAKES)
def test_mistakes_of_a_block(row: dict[str, Any], code: str, path: str, hint: str) -> None:
    ((first, number, where, message, said),) = found(file(row))
    assert (first, number, where) == (code, 2, path)
    assert said == hint or (hint.endswith(": ") and said.startswith(hint))
    assert message[0].isupper()
    assert message.endswith(".")
    assert "Input should" not in message


@pytest.mark.parametrize("number", [0, -1, 10_000, "two", None, 1.5, [], {}])
def test_a_block_with_a_bad_number_is_found_by_its_place(number: Any) -> None:
    where = found(file(block({"type": "end_call"}, number=number)))[0][2]
    assert where.removeprefix("blocks[1].") == "number"


def test_a_port_that_is_mistyped_and_one_into_nowhere() -> None:
    say = {"type": "play_message", "message": "Hello."}
    assert [problem[:3] for problem in found(file(block(say, exits={"nxt": 3, "next": 7})))] == [
        ("unknown_port", 2, "exits.nxt"),
        ("no_such_block", 2, "exits.next"),
    ]


def test_all_mistakes_at_once() -> None:
    text = file(
        block(CALL | {"timout": 5, "method": "GTE"}, exits={"success": 4}),
        block({"type": "play_mesage", "message": "Hi."}, number=4, exits={"next": 5}),
        block({"type": "play_message", "message": "Hi.", "voice": None}, number=5, exits={"next": 6}),
        block({"type": "play_message", "message": "Fine."}, number=6, exits={"next": 99, "nxt": 3}),
        block({"type": "play_message", "message": "Leads to a broken one."}, number=7, exits={"next": 2}),
        block(
            CALL | {"authentication": {"type": "basic", "user": "a", "password": {"set": True}}},
            number=8,
            exits={"success": 1},
        ),
        7,
        name="",
        langauge="en",
    )
    assert {problem[:3] for problem in found(text)} == {
        ("string_too_short", 0, "name"),
        ("extra_forbidden", 0, "langauge"),
        ("extra_forbidden", 2, "action.timout"),
        ("literal_error", 2, "action.method"),
        ("union_tag_invalid", 4, "action"),
        ("string_type", 5, "action.voice"),
        ("model_type", 0, "blocks[7]"),
        ("no_such_block", 6, "exits.next"),
        ("unknown_port", 6, "exits.nxt"),
        ("into_trigger", 8, "exits.success"),
        ("secret_missing", 8, "action.authentication.password"),
    }


def test_secrets_are_not_told_in_problems() -> None:
    auth = {"type": "basic", "user": ["correct horse"], "password": "correct horse", "passwort": "correct horse"}
    _, problems = read(file(block(CALL | {"authentication": auth})))
    assert len(problems) >= 2
    assert "correct horse" not in repr(problems)


FIELDS = ["message", "to", "url", "headers", "authentication", "timeout", "method", "body", "response_variables",
          "form", "content_type", "hold_audio", "timed_lines", "success"]  # fmt: skip
NAMES = [
    "text",
    "after",
    "number",
    "action",
    "type",
    "exits",
    "name",
    "value",
    "user",
    "password",
    "query",
    "next",
    "set",
    *FIELDS,
]
WORDS = ["inbound_call", "send_sms", "external_web_call", "end_call", "play_message", "a", "GET", "$", "$..a", "basic",
         "oauth2", "speech", "file", "application/json", "text/xml"]  # fmt: skip
likely = st.recursive(
    json_values | st.sampled_from(WORDS) | st.integers(-1, 5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=20,
)
rows = st.fixed_dictionaries(
    {},
    optional={
        "number": st.integers(0, 4) | likely,
        "title": likely,
        "action": st.fixed_dictionaries({"type": st.sampled_from(WORDS[:5])}, optional=dict.fromkeys(FIELDS, likely))
        | likely,
        "exits": st.dictionaries(st.sampled_from(["next", "success", "failure", "x"]), likely | st.integers(0, 5))
        | likely,
    },
)
files = st.fixed_dictionaries(
    {"blocks": st.lists(rows | likely, max_size=5) | likely},
    optional={"id": st.just("a") | likely, "name": st.just("A") | likely, "voice": likely, "extra": likely},
)


@settings(max_examples=3 * settings.default.max_examples)
@given(files | likely)
def test_reading_never_fails(document: Any) -> None:
    flow, problems = read(msgspec.json.Encoder(decimal_format="number").encode(document))
    assert flow is not None or problems
    for problem in problems:
        assert str(problem)
        assert problem.message


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_reading_never_fails_on_rubbish(text: str | bytes) -> None:
    flow, problems = read(text)
    assert flow is None
    assert problems


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ({"description": "x", "states": [], "initial_state": "Trigger", "flags": {}}, "Twilio Studio"),
        ({"Version": "2019-10-30", "StartAction": "a", "Actions": []}, "Amazon Connect"),
        ({"nodes": [], "connections": {}}, "n8n"),
        ({"openapi": "3.0.0", "paths": {}}, "OpenAPI"),
    ],
)
def test_a_file_of_another_system_is_named(document: dict[str, Any], name: str) -> None:
    flow, problems = read(msgspec.json.encode(document))
    assert flow is None
    (problem,) = problems
    assert problem.code == "foreign_file"
    assert name in problem.message

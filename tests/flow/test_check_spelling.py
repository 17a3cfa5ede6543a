"""References that stop short of what was typed, and dollar signs of other languages."""

from typing import Any

import pytest

from ivr.core.problem import Problem
from ivr.flow.check import check
from ivr.flow.model import Flow
from tests.story.flows import asks, drawn, says, starts, takes, texts


def misspelled(flow: Flow) -> list[Problem]:
    return [problem for problem in check(flow) if problem.code == "misspelled"]


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("$EXTCALL_2.response.voices.en-US.name", '$EXTCALL_2.response.voices["en-US"].name'),
        ("Hello $EXTCALL_2.response.first-name!", 'Hello $EXTCALL_2.response["first-name"]!'),
        ("$EXTCALL_2.response.item.@id", '$EXTCALL_2.response.item["@id"]'),
        ("$EXTCALL_2.response.item.#text.", '$EXTCALL_2.response.item["#text"].'),
        ("$Voices.en-US.name", '$Voices["en-US"].name'),
        ("$EXTCALL_2.headers.content-type", "$EXTCALL_2.headers.content_type"),
        ("$EXTCALL_2.response.имя-отчество", '$EXTCALL_2.response["имя-отчество"]'),
        ("$EXTCALL_2.response.items[0].first-name", '$EXTCALL_2.response.items[0]["first-name"]'),
        ("$EXTCALL_2.response.@odata.context", '$EXTCALL_2.response["@odata.context"]'),
        ("$EXTCALL_2.response.soap:Body", '$EXTCALL_2.response["soap:Body"]'),
        ("$EXTCALL_2.response[name]", "$EXTCALL_2.response.name"),
        ("$EXTCALL_2.response.items[ 0 ]", "$EXTCALL_2.response.items[0]"),
        ('$EXTCALL_2.response["en-US]', '$EXTCALL_2.response["en-US"]'),
        ("${EXTCALL_2.response.en-US}!", '${EXTCALL_2.response["en-US"]}!'),
        ("${EXTCALL_2.response.first name}", '${EXTCALL_2.response["first name"]}'),
        ("${EXTCALL_2.response.en-US|as money}", '${EXTCALL_2.response["en-US"]|as money}'),
        ("Hello ${ANI", "Hello ${ANI}"),
        ("Hello {{ANI}}", "Hello ${ANI}"),
        ("Hello {{ EXTCALL_2.response.name }}", "Hello ${EXTCALL_2.response.name}"),
        ("Hello $(ANI)", "Hello ${ANI}"),
        ("Hello $ {ANI}", "Hello ${ANI}"),
        ("Hello %ANI%", "Hello ${ANI}"),
    ],
)
def test_a_reference_that_stops_short_is_named_with_the_right_spelling(typed: str, right: str) -> None:
    flow = drawn(starts(), asks(3, 3, response_variables=takes(Voices="v")), says(typed))
    (problem,) = misspelled(flow)
    assert (problem.block, problem.path, problem.level) == (3, "action.message", "warning")
    assert problem.fix == right
    assert misspelled(drawn(starts(), asks(3, 3, response_variables=takes(Voices="v")), says(problem.fix))) == []


@pytest.mark.parametrize(
    "text",
    [
        "$EXTCALL_2.response.name-$ANI",
        "${EXTCALL_2.response.name}-US.name",
        "$Voices-US",
        "$EXTCALL_2.statuscode-fold",
        "$EXTCALL_2.response.name... - or - $ANI.",
        "$EXTCALL_2.response.user@api.test",
        "http://$EXTCALL_2.response.host:80/x",
        "${HOME}",
        "${PATH:-/bin}",
        "{{ somebody }} and {ANI} and 100%",
        "$EXTCALL_2.response.a[1] and $EXTCALL_2.response['b c']",
        "$ANI [the number]",
        "$ANI[see below]",
        "$EXTCALL_2.response.name: $ANI",
        "$$ {x}",
    ],
)
def test_what_is_text_on_purpose_is_left_alone(text: str) -> None:
    assert misspelled(drawn(starts(), asks(3, 3, response_variables=takes(Voices="v")), says(text))) == []


def test_a_label_with_a_dollar_sign_is_named() -> None:
    (problem,) = misspelled(drawn(starts(), asks(3, 3), says("$EXTCALL_2.response.$ref")))
    assert problem.fix == '$EXTCALL_2.response["$ref"]'


@pytest.mark.parametrize("text", ["$EXTCALL_2.response.items[*].name", "${EXTCALL_2.response.items[*].name}"])
def test_a_list_can_not_be_taken_by_a_reference(text: str) -> None:
    (problem,) = misspelled(drawn(starts(), asks(3, 3), says(text)))
    assert "[*]" in problem.message
    assert "$.items[*].name" in problem.hint


GRAPHQL = '{"query": "query Order($id: ID!, $first: [Int!]) { order(id: $id) { lines(first: $first) } }"}'


@pytest.mark.parametrize(
    ("fields", "path", "fix"),
    [
        (
            {"url": "http://api.test/items?$filter=$ANI&$top=5"},
            "url",
            "http://api.test/items?$$filter=$ANI&$$top=5",
        ),
        (
            {"method": "POST", "content_type": "application/json", "body": GRAPHQL},
            "body",
            GRAPHQL.replace("$id", "$$id").replace("$first", "$$first"),
        ),
        (
            {"method": "POST", "content_type": "application/json", "body": '{"$set": {"a": "$ANI"}}'},
            "body",
            '{"$$set": {"a": "$ANI"}}',
        ),
    ],
)
def test_a_dollar_sign_of_another_language_is_named(fields: dict[str, Any], path: str, fix: str) -> None:
    (problem,) = misspelled(drawn(starts(), asks(**fields)))
    assert (problem.block, problem.path, problem.fix) == (2, f"action.{path}", fix)
    assert "$$" in problem.hint
    assert misspelled(drawn(starts(), asks(**{**fields, path: fix}))) == []


def test_a_link_in_a_text_message_is_looked_at_too() -> None:
    (problem,) = misspelled(drawn(starts(), texts("See http://api.test/?$top=1")))
    assert problem.fix == "See http://api.test/?$$top=1"


def test_a_key_that_the_flow_sets_is_its_own() -> None:
    body = {"method": "POST", "content_type": "application/json", "body": '{"$key": 1}', "url": "http://api.test"}
    rows = [{"name": "key", "value": "x"}]
    sets = {"action": {"type": "set_variables", "rows": rows}, "exits": {"next": 3}}
    assert misspelled(drawn(starts(), sets, asks(**body))) == []


def test_an_unknown_name_says_how_to_write_a_dollar_sign() -> None:
    found = check(drawn(starts(), says("It costs US$nothing")))
    (problem,) = [each for each in found if each.code == "unknown_variable"]
    assert "$$" in problem.hint

"""What APIs send that is not quite as it should be, and what bodies they want."""

import gzip
import json
import xml.etree.ElementTree as ET
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.actions.external_web_call import ExternalWebCall
from ivr.core.action import Leave, Visit, Wait
from ivr.core.call import Call
from ivr.core.credentials import OAuth2
from ivr.core.effects import Fetch
from ivr.core.events import Fetched
from ivr.core.fields import Secret
from tests.core.any_value import plain_text
from tests.webcall.peer import Asker, answer, peer, says


def fetch(x: Any = None, **fields: Any) -> Fetch:
    """The request of a block where `$v` is this value."""
    action = ExternalWebCall(**{"url": "http://api.test/", "method": "POST", **fields})
    asked = action.enter(Visit(Call("c", "f", 1, block=2, variables={"v": x}), 2, 0))
    assert isinstance(asked, Wait)
    assert isinstance(asked.effect, Fetch)
    return asked.effect


JSON_TYPES = [
    "application/json; charset=utf-8",
    "application/vnd.api+json",
    "application/problem+json",
    "text/json",
    "Application/JSON",
]
XML_TYPES = ["application/soap+xml; charset=utf-8", "text/xml;charset=utf-8", "application/atom+xml"]


def written(kind: str, place: str) -> dict[str, Any]:
    """The type in the field, or among the headers, there in the author's own case."""
    return {"content_type": kind} if place == "field" else {"headers": [{"name": "content-TYPE", "value": kind}]}


@pytest.mark.parametrize("place", ["field", "header"])
@pytest.mark.parametrize("kind", JSON_TYPES)
@settings(max_examples=25, deadline=None)
@given(value=plain_text)
def test_json_stays_json_whatever_its_type_is_called(kind: str, place: str, value: str) -> None:
    sent = fetch(value, **written(kind, place), body='{"name": "$v", "n": $v}')
    assert json.loads(sent.body or "") == {"name": value, "n": value}
    assert [line for name, line in sent.headers if name.lower() == "content-type"] == [kind]


@pytest.mark.parametrize("place", ["field", "header"])
@pytest.mark.parametrize("kind", XML_TYPES)
@settings(max_examples=25, deadline=None)
@given(value=plain_text)
def test_xml_keeps_its_elements_whatever_its_type_is_called(kind: str, place: str, value: str) -> None:
    root = ET.fromstring(fetch(value, **written(kind, place), body='<a b="$v">$v</a>').body or "")
    assert (root.tag, list(root), list(root.attrib)) == ("a", [], ["b"])


@pytest.mark.parametrize("place", ["field", "header"])
@settings(max_examples=25, deadline=None)
@given(value=plain_text)
def test_a_value_adds_no_field_to_a_form(place: str, value: str) -> None:
    kind = "application/x-www-form-urlencoded; charset=UTF-8"
    sent = fetch(value, **written(kind, place), body="a=$v&b=1")
    assert parse_qsl(sent.body or "", keep_blank_values=True) == [("a", value), ("b", "1")]


@pytest.mark.parametrize("kind", ["json", "a/b/c", "a /b", "a/b\r\nX: 1", ""])
def test_what_is_no_media_type_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="content_type"):
        ExternalWebCall(url="http://api.test/", content_type=kind)


def left(reply: dict[str, Any], **variable: Any) -> Any:
    rows = [{"name": "x", "query": "n", "default": "none", **variable}]
    action = ExternalWebCall(url="http://api.test/", response_variables=rows)
    outcome = action.resume(Visit(Call("c", "f", 1), 2, 0), Fetched(at=0, token="", **reply))
    assert isinstance(outcome, Leave)
    return outcome.share["x"]


json_answers = st.none() | st.integers() | plain_text


@given(n=json_answers)
def test_a_default_is_for_null_and_for_nothing(n: Any) -> None:
    assert left({"cause": "ok", "status": 200, "value": {"n": n}}) == ("none" if n is None else n)
    assert left({"cause": "ok", "status": 200, "value": {}}) == "none"


@pytest.mark.parametrize("cause", ["timeout", "dns", "connect", "unsendable", "cancelled", "unknown"])
def test_a_default_is_for_no_answer_at_all(cause: str) -> None:
    assert left({"cause": cause, "error": "It did not work."}) == "none"


def test_a_default_is_for_an_answer_of_another_status() -> None:
    assert left({"cause": "ok", "status": 500, "value": None}) == "none"


@pytest.mark.parametrize("around", [" {}", "{}\n", "\t{} \r\n"])
def test_blanks_round_an_address_are_left_out_and_said(around: str) -> None:
    text = around.format("http://api.test/a")
    action = ExternalWebCall(url=text)
    (problem,) = action.problems()
    assert (problem.code, problem.level, problem.fix) == ("blanks_round", "warning", "http://api.test/a")
    assert fetch(url=text).url == "http://api.test/a"
    assert fetch("http://api.test", url=around.format("$v/a")).url == "http://api.test/a"


def test_a_line_break_inside_an_address_is_an_error() -> None:
    (problem,) = ExternalWebCall(url="http://api.test/a\n  ?b=1").problems()
    assert (problem.code, problem.level) == ("line_break", "error")


BODY = b'{"a": 1}'


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("none", BODY),
        ("UTF-8", BODY),
        ("gzip", BODY),
        ("gzip", gzip.compress(BODY)),
        ("gzip, gzip", gzip.compress(gzip.compress(BODY))),
        ("gzip, gzip", gzip.compress(BODY)),
        ("identity, gzip", gzip.compress(BODY)),
        ("binary", BODY),
    ],
)
async def test_a_body_is_read_by_what_it_is(ask: Asker, encoding: str, body: bytes) -> None:
    async with peer(says(answer(body, f"Content-Type: application/json\r\nContent-Encoding: {encoding}"))) as api:
        reply = await ask(api.url)
    assert (reply.cause, reply.value) == ("ok", {"a": 1})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": "invalid_client", "error_description": "No such client."}', "invalid_client: No such client"),
        (b'{"error": "invalid_scope"}', "invalid_scope"),
        (b'{"error": {"code": "x1", "message": "S3CRET is wrong"}}', "x1: \u2022\u2022\u2022 is wrong"),
        (b"<html>", "status 400."),
    ],
)
async def test_a_token_server_s_own_words_are_told(ask: Asker, body: bytes, words: str) -> None:
    async with peer(says(answer(body, "Content-Type: application/json", status="400 Bad Request"))) as api:
        reply = await ask("http://127.0.0.1:9/", auth=OAuth2(f"{api.url}token", "id", Secret(sealed="s3cret")))
    assert reply.cause in {"status", "unreadable"}
    assert words in reply.error or body == b"<html>"


@pytest.mark.parametrize("prefix", ["\ufeff", ")]}',\n", ")]}'\n", "while(1);", "for (;;);"])
async def test_json_behind_what_keeps_scripts_from_running_it_is_read(ask: Asker, prefix: str) -> None:
    body = prefix.encode() + BODY
    async with peer(says(answer(body, "Content-Type: application/json"))) as api:
        reply = await ask(api.url)
    assert (reply.cause, reply.value) == ("ok", {"a": 1})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"a": NaN}', "NaN stands"),
        (b"[-Infinity]", "-Infinity stands"),
        (b'{"a": undefined}', "undefined stands"),
        (b"<html>Down</html>", "begins like HTML"),
    ],
)
async def test_what_is_no_json_is_named(ask: Asker, body: bytes, words: str) -> None:
    async with peer(says(answer(body, "Content-Type: application/json"))) as api:
        reply = await ask(api.url)
    assert reply.cause == "unreadable"
    assert words in reply.error
    assert reply.body == body.decode()

"""What APIs send that is not quite as it should be, and what bodies they want."""

import csv
import gzip
import io
import json
import xml.etree.ElementTree as ET
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ivr.actions.external_web_call import ExternalWebCall
from ivr.core.action import Leave, Visit, Wait
from ivr.core.call import Call, Entry
from ivr.core.credentials import OAuth2
from ivr.core.effects import Fetch
from ivr.core.events import Fetched
from ivr.core.fields import Secret
from ivr.core.values import to_json
from ivr.flow.keeping import facts
from ivr.flow.narration.traced import narrated
from ivr.webcall.answer import read_value
from ivr.webcall.charset import read_text
from tests.core.any_value import json_values, plain_text
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


LINES_TYPES = ["application/x-ndjson", "application/jsonl", "application/json-lines", "application/json-seq"]


@pytest.mark.parametrize("kind", LINES_TYPES)
@settings(max_examples=25, deadline=None)
@given(value=plain_text)
def test_a_value_adds_no_line_to_json_lines(kind: str, value: str) -> None:
    body = '{"a": "$v"}\n{"b": $v}'
    first, second = (fetch(value, content_type=kind, body=body).body or "").split("\n")
    assert (json.loads(first), json.loads(second)) == ({"a": value}, {"b": value})
    assert not [each.code for each in ExternalWebCall(url="http://api.test/", content_type=kind, body=body).problems()]


@settings(max_examples=25, deadline=None)
@given(value=plain_text)
def test_a_value_ends_no_text_of_graphql_and_opens_no_element_of_html(value: str) -> None:
    body = fetch(value, content_type="application/graphql", body='{ order(id: "$v") { eta } }').body or ""
    assert json.loads(body.removeprefix("{ order(id: ").removesuffix(") { eta } }")) == value
    page = fetch(value, content_type="text/html; charset=utf-8", body='<p title="$v">$v</p>').body or ""
    assert (page.count("<"), page.count('"')) == (2, 2)


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20) | st.text(',;"\t\r\n a')


@pytest.mark.parametrize("kind", ["text/csv", "text/csv; charset=utf-8; header=present", "application/csv"])
@settings(max_examples=25, deadline=None)
@given(value=CELLS)
def test_a_value_is_one_cell_of_a_table(kind: str, value: str) -> None:
    sent = fetch(value, content_type=kind, body='name,note\n$v,"Mr $v"\nx,$v\n').body or ""
    rows = list(csv.reader(io.StringIO(sent, newline="")))
    assert rows == [["name", "note"], [value, f"Mr {value}"], ["x", value]]
    tabs = fetch(value, content_type="text/tab-separated-values", body="a\tb\n$v\t$v").body or ""
    assert (tabs.count("\t"), tabs.count("\n")) == (2, 1)


YAML_BODY = "a: $v\nb: \"Mr $v\"\nc: 'it''s $v'\nd: Mr $v Smith # $v\nlist:\n  - $v\n  - {x: $v}\n"


@pytest.mark.parametrize("kind", ["application/yaml", "text/x-yaml; charset=utf-8", "application/vnd.oai.openapi+yaml"])
@settings(max_examples=25, deadline=None)
@given(value=plain_text)
@example(value="x: y\n- z # '")
def test_a_value_adds_nothing_to_yaml(kind: str, value: str) -> None:
    sent = fetch(value, content_type=kind, body=YAML_BODY).body or ""
    whole = yaml.safe_load(sent)
    assert list(whole) == ["a", "b", "c", "d", "list"]
    assert (whole["a"], whole["b"], whole["list"]) == (value, f"Mr {value}", [value, {"x": value}])
    assert whole["c"].startswith("it's ")
    assert whole["d"].startswith("Mr ")
    assert fetch(5, content_type=kind, body="a: $v").body == "a: 5"


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


@given(n=json_values)
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
        ("deflate", BODY),
        ("br", BODY),
        ("zstd", BODY),
        ("compress", BODY),
        ("gzip, br", BODY),
        ("gzip, gzip, gzip, gzip", BODY),
        ("", gzip.compress(BODY)),
        ("none", gzip.compress(BODY)),
        ("identity", gzip.compress(BODY)),
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
        (b'{"errors": [{"code": "E1", "detail": "No such client"}]}', "E1: No such client"),
        (b'{"fault": {"faultstring": "Invalid client"}}', "Invalid client"),
        (b'{"errorCode": "E0000021", "errorSummary": "Bad S3CRET"}', "E0000021: Bad \u2022\u2022\u2022"),
        (b'{"code": 401, "msg": "no client"}', "401: no client"),
        (b'"who are you"', "who are you"),
        (b"<html>", "status 400."),
    ],
)
async def test_a_token_server_s_own_words_are_told(ask: Asker, body: bytes, words: str) -> None:
    async with peer(says(answer(body, "Content-Type: application/json", status="400 Bad Request"))) as api:
        reply = await ask("http://127.0.0.1:9/", auth=OAuth2(f"{api.url}token", "id", Secret(sealed="s3cret")))
    assert reply.cause in {"status", "unreadable"}
    assert words in reply.error or body == b"<html>"


async def test_a_token_server_that_says_200_and_no_is_heard(ask: Asker) -> None:
    """As one of the largest does; but what may be a token is not told."""
    for body, words in (
        (b'{"error": "bad_code", "error_description": "It is old."}', "bad_code: It is old"),
        (b'"t0p"', ""),
    ):
        async with peer(says(answer(body, "Content-Type: application/json"))) as api:
            reply = await ask("http://127.0.0.1:9/", auth=OAuth2(f"{api.url}token", "id", Secret(sealed="s3cret")))
        assert reply.cause == "unreadable"
        assert words in reply.error
        assert "t0p" not in reply.error


GUARDS = ["\ufeff", ")]}',\n", ")]}'\n", "while(1);", "while(true);", "for (;;);", "{}&&", "{} && ", "&&&START&&&"]
GUARDS += ["throw 1; ", "throw 1; <dont be evil> "]


@pytest.mark.parametrize("prefix", GUARDS)
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


ROWS = [{"a": 1}, {"a": 2}]
NEARLY = {
    "a comma too many": ('{"a": [1, 2,], "b": "x",}', {"a": [1, 2], "b": "x"}, "a comma too many"),
    "single quotes": ("{'a': 'it is \"so\"', 'b': 'O\\'Neil'}", {"a": 'it is "so"', "b": "O'Neil"}, "single quotes"),
    "Python": ("{'a': None, 'b': True, 'c': [False]}", {"a": None, "b": True, "c": [False]}, "constants of Python"),
    "a program's object": ("{a: 1, $b_2: 'x'}", {"a": 1, "$b_2": "x"}, "labels without quotes"),
    "comments": ('{"a": 1, // one\n "b": 2 /* two, "c": 3 */}', {"a": 1, "b": 2}, "comments"),
    "a comment before it": ('/* made by us */ {"a": 1}', {"a": 1}, "comments"),
    "a line break in a text": ('{"a": "x\ny\tz"}', {"a": "x\ny\tz"}, "line breaks or tabs within a text"),
    "an escaped single quote": ('{"a": "it\\\'s"}', {"a": "it's"}, "single quotes"),
    "JSONP": ('callback({"a": 1});', {"a": 1}, "JSONP"),
    "JSONP of jQuery": ('/**/jQuery1_2.cb([{"a": 1}, {"a": 2}])', ROWS, "JSONP"),
    "JSON lines": ('{"a": 1}\n{"a": 2}\n', ROWS, "2 lines of JSON"),
    "JSON lines with blank ones": ('{"a": 1}\r\n\r\n{"a": 2}', ROWS, "2 lines of JSON"),
    "JSON in a text": ('"{\\"a\\": 1}"', {"a": 1}, "a text that is JSON itself"),
    "XML": ('<?xml version="1.0"?><a><b>1</b></a>', {"a": {"b": "1"}}, "it is XML"),
    "big numbers stay": ("[12345678901234567890, 1.10,]", [12345678901234567890, Decimal("1.10")], "a comma too many"),
}
KINDS = ["application/json", "application/vnd.api+json; charset=utf-8", "text/json"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("text", "value", "note"), NEARLY.values(), ids=NEARLY.keys())
async def test_what_is_nearly_json_is_read_and_said_so(ask: Asker, text: str, value: Any, note: str, kind: str) -> None:
    async with peer(says(answer(text.encode(), f"Content-Type: {kind}"))) as api:
        reply = await ask(api.url)
    assert (reply.cause, reply.value, reply.body) == ("ok", value, text)
    assert len(reply.notes) == 1
    assert note in reply.notes[0]


UNDECLARED = {
    "JSON lines": ('{"a": 1}\n{"a": 2}\n', "text/plain", ROWS),
    "JSON lines by their name": ('{"a": 1}\n', "application/x-ndjson", [{"a": 1}]),
    "records of JSON": ('\x1e{"a": 1}\n\x1e{"a": 2}\n', "application/json-seq", ROWS),
    "JSONP": ('cb({"a": 1})', "application/javascript", {"a": 1}),
    "JSON called a script": ('{"a": 1}', "text/javascript", {"a": 1}),
    "JSON called HTML": ('{"a": 1}', "text/html", {"a": 1}),
    "JSON called XML": ('{"a": 1}', "application/xml", {"a": 1}),
    "JSON without a type": (" [1, 2,] ", "", [1, 2]),
    "XML called text": ('<?xml version="1.0"?><a>1</a>', "text/plain", {"a": "1"}),
    "a script": ("alert(1)", "application/javascript", "alert(1)"),
    "a page": ("<html><p>Hi</p></html>", "text/html", "<html><p>Hi</p></html>"),
    "a page in XML": ('<?xml version="1.0"?><html/>', "text/plain", '<?xml version="1.0"?><html/>'),
    "words in brackets": ("[Note] closed today", "text/plain", "[Note] closed today"),
    "words in braces": ("{name}, hello", "text/plain", "{name}, hello"),
    "words in quotes": ('"{}"', "text/plain", '"{}"'),
}


@pytest.mark.parametrize(("text", "kind", "value"), UNDECLARED.values(), ids=UNDECLARED.keys())
async def test_a_body_is_what_it_looks_like(ask: Asker, text: str, kind: str, value: Any) -> None:
    async with peer(says(answer(text.encode(), f"Content-Type: {kind}"))) as api:
        reply = await ask(api.url)
    assert (reply.cause, reply.value) == ("ok", value)


UNCERTAIN = {
    "cut off": ('{"a": [1, 2', "breaks off in the middle"),
    "words": ("Service unavailable", "begins with “Service unavailable”"),
    "a page with a title": (
        "<!doctype html><title>502 Bad\n Gateway</title>",
        "begins like HTML or XML, with the title “502 Bad Gateway”",
    ),
    "a warning of PHP": ('<br />\n<b>Warning</b>: x in y\n{"a": 1}', "begins like HTML"),
    "a comma alone": ("[,]", "invalid character"),
    "two commas": ("[1,,2]", "invalid character"),
    "a name as a value": ("{a: b}", "object keys must be strings"),
    "two values in one line": ("[1] [2]", "trailing characters"),
    "a number that may be octal": ('{"a": 007,}', "malformed"),
    "single quotes round NaN": ("{'a': NaN}", "NaN stands"),
    "a path of Windows": ('{"a": "C:\\dir"}', "invalid escape"),
    "a comment without an end": ('{"a": 1 /* x', "JSON"),
}


@pytest.mark.parametrize(("text", "words"), UNCERTAIN.values(), ids=UNCERTAIN.keys())
async def test_what_may_mean_several_things_is_not_guessed(ask: Asker, text: str, words: str) -> None:
    async with peer(says(answer(text.encode(), "Content-Type: application/json"))) as api:
        reply = await ask(api.url)
    assert (reply.cause, reply.value, reply.body) == ("unreadable", None, text)
    assert words in reply.error


@given(value=json_values)
def test_whatever_a_program_prints_is_read_as_json_reads_it(value: Any) -> None:
    """With a comma too many, and in single quotes, a value is the one that it is without."""
    if not isinstance(value, dict | list) or not value:
        return
    plain = to_json(value)
    odd = f"{plain[:-1]},{plain[-1]}"
    assert read_value(odd, "application/json")[0] == value
    assert to_json(read_value(odd, "application/json")[0]) == plain


LATIN = "Zoë Müller".encode("latin-1")


@pytest.mark.parametrize(
    ("body", "kind", "words", "noted"),
    [
        (LATIN, "text/plain", "Zoë Müller", True),
        (LATIN, "", "Zoë Müller", True),
        ("Zoë".encode(), "text/plain", "Zoë", False),
        (LATIN, "text/plain; charset=utf-8", "Zoë Müller", True),
        ('{"a":"ë"}'.encode("utf-16-le"), "application/json", '{"a":"ë"}', False),
        ('{"a":"ë"}'.encode("utf-16-be"), "application/json", '{"a":"ë"}', False),
        ('{"a":"ë"}'.encode("utf-32-le"), "application/json", '{"a":"ë"}', False),
    ],
)
def test_letters_are_read_by_what_they_are(body: bytes, kind: str, words: str, noted: bool) -> None:
    text, note = read_text(body, kind)
    assert (text, bool(note)) == (words, noted)


def test_the_trace_says_what_was_overlooked() -> None:
    reply = Fetched(at=900, token="1.2", cause="ok", status=200, notes=("It has a comma too many.",), milliseconds=900)
    (told,) = narrated([Entry(0, "entered", 2, {}), Entry(900, "replied", 2, facts(reply))])[1:]
    assert told.sentence == "200 OK after 0.90 s. It has a comma too many"
    assert "notes" not in facts(replace(reply, notes=()))

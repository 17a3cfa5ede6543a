"""Whatever a caller or an API supplied, the request that leaves has the structure its author drew."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from ivr.actions.external_web_call import ExternalWebCall
from ivr.core.action import Visit, Wait
from ivr.core.call import Call
from ivr.core.credentials import Basic, OAuth2
from ivr.core.effects import Fetch
from ivr.core.template import secret_names
from ivr.core.values import Value, parse_json
from tests.core.any_value import hostile_text, json_values

DRAWN = {
    "url": "https://api.test/customers/$x/calls?from=$y&tag=<$x>&key=$SECRET.key#$y",
    "headers": [
        {"name": "X-Caller", "value": "$x"},
        {"name": "X-Both", "value": "a $x b $y"},
        {"name": "X-Key", "value": "$SECRET.key"},
    ],
    "authentication": {
        "type": "oauth2",
        "token_url": "https://login.test/$x/token?a=$y",
        "client_id": "$x",
        "client_secret": "$SECRET.client",
    },
    "opening_line": "Dear $x",
    "timed_lines": [{"text": "Still looking for $y.", "after": 5}],
    "play_hold_music": True,
    "hold_audio": {"type": "speech", "text": "Hold on, $x."},
}
JSON = '{"a": "$x", "b": {"c": [$x, "<$x|$y>", {"d": $y}]}, "key": $SECRET.key, "e": "$nothing"}'
XML = "<call caller=\"$x\" other='$y'><name>$x</name><key>$SECRET.key</key><empty/>$y</call>"
FIELDS = [{"name": "x&y", "value": "$x"}, {"name": "b", "value": "&c=$y"}, {"name": "key", "value": "$SECRET.key"}]

marks = st.sampled_from(
    ["\ufdd0key\ufdd1", "$SECRET.key", "\ufdd0other\ufdd1", "${SECRET.other}", '", "z": "', "]]>", "--x\r\n"]
)
anything = hostile_text | json_values | marks


def sent(x: Value, y: Value, **fields: Any) -> Fetch:
    action = ExternalWebCall.model_validate({**DRAWN, "method": "POST", **fields})
    outcome = action.enter(Visit(Call("CA1", "a-flow", 1, variables={"x": x, "y": y}), 3, at=0))
    assert isinstance(outcome, Wait)
    assert isinstance(outcome.effect, Fetch)
    return outcome.effect


def shape(value: Value) -> Any:
    """What is left of a value without its leaves."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    return [shape(inner) for inner in value] if isinstance(value, list) else ""


@given(anything, anything)
def test_the_address_keeps_its_steps_and_its_keys(x: Value, y: Value) -> None:
    job = sent(x, y)
    url = urlsplit(job.url)
    assert (url.scheme, url.netloc, url.path.count("/")) == ("https", "api.test", 3)
    assert [key for key, _ in parse_qsl(url.query, keep_blank_values=True)] == ["from", "tag", "key"]
    assert isinstance(job.auth, OAuth2)
    token = urlsplit(job.auth.token_url)
    assert (token.netloc, token.path.count("/"), len(parse_qsl(token.query, keep_blank_values=True))) == (
        "login.test",
        2,
        1,
    )
    assert secret_names(job.url) == {"key"}
    assert secret_names(job.auth.token_url + job.auth.client_id) == set()


@given(anything, anything)
def test_there_are_as_many_header_lines_as_were_drawn(x: Value, y: Value) -> None:
    job = sent(x, y, content_type="text/plain", body="$x")
    assert [name for name, _ in job.headers] == ["Content-Type", "X-Caller", "X-Both", "X-Key"]
    assert not {"\r", "\n", "\x00"} & set("".join(value for _, value in job.headers))
    assert [secret_names(value) for _, value in job.headers] == [set(), set(), set(), {"key"}]


@given(anything, anything, st.sampled_from(["application/json", "application/json-patch+json"]))
def test_a_json_body_keeps_its_shape(x: Value, y: Value, content_type: str) -> None:
    job = sent(x, y, content_type=content_type, body=JSON)
    read = parse_json(job.body or "")
    bare = [each if isinstance(each, dict | list) else "" for each in (x, y)]
    assert shape(read) == {
        "a": "",
        "b": {"c": [shape(bare[0]), "", {"d": shape(bare[1])}]},
        "key": "",
        "e": "",
    } or marked(x, y)
    assert (list(read), read["key"], read["e"]) == (["a", "b", "key", "e"], "\ufdd0key\ufdd1", "")
    assert isinstance(read["a"], str)
    assert secret_names(job.body or "") == {"key"}


def marked(*values: Value) -> bool:
    """Whether a value has keys with characters that marks are made of, which it loses."""
    return any(
        mark in json.dumps(value, default=str, ensure_ascii=False) for value in values for mark in "\ufdd0\ufdd1"
    )


@given(anything, anything, st.sampled_from(["application/xml", "text/xml"]))
def test_an_xml_body_gets_no_new_element_or_attribute(x: Value, y: Value, content_type: str) -> None:
    job = sent(x, y, content_type=content_type, body=XML)
    tree = ElementTree.fromstring(job.body or "")
    assert [element.tag for element in tree.iter()] == ["call", "name", "key", "empty"]
    assert [sorted(element.attrib) for element in tree.iter()] == [["caller", "other"], [], [], []]
    assert secret_names(job.body or "") == {"key"}


@given(anything, anything)
def test_a_form_gets_no_new_field(x: Value, y: Value) -> None:
    form = "application/x-www-form-urlencoded"
    drawn = sent(x, y, content_type=form, form=FIELDS)
    assert [key for key, _ in parse_qsl(drawn.body or "", keep_blank_values=True)] == ["x&y", "b", "key"]
    written = sent(x, y, content_type=form, body="a=$x&b=$y&key=$SECRET.key")
    assert [key for key, _ in parse_qsl(written.body or "", keep_blank_values=True)] == ["a", "b", "key"]
    assert secret_names(drawn.body or "") == secret_names(written.body or "") == {"key"}


@given(anything, anything)
def test_several_parts_stay_as_many(x: Value, y: Value) -> None:
    job = sent(x, y, content_type="multipart/form-data", form=FIELDS)
    assert [name for name, _ in job.form] == ["x&y", "b", "key"]
    assert [secret_names(value) for _, value in job.form] == [set(), set(), {"key"}]


@given(anything, anything)
def test_whatever_is_sent_can_be_stored_and_written_down(x: Value, y: Value) -> None:
    job = sent(x, y, authentication={"type": "basic", "user": "$x", "password": "$SECRET.p"}, body="$x$y")
    assert isinstance(job.auth, Basic)
    for text in (job.url, job.body or "", *(value for _, value in job.headers)):
        text.encode()
    assert "\ufdd0" not in f"{job.summary}"

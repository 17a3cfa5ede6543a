"""Siblings of what APIs send that is not quite right: letters, nearly JSON, nearly XML, forms and streams of events."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.query import take
from ivr.core.values import to_json
from ivr.webcall.answer import read_value
from ivr.webcall.charset import read_text, written
from ivr.webcall.errors import Unreadable
from tests.core.any_value import json_values, plain_text
from tests.counting import lines_of
from tests.webcall.peer import Asker, answer, peer, says

SMART = "it’s 5 €"
ZOE = "Zoë"
LETTERS: list[tuple[bytes, str, str, str]] = [
    (SMART.encode("cp1252"), "application/json; charset=ISO-8859-1", SMART, ""),
    (SMART.encode("cp1252"), "text/plain; charset=us-ascii", SMART, ""),
    (ZOE.encode(), "text/plain; charset=iso-8859-1", ZOE, "they are UTF-8"),
    (ZOE.encode(), "application/json; charset=windows-1252", ZOE, "they are UTF-8"),
    (ZOE.encode("latin-1"), "application/json; charset=utf-8", ZOE, "says it is UTF-8, but is not"),
    (ZOE.encode("latin-1"), "application/json; charset=utf8mb4", ZOE, "windows-1252"),
    (f'{{"a":"{ZOE}"}}'.encode(), "application/json; charset=utf-16", f'{{"a":"{ZOE}"}}', "they are UTF-8"),
    (ZOE.encode("utf-16"), "text/plain; charset=utf-8", ZOE, ""),
    (b"\xef\xbb\xbf" + ZOE.encode(), "text/plain; charset=iso-8859-1", ZOE, ""),
    (b"\xef\xbb\xbf\xef\xbb\xbf1", "application/json", "1", ""),
    ("①髙".encode("cp932"), "text/plain; charset=Shift_JIS", "①髙", ""),
    ("①髙".encode("cp932"), "text/plain; charset=x-sjis", "①髙", ""),
    ("請求".encode(), "text/plain; charset=shift_jis", "請求", "they are UTF-8"),
    ("镕".encode("gb18030"), "text/plain; charset=GB2312", "镕", ""),
    ("똠".encode("cp949"), "text/plain; charset=euc-kr", "똠", ""),
    ("Счёт".encode("cp1251"), "text/plain; charset=windows-1251", "Счёт", ""),
    ("Счёт".encode("cp1251"), "text/plain; charset=win-1251", "Счёт", ""),
    ("“ก”".encode("cp874"), "text/plain; charset=TIS-620", "“ก”", ""),
    ("ğ€".encode("cp1254"), "text/plain; charset=iso-8859-9", "ğ€", ""),
    (ZOE.encode(), "text/plain; charset='utf-8'", ZOE, ""),
    (ZOE.encode(), "text/plain; charset=rot13", ZOE, ""),
    ("新闻".encode("gbk"), "gbk", "新闻", ""),
    ("5 €".encode("iso-8859-15"), "application/json;charset=ISO-8859-15", "5 €", ""),
    ("Küçük".encode(), "application/json; charset=utf-8", "Küçük", ""),
    (ZOE.encode() + b"\xff", "text/plain", f"{ZOE}\ufffd", "damaged"),
    (b"\x89PNG\r\n\x1a\n\xff", "image/png", "\ufffdPNG\r\n\x1a\n\ufffd", ""),
]


@pytest.mark.parametrize(("body", "kind", "words", "noted"), LETTERS)
def test_letters_are_those_that_were_meant(body: bytes, kind: str, words: str, noted: str) -> None:
    text, note = read_text(body, kind)
    assert text == words
    assert noted in note
    assert bool(note) == bool(noted)


def test_a_content_type_takes_the_work_of_a_short_one() -> None:
    endless = 'text/plain;"' + ";" * 60_000
    assert lines_of(lambda: read_text(b"ok", endless)) < 3_000
    assert lines_of(lambda: written("ok", f"{endless} ")) < 3_000


async def test_of_a_content_type_that_goes_on_and_on_the_beginning_counts(ask: Asker) -> None:
    async with peer(says(answer(b"ok", f"Content-Type: text/{'a' * 300}json"))) as api:
        reply = await ask(api.url)
    assert (reply.cause, reply.value) == ("ok", "ok")


@given(text=plain_text, codec=st.sampled_from(["utf-8", "utf-16", "utf-32", "utf-8-sig"]), lie=st.booleans())
def test_what_is_unicode_is_read_as_it_was_written(text: str, codec: str, lie: bool) -> None:
    body = f'{{"a":{to_json(text)}}}'.encode(codec)
    declared = "iso-8859-1" if lie else codec.removesuffix("-sig")
    assert read_value(read_text(body, f"application/json; charset={declared}")[0], "application/json")[0] == {"a": text}


A = {"a": 1}
JSON: list[tuple[str, str, Any, str]] = [
    ("application/json", '[+1, .5, 5., -.5]', [1, Decimal("0.5"), 5, Decimal("-0.5")], "numbers"),
    ("application/json", '{"a": 0x1F}', {"a": 31}, "numbers"),
    ("application/json", '{"a": NULL, "b": TRUE}', {"a": None, "b": True}, "constants in capitals"),
    ("application/json", '{"a":\u00a01}', A, "blanks"),
    ("application/json", "{“a”: “x”}", {"a": "x"}, "curly quotes"),
    ("application/json", '{"a": "x\\ud83d"}', {"a": "x\ufffd"}, "halves of letters"),
    ("application/json", '{"a": "\\ud83d\\ude00", }', {"a": "\U0001f600"}, "comma"),
    ("application/json", '{"a": "\\\\ud83d", }', {"a": "\\ud83d"}, "comma"),
    ("application/json", '{"a": 1}\0', A, "behind the answer"),
    ("application/json", '{"a": 1};', A, "behind the answer"),
    ("text/javascript", "/**/ typeof cb === 'function' && cb({\"a\": 1});", A, "JSONP"),
    ("application/javascript", 'var answer = {"a": 1};', A, "variable"),
    ("application/json", '<r><a>1</a></r>', {"r": {"a": "1"}}, "it is XML"),
    ("", "<r><a>1</a></r>", {"r": {"a": "1"}}, ""),
    ("text/html", '<?xml version="1.0"?><r><b>1</b></r>', {"r": {"b": "1"}}, ""),
    ("text/plain", "<note>closed</note>", "<note>closed</note>", ""),
    ("text/html", "<p>closed <b>today</b></p>", "<p>closed <b>today</b></p>", ""),
    ("text/plain", "OK\r\n", "OK", ""),
    ("text/plain", "ACK=Success&N=1", "ACK=Success&N=1", ""),
    ("application/x-www-form-urlencoded", '{"a": 1}', A, ""),
    ("application/x-www-form-urlencoded; charset=iso-8859-1", "n=Zo%EB", {"n": ZOE}, ""),
    ("application/x-www-form-urlencoded", "n=Zo%C3%AB", {"n": ZOE}, ""),
    ("text/event-stream", 'event: m\ndata: {"a": 1}\n\n: ping\n\ndata: x\ndata: y\n\n', [A, "x\ny"], ""),
    ("text/event-stream; charset=utf-8", 'data:{"a": 1}\r\n\r\ndata: [DONE]\r\n\r\n', [A, "[DONE]"], ""),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "value", "noted"), JSON)
def test_an_answer_is_read_where_its_meaning_is_certain(kind: str, text: str, value: Any, noted: str) -> None:
    found, note = read_value(text, kind)
    assert found == value
    assert noted in note
    assert bool(note) == bool(noted)


@pytest.mark.parametrize("text", ['{"a": 1 "b": 2}', '{"a": 007}', '{"a": "say "hi""}', "{'a': (1, 2)}", '{"a": 0x}'])
def test_what_is_not_certain_stays_unread(text: str) -> None:
    with pytest.raises(Unreadable):
        read_value(text, "application/json")


XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
XML: list[tuple[str, Any, str]] = [
    (f'<a {XSI}><b xsi:nil="true"/><c xsi:nil="false"/></a>', {"a": {"b": None, "c": {"@nil": "false"}}}, ""),
    ("<a>AT&T &amp; Co</a>", {"a": "AT&T & Co"}, "bare &"),
    ("<a>caf&eacute;&nbsp;&lt;</a>", {"a": "café\u00a0<"}, "bare &"),
    ("<a><![CDATA[&nbsp; AT&T]]> R&D</a>", {"a": "&nbsp; AT&T R&D"}, "bare &"),
    ('<a b="x&y=1">2</a>', {"a": {"@b": "x&y=1", "#text": "2"}}, "bare &"),
    ("<a>x\x0by&#11;</a>", {"a": "xy"}, "bare &"),
    ('<string xmlns="http://tempuri.org/">{"a": 1}</string>', {"string": A}, "is JSON"),
    ("<string>{name}</string>", {"string": "{name}"}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "noted"), XML)
def test_xml_is_read_where_its_meaning_is_certain(text: str, value: Any, noted: str) -> None:
    found, note = read_value(text, "text/xml")
    assert found == value
    assert noted in note
    assert bool(note) == bool(noted)


def test_what_xml_says_is_null_leaves_room_for_a_default() -> None:
    value, _ = read_value(f'<a {XSI}><b xsi:nil="1"/></a>', "text/xml")
    assert take({"x": "a.b"}, value, lone=True) == {"x": None}


@given(value=json_values)
def test_a_value_is_the_same_in_every_wrapping(value: Any) -> None:
    plain = to_json({"a": value})
    wrapped = [f"{plain};", f"{plain}\0", f"{plain}\n{plain}", f"cb({plain});", f"x = {plain}"]
    expected = [{"a": value}, {"a": value}, [{"a": value}] * 2, {"a": value}, {"a": value}]
    assert [read_value(each, "text/javascript")[0] for each in wrapped] == expected

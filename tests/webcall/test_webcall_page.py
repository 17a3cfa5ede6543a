"""The page “What your API may answer”: every row of its tables, asked of an API that answers so."""

import gzip
from collections.abc import Callable
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest
from msgspec import Struct

from ivr.actions.external_web_call import ExternalWebCall
from ivr.core.action import Leave, Visit, Wait
from ivr.core.call import Call
from ivr.core.effects import Fetch
from ivr.core.events import Fetched
from ivr.core.resolving import resolve
from ivr.core.values import Value
from ivr.runtime.ports import RunningJob
from tests.webcall.peer import Asker, Behaviour, Talk, answer, peer, says

JSON = "Content-Type: application/json"
XML = "Content-Type: text/xml"
A = b'{"a": 1}'
ITEM = "<item>tea</item>"


class Row(Struct):
    """What the API does, fields of the block, and what of it all is true in the end."""

    behaves: Behaviour
    holds: Callable[[Leave, Fetched], Any]
    fields: dict[str, Any] = {}


def sends(body: bytes | str, *headers: str, status: str = "200 OK") -> Behaviour:
    raw = body if isinstance(body, bytes) else body.encode()
    return says(answer(raw, *(headers or (JSON,)), status=status))


async def never(talk: Talk) -> None:
    await talk.gone()


def takes(query: str, **more: Any) -> dict[str, Any]:
    return {"response_variables": [{"name": "x", "query": query, **more}]}


def is_a(left: Leave, _: Fetched) -> bool:
    return bool(left.set["response"] == {"a": 1})


def value(wanted: Value, note: str = "") -> Callable[[Leave, Fetched], bool]:
    def holds(left: Leave, reply: Fetched) -> bool:
        return left.set["response"] == wanted and note in " ".join(reply.notes) and bool(reply.notes) >= bool(note)

    return holds


def error(words: str) -> Callable[[Leave, Fetched], bool]:
    return lambda left, _: words in str(left.set["error"])


def share(wanted: Value) -> Callable[[Leave, Fetched], bool]:
    return lambda left, _: left.share.get("x") == wanted


NOT_OK = {"success_conditions": [{"query": "status", "value": "ok"}]}
ROWS: dict[str, Row] = {
    "204 with a body all the same": Row(sends(A, JSON, status="204 No Content"), value(None)),
    "304 with a body all the same": Row(sends(A, JSON, status="304 Not Modified"), error("304")),
    "a value that is null": Row(sends('{"a": null}'), share("none"), takes("a", default="none")),
    "an object without the value": Row(sends("{}"), share("none"), takes("a", default="none")),
    "an object without a required value": Row(sends("{}"), error("x"), takes("a", required=True)),
    "nothing within the timeout": Row(never, share("none"), {"timeout": 1, **takes("a", default="none")}),
    "200 with an error inside": Row(sends('{"status": "late"}'), value({"status": "late"})),
    "200 with an error inside, and a condition": Row(sends('{"status": "late"}'), error("“late”"), NOT_OK),
    "502 with a page in HTML that says it is JSON": Row(
        sends("<html><title>Bad Gateway</title></html>", JSON, status="502 Bad Gateway"), error("“Bad Gateway”")
    ),
    "`Content-Encoding: none` or `UTF-8`": Row(sends(A, JSON, "Content-Encoding: UTF-8"), is_a),
    "`Content-Encoding: gzip` or `br`, and a plain body": Row(sends(A, JSON, "Content-Encoding: br"), is_a),
    "gzip that is not declared": Row(sends(gzip.compress(A)), is_a),
    "`gzip, gzip`": Row(sends(gzip.compress(gzip.compress(A)), JSON, "Content-Encoding: gzip, gzip"), is_a),
    "a packed body that breaks off": Row(
        sends(gzip.compress(b'{"a": "' + b"x" * 9000)[:-9], JSON, "Content-Encoding: gzip"),
        lambda _, reply: reply.body.startswith('{"a": "xx'),
    ),
    "a byte order mark before JSON": Row(sends(b"\xef\xbb\xbf" + A), is_a),
    "text that is not UTF-8 and names no charset": Row(
        sends("Zoë".encode("latin-1"), "Content-Type: text/plain"), value("Zoë", "windows-1252")
    ),
    "UTF-8 that is declared ISO-8859-1, or the other way round": Row(
        sends('{"a": "Zoë"}', f"{JSON}; charset=iso-8859-1"), value({"a": "Zoë"}, "they are UTF-8")
    ),
    "a charset that is declared by the name of a smaller one, such as `Shift_JIS`": Row(
        sends("①髙".encode("cp932"), "Content-Type: text/plain; charset=Shift_JIS"), value("①髙")
    ),
    "a number of 20 digits, `1.10`, `1e400`": Row(
        sends("[12345678901234567890, 1.10, 1e400]"),
        lambda left, _: str(left.set["response"]) == str([12345678901234567890, Decimal("1.10"), Decimal("1e400")]),
    ),
    "a comma too many, single quotes, comments, labels without quotes": Row(
        sends("{a: 1, /* one */ 'b': [2,],}"), value({"a": 1, "b": [2]}, "a comma too many")
    ),
    "`True`, `False` and `None` of Python, or `TRUE` and `NULL`": Row(
        sends('{"a": [True, False, None]}'), value({"a": [True, False, None]}, "constants of Python")
    ),
    "`.5`, `+1`, `0x1F`, curly quotes, other blanks, half an emoji": Row(
        sends('[+1, 0x1F, “x”, "\\ud83d"]'), value([1, 31, "x", "\ufffd"], "curly quotes")
    ),
    "a line break within a text": Row(sends('{"a": "x\ny"}'), value({"a": "x\ny"}, "line breaks")),
    "JSON behind `)]}',` or `while(1);`": Row(sends(b")]}',\n" + A), is_a),
    "JSON in a function call (JSONP), or in a variable": Row(
        sends(b"cb(" + A + b");", "Content-Type: text/javascript"), is_a
    ),
    "JSON lines": Row(sends(A + b"\n" + A, "Content-Type: application/x-ndjson"), value([{"a": 1}, {"a": 1}])),
    "a stream of events (`text/event-stream`) that ends": Row(
        sends(b"data: " + A + b"\n\ndata: [DONE]\n\n", "Content-Type: text/event-stream"), value([{"a": 1}, "[DONE]"])
    ),
    "JSON written as a text within JSON": Row(sends('"{\\"a\\": 1}"'), is_a),
    "JSON that is called text, HTML or XML": Row(sends(A, "Content-Type: text/html"), is_a),
    "`NaN`, `Infinity` or `undefined`": Row(sends('{"a": NaN}'), error("NaN")),
    "JSON that is cut off": Row(sends('{"a": '), error("breaks off")),
    "words in place of JSON": Row(sends("Service unavailable"), error("“Service unavailable”")),
    "labels such as `en-US` and `имя`": Row(
        sends('{"en-US": 1, "имя": "Anna"}'),
        lambda left, _: (
            resolve({"E": dict(left.set)}, 'E.response["en-US"]') == 1
            and resolve({"E": dict(left.set)}, "E.response.имя") == "Anna"
        ),
    ),
    "XML with one `<item>`": Row(sends(f"<order>{ITEM}</order>", XML), share(["tea"]), takes("$.order.item[*]")),
    "XML with two `<item>`": Row(sends(f"<order>{ITEM * 2}</order>", XML), share("tea"), takes("order.item[0]")),
    "XML that is called text or JSON": Row(sends('<?xml version="1.0"?><a>1</a>'), value({"a": "1"}, "it is XML")),
    "`AT&T` or `&nbsp;` in XML": Row(sends("<a>AT&T&nbsp;!</a>", XML), value({"a": "AT&T\u00a0!"}, "bare &")),
    'an element that says `xsi:nil="true"`': Row(
        sends('<a xmlns:x="http://www.w3.org/2001/XMLSchema-instance"><b x:nil="true"/></a>', XML),
        share("none"),
        takes("a.b", default="none"),
    ),
    "XML that is nothing but a text of JSON": Row(sends('<string>{"a": 1}</string>', XML), share(1), takes("string.a")),
    "a DOCTYPE that names a document": Row(
        sends('<!DOCTYPE a SYSTEM "http://127.0.0.1:9"><a/>', XML), value({"a": ""})
    ),
    "a DOCTYPE that declares entities": Row(sends('<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', XML), error("entities")),
}
"""By the first cell of each row."""


def rows() -> dict[str, str]:
    """The first two cells of the page's tables, those about answers."""
    text = (files("ivr.docs") / "what-your-api-may-answer.md").read_text("utf-8")
    cells = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {first: second for first, second, *_ in cells if first not in ("the API answers", "---")}


def test_the_page_and_its_tests_have_the_same_rows() -> None:
    assert list(rows()) == list(ROWS)


@pytest.mark.parametrize("name", list(ROWS))
async def test_a_row_of_the_page(ask: Asker, name: str) -> None:
    row = ROWS[name]
    async with peer(row.behaves) as api:
        action = ExternalWebCall(url=api.url, **row.fields)
        visit = Visit(Call("c", "f", 1, block=2), 2, 0)
        asked = action.enter(visit)
        assert isinstance(asked, Wait)
        assert isinstance(asked.effect, Fetch)
        reply = await ask.web_calls(RunningJob("c", "1.2", asked.effect, ask.clock.now()))
    left = action.resume(visit, reply)
    assert isinstance(left, Leave)
    way = rows()[name]
    cause = way.partition("cause `")[2].rstrip("`") or "ok"
    assert (left.port, left.set["cause"]) == ("failure" if "Failure" in way else "success", cause)
    assert row.holds(left, reply)

"""What an API may answer, and what becomes of it."""

from decimal import Decimal

import pytest

from ivr.core.values import Value
from tests.webcall.peer import Asker, answer, as_json, peer, says

JSON = "application/json"


def raw(header: str) -> bytes:
    """An answer with a header that is written in Latin-1."""
    return f"HTTP/1.1 200 OK\r\n{header}\r\nContent-Length: 1\r\n\r\nx".encode("latin-1")


READABLE: dict[str, tuple[bytes, int, Value]] = {
    "an object": (as_json('{"a": [1, null, true]}'), 200, {"a": [1, None, True]}),
    "JSON that nobody declared": (answer(b' {"a": 1}'), 200, {"a": 1}),
    "JSON under a name of its own": (as_json("[1]", "application/vnd.api+json; charset=utf-8"), 200, [1]),
    "text that only begins like JSON": (answer(b"{oh}", "Content-Type: text/plain"), 200, "{oh}"),
    "text": (answer(b"hello", "Content-Type: text/plain"), 200, "hello"),
    "nothing at all": (answer(), 200, None),
    "nothing, called JSON": (as_json(""), 200, None),
    "blanks, called JSON": (as_json(" \r\n "), 200, None),
    "a 204": (b"HTTP/1.1 204 No Content\r\n\r\n", 204, None),
    "a 404 with words": (answer(b"not here", status="404 Not Found"), 404, "not here"),
    "a 500 with JSON": (answer(b'{"error": 1}', f"Content-Type: {JSON}", status="500 Oh"), 500, {"error": 1}),
    "a 302 to nowhere": (answer(b"", status="302 Found"), 302, None),
    "a status without words": (b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n42", 200, "42"),
    "a status with words of another alphabet": (b"HTTP/1.1 200 Gr\xfcezi\r\nContent-Length: 2\r\n\r\n42", 200, "42"),
    "no length, until it hangs up": (b"HTTP/1.1 200 OK\r\n\r\n[1]", 200, [1]),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n2\r\n1]\r\n0\r\n\r\n", 200, [1]),
    "a mark of the byte order": (as_json("\ufeff[1]"), 200, [1]),
    "UTF-16, declared": (as_json('["ü"]'.encode("utf-16"), f"{JSON}; charset=utf-16"), 200, ["ü"]),
    "Latin-1, declared": (answer(b"\xfc", "Content-Type: text/plain; charset=latin-1"), 200, "ü"),
    "Latin-1, called UTF-8": (answer(b"\xfc", "Content-Type: text/plain; charset=utf-8"), 200, "ü"),
    "an unknown charset": (answer("ü".encode(), "Content-Type: text/plain; charset=klingon"), 200, "ü"),
    "a charset that is none": (answer("ü".encode(), "Content-Type: text/plain; charset=base64"), 200, "ü"),
    "a broken content type": (answer(b"x", 'Content-Type: ;;;="'), 200, "x"),
    "a content type that is no text": (raw("Content-Type: \xff\xfe"), 200, "x"),
    "a header that is no text": (raw("X-Odd: \xff\xfe"), 200, "x"),
    "a header of 30 KB": (answer(b"[1]", f"Content-Security-Policy: {'x' * 30_000}"), 200, [1]),
    "hints before it": (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + answer(b"[1]"), 200, [1]),
    "trailers behind it": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n3\r\n[1]\r\n0\r\nX-T: 1\r\n\r\n",
        200,
        [1],
    ),
    "a part, called so": (answer(b"[1]", "Content-Range: bytes 0-2/3", status="206 Partial Content"), 206, [1]),
    "a redirect with a body and nowhere to go": (answer(b"[1]", status="300 Choose"), 300, [1]),
    "a big integer": (as_json("12345678901234567890123"), 200, 12345678901234567890123),
    "a price": (as_json("1.10"), 200, Decimal("1.10")),
    "a number that no float holds": (as_json("1e400"), 200, Decimal("1e400")),
}

UNREADABLE: dict[str, bytes] = {
    "JSON that breaks off": as_json('{"a": '),
    "JSON with more behind it": as_json("{} {}"),
    "NaN": as_json('{"a": NaN}'),
    "Infinity": as_json("Infinity"),
    "half a character": as_json(r'"\ud800"'),
    "text called JSON": as_json("<html>"),
    "bytes called JSON": as_json(b"\x00\xff\xfe"),
    "a hundred thousand lists in one another": as_json("[" * 100_000),
    "lists in one another, read in a thread": as_json("[" * 200_000),
    "a number of 5,000 digits": as_json("1" * 5_000),
}


@pytest.mark.parametrize(("raw", "status", "value"), READABLE.values(), ids=READABLE.keys())
async def test_any_whole_answer_is_read(ask: Asker, raw: bytes, status: int, value: Value) -> None:
    async with peer(says(raw)) as api:
        reply = await ask(api.url)
    assert (reply.cause, reply.status, reply.value, reply.error) == ("ok", status, value, "")


@pytest.mark.parametrize("raw", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_what_says_it_is_json_and_is_not_is_told_so(ask: Asker, raw: bytes) -> None:
    async with peer(says(raw)) as api:
        reply = await ask(api.url)
    assert (reply.cause, reply.status, reply.value) == ("unreadable", 200, None)
    assert reply.error.startswith("The answer says it is JSON, but it is not")


async def test_the_text_of_unreadable_json_is_kept(ask: Asker) -> None:
    async with peer(says(as_json("Service unavailable"))) as api:
        reply = await ask(api.url)
    assert reply.body == "Service unavailable"


async def test_headers_are_told_in_small_letters(ask: Asker) -> None:
    async with peer(says(answer(b"", "X-Order: 1", "x-order: 2"))) as api:
        reply = await ask(api.url)
    assert [value for name, value in reply.headers if name == "x-order"] == ["1", "2"]


CHARSETS_WITH_A_TWIST = {
    "one that writes half characters": (b"\\ud800", "unicode_escape"),
    "another that does": (b"\\ud800", "raw_unicode_escape"),
    "a third": (b"+2AA-", "utf-7"),
    "one that complains of odd escapes": (b"\\d", "unicode_escape"),
}


@pytest.mark.parametrize(("body", "charset"), CHARSETS_WITH_A_TWIST.values(), ids=CHARSETS_WITH_A_TWIST.keys())
async def test_whatever_the_charset_the_text_can_be_stored(ask: Asker, body: bytes, charset: str) -> None:
    async with peer(says(answer(body, f"Content-Type: text/plain; charset={charset}"))) as api:
        reply = await ask(api.url)
    assert reply.cause == "ok"
    assert reply.body.encode("utf-8")


async def test_no_charset_takes_for_ever_to_read(ask: Asker) -> None:
    body = b"a" * 160_000 + b"-" + b"b" * 160_000
    async with peer(says(answer(body, "Content-Type: text/plain; charset=punycode"))) as api:
        reply = await ask(api.url, timeout=1)
    assert reply.milliseconds < 2_000

"""What goes over the wire, and what can't be sent at all."""

from base64 import b64encode
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from ivr.core.credentials import Basic
from ivr.core.fields import Secret
from ivr.store import Damaged, KeyMissing
from tests.webcall.peer import Asker, World, answer, asker, peer, says

FINE = says(answer(b"[]"))
SEALED = Secret(sealed="s3cret")
"""The vault of these tests opens by writing in capitals."""


@pytest.mark.parametrize(
    ("kind", "body_kind", "body", "sent"),
    [
        ("text/xml; charset=ISO-8859-1", "xml", "<a>ü 漢</a>", "<a>ü &#28450;</a>".encode("latin-1")),
        ("text/plain; charset=windows-1252", "text", "5 € 漢", "5 € ?".encode("cp1252")),
        ("text/csv; charset=shift_jis", "text", "漢,1", "漢,1".encode("cp932")),
        ("text/plain; charset=utf-16", "text", "ü", "ü".encode("utf-16")),
        ("text/plain; charset=rot13", "text", "ü", "ü".encode()),
        ("text/plain", "text", "ü", "ü".encode()),
        ("application/json; charset=iso-8859-1", "json", '"ü"', '"ü"'.encode()),
    ],
)
async def test_a_body_is_in_the_charset_that_its_type_declares(
    ask: Asker, kind: str, body_kind: str, body: str, sent: bytes
) -> None:
    async with peer(FINE) as api:
        await ask(api.url, method="POST", headers=(("content-type", kind),), body=body, body_kind=body_kind)
    assert api.body() == sent
    assert api.header("Content-Length") == str(len(sent))


async def test_a_request_is_sent_as_it_is(ask: Asker) -> None:
    async with peer(FINE) as api:
        await ask(
            f"{api.url}orders?q=%2B1%20a&r=b+c#part",
            method="PATCH",
            headers=(("Content-Type", "application/json"), ("X-Key", "1"), ("X-Key", "2")),
            body='{"a": "ü"}',
        )
    head, _, body = api.asked[0].partition(b"\r\n\r\n")
    assert head.startswith(b"PATCH /orders?q=%2B1%20a&r=b+c HTTP/1.1\r\n")
    assert head.count(b"\r\nX-Key: ") == 2
    assert body == '{"a": "ü"}'.encode()
    assert api.header("Content-Length") == str(len(body))
    assert api.header("Content-Type") == "application/json"
    assert api.header("Host") == f"127.0.0.1:{api.port}"
    assert (api.header("User-Agent") or "").startswith("ivr/")


WRITTEN = [
    "",
    "?a=b",
    "a b",
    "caf\u00e9?x=\u00fc",
    "a%2Fb?c=%26%3D%25%23%3B",
    "?phone=%2B15550100",
    "?phone=+15550100",
    "?name=O%27Neil%22%3C%3E%0D%0A",
    "?filter=%7B%22a%22%3A1%7D&x[]=1",
    "a;b=1,2/:c@d",
    "?a=&b&a=2",
]


@pytest.mark.parametrize("written", WRITTEN)
async def test_an_address_means_the_same_on_the_wire(ask: Asker, written: str) -> None:
    async with peer(FINE) as api:
        reply = await ask(api.url + written)
    assert reply.cause == "ok"
    assert meaning(api.asked[0].split(b" ")[1].decode()) == meaning("/" + written)


def meaning(address: str) -> tuple[list[str], list[tuple[str, str]]]:
    """The segments of a path and the fields of a query, decoded."""
    parts = urlsplit(address)
    return [unquote(part) for part in parts.path.split("/")], parse_qsl(parts.query, keep_blank_values=True)


async def test_nothing_of_ours_is_sent_where_the_author_has_an_own_header(ask: Asker) -> None:
    async with peer(FINE) as api:
        await ask(api.url, headers=(("user-agent", "mine"), ("accept-encoding", "identity")))
    assert (api.header("User-Agent"), api.header("Accept-Encoding")) == ("mine", "identity")


async def test_headers_may_hold_any_letters(ask: Asker) -> None:
    async with peer(FINE) as api:
        await ask(api.url, headers=(("X-Name", "Zoë 李"), ("X-Empty", "")))
    assert (api.header("X-Name"), api.header("X-Empty")) == ("Zoë 李", "")


async def test_cookies_do_not_go_from_one_call_to_the_next(ask: Asker) -> None:
    async with peer(says(answer(b"[]", "Set-Cookie: session=mine; Path=/", "Set-Cookie: other=1"))) as api:
        await ask(api.url)
        await ask(api.url)
        assert [api.header("Cookie", nth) for nth in (0, 1)] == [None, None]


async def test_a_password_is_opened_for_the_request_only(ask: Asker) -> None:
    async with peer(FINE) as api:
        await ask(api.url, auth=Basic("anna", SEALED))
        await ask(api.url)
    assert api.header("Authorization", 0) == "Basic " + b64encode(b"anna:S3CRET").decode()
    assert api.header("Authorization", 1) is None


async def test_an_empty_password_and_letters_of_any_kind(ask: Asker) -> None:
    async with peer(FINE) as api:
        await ask(api.url, auth=Basic("Zoë", Secret(sealed="")))
    assert api.header("Authorization") == "Basic " + b64encode("Zoë:".encode()).decode()


async def test_a_user_in_the_address_belongs_elsewhere(ask: Asker) -> None:
    async with peer(FINE) as api:
        reply = await ask(api.url.replace("127", "ann:pw@127"))
    assert (reply.cause, api.asked) == ("unsendable", [])
    assert "authentication, type basic" in reply.error
    assert "pw@" not in reply.error


async def test_a_password_that_is_not_there_is_missing(ask: Asker) -> None:
    async with peer(FINE) as api:
        reply = await ask(api.url, auth=Basic("anna", Secret()))
        assert (reply.cause, api.asked) == ("no_secret", [])
    assert reply.error == "A password of this web call is not set: type it in and publish again."


@pytest.mark.parametrize("error", [KeyMissing("The key is not here."), Damaged("Sealed data was changed.")])
async def test_a_password_that_can_not_be_opened_is_missing_too(error: Exception) -> None:
    def open_secret(_: str) -> str:
        raise error

    async with peer(FINE) as api, asker(World(open_text=open_secret)) as ask:
        reply = await ask(api.url, auth=Basic("anna", SEALED))
        assert (reply.cause, reply.status, api.asked) == ("no_secret", None, [])


@pytest.mark.parametrize("status", ["200 OK", "500 Oh", "302 Found"])
async def test_a_password_never_shows_in_a_reply(ask: Asker, status: str) -> None:
    async with peer(says(answer(b"no", status=status))) as api:
        reply = await ask(api.url, auth=Basic("anna", SEALED))
    assert "S3CRET" not in repr(reply)


UNSENDABLE = [
    "",
    " ",
    "/appointments",
    "api.example.com/x",
    "ftp://127.0.0.1/x",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http:",
    "http://",
    "http:///x",
    "http://?x",
    "http://:80/",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:-1/",
    "http://127.0.0.1:x/",
    "http://127.0.0.1:80:80/",
    "http://[::1/",
    "http://127.0.0.1/\x00",
    "http://127.0.0.1/\r\nX-Injected: yes",
    "http://127.0.0.1\t/x",
    "http://" + "a" * 300 + ".invalid/",
    "http://a..invalid/",
    "http://.invalid/",
    "http://xn--a.invalid/",
    "http://127.0.0.1/" + "x" * 70_000,
]


@pytest.mark.parametrize("url", UNSENDABLE, ids=lambda url: repr(url)[:40])
async def test_an_address_that_is_none(ask: Asker, url: str) -> None:
    reply = await ask(url)
    assert (reply.cause, reply.status) == ("unsendable", None)
    assert reply.error.endswith((".", "https://"))


NOBODYS = ["http://127.0.0.1:0/", "http://a b.invalid/", "http://*.invalid/"]


@pytest.mark.parametrize("url", NOBODYS)
async def test_an_address_that_can_only_be_nobodys(ask: Asker, url: str) -> None:
    reply = await ask(url)
    assert reply.cause in {"connect", "dns", "unsendable"}


HEADERS_THAT_BREAK_OUT = {
    "a line break in a value": (("X-A", "1\r\nX-Injected: yes"),),
    "a bare line feed in a value": (("X-A", "1\nX-Injected: yes"),),
    "a NUL in a value": (("X-A", "1\x00"),),
    "a line break in a name": (("X-A\r\nX-Injected", "yes"),),
    "half a character": (("X-A", "\ud800"),),
}


@pytest.mark.parametrize("headers", HEADERS_THAT_BREAK_OUT.values(), ids=HEADERS_THAT_BREAK_OUT.keys())
async def test_a_header_can_not_break_out_of_its_line(ask: Asker, headers: tuple[tuple[str, str], ...]) -> None:
    async with peer(FINE) as api:
        reply = await ask(api.url, headers=headers)
    assert not any(b"\nX-Injected" in asked for asked in api.asked)
    assert reply.cause == "unsendable"


ODD_HEADERS = {
    "a length of one's own": (("Content-Length", "3"),),
    "a length that is none": (("Content-Length", "many"),),
    "an encoding of one's own": (("Transfer-Encoding", "chunked"),),
    "a connection of one's own": (("Connection", "close"),),
    "a host of one's own": (("Host", "other.example"),),
    "an expectation": (("Expect", "100-continue"),),
}


@pytest.mark.parametrize("headers", ODD_HEADERS.values(), ids=ODD_HEADERS.keys())
async def test_a_header_that_only_the_client_should_write_ends_in_a_reply(
    ask: Asker, headers: tuple[tuple[str, str], ...]
) -> None:
    async with peer(FINE) as api:
        reply = await ask(api.url, method="POST", body="hello", headers=headers, timeout=1)
    assert reply.cause in {"ok", "unsendable", "connect", "timeout"}
    assert reply.error or reply.cause == "ok"


async def test_a_body_with_half_a_character_ends_in_a_reply(ask: Asker) -> None:
    async with peer(FINE) as api:
        reply = await ask(api.url, method="POST", body="\ud800")
    assert reply.cause in {"ok", "unsendable"}


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "DELETE"])
async def test_every_method_with_and_without_a_body(ask: Asker, method: str) -> None:
    async with peer(FINE) as api:
        replies = [await ask(api.url, method=method, body=body) for body in (None, "", "x")]
    assert [reply.cause for reply in replies] == ["ok"] * 3
    assert [asked.split(b" ")[0].decode() for asked in api.asked] == [method] * 3
    assert [asked.partition(b"\r\n\r\n")[2] for asked in api.asked] == [b"", b"", b"x"]

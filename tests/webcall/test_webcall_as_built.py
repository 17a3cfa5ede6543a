"""Bytes go out as they were built: addresses, header lines; and answers that should have no body."""

from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given, settings

from ivr.core.credentials import ApiKey
from ivr.core.fields import Secret
from ivr.core.template import URL
from ivr.webcall import address
from tests.core.any_value import hostile_text
from tests.core.filling import filled
from tests.webcall.peer import Asker, Talk, answer, peer, says

FINE = says(answer(b"[]"))


def target(asked: bytes) -> str:
    return asked.split(b" ", 2)[1].decode()


@pytest.mark.parametrize(
    "written",
    [
        "c/%3B.txt",
        "a/../b/./c",
        "?flag",
        "?a=%2B&b=+&c",
        "a;b=1",
        "x%2fy",
        "?q=a;b&c=[1]",
        "//double//",
        "a:b@c!$'()*,",
    ],
)
async def test_an_author_s_address_goes_out_as_it_is_written(ask: Asker, written: str) -> None:
    async with peer(FINE) as api:
        await ask(api.url + written)
    assert target(api.asked[0]) == f"/{written}"


@pytest.mark.parametrize(
    ("url", "value", "path"),
    [
        ("users/$v/x", "..", "/users/%2E%2E/x"),
        ("users/$v/x", ".", "/users/%2E/x"),
        ("users/.$v./x", "", "/users/%2E%2E/x"),
        ("c/$v", "1;admin=true", "/c/1%3Badmin%3Dtrue"),
        ("c/$v", "a/../b", "/c/a%2F..%2Fb"),
        ("c?x=$v", "1&y=2#z", "/c?x=1%26y%3D2%23z"),
        ("c/$v", "1.5", "/c/1.5"),
        ("c?$$filter=n%20eq%20'$v'", "x' or 1 eq 1", "/c?$filter=n%20eq%20'x%27%27%20or%201%20eq%201'"),
        ("c?%24filter=a%20eq%20'b'%20or%20n%20eq%20'$v'", "'", "/c?%24filter=a%20eq%20'b'%20or%20n%20eq%20'%27%27'"),
        ("T(id='$v',k='$v')", "O'Neil", "/T(id='O%27%27Neil',k='O%27%27Neil')"),
        ("c?q='$v'&$$filter=$v", "'", "/c?q='%27'&$filter=%27"),
    ],
)
async def test_a_value_adds_nothing_to_an_address(ask: Asker, url: str, value: str, path: str) -> None:
    async with peer(FINE) as api:
        await ask(filled(f"{api.url}{url}", URL, v=value))
    assert target(api.asked[0]) == path


async def test_a_key_in_the_query_leaves_the_rest_as_it_is(ask: Asker) -> None:
    key = ApiKey("key", Secret(sealed="s&3"), "query")
    async with peer(FINE) as api:
        await ask(f"{api.url}a?flag&b=+", auth=key)
        await ask(f"{api.url}a", auth=key)
    assert [target(each) for each in api.asked] == ["/a?flag&b=+&key=S%263", "/a?key=S%263"]


@settings(max_examples=200, deadline=None)
@given(first=hostile_text, second=hostile_text, third=hostile_text)
def test_whatever_the_values_are_the_structure_of_the_address_is_the_author_s(
    first: str, second: str, third: str
) -> None:
    built = address.read(filled("http://api.test/a/$x/.$y./b?q=$z&r=$x", URL, x=first, y=second, z=third))
    assert (built.host, built.port) == ("api.test", 80)
    path, _, query = str(built).removeprefix("http://api.test").partition("?")
    steps = path.split("/")
    assert (len(steps), steps[:2], steps[-1]) == (5, ["", "a"], "b")
    assert not {".", ".."} & set(steps)
    assert [field.partition("=")[0] for field in query.split("&")] == ["q", "r"]
    assert not set(";#\r\n ") & set(str(built))


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("body", [None, "x=1"])
async def test_the_lines_that_are_shown_are_those_that_are_sent(ask: Asker, method: str, body: str | None) -> None:
    async with peer(FINE) as api:
        reply = await ask(api.url, method=method, body=body, headers=(("X-Own", "1"),))
    lines = api.asked[0].split(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    sent = dict(line.split(": ", 1) for line in lines)
    assert reply.tries[0].sent == sent
    assert "Content-Type" not in sent
    assert {"Host", "Accept", "User-Agent", "Accept-Encoding", "X-Own"} <= set(sent)


def bodiless(head: str, body: bytes) -> Callable[[Talk], Awaitable[None]]:
    return says(head.encode() + b"\r\n\r\n" + body)


CHUNKED = b"5\r\nhello\r\n0\r\n\r\n"


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
@pytest.mark.parametrize(
    ("lines", "body"),
    [
        ("\r\nContent-Length: 5", b"hello"),
        ("\r\nTransfer-Encoding: chunked", CHUNKED),
        ("", b"hello"),
        ("\r\nConnection: close", b'{"a": 1}'),
        ("\r\nContent-Encoding: gzip\r\nContent-Length: 5", b"hello"),
        ("", b""),
    ],
)
async def test_a_body_that_should_not_be_there_is_left_aside(ask: Asker, status: str, lines: str, body: bytes) -> None:
    async with peer(bodiless(f"HTTP/1.1 {status}{lines}", body)) as api:
        reply = await ask(api.url)
        again = await ask(api.url)
    assert (reply.cause, reply.status, reply.body) == ("ok", int(status[:3]), "")
    assert (again.cause, again.status) == ("ok", int(status[:3]))


@pytest.mark.parametrize("lines", ["\r\nContent-Length: 5", "", "\r\nTransfer-Encoding: chunked"])
async def test_the_head_alone_was_asked_for(ask: Asker, lines: str) -> None:
    async with peer(bodiless(f"HTTP/1.1 200 OK{lines}", b"hello")) as api:
        reply = await ask(api.url, method="HEAD")
    assert (reply.cause, reply.status, reply.body) == ("ok", 200, "")


async def test_an_interim_answer_is_no_answer(ask: Asker) -> None:
    both = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"
    async with peer(says(both)) as api:
        reply = await ask(api.url)
    assert (reply.cause, reply.status, reply.body) == ("ok", 200, "[]")

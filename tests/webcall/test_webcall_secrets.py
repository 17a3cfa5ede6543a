"""How a request shows who sends it, and where its secrets go: onto the wire, and nowhere else."""

import json
from base64 import b64encode
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest

from ivr.core.credentials import ApiKey, Basic, Bearer
from ivr.core.events import Fetched
from ivr.core.fields import Secret
from ivr.runtime.ports import Unavailable
from tests.egress.world import table
from tests.webcall.peer import Named, Peer, World, answer, asker, echo, peer, says

SEALED = Secret(sealed="s3cret")
NAMED = Secret(name="key")
ODD = "a b/\"<&>'+%\\ü€"
"""Means something in every place that it could be put into."""
MARK = "\ufdd0key\ufdd1"


def world(value: str = ODD, *hosts: str) -> World:
    return World(secrets={"key": Named(value, hosts or ("127.0.0.1",))})


async def asked(value: str, **fields: Any) -> tuple[Peer, Fetched]:
    """A peer that was asked with the secret `key`, and that sent back what it was asked."""
    async with peer(echo) as api, asker(world(value)) as ask:
        return api, await ask(api.url + fields.pop("path", ""), **fields)


async def test_a_bearer_token() -> None:
    api, _ = await asked("tok.en-1", auth=Bearer(NAMED))
    assert api.header("Authorization") == "Bearer tok.en-1"


async def test_a_secret_that_was_pasted_with_a_line_break_stays_one_line() -> None:
    api, reply = await asked("tok\r\nX-Injected: yes \n", auth=Bearer(NAMED))
    assert (reply.cause, api.header("Authorization"), api.header("X-Injected")) == (
        "ok",
        "Bearer tok X-Injected: yes",
        None,
    )


async def test_an_api_key_in_a_header() -> None:
    api, _ = await asked("key1", auth=ApiKey("X-Api-Key", NAMED))
    assert api.header("X-Api-Key") == "key1"


async def test_an_api_key_in_the_address() -> None:
    api, reply = await asked(ODD, path="orders?a=1", auth=ApiKey("key", NAMED, "query"))
    assert parse_qs(urlsplit(api.paths[0]).query) == {"a": ["1"], "key": [ODD]}
    assert reply.tries[0].url == f"{api.url}orders?a=1&key=•••"


async def test_a_named_password() -> None:
    api, reply = await asked(ODD, auth=Basic("anna", NAMED))
    told = b64encode(f"anna:{ODD}".encode()).decode()
    assert api.header("Authorization") == f"Basic {told}"
    assert told not in repr(reply)


async def test_in_json() -> None:
    api, _ = await asked(ODD, method="POST", body=f'{{"a": "{MARK}"}}', body_kind="json")
    assert json.loads(api.body()) == {"a": ODD}


async def test_in_xml() -> None:
    api, _ = await asked(ODD, method="POST", body=f'<a b="{MARK}"/>', body_kind="xml")
    assert api.body().decode() == '<a b="a b/&quot;&lt;&amp;&gt;&apos;+%\\ü€"/>'


async def test_in_a_form() -> None:
    api, _ = await asked(ODD, method="POST", body=f"a={MARK}&b=1", body_kind="form")
    assert parse_qs(api.body().decode()) == {"a": [ODD], "b": ["1"]}


async def test_in_plain_text() -> None:
    api, _ = await asked(ODD, method="POST", body=f"a {MARK} b")
    assert api.body().decode() == f"a {ODD} b"


async def test_in_an_address() -> None:
    api, reply = await asked(ODD, path=f"a/{MARK}/b?c={MARK}#d")
    path, _, query = api.paths[0].partition("?")
    assert [unquote(part) for part in path.split("/")] == ["", "a", ODD, "b"]
    assert parse_qs(query) == {"c": [ODD]}
    assert reply.tries[0].url.startswith(f"{api.url}a/•••/b?c=•••")


async def test_in_a_header() -> None:
    api, _ = await asked("a\r\nb", headers=(("X-A", f"{MARK}!"),))
    assert api.header("X-A") == "a b!"


async def test_several_parts_go_as_multipart() -> None:
    form = (("name", 'Zoë "Z"\r\n'), ("key", MARK), ('odd"\r\nname', "1"))
    api, _ = await asked(ODD, method="POST", form=form, body_kind="multipart", headers=(("Content-Type", "x/y"),))
    kind = api.header("Content-Type") or ""
    boundary = kind.removeprefix("multipart/form-data; boundary=")
    parts = api.body().decode().split(f"--{boundary}")
    assert (len(boundary) >= 16, parts[0], parts[-1]) == (True, "", "--\r\n")
    assert [part.partition("\r\n\r\n")[2].removesuffix("\r\n") for part in parts[1:-1]] == ['Zoë "Z"\r\n', ODD, "1"]
    assert parts[1].startswith('\r\nContent-Disposition: form-data; name="name"\r\n\r\n')
    assert 'name="odd%22%0D%0Aname"' in parts[3]
    assert api.header("Content-Length") == str(len(api.body()))


async def test_a_secret_goes_to_its_own_hosts_only() -> None:
    names = table(api_example=["127.0.0.1"], evil_example=["127.0.0.1"])
    bound = World(secrets={"key": Named("k3y!", ("http://api.example",))}, resolver=names)
    async with peer(echo) as api, asker(bound) as ask:
        fine = await ask(api.at("API.example."[:-1]), headers=(("X-Key", MARK),))
        for fields in ({"headers": (("X-Key", MARK),)}, {"auth": Bearer(NAMED)}, {"method": "POST", "body": MARK}):
            reply = await ask(api.at("evil.example"), **fields)
            assert (reply.cause, reply.status, reply.tries) == ("blocked", None, ())
            assert (
                reply.error == f"The secret key may not be sent to http://evil.example:{api.port}: "
                "`ivr secret set` says where it may go."
            )
    assert (fine.cause, len(api.asked)) == ("ok", 1)
    assert "evil.example" not in names.asked


async def test_a_port_may_be_part_of_where_it_goes() -> None:
    async with peer(echo) as api, asker(world("k3y!", f"127.0.0.1:{api.port}")) as ask:
        assert (await ask(api.url, auth=Bearer(NAMED))).cause == "ok"
    async with peer(echo) as api, asker(world("k3y!", "127.0.0.1:1")) as ask:
        assert (await ask(api.url, auth=Bearer(NAMED))).cause == "blocked"
        assert api.asked == []


async def test_a_secret_that_nobody_knows_is_missing() -> None:
    async with peer(echo) as api, asker(World()) as ask:
        reply = await ask(api.url, auth=Bearer(NAMED))
        assert (reply.cause, api.asked) == ("no_secret", [])
    assert reply.error == "A secret of this web call can't be opened: There is no secret “key”."


async def test_a_store_that_is_away_is_no_missing_secret() -> None:
    class Away(World):
        async def open_named(self, name: str) -> Named:
            raise Unavailable("away")

    async with peer(echo) as api, asker(Away()) as ask:
        with pytest.raises(Unavailable):
            await ask(api.url, auth=Bearer(NAMED))
        assert api.asked == []


ECHOES: dict[str, bytes] = {
    "text": answer(ODD.encode(), "Content-Type: text/plain"),
    "JSON": answer(json.dumps({"a": [ODD], ODD: 1}).encode(), "Content-Type: application/json"),
    "JSON in its own letters": answer(json.dumps([ODD], ensure_ascii=False).encode(), "Content-Type: application/json"),
    "JSON with every slash escaped": answer(
        json.dumps([ODD]).replace("/", "\\/").encode(), "Content-Type: application/json"
    ),
    "XML": answer(b"<a b='1'>a b/\"&lt;&amp;&gt;'+%\\&#252;\xe2\x82\xac</a>", "Content-Type: text/xml"),
    "a form": answer(f"a={quote(ODD)}".encode(), "Content-Type: application/x-www-form-urlencoded"),
    "a header": answer(b"", f"X-Echo: {quote(ODD, safe='')}", f"X-Too: {ODD}"),
    "an error": f"HTTP/1.1 {quote(ODD, safe='')}\r\n\r\n".encode(),
    "broken JSON": answer(b'{"a": ' + ODD.encode(), "Content-Type: application/json"),
}


@pytest.mark.parametrize("raw", ECHOES.values(), ids=ECHOES.keys())
async def test_an_answer_that_sends_a_secret_back_tells_nobody(raw: bytes) -> None:
    async with peer(says(raw)) as api, asker(world()) as ask:
        reply = await ask(api.url, auth=Bearer(NAMED))
    parsed = repr(reply.value), repr(reply.headers), reply.error, repr(reply.tries)
    for written in (ODD, repr(ODD)[1:-1], quote(ODD), quote(ODD, safe="")):
        assert not any(written in told for told in parsed)


@pytest.mark.parametrize(
    "auth", [Basic("anna", SEALED), Bearer(SEALED), ApiKey("X-Key", SEALED), ApiKey("k", SEALED, "query")]
)
async def test_no_credentials_come_back(auth: Basic | Bearer | ApiKey) -> None:
    async with peer(echo) as api, asker() as ask:
        reply = await ask(api.url, auth=auth)
    assert b"S3CRET" in api.asked[0] or b64encode(b"anna:S3CRET") in api.asked[0]
    assert "•••" in reply.body
    assert "S3CRET" not in repr(reply)
    assert b64encode(b"anna:S3CRET").decode() not in repr(reply)


async def test_a_number_that_is_a_secret_leaves_the_answer_readable() -> None:
    raw = answer(b'{"pin": 1234, "year": 12345, "a": "x1234"}', "Content-Type: application/json")
    async with peer(says(raw)) as api, asker(world("1234")) as ask:
        reply = await ask(api.url, auth=Bearer(NAMED))
    assert (reply.cause, reply.value) == ("ok", {"pin": "•••", "year": 12345, "a": "x•••"})


NO_ADDRESS = [MARK, f"http://{MARK}", f"http://127.0.0.1:{MARK}/", f"ftp://127.0.0.1/{MARK}", f"{'x' * 190}{MARK}"]


@pytest.mark.parametrize("url", NO_ADDRESS, ids=range(len(NO_ADDRESS)))
async def test_an_address_that_can_not_be_used_is_told_without_its_secret(url: str) -> None:
    async with asker(world("hunter2hunter2 hunter2")) as ask:
        reply = await ask(url)
    assert reply.cause in {"unsendable", "blocked"}
    assert "hunter" not in reply.error
    assert reply.error.endswith(".") or "ivr secret" in reply.error or "https://" in reply.error

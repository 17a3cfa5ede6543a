"""Where an answer may send a request on to, and what it takes along."""

import pytest

from ivr.core.credentials import AnyAuth, ApiKey, Basic, Bearer
from ivr.core.fields import Secret
from tests.egress.world import canary, table
from tests.webcall.certificates import Authority
from tests.webcall.peer import (
    Asker,
    Named,
    World,
    answer,
    asker,
    by_path,
    echo,
    in_turn,
    peer,
    redirect,
    says,
)

SEALED = Secret(sealed="s3cret")
MARK = "\ufdd0key\ufdd1"
KEY = {"key": Named("k3y-0f-this-test", ("*.example.test", "127.0.0.1", "localhost"))}
BODY = {"body": '{"a": 1}', "headers": (("Content-Type", "application/json"), ("X-Own", "1"))}

RULES = [
    *((status, method, method) for status in (301, 302) for method in ("GET", "PUT", "DELETE", "PATCH", "HEAD")),
    *((status, "POST", "GET") for status in (301, 302)),
    *((303, method, "GET") for method in ("GET", "POST", "PUT", "DELETE", "PATCH")),
    (303, "HEAD", "HEAD"),
    *((status, method, method) for status in (307, 308) for method in ("GET", "POST", "PUT", "DELETE", "PATCH")),
]


@pytest.mark.parametrize(("status", "method", "after"), RULES)
async def test_method_and_body_after_a_redirect(ask: Asker, status: int, method: str, after: str) -> None:
    fields = {} if method in {"GET", "HEAD"} else BODY
    async with peer(by_path(there=says(answer(b"")), root=redirect("/there", status))) as api:
        reply = await ask(api.url, method=method, **fields)
    assert (reply.cause, reply.status, api.paths) == ("ok", 200, ["/", "/there"])
    assert api.asked[1].startswith(f"{after} ".encode())
    kept = after == method and "body" in fields
    assert api.body() == (b'{"a": 1}' if kept else b"")
    assert api.header("Content-Type") == ("application/json" if kept else None)
    if fields:
        assert api.header("X-Own") == "1"


LOCATIONS = {
    "/there": "/there",
    "there": "/a/there",
    "../there": "/there",
    "?b=2": "/a/b?b=2",
    "there?x=%20y#part": "/a/there?x=%20y",
    "//127.0.0.1:PORT/there": "/there",
    "http://127.0.0.1:PORT": "/",
    "HTTP://127.0.0.1:PORT/There": "/There",
    "http://ann:pw@127.0.0.1:PORT/there": "/there",
    "/caf\u00e9 x": "/caf%C3%A9%20x",
}


@pytest.mark.parametrize(("location", "path"), LOCATIONS.items())
async def test_a_location_may_be_relative(ask: Asker, location: str, path: str) -> None:
    async def first(talk) -> None:  # type: ignore[no-untyped-def]
        await redirect(location.replace("PORT", str(api.port)))(talk)

    async with peer(in_turn(first, echo)) as api:
        reply = await ask(f"{api.url}a/b?c=1")
    assert (reply.cause, reply.status, api.paths) == ("ok", 200, ["/a/b?c=1", path])
    assert api.header("Authorization") is None


GARBAGE = [
    "http://[::1/",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1:x/",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "mailto:a@b.example",
    "http://a..b/",
    "http://" + "a" * 300 + "/",
    "http://xn--a/",
    "/" + "x" * 7_000 + "\x7f",
]


@pytest.mark.parametrize("location", GARBAGE, ids=range(len(GARBAGE)))
async def test_a_location_that_is_none(ask: Asker, location: str) -> None:
    async with peer(redirect(location)) as api:
        reply = await ask(api.url)
    assert reply.cause in {"unsendable", "unreadable", "dns"}
    assert reply.error.endswith(".")
    assert len(reply.error) < 400
    assert len(api.asked) == 1


async def test_five_redirects_are_followed_and_six_are_a_failure(ask: Asker) -> None:
    for hops, cause in ((5, "ok"), (6, "status")):
        async with peer(in_turn(*(redirect(f"/{hop}") for hop in range(hops)), echo)) as api:
            reply = await ask(api.url)
        assert (reply.cause, len(api.asked), len(reply.tries)) == (cause, 6, 6)
    assert (reply.status, reply.error) == (302, "The API redirected more than 5 times.")


async def test_nobody_is_followed_where_that_is_switched_off(ask: Asker) -> None:
    async with peer(redirect("/there")) as api:
        reply = await ask(api.url, follow_redirects=False)
    assert (reply.cause, reply.status, api.paths) == ("ok", 302, ["/"])


@pytest.mark.parametrize("status", [300, 304, 305, 306, 399])
async def test_only_redirects_redirect(ask: Asker, status: int) -> None:
    async with peer(redirect("/there", status)) as api:
        reply = await ask(api.url)
    assert (reply.cause, reply.status, api.paths) == ("ok", status, ["/"])


WHO: dict[str, tuple[AnyAuth | None, tuple[tuple[str, str], ...]]] = {
    "basic": (Basic("anna", SEALED), ()),
    "bearer": (Bearer(SEALED), ()),
    "an API key": (ApiKey("X-Key", SEALED), ()),
    "a line with a secret": (None, (("X-Key", f"a {MARK}"),)),
    "a line of the author's": (None, (("authorization", "Token x"),)),
    "a cookie of the author's": (None, (("Cookie", "session=x"),)),
}


@pytest.mark.parametrize(("auth", "lines"), WHO.values(), ids=WHO.keys())
async def test_credentials_stay_with_their_origin(auth: AnyAuth | None, lines: tuple[tuple[str, str], ...]) -> None:
    name = lines[0][0] if lines else "X-Key" if isinstance(auth, ApiKey) else "Authorization"
    async with (
        peer(echo) as stranger,
        peer(in_turn(redirect("/there"), redirect(stranger.url))) as api,
        asker(World(secrets=KEY)) as ask,
    ):
        reply = await ask(api.url, auth=auth, headers=(*lines, ("X-Own", "1")))
    assert (reply.cause, reply.status, api.paths) == ("ok", 200, ["/", "/there"])
    assert all(api.header(name, nth) for nth in (0, 1))
    assert (stranger.header(name), stranger.header("X-Own")) == (None, "1")
    for secret in (b"S3CRET", b"k3y-0f-this-test", b"session=x", b"Token x"):
        assert secret not in stranger.asked[0]


async def test_an_api_key_in_the_address_stays_behind(ask: Asker) -> None:
    async with peer(echo) as stranger, peer(redirect(f"{stranger.url}there")) as api:
        await ask(api.url, auth=ApiKey("key", SEALED, "query"))
    assert (api.paths, stranger.paths) == (["/?key=S3CRET"], ["/there"])


async def test_an_address_with_a_key_may_be_redirected_within_its_origin(ask: Asker) -> None:
    async with peer(in_turn(redirect("/v2/?key=S3CRET"), echo)) as api:
        reply = await ask(f"{api.url}v1", auth=ApiKey("key", SEALED, "query"))
    assert api.paths == ["/v1?key=S3CRET", "/v2/?key=S3CRET"]
    assert "S3CRET" not in repr(reply)


async def test_an_address_with_a_key_is_not_handed_on(ask: Asker) -> None:
    async with peer(echo) as stranger, peer(redirect(f"{stranger.url}?key=S3CRET")) as api:
        reply = await ask(api.url, auth=ApiKey("key", SEALED, "query"))
        assert (reply.cause, reply.status, stranger.asked) == ("blocked", 302, [])
    assert reply.error == "The answer redirects to 127.0.0.1, which would get a secret in the address."


@pytest.mark.parametrize("fields", [{"body": MARK}, {"form": (("a", MARK),), "body_kind": "multipart"}])
async def test_a_secret_in_the_body_is_not_handed_on(fields: dict[str, object]) -> None:
    async with peer(echo) as stranger, peer(redirect(stranger.url, 307)) as api, asker(World(secrets=KEY)) as ask:
        reply = await ask(api.url, method="POST", **fields)
        assert (reply.cause, reply.status, stranger.asked) == ("blocked", 307, [])
    assert reply.error == "The answer redirects to 127.0.0.1, which would get a secret in the body."


async def test_a_body_that_stays_behind_hands_nothing_on() -> None:
    async with peer(echo) as stranger, peer(redirect(stranger.url, 303)) as api, asker(World(secrets=KEY)) as ask:
        reply = await ask(api.url, method="POST", body=MARK)
    assert (reply.cause, stranger.body()) == ("ok", b"")


async def test_a_body_without_a_secret_goes_along(ask: Asker) -> None:
    async with peer(echo) as stranger, peer(redirect(stranger.url, 307)) as api:
        await ask(api.url, method="POST", body="hello")
    assert stranger.body() == b"hello"


async def test_from_https_to_http_is_another_origin(authority: Authority) -> None:
    names = table(api_example_test=["127.0.0.1"])
    world = World(secrets=KEY, resolver=names, ca_file=authority.file)
    async with peer(echo) as plain:
        open_door = redirect(plain.at("api.example.test"))
        async with peer(open_door, authority.server("api.example.test")) as api, asker(world) as ask:
            reply = await ask(api.at("api.example.test"), headers=(("X-Key", MARK),))
    assert (reply.cause, plain.header("X-Key")) == ("ok", None)
    assert b"k3y" not in plain.asked[0]


FORBIDDEN = {
    "written out": "http://127.0.0.2:PORT/",
    "as one number": "http://2130706434:PORT/",
    "in hexadecimal": "http://0x7f000002:PORT/",
    "in short": "http://127.2:PORT/",
    "in IPv6": "http://[::ffff:127.0.0.2]:PORT/",
    "by a name": "http://inside.example:PORT/",
    "by a name with a dot": "http://inside.example.:PORT/",
    "by a name with two addresses": "http://both.example:PORT/",
}


@pytest.mark.parametrize("location", FORBIDDEN.values(), ids=FORBIDDEN.keys())
async def test_a_redirect_to_a_forbidden_address(location: str) -> None:
    names = table(inside_example=["127.0.0.2"], both_example=["127.0.0.2", "10.0.0.1"])
    world = World(allow="127.0.0.1", resolver=names)
    async with canary(["127.0.0.2"]) as (bird, port), peer(redirect(location.replace("PORT", str(port)))) as api:
        async with asker(world) as ask:
            reply = await ask(api.url)
        assert (reply.status, bird.touched) == (None, 0)
    assert reply.cause in {"blocked", "unsendable"}  # what only looks like an address may as well be no name
    assert [each.cause for each in reply.tries] == ["ok", reply.cause]


@pytest.mark.parametrize("host", ["169.254.169.254", "metadata.example", "[fe80::1]", "0.0.0.0", "224.0.0.1"])
async def test_a_redirect_into_a_private_network(host: str) -> None:
    world = World(resolver=table(metadata_example=["169.254.169.254"]))
    async with peer(redirect(f"http://{host}/latest/meta-data/")) as api, asker(world) as ask:
        reply = await ask(api.url)
    assert (reply.cause, reply.status) == ("blocked", None)

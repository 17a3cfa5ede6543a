"""OAuth client credentials: one token for all, kept while it is good, and shown to nobody."""

import asyncio
import json
from base64 import b64encode
from typing import Any
from urllib.parse import parse_qs

import pytest
from msgspec.structs import replace

from ivr.core.credentials import OAuth2
from ivr.core.fields import Secret
from tests.egress.world import table
from tests.webcall.peer import (
    LOOPBACK,
    Asker,
    Behaviour,
    Named,
    Naps,
    Talk,
    World,
    answer,
    as_json,
    asker,
    by_path,
    echo,
    in_turn,
    nothing,
    peer,
    redirect,
    says,
)

TOKEN = "t0ken-0f-this-test"
GOOD = says(as_json(f'{{"access_token": "{TOKEN}", "expires_in": 3600}}'))


def credentials(url: str, **fields: Any) -> OAuth2:
    return OAuth2(**{"token_url": f"{url}token", "client_id": "me", "client_secret": Secret(sealed="s3cret"), **fields})


def tokens(*texts: str, lasting: int = 3600) -> Behaviour:
    return in_turn(*(says(as_json(f'{{"access_token": "{text}", "expires_in": {lasting}}}')) for text in texts))


async def test_client_and_secret_go_in_a_header_and_the_token_to_the_api(ask: Asker) -> None:
    async with peer(by_path(token=GOOD, root=echo)) as api:
        reply = await ask(api.url, auth=credentials(api.url, scope="a b", audience="urn:x"))
    assert api.paths == ["/token", "/"]
    assert api.header("Authorization", 0) == "Basic " + b64encode(b"me:S3CRET").decode()
    assert parse_qs(api.body(0).decode()) == {
        "grant_type": ["client_credentials"],
        "scope": ["a b"],
        "audience": ["urn:x"],
    }
    assert api.header("Authorization") == f"Bearer {TOKEN}"
    assert (reply.cause, len(reply.tries)) == ("ok", 1)
    assert TOKEN not in repr(reply)
    assert "S3CRET" not in repr(reply)


async def test_client_and_secret_in_the_form(ask: Asker) -> None:
    async with peer(by_path(token=GOOD, root=echo)) as api:
        await ask(api.url, auth=credentials(api.url, in_body=True))
    assert api.header("Authorization", 0) is None
    assert parse_qs(api.body(0).decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["me"],
        "client_secret": ["S3CRET"],
    }


async def test_a_token_is_kept_until_shortly_before_its_end() -> None:
    clock = Naps()
    async with (
        peer(by_path(token=tokens("first", "second", lasting=100), root=echo)) as api,
        asker(World(clock=clock)) as ask,
    ):
        for ahead in (0, 60_000, 75_000):
            clock.ahead = ahead
            await ask(api.url, auth=credentials(api.url))
    assert api.paths == ["/token", "/", "/", "/token", "/"]
    assert api.header("Authorization") == "Bearer second"


async def test_fifty_calls_wait_for_one_token(ask: Asker) -> None:
    async def slowly(talk: Talk) -> None:
        await asyncio.sleep(0.05)
        await GOOD(talk)

    async with peer(by_path(token=slowly, root=echo)) as api:
        replies = await asyncio.gather(*(ask(api.url, auth=credentials(api.url)) for _ in range(50)))
    assert [reply.cause for reply in replies] == ["ok"] * 50
    assert (api.paths.count("/token"), api.paths.count("/")) == (1, 50)


async def test_a_call_that_is_cancelled_takes_the_token_from_nobody(ask: Asker) -> None:
    waiting = asyncio.Event()

    async def slowly(talk: Talk) -> None:
        await waiting.wait()
        await GOOD(talk)

    async with peer(by_path(token=slowly, root=echo)) as api:
        first, second = (asyncio.create_task(ask(api.url, auth=credentials(api.url))) for _ in range(2))
        await api.arrived.get()
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        waiting.set()
        assert (await second).cause == "ok"
    assert api.paths == ["/token", "/"]


async def test_other_credentials_are_another_token(ask: Asker) -> None:
    async with peer(by_path(token=tokens("first", "second"), root=echo)) as api:
        for scope in ("a", "b", "a"):
            await ask(api.url, auth=credentials(api.url, scope=scope))
    assert api.paths == ["/token", "/", "/token", "/", "/"]
    assert api.header("Authorization") == "Bearer first"


REFUSED = says(answer(b"no", status="401 Unauthorized"))


async def test_a_token_that_is_refused_is_renewed_once(ask: Asker) -> None:
    async with peer(by_path(token=tokens("old", "new"), root=in_turn(REFUSED, echo))) as api:
        reply = await ask(api.url, method="POST", body="x", auth=credentials(api.url))
    assert api.paths == ["/token", "/", "/token", "/"]
    assert (api.header("Authorization", 1), api.header("Authorization")) == ("Bearer old", "Bearer new")
    assert (reply.status, [each.status for each in reply.tries]) == (200, [401, 200])


async def test_who_is_refused_again_stays_so(ask: Asker) -> None:
    async with peer(by_path(token=tokens("old", "new"), root=REFUSED)) as api:
        reply = await ask(api.url, auth=credentials(api.url), retries=3)
    assert api.paths == ["/token", "/", "/token", "/"]
    assert (reply.cause, reply.status) == ("ok", 401)


async def test_what_is_not_about_the_token_renews_none(ask: Asker) -> None:
    async with peer(by_path(token=GOOD, root=says(answer(b"no", status="403 Forbidden")))) as api:
        await ask(api.url, auth=credentials(api.url))
    assert api.paths == ["/token", "/"]


BAD: dict[str, tuple[Behaviour, str, str]] = {
    "hangs up": (says(b""), "connect", "No token could be had: The API closed the connection"),
    "is silent": (nothing, "timeout", "No token could be had: the time was over before it came."),
    "refuses": (says(answer(b"no", status="401 No")), "status", "the token URL answered with status 401: no."),
    "is down": (says(answer(b"no", status="503 Oh")), "status", "the token URL answered with status 503: no."),
    "redirects": (redirect("/elsewhere"), "status", "the token URL answered with status 302."),
    "answers words": (
        says(as_json("no")),
        "unreadable",
        "No token could be had: The token URL's answer can't be read.",
    ),
    "answers HTML": (says(answer(b"<html>", "Content-Type: text/html")), "unreadable", "holds no access_token."),
    "answers a list": (says(as_json("[1]")), "unreadable", "holds no access_token."),
    "answers an error": (
        says(as_json('{"error": "invalid_client"}')),
        "unreadable",
        "holds no access_token: invalid_client.",
    ),
    "answers a number": (says(as_json('{"access_token": 7}')), "unreadable", "holds no access_token."),
    "answers blanks": (says(as_json('{"access_token": " "}')), "unreadable", "holds no access_token."),
    "answers too much": (says(answer(b"x" * 2_000_000)), "too_large", "No token could be had: The answer is larger"),
}


@pytest.mark.parametrize(("behave", "cause", "sentence"), BAD.values(), ids=BAD.keys())
async def test_a_token_url_that_gives_none(ask: Asker, behave: Behaviour, cause: str, sentence: str) -> None:
    async with peer(by_path(token=behave, root=echo)) as api:
        reply = await ask(api.url, auth=credentials(api.url), timeout=1)
    assert (reply.cause, reply.status) == (cause, None)
    assert (sentence in reply.error, reply.tries) == (True, ())
    assert (reply.error.endswith("."), "/" in api.paths, "/elsewhere" in api.paths) == (True, False, False)


UNREADABLE = {
    "a form that says it is JSON": as_json("access_token=t0ken-0f-this-test&expires_in=3600"),
    "a page that says it is JSON": as_json("<title>t0ken-0f-this-test</title>"),
    "lines that are none": as_json("t0ken-0f-this-test", "application/x-ndjson"),
    "half of it": answer(b'{"access_token": "t0ken-0f-this-test"', "Content-Type: application/json", length=100),
    "an error that is none": as_json('{"error": "", "message": "t0ken-0f-this-test"}'),
    "an error in other words": as_json('{"error": "none", "code": 7, "message": "t0ken-0f-this-test"}'),
    "an error that holds more": as_json('{"error": {"code": 7, "message": "t0ken-0f-this-test"}}'),
}


@pytest.mark.parametrize("raw", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_an_answer_that_may_hold_a_token_is_a_secret(ask: Asker, raw: bytes) -> None:
    async with peer(by_path(token=says(raw), root=echo)) as api:
        reply = await ask(api.url, auth=credentials(api.url))
    assert (reply.cause, api.paths) == ("unreadable", ["/token"])
    assert reply.error.startswith("No token could be had: ")
    assert TOKEN not in repr(reply)


async def test_a_token_url_that_must_not_be_reached() -> None:
    names = table(login_example=["10.0.0.1"])
    async with peer(echo) as api, asker(World(allow=LOOPBACK, resolver=names)) as ask:
        reply = await ask(api.url, auth=credentials("http://login.example/"))
        assert (reply.cause, api.asked) == ("blocked", [])
    assert reply.error.startswith("No token could be had: ")


async def test_credentials_that_are_not_there(ask: Asker) -> None:
    async with peer(echo) as api:
        reply = await ask(api.url, auth=credentials(api.url, client_secret=Secret()))
        assert (reply.cause, api.asked) == ("no_secret", [])


async def test_a_failure_is_not_kept(ask: Asker) -> None:
    async with peer(by_path(token=in_turn(REFUSED, GOOD), root=echo)) as api:
        assert (await ask(api.url, auth=credentials(api.url))).cause == "status"
        assert (await ask(api.url, auth=credentials(api.url))).cause == "ok"


LIFETIMES = [
    "null",
    '"3600"',
    '"soon"',
    "[]",
    "{}",
    "true",
    "-1",
    "0",
    "1e400",
    "1e999999999",
    "1" + "0" * 400,
    '"nan"',
]


@pytest.mark.parametrize("told", LIFETIMES)
async def test_a_lifetime_may_be_anything(ask: Asker, told: str) -> None:
    async with peer(
        by_path(token=says(as_json(f'{{"access_token": "x-y-z", "expires_in": {told}}}')), root=echo)
    ) as api:
        reply = await ask(api.url, auth=credentials(api.url))
    assert reply.cause == "ok"


async def test_a_named_client_secret_goes_to_the_token_url_alone_and_its_token_where_it_may_go_itself() -> None:
    names = table(login_example=["127.0.0.1"], api_example=["127.0.0.1"])
    hosts = ("http://login.example", "http://api.example")
    world = World(secrets={"client": Named("s3cret!", hosts)}, resolver=names)
    async with peer(by_path(token=GOOD, root=echo)) as api, asker(world) as ask:
        secret = Secret(name="client")
        fine = await ask(api.at("api.example"), auth=credentials(api.at("login.example"), client_secret=secret))
        other = await ask(api.url, auth=credentials(api.at("api.example"), client_secret=secret))
    assert (fine.cause, other.cause, api.paths) == ("ok", "blocked", ["/token", "/"])
    assert b"s3cret!" not in api.asked[1]


class TestOtherWaysToAsk:
    async def test_client_and_secret_as_json(self, ask: Asker) -> None:
        async with peer(by_path(token=GOOD, root=echo)) as api:
            reply = await ask(api.url, auth=credentials(api.url, in_json=True, scope='a "b"', audience="urn:x"))
        assert (reply.cause, api.header("Authorization", 0)) == ("ok", None)
        assert api.header("Content-Type", 0) == "application/json"
        assert json.loads(api.body(0)) == {
            "grant_type": "client_credentials",
            "client_id": "me",
            "client_secret": "S3CRET",
            "scope": 'a "b"',
            "audience": "urn:x",
        }

    @pytest.mark.parametrize("fields", [{"in_body": True}, {"in_json": True}, {}, {"client_secret": None}])
    async def test_the_token_of_a_user(self, ask: Asker, fields: dict[str, Any]) -> None:
        auth = credentials("", user="a&da", password=Secret(sealed="pass&word"), **fields)
        async with peer(by_path(token=GOOD, root=echo)) as api:
            reply = await ask(api.url, auth=replace(auth, token_url=f"{api.url}token"))
        body = api.body(0).decode()
        told = json.loads(body) if "in_json" in fields else {name: value for name, (value,) in parse_qs(body).items()}
        wanted = {"grant_type": "password", "username": "a&da", "password": "PASS&WORD"}
        if fields:
            wanted |= {"client_id": "me"} | ({} if "client_secret" in fields else {"client_secret": "S3CRET"})
        assert (reply.cause, told) == ("ok", wanted)
        assert (api.header("Authorization", 0) is None) == bool(fields)
        assert api.header("Authorization") == f"Bearer {TOKEN}"
        assert "PASS&WORD" not in repr(reply)

    async def test_each_user_has_a_token_of_their_own(self, ask: Asker) -> None:
        async with peer(by_path(token=tokens("first", "second"), root=echo)) as api:
            for user in ("ada", "ben", "ada"):
                await ask(api.url, auth=credentials(api.url, user=user, password=Secret(sealed="p")))
        assert [api.header("Authorization", nth) for nth in (1, 3, 4)] == [
            "Bearer first",
            "Bearer second",
            "Bearer first",
        ]

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("data.token", '{"data": {"token": "t0ken-0f-this-test", "expires_in": 100}}'),
            ("[0].id", '[{"id": "t0ken-0f-this-test"}]'),
            ("id_token", '{"id_token": "t0ken-0f-this-test", "access_token": "another"}'),
        ],
    )
    async def test_the_token_stands_elsewhere_in_the_answer(self, ask: Asker, path: str, body: str) -> None:
        async with peer(by_path(token=says(as_json(body)), root=echo)) as api:
            reply = await ask(api.url, auth=credentials(api.url, token_path=path))
        assert (reply.cause, api.header("Authorization")) == ("ok", f"Bearer {TOKEN}")

    async def test_how_long_it_lives_stands_beside_it(self) -> None:
        clock, body = Naps(), '{"data": {"token": "t", "expires_in": 100}, "expires_in": 9999}'
        async with (
            peer(by_path(token=says(as_json(body)), root=echo)) as api,
            asker(World(clock=clock)) as ask,
        ):
            for ahead in (0, 60_000, 75_000):
                clock.ahead = ahead
                await ask(api.url, auth=credentials(api.url, token_path="data.token"))
        assert api.paths == ["/token", "/", "/", "/token", "/"]

    async def test_a_path_that_leads_nowhere_is_said(self, ask: Asker) -> None:
        async with peer(by_path(token=GOOD, root=echo)) as api:
            reply = await ask(api.url, auth=credentials(api.url, token_path="data.token"))
        assert (reply.cause, api.paths) == ("unreadable", ["/token"])
        assert reply.error == "No token could be had: the token URL's answer holds no data.token."

"""A secret belongs to an origin: what was typed for one never goes to another, nor does what it buys."""

import pytest
from msgspec.structs import replace

from ivr.core.credentials import (
    AnyAuth,
    ApiKey,
    AwsSignature,
    Basic,
    Bearer,
    Digest,
    Exchange,
    Hmac,
    OAuth2,
    TwilioSignature,
)
from ivr.core.events import Fetched
from ivr.core.fields import Secret
from tests.egress.world import table
from tests.webcall.peer import Asker, Named, World, as_json, asker, by_path, echo, peer, says, typed_for

AT = "a/3/authentication.password"
GOOD = says(as_json('{"access_token": "t0ken", "expires_in": 3600}'))


def typed(*origins: str) -> Secret:
    return Secret(sealed="s3cret", at=AT, origins=origins)


def lost(reply: Fetched) -> str:
    """Why a request was not sent."""
    assert (reply.cause, reply.status, reply.tries) == ("no_secret", None, ())
    return reply.error


@pytest.mark.parametrize(
    "auth",
    [
        Basic("anna", typed()),
        Bearer(typed()),
        ApiKey("X-Key", typed()),
        ApiKey("key", typed(), "query"),
        Exchange(fields=(("password", typed()),)),
        Digest("anna", typed()),
        Hmac(typed(), "{body}", (("X-Signature", "{signature}"),)),
        TwilioSignature(typed()),
        AwsSignature("AKIA", typed(), "eu-west-1", "s3"),
        AwsSignature("AKIA", typed(), "eu-west-1", "s3", typed()),
    ],
)
async def test_a_secret_typed_for_one_port_does_not_go_to_another(ask: Asker, auth: AnyAuth) -> None:
    async with peer(echo) as meant, peer(echo) as other:
        bound = typed_for(auth, meant.url)
        fields = {"method": "POST", "body": "a=1", "body_kind": "form"}
        assert (await ask(meant.url, auth=bound, **fields)).cause == "ok"
        told = lost(await ask(other.url, auth=bound, **fields))
    assert told.endswith(f" was typed for {meant.url[:-1]}; type it again for {other.url[:-1]}.")
    assert (len(meant.asked), other.asked) == (1, [])


@pytest.mark.parametrize("typed_for", ["https://127.0.0.1:{}", "http://localhost:{}", "http://127.0.0.1", ""])
async def test_scheme_host_and_port_all_count(ask: Asker, typed_for: str) -> None:
    async with peer(echo) as api:
        lost(await ask(api.url, auth=Bearer(typed(typed_for.format(api.port)))))
    assert api.asked == []


async def test_what_was_sealed_without_an_origin_is_sent_nowhere() -> None:
    async with peer(echo) as api, asker() as ask:
        job = ask.running_job(api.url)
        unbound = replace(job.job, auth=Bearer(Secret(sealed="s3cret")))
        lost(await ask.web_calls(replace(job, job=unbound)))
    assert api.asked == []


async def test_a_typed_secret_is_not_sent_for_anybody_to_read() -> None:
    names = table(intranet_example=["127.0.0.1"])
    async with peer(echo) as api, asker(World(resolver=names)) as ask:
        reply = await ask(api.at("intranet.example"), auth=Bearer(typed(api.at("intranet.example").rstrip("/"))))
    assert (reply.cause, api.asked) == ("blocked", [])
    assert "unencrypted" in reply.error


async def test_a_token_goes_where_its_client_secret_was_typed_for_and_nowhere_else(ask: Asker) -> None:
    async with peer(by_path(token=GOOD, root=echo)) as api, peer(echo) as other:
        auth = OAuth2(f"{api.url}token", "me", typed(api.url[:-1], api.url[:-1]))
        assert (await ask(api.url, auth=auth)).cause == "ok"
        lost(await ask(other.url, auth=auth))
        elsewhere = replace(auth, token_url=f"{other.url}token")
        lost(await ask(api.url, auth=elsewhere))
    assert (api.paths, other.asked) == (["/token", "/"], [])


async def test_no_token_is_bought_for_an_address_that_it_may_not_go_to(ask: Asker) -> None:
    async with peer(by_path(token=GOOD, root=echo)) as api, peer(echo) as other:
        lost(await ask(other.url, auth=OAuth2(f"{api.url}token", "me", typed(api.url[:-1], api.url[:-1]))))
    assert (api.asked, other.asked) == ([], [])


async def test_a_token_that_a_named_secret_has_bought_goes_only_where_that_may_go() -> None:
    async with peer(by_path(token=GOOD, root=echo)) as api, peer(echo) as other:
        world = World(secrets={"client": Named("s3cret!", (f"127.0.0.1:{api.port}",))})
        async with asker(world) as ask:
            auth = OAuth2(f"{api.url}token", "me", Secret(name="client"))
            assert (await ask(api.url, auth=auth)).cause == "ok"
            reply = await ask(other.url, auth=auth)
    assert (reply.cause, other.asked) == ("blocked", [])


async def test_a_named_secret_goes_unencrypted_only_where_its_owner_says_so() -> None:
    names = table(intranet_example=["127.0.0.1"])
    for host, cause in (("intranet.example", "blocked"), ("http://intranet.example", "ok")):
        world = World(secrets={"key": Named("k3y!", (host,))}, resolver=names)
        async with peer(echo) as api, asker(world) as ask:
            assert (await ask(api.at("intranet.example"), auth=Bearer(Secret(name="key")))).cause == cause
        assert len(api.asked) == (cause == "ok")

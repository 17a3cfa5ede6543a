"""A token belongs to the secrets that are set now, and to the moment at which it is used."""

from dataclasses import dataclass

from ivr.core.fields import Secret
from ivr.core.polling import Poll
from ivr.webcall.trial import try_request
from tests.story.flows import asks, drawn, ends, starts
from tests.webcall.peer import (
    Asker,
    Named,
    Naps,
    Peer,
    Talk,
    World,
    answer,
    as_json,
    asker,
    by_path,
    echo,
    in_turn,
    peer,
    says,
)
from tests.webcall.test_webcall_oauth import REFUSED, credentials, tokens

NAMED = Secret(name="client")
ACCEPTED = says(answer(b"{}", status="202 Accepted"))
DONE = says(as_json("{}"))


@dataclass
class Passing(Naps):
    """Time passes while somebody sleeps."""

    async def sleep(self, seconds: float) -> None:
        self.ahead += round(seconds * 1000)
        await super().sleep(seconds)


async def sells(talk: Talk) -> None:
    """A token URL that knows one secret."""
    good = b"client_secret=right" in talk.asked
    await talk.send(as_json('{"access_token": "t"}') if good else answer(b"no", status="401 No"))


def bearers(api: Peer) -> list[str | None]:
    """What each request that is not for a token shows."""
    return [api.header("Authorization", nth) for nth, path in enumerate(api.paths) if path != "/token"]


async def test_a_token_ends_with_the_secret_that_bought_it() -> None:
    secrets = {"client": Named("right")}
    async with peer(by_path(token=sells, root=echo)) as api, asker(World(secrets=secrets)) as ask:
        auth = credentials(api.url, client_secret=NAMED, in_body=True)
        assert [(await ask(api.url, auth=auth)).cause for _ in range(2)] == ["ok", "ok"]
        secrets["client"] = Named("wrong")
        reply = await ask(api.url, auth=auth)
        assert (reply.cause, reply.error) == (
            "status",
            "No token could be had: the token URL answered with status 401: no.",
        )
        secrets["client"] = Named("right")
        assert (await ask(api.url, auth=auth)).cause == "ok"
    assert api.paths == ["/token", "/", "/", "/token", "/"]


async def test_another_secret_of_the_request_is_no_reason_to_buy_one() -> None:
    secrets = {"client": Named("right"), "key": Named("one")}
    async with peer(by_path(token=sells, root=echo)) as api, asker(World(secrets=secrets)) as ask:
        auth = credentials(api.url, client_secret=NAMED, in_body=True)
        for value in ("one", "two"):
            secrets["key"] = Named(value)
            await ask(api.url, auth=auth, headers=(("X-Key", "$SECRET.key"),))
    assert api.paths == ["/token", "/", "/"]


async def test_a_test_request_buys_a_token() -> None:
    world = World(secrets={"client": Named("right")})
    async with peer(by_path(token=tokens("first", "second"), root=echo)) as api, asker(world) as ask:
        authentication = {
            "type": "oauth2",
            "token_url": f"{api.url}token",
            "client_id": "me",
            "client_secret": "$SECRET.client",
        }
        flow = drawn(starts(), asks(3, 3, url=api.url, authentication=authentication), ends())
        for _ in range(2):
            assert (await try_request(ask.web_calls, flow, 2, {}, world.clock)).reply.cause == "ok"
    assert bearers(api) == ["Bearer first", "Bearer second"]


async def test_a_poll_renews_its_token_before_its_end() -> None:
    async with (
        peer(by_path(token=tokens("first", "second", lasting=60), root=in_turn(*[ACCEPTED] * 3, DONE))) as api,
        asker(World(clock=Passing())) as ask,
    ):
        reply = await ask(api.url, auth=credentials(api.url), poll=Poll(every=14), timeout=900)
    assert (reply.status, bearers(api)) == (200, ["Bearer first"] * 3 + ["Bearer second"])


async def test_and_where_the_api_refuses_it(ask: Asker) -> None:
    accepted = says(answer(b"{}", "Location: /jobs", status="202 Accepted"))
    jobs = in_turn(ACCEPTED, REFUSED, DONE)
    async with peer(by_path(token=tokens("first", "second"), root=accepted, jobs=jobs)) as api:
        reply = await ask(api.url, method="POST", auth=credentials(api.url), poll=Poll(every=0), timeout=20)
    assert (reply.status, bearers(api)) == (200, ["Bearer first"] * 3 + ["Bearer second"])
    assert (api.paths[-1], [each.status for each in reply.tries]) == ("/jobs", [202, 202, 401, 200])


async def test_a_token_url_that_is_away_for_a_moment_ends_no_poll() -> None:
    short = says(as_json('{"access_token": "first", "expires_in": 60}'))
    later = in_turn(short, says(b""), tokens("second"))
    async with (
        peer(by_path(token=later, root=in_turn(ACCEPTED, DONE))) as api,
        asker(World(clock=Passing())) as ask,
    ):
        reply = await ask(api.url, auth=credentials(api.url), poll=Poll(every=40), timeout=900)
    assert (reply.status, bearers(api)) == (200, ["Bearer first", "Bearer second"])

"""One live call through every kind of credentials. Each API reckons for itself what they have to be."""

import base64
import json
from contextlib import AsyncExitStack
from typing import Any

import pytest
from twilio.request_validator import RequestValidator

from ivr.demo.api import Api
from tests.story.flows import asks, drawn, says, starts
from tests.webcall.certificates import Authority
from tests.webcall.peer import Behaviour, Peer, Talk, by_path, peer
from tests.webcall.peer import says as answers
from tests.webcall.verifiers import FINE, PASSWORD, REFUSED, USER, AwsApi, DigestApi, as_json, hmac_api, parts
from tests.whole.stage import Stage, stage

SECRET = "the-secret-0f-this-call"
TOKEN = "t0ken-that-was-bought"
OPEN = "Number %d was let in."
BODY = '{"n": "$DateTime.CurrentDate"}'


def header(name: str, value: str) -> Behaviour:
    """Believes whoever sends this header line."""

    async def behave(talk: Talk) -> None:
        await talk.send(FINE if parts(talk)[2].get(name.lower()) == value else REFUSED)

    return behave


def token_for(*wanted: str) -> Behaviour:
    """Gives out a token for a request that has all of this in it."""

    async def behave(talk: Talk) -> None:
        given = as_json(json.dumps({"data": {"token": TOKEN}, "access_token": TOKEN, "expires_in": 60}))
        await talk.send(given if all(each.encode() in talk.asked for each in wanted) else REFUSED)

    return by_path(token=behave, root=header("Authorization", f"Bearer {TOKEN}"))


async def by_key_in_query(talk: Talk) -> None:
    await talk.send(FINE if f"key={SECRET}" in parts(talk)[1] else REFUSED)


async def by_twilio(talk: Talk) -> None:
    _, target, headers, _ = parts(talk)
    url = f"http://{headers['host']}{target}"
    valid = RequestValidator(SECRET).validate(url, {"a": "é b"}, headers.get("x-twilio-signature", ""))
    await talk.send(FINE if valid else REFUSED)


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


OAUTH = {"token_url": "{url}token", "client_id": "me", "client_secret": SECRET}
KINDS: dict[str, tuple[Behaviour, dict[str, Any], dict[str, Any]]] = {
    "basic": (header("Authorization", basic(USER, PASSWORD)), {"user": USER, "password": PASSWORD}, {}),
    "bearer": (header("Authorization", f"Bearer {SECRET}"), {"token": SECRET}, {}),
    "api_key": (by_key_in_query, {"name": "key", "value": SECRET, "place": "query"}, {}),
    "digest": (DigestApi(), {"user": USER, "password": PASSWORD}, {}),
    "hmac": (
        hmac_api(SECRET.encode(), "sha256", "METHOD\nTARGET\nTIME\nBODY", "X-Signature", encoded=True),
        {"key": SECRET, "sign": "{method}\\n{path}\\n{timestamp}\\n{body}", "encoding": "base64"},
        {"method": "POST", "body": BODY},
    ),
    "twilio": (
        by_twilio,
        {"auth_token": SECRET},
        {
            "method": "POST",
            "content_type": "application/x-www-form-urlencoded",
            "form": [{"name": "a", "value": "é b"}],
        },
    ),
    "aws": (
        AwsApi(SECRET, "eu-central-1", "execute-api"),
        {"access_key": "AKIA", "secret_key": SECRET, "region": "eu-central-1", "service": "execute-api"},
        {"method": "POST", "body": BODY},
    ),
    "oauth2": (token_for("grant_type=client_credentials", basic("me", SECRET).split()[1]), OAUTH, {}),
    "oauth2 as JSON": (
        token_for('"grant_type": "client_credentials"', f'"client_secret": "{SECRET}"'),
        {**OAUTH, "send_as": "json", "token_path": "data.token"},
        {},
    ),
    "oauth2_password": (
        token_for("grant_type=password", f"username={USER}", f"client_secret={SECRET}"),
        {**OAUTH, "user": USER, "password": PASSWORD, "send_as": "body"},
        {},
    ),
}
"""By type, with what believes it, its fields, and those of the request."""


@pytest.fixture
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


def filled(fields: dict[str, Any], api: Peer) -> dict[str, Any]:
    return {
        name: value.replace("{url}", api.url) if isinstance(value, str) else value for name, value in fields.items()
    }


def block(number: int, kind: str, api: Peer) -> dict[str, Any]:
    """A web call that goes on to the next one, or to the block that says why not."""
    _, auth, request = KINDS[kind]
    authentication = {"type": kind.partition(" ")[0], **filled(auth, api)}
    return asks(number + 1, LAST, url=f"{api.url}v1/x", authentication=authentication, **request)


LAST = len(KINDS) + 4


async def test_a_call_goes_through_every_kind_of_credentials(authority: Authority) -> None:
    certificate, key = authority.client("ivr")
    async with AsyncExitStack() as stack:
        apis = {kind: await stack.enter_async_context(peer(behaves)) for kind, (behaves, *_) in KINDS.items()}
        strict = await stack.enter_async_context(peer(answers(FINE), authority.strict("127.0.0.1")))
        on = await stack.enter_async_context(stage(Api(delay=0), IVR_CA_FILE=str(authority.file)))
        rows = [block(number, kind, api) for number, (kind, api) in enumerate(apis.items(), 2)]
        shown = {"type": "certificate", "certificate": certificate, "private_key": key}
        rows.append(asks(LAST - 1, LAST, url=f"{strict.url}x", authentication=shown))
        causes = " ".join(f"${{EXTCALL_{number}.error}}" for number in range(2, LAST - 1))
        flow = drawn(starts(), *rows, says("All were let in."), says(causes), id="appointment")
        await published(on, flow.model_dump(mode="json"), rows)
        told = await on.call()
        hidden = repr(await on.world.server.store.calls.trace(told.call.sid))
    assert told.words == ["All were let in."]
    assert all(secret not in hidden for secret in (SECRET, TOKEN, PASSWORD, "PRIVATE KEY"))
    assert [len(api.asked) for api in apis.values()] == [1, 1, 1, 2, 1, 1, 1, 2, 2, 2]


async def published(on: Stage, document: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    """The flow with its secrets as they are typed: a model of it hides them."""
    for drawn_block, row in zip(document["blocks"][1:], rows, strict=False):
        drawn_block["action"]["authentication"] = row["action"]["authentication"]
    flows = on.world.server.store.flows
    await flows.save_draft(document)
    await flows.publish("appointment")

"""Test HTTP Request: what an author sees before any caller does."""

import json
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ivr.app import WallClock, open_web_calls, stored
from ivr.cli.webcall import lines
from ivr.flow.model import Flow
from ivr.flow.typed_secrets import seal_secrets
from ivr.settings import Settings
from ivr.webcall.trial import NotAWebCall, Trial, nested, try_request
from tests.web.steps import counted

ANSWER = {"DateText": "May 1", "doctor": {"Name": "Dr. Okafor"}, "list": [1, 2]}


@asynccontextmanager
async def api(asked: list[web.BaseRequest]) -> AsyncIterator[str]:
    async def answer(request: web.BaseRequest) -> web.Response:
        asked.append(request)
        if request.query.get("phone") == "nobody":
            return web.json_response({"error": "unknown"}, status=404)
        return web.json_response(ANSWER | {"echo": request.headers.get("Authorization", "")})

    app = web.Application()
    app.router.add_get("/appointments", answer)
    async with TestServer(app) as server:
        yield f"http://127.0.0.1:{server.port}/appointments"


@asynccontextmanager
async def one_answer(answer: Any, status: int = 200) -> AsyncIterator[str]:
    """An API that answers the same to all."""

    async def given(request: web.BaseRequest) -> web.Response:
        return web.json_response(answer, status=status)

    app = web.Application()
    app.router.add_get("/", given)
    async with TestServer(app) as server:
        yield f"http://127.0.0.1:{server.port}/"


def flow(url: str, **fields: Any) -> Flow:
    call = {"type": "external_web_call", "url": f"{url}?phone=$ANI&old=$EXTCALL_2.id", **fields}
    blocks = [
        {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 3}},
        {"number": 3, "action": call, "exits": {"success": 4, "failure": 4}},
        {"number": 4, "action": {"type": "end_call"}},
    ]
    return Flow.model_validate({"id": "t", "name": "t", "blocks": blocks})


async def tried(tmp_path: Path, tested: Flow, number: int = 3, **values: str) -> Trial:
    settings, clock = Settings(data=tmp_path, egress_allow="127.0.0.1"), WallClock()
    async with stored(settings) as store, open_web_calls(settings, store, clock) as calls:
        typed = tested.model_dump(mode="json", context={"whole": True})
        sealed = Flow.model_validate(seal_secrets(typed, store.vault))
        return await try_request(calls, sealed, number, dict(values), clock)


@pytest.fixture
def asked() -> list[web.BaseRequest]:
    return []


async def test_it_sends_the_request_with_the_sample_values(tmp_path: Path, asked: list[web.BaseRequest]) -> None:
    async with api(asked) as url:
        trial = await tried(tmp_path, flow(url), ANI="+1 555")
    assert asked[0].query["phone"] == "+1 555"
    assert trial.request["url"] == f"{url}?phone=%2B1%20555&old="
    assert (trial.reply.status, trial.port, trial.unset) == (200, "success", ("EXTCALL_2.id",))
    assert trial.size == len(trial.reply.body) > 0


AUTHENTICATION = [
    ({"type": "basic", "user": "shop", "password": "hunter2"}, "Authorization", "Basic •••"),
    ({"type": "bearer", "token": "hunter2"}, "Authorization", "Bearer •••"),
    ({"type": "api_key", "name": "X-Key", "value": "hunter2"}, "X-Key", "•••"),
]


@pytest.mark.parametrize(("authentication", "name", "shown"), AUTHENTICATION)
async def test_it_shows_who_asks_as_dots(
    tmp_path: Path, asked: list[web.BaseRequest], authentication: dict[str, str], name: str, shown: str
) -> None:
    headers = [{"name": "X-Shop", "value": "$SHOP"}]
    async with api(asked) as url:
        trial = await tried(tmp_path, flow(url, authentication=authentication, headers=headers), SHOP="7")
    lines = trial.request["headers"]
    assert {each: lines[each] for each in ("X-Shop", name)} == {"X-Shop": "7", name: shown}
    assert lines["Host"] == asked[0].headers["Host"]
    assert set(lines) == set(asked[0].headers)
    assert "hunter2" not in str(trial.request)
    assert name in asked[0].headers


async def test_it_shows_a_key_in_the_address_as_dots(tmp_path: Path, asked: list[web.BaseRequest]) -> None:
    key = {"type": "api_key", "name": "key", "value": "hunter2", "place": "query"}
    async with api(asked) as url:
        trial = await tried(tmp_path, flow(url, authentication=key))
    assert trial.request["api key in the query"] == "key=•••"
    assert "hunter2" not in str(trial.request)
    assert asked[0].query["key"] == "hunter2"


async def test_it_tells_what_each_response_variable_would_take(tmp_path: Path, asked: list[web.BaseRequest]) -> None:
    wanted = [
        {"name": "A", "query": "DateText"},
        {"name": "B", "query": "datetext"},
        {"name": "C", "query": "doctor.name", "default": "somebody"},
        {"name": "D", "query": "list[1]"},
    ]
    async with api(asked) as url:
        trial = await tried(tmp_path, flow(url, response_variables=wanted))
    assert [(each.name, each.found, each.value, each.near) for each in trial.taken] == [
        ("A", True, "May 1", ()),
        ("B", False, None, ("DateText",)),
        ("C", False, "somebody", ("Name",)),
        ("D", True, 2, ()),
    ]
    text = "\n".join(lines(trial))
    assert "$B is not set: the answer has no value for “datetext”; there is DateText" in text
    assert "its default is somebody" in text


async def test_a_default_counts_where_there_is_null(tmp_path: Path) -> None:
    wanted = [{"name": "A", "query": "a", "default": "x"}, {"name": "B", "query": "a"}]
    async with one_answer({"a": None}) as url:
        trial = await tried(tmp_path, flow(url, response_variables=wanted))
    assert [(each.name, each.found, each.value, each.near) for each in trial.taken] == [
        ("A", False, "x", ()),
        ("B", True, None, ()),
    ]


POLL, CALLBACK = {"type": "poll"}, {"type": "callback"}
UNTIL = {"type": "poll", "until": [{"query": "state", "value": "done"}]}
LATER: dict[str, tuple[dict[str, Any], int, Any, str]] = {
    "not final by its status": (POLL, 202, {"a": 1}, "its status is 202"),
    "not final by a condition": (UNTIL, 200, {"state": "running"}, "what must hold of the final one"),
    "only taken": (CALLBACK, 200, {}, "posts its answer to $EXTCALL_3.resume_url"),
}
REQUIRED = [{"name": "A", "query": "a", "required": True}]


@pytest.mark.parametrize("kind", LATER)
async def test_an_answer_that_is_not_the_one_that_counts(tmp_path: Path, kind: str) -> None:
    """A call waits on, so it leaves by no port and takes nothing."""
    later, status, answer, why = LATER[kind]
    async with one_answer(answer, status) as url:
        trial = await tried(tmp_path, flow(url, later=later, response_variables=REQUIRED))
    assert (trial.port, trial.taken, trial.reply.status) == ("", (), status)
    assert why in trial.why
    assert lines(trial)[-1] == f"Only a later answer counts. {trial.why}"


FINAL: dict[str, tuple[dict[str, Any], int, Any, str]] = {
    "final": (UNTIL, 200, {"state": "done", "a": 1}, "success"),
    "refused": (POLL, 404, {}, "failure"),
    "not taken": (CALLBACK, 500, {}, "failure"),
    "too much work": (
        {"type": "poll", "until": [{"query": "$..*..*..*", "operator": "is_set"}]},
        200,
        [[0] * 5000] * 100,
        "failure",
    ),
}


@pytest.mark.parametrize("kind", FINAL)
async def test_the_answer_that_counts(tmp_path: Path, kind: str) -> None:
    later, status, answer, port = FINAL[kind]
    async with one_answer(answer, status) as url:
        trial = await tried(tmp_path, flow(url, later=later, max_bytes=10_000_000, response_variables=REQUIRED))
    assert (trial.port, [each.found for each in trial.taken]) == (port, [port == "success"])
    assert ("look at more than" in trial.why) is (kind == "too much work")


async def test_what_could_have_been_meant_is_not_looked_for_where_calls_are_served(tmp_path: Path) -> None:
    """The labels are compared with the names in a thread: what the API calls them makes no work here."""
    unlike, alike = ({f"{letters * 32}{number}": 1 for number in range(90)} for letters in ("xyz", "aab"))
    wanted = [{"name": name, "query": "abb" * 32} for name in "ABC"]

    async def steps(answer: dict[str, int]) -> int:
        async with one_answer(answer) as url:
            with counted() as steps:
                trial = await tried(tmp_path, flow(url, response_variables=wanted))
        assert [each.found for each in trial.taken] == [False] * 3
        return steps.count

    await steps(unlike)
    assert await steps(alike) < 2 * await steps(unlike)


async def test_it_says_which_port_and_why(tmp_path: Path, asked: list[web.BaseRequest]) -> None:
    async with api(asked) as url:
        failed = await tried(tmp_path, flow(url), ANI="nobody")
        accepted = await tried(tmp_path, flow(url, success="404"), ANI="nobody")
    assert (failed.port, failed.why) == ("failure", "The API answered with status 404.")
    assert (accepted.port, accepted.reply.status) == ("success", 404)
    assert '"unknown"' in failed.reply.body


async def test_secrets_are_dots_even_when_the_api_sends_them_back(tmp_path: Path, asked: list[web.BaseRequest]) -> None:
    basic = {"type": "basic", "user": "anna", "password": "hunter2222"}
    async with api(asked) as url:
        trial = await tried(tmp_path, flow(url, authentication=basic))
    assert asked[0].headers["Authorization"].startswith("Basic ")
    shown = "\n".join(lines(trial)) + repr(trial)
    assert "hunter2222" not in shown
    assert asked[0].headers["Authorization"].split()[1] not in shown


async def test_a_key_in_the_address_is_not_logged(
    tmp_path: Path, asked: list[web.BaseRequest], caplog: pytest.LogCaptureFixture
) -> None:
    key = {"type": "api_key", "name": "key", "value": "hunter2222", "place": "query"}
    with caplog.at_level(logging.DEBUG):
        async with api(asked) as url:
            trial = await tried(tmp_path, flow(url, authentication=key))
    assert asked[0].query["key"] == "hunter2222"
    ours = [record.getMessage() for record in caplog.records if record.name != "aiohttp.access"]  # that is the API's
    assert "hunter2222" not in "\n".join(ours) + repr(trial)


@pytest.mark.parametrize(("number", "sentence"), [(4, "only an External Web Call"), (9, "External Web Calls are: 3")])
async def test_only_a_web_call_can_be_tested(tmp_path: Path, number: int, sentence: str) -> None:
    with pytest.raises(NotAWebCall, match=sentence):
        await tried(tmp_path, flow("http://127.0.0.1:1/"), number)


def test_sample_values_are_nested_as_a_call_keeps_them() -> None:
    assert nested({"ANI": "1", "$EXTCALL_2.id": "x", "EXTCALL_2.b": "y"}) == {
        "ANI": "1",
        "EXTCALL_2": {"id": "x", "b": "y"},
    }


@pytest.mark.process
def test_the_command_tells_the_cause_and_ends_with_one(tmp_path: Path) -> None:
    file = tmp_path / "flow.json"
    file.write_text(json.dumps(flow("http://127.0.0.1:1/").model_dump(mode="json")))
    command = [sys.executable, "-m", "ivr", "webcall", "test", str(file), "3", "--set", "ANI=1"]
    environment = {"PATH": "", "IVR_DATA": str(tmp_path / "data")}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=False)
    assert done.returncode == 1
    assert "127.0.0.1 is loopback" in done.stdout
    assert "Traceback" not in done.stderr


SIGNED: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "hmac": (
        {"type": "hmac", "key": "typed-secret", "headers": [{"name": "X-Signed", "value": "v1={signature}"}]},
        {"X-Signed": "•••"},
    ),
    "twilio": ({"type": "twilio", "auth_token": "typed-secret"}, {"X-Twilio-Signature": "•••"}),
    "aws": (
        {
            "type": "aws",
            "access_key": "AKIA",
            "secret_key": "typed-secret",
            "region": "eu-west-1",
            "service": "s3",
            "session_token": "typed-secret-2",
        },
        {"Authorization": "AWS4-HMAC-SHA256 •••", "X-Amz-Security-Token": "•••"},
    ),
}


@pytest.mark.parametrize("kind", SIGNED)
async def test_a_signed_request_shows_dots_for_its_signature(
    tmp_path: Path, asked: list[web.BaseRequest], kind: str
) -> None:
    authentication, shown = SIGNED[kind]
    async with api(asked) as url:
        trial = await tried(tmp_path, flow(url, authentication=authentication), ANI="1")
    assert (trial.port, trial.reply.status) == ("success", 200)
    headers = trial.request["headers"]
    assert isinstance(headers, dict)
    assert {name: headers[name] for name in shown} == shown
    assert all(asked[0].headers[name] for name in shown)
    assert "typed-secret" not in repr(trial)

"""Test HTTP Request by the board: the posted draft's request, really sent, with nothing secret in the answer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.api.board import Answer, Browser, Served, asking

CANARY = "canary-51d7c2"


class Api:
    """An API that keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(
            {
                "path": request.path_qs,
                "headers": {name.lower(): value for name, value in request.headers.items()},
                "body": await request.text(),
            }
        )
        size = int(request.query.get("size", 0))
        if size:
            return web.Response(text="é" * size)
        echo = {"DateText": "March 3", "price": 1.10, "sent": request.headers.get("Authorization", "")}
        return web.json_response(echo, status=int(request.query.get("status", 200)))


@asynccontextmanager
async def an_api() -> AsyncIterator[Api]:
    """An API for as long as the context lasts."""
    api = Api()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", api.answer)
    async with TestServer(app) as server:
        api.url = str(server.make_url("/x"))
        yield api


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    async with an_api() as api:
        yield api


async def tried(board: Browser, document: dict[str, Any], block: Any = 2, **values: str) -> Answer:
    body = {"document": document, "block": block, "values": values}
    return await board.post(f"/api/flows/{document.get('id', 'line')}/test-request", body)


async def test_a_request_is_sent_with_sample_values(board: Browser, api: Api) -> None:
    document = asking(
        f"{api.url}?phone=$ANI&token=$EXTCALL_7.response.token",
        response_variables=[{"name": "Date", "query": "DateText"}, {"name": "Other", "query": "datetext"}],
    )
    told = (await tried(board, document, ANI="+1555 0100")).json
    assert api.asked[0]["path"] == "/x?phone=%2B1555%200100&token="
    assert told["request"]["method"] == "GET"
    assert told["request"]["url"] == f"{api.url}?phone=%2B1555%200100&token="
    assert told["unset"] == ["EXTCALL_7.response.token"]
    assert (told["status"], told["port"], told["cause"], told["error"]) == (200, "success", "ok", "")
    assert told["value"] == {"DateText": "March 3", "price": 1.1, "sent": ""}
    assert (told["cut"], told["size"]) == (False, len(told["body"]))
    assert told["milliseconds"] >= 0
    assert "total" in told["timings"]
    assert len(told["tries"]) == 1
    assert told["variables"] == [
        {"name": "Date", "query": "DateText", "value": "March 3", "found": True, "hint": ""},
        {"name": "Other", "query": "datetext", "value": None, "found": False, "hint": "There is DateText."},
    ]


async def test_an_answer_that_is_no_success(board: Browser, api: Api) -> None:
    told = (await tried(board, asking(f"{api.url}?status=404"))).json
    assert (told["status"], told["port"], told["value"]["DateText"]) == (404, "failure", "March 3")
    assert "404" in told["why"]


async def test_nobody_answers(board: Browser, unused_tcp_port: int) -> None:
    told = (await tried(board, asking(f"http://127.0.0.1:{unused_tcp_port}/"))).json
    assert (told["status"], told["cause"], told["port"], told["body"]) == (None, "connect", "failure", "")
    assert told["error"]


async def test_a_long_answer_is_cut(board: Browser, api: Api) -> None:
    told = (await tried(board, asking(f"{api.url}?size=300000"))).json
    assert (told["cut"], len(told["body"]), told["size"], told["value"]) == (True, 262_144, 600_000, None)


async def test_a_secret_is_taken_from_the_stored_draft_and_never_shown(board: Browser, api: Api) -> None:
    auth = {"type": "bearer", "token": CANARY}
    created = await board.post("/api/flows", {"document": asking(api.url, authentication=auth)})
    document = (await board.get(created.headers["Location"])).json
    assert document["blocks"][1]["action"]["authentication"]["token"] == {"set": True}
    told = (await tried(board, document)).json
    assert api.asked[0]["headers"]["authorization"] == f"Bearer {CANARY}"
    assert told["value"]["sent"] == "Bearer •••"
    assert told["port"] == "success"
    assert not [answer for answer in board.seen if CANARY.encode() in answer.body]


async def test_a_secret_that_was_just_typed(board: Browser, api: Api) -> None:
    document = asking(api.url, authentication={"type": "bearer", "token": CANARY})
    assert (await tried(board, document)).json["status"] == 200
    assert api.asked[0]["headers"]["authorization"] == f"Bearer {CANARY}"
    assert not [answer for answer in board.seen if CANARY.encode() in answer.body]


async def test_a_named_secret_goes_to_its_hosts_only(board: Browser, api: Api) -> None:
    await board.put("/api/secrets/crm", {"value": CANARY, "hosts": ["api.example.com"]})
    document = asking(api.url, headers=[{"name": "X-Key", "value": "$SECRET.crm"}])
    assert (await tried(board, document)).json["port"] == "failure"
    assert api.asked == []
    await board.put("/api/secrets/crm", {"value": CANARY, "hosts": ["127.0.0.1"]})
    assert (await tried(board, document)).json["port"] == "success"
    assert api.asked[0]["headers"]["x-key"] == CANARY
    assert not [answer for answer in board.seen if CANARY.encode() in answer.body]


async def test_mistakes_elsewhere_are_not_in_the_way(board: Browser, api: Api) -> None:
    document = asking(api.url)
    document["blocks"] += [{"number": 9, "action": {"type": "no_such"}}, 7]
    document["blocks"][1]["exits"] = {"success": 77}
    document["more"] = True
    assert (await tried(board, document)).json["status"] == 200


async def test_mistakes_in_the_block_are_told(board: Browser, api: Api) -> None:
    answer = await tried(board, asking(api.url, timeout=201))
    assert answer.status == 422
    (problem,) = answer.problem["problems"]
    assert (problem["block"], problem["path"]) == (2, "action.timeout")
    missing = asking(api.url, authentication={"type": "bearer", "token": {"set": True}})
    (problem,) = (await tried(board, missing)).problem["problems"]
    assert problem["code"] == "secret_missing"
    assert api.asked == []


@pytest.mark.parametrize("block", [1, 3, 99])
async def test_a_block_that_sends_nothing(board: Browser, api: Api, block: int) -> None:
    answer = await tried(board, asking(api.url), block=block)
    assert answer.status == 422
    assert "Web Call" in answer.problem["detail"]
    assert api.asked == []


@pytest.mark.parametrize("block", [0, -1, 10_000, "2", 2.5, True, None, [2]])
async def test_a_number_that_no_block_has(board: Browser, api: Api, block: Any) -> None:
    assert (await tried(board, asking(api.url), block=block)).status == 422
    assert api.asked == []


async def test_what_is_not_allowed_for_calls_is_not_for_tests(server: Served, board: Browser) -> None:
    told = (await tried(board, asking("http://169.254.169.254/latest/meta-data"))).json
    assert (told["cause"], told["port"]) == ("blocked", "failure")
    assert server.url.startswith("http://127.0.0.1")

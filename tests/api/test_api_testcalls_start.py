"""Test calls that start at a block, and those who listen to test calls, over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from typing import Any

import aiohttp
from aiohttp import web

from ivr.web.api.context import Context
from ivr.web.api.described import NOTHING
from ivr.web.api.testcalls import TestCalls as Handlers
from ivr.web.doors import PASS, Pass
from ivr.web.server import bind, port_of, serving
from ivr.web.socket import OPEN, Open
from tests.api.board import Browser, flow

PATIENCE = 30.0
CALLER = "+15551230000"


def told_and_texted() -> dict[str, Any]:
    text = {"type": "send_sms", "message": "For $EXTCALL_2.response.name: $status"}
    return flow(
        blocks=[
            {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 2}},
            {
                "number": 2,
                "action": {"type": "external_web_call", "url": "http://127.0.0.1:9/"},
                "exits": {"success": 3, "failure": 4},
            },
            {"number": 3, "title": "Text", "action": text, "exits": {"success": 4, "failure": 4}},
            {"number": 4, "action": {"type": "end_call"}},
        ]
    )


async def rest(board: Browser, call_id: str) -> list[dict[str, Any]]:
    url = f"{board.url}/api/test-calls/{call_id}/events"
    async with asyncio.timeout(PATIENCE), board.session.ws_connect(url, headers={"Origin": board.url}) as socket:
        return [message.json() async for message in socket]


async def begin(board: Browser, **more: Any) -> Any:
    return await board.post("/api/test-calls", {"document": told_and_texted(), "caller": CALLER, **more})


async def test_a_call_starts_at_a_block(board: Browser) -> None:
    values = {"$EXTCALL_2.response.name": "Ann", "status": "on its way"}
    answer = await begin(board, start=3, values=values)
    assert answer.status == 201
    told = await rest(board, answer.json["id"])
    assert [event["block"] for event in told if event["kind"] == "enter"] == [3, 4]
    assert [event["text"] for event in told if event["kind"] == "start"] == ["The test starts at “Text”."]
    assert [event["text"] for event in told if event["kind"] == "sms"] == ["For Ann: on its way"]
    assert not [event for event in told if event["kind"] in {"error", "request"}]


async def test_only_at_a_block_that_is_there(board: Browser) -> None:
    answer = await begin(board, start=12)
    assert answer.status == 422
    assert answer.problem["detail"] == "There is no block 12 in this flow, so no call can start there."
    for nonsense in (-1, 10_000, 10**30, "x", None, 1.5):
        assert (await begin(board, start=nonsense)).status == 422


async def test_mistakes_keep_a_call_from_starting_anywhere(board: Browser) -> None:
    document = told_and_texted()
    document["blocks"][1]["exits"]["success"] = 99
    answer = await board.post("/api/test-calls", {"document": document, "caller": CALLER, "start": 3})
    assert answer.status == 422
    assert answer.problem["problems"]


class Attended:
    """A call that nothing happens in, and that knows who listens."""

    def __init__(self) -> None:
        self.feed = self
        self.came = asyncio.Event()
        self.left = asyncio.Event()

    async def follow(self, after: int) -> AsyncIterator[Any]:
        self.came.set()
        await asyncio.Event().wait()
        yield after

    @contextmanager
    def attended(self) -> Iterator[None]:
        try:
            yield
        finally:
            self.left.set()

    def find(self, call_id: str) -> "Attended":
        return self


async def test_a_call_knows_as_long_as_somebody_listens() -> None:
    call = Attended()
    handlers = Handlers(Context(*[NOTHING] * 7, call, *[NOTHING] * 5))  # type: ignore[arg-type]

    async def lasts() -> bool:
        return True

    async def events(request: web.Request) -> web.StreamResponse:
        request[PASS] = Pass("one", lasts)
        return await handlers.events(request)

    app = web.Application()
    app[OPEN] = Open()
    app.router.add_get("/{id}", events)
    with closing(bind("127.0.0.1", 0)) as sock:
        async with serving(sock, app), aiohttp.ClientSession() as session, asyncio.timeout(PATIENCE):
            socket = await session.ws_connect(f"http://127.0.0.1:{port_of(sock)}/x")
            await call.came.wait()
            assert not call.left.is_set()
            await socket.close()
            await call.left.wait()

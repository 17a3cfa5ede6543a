"""Answers that are posted back over real sockets: taken once, and refused where they are forged, too large or late."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from io import BytesIO

import aiohttp
import pytest
from aiohttp import web

from ivr.demo.api import Api, served
from ivr.demo.world import NUMBER
from ivr.web.server import bind, port_of
from tests.story.flows import asks, drawn, ends, says, starts, takes, texts
from tests.whole.stage import Stage, Told, hang_up, stage

XML, JSON, FORM = "application/xml", "application/json", "application/x-www-form-urlencoded"
BODIES = {JSON: '{"x": 7}', FORM: "x=7", XML: "<x>7</x>"}


class Later:
    """An API that takes a request at once, and posts its answer later."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self.asked: asyncio.Queue[str] = asyncio.Queue()
        self.statuses: list[int] = []

    async def take(self, request: web.Request) -> web.Response:
        self.asked.put_nowait((await request.json())["reply_to"])
        return web.json_response({}, status=202)

    async def post(self, url: str, body: str, kind: str | None = None) -> None:
        headers, data = {"Content-Type": kind or self._kind}, BytesIO(body.encode())
        async with aiohttp.ClientSession() as session, session.post(url, data=data, headers=headers) as answer:
            self.statuses.append(answer.status)

    async def answers(self) -> str:
        """Post what is wrong in every way, and then the answer; the address."""
        url = await self.asked.get()
        await self.post(f"{url[:-3]}AAA", BODIES[self._kind])
        await self.post(url, "x" * 1_100_000)
        await self.post(url, "{", JSON)
        await self.post(url, BODIES[self._kind])
        await self.post(url, BODIES[self._kind])
        return url


@asynccontextmanager
async def world(kind: str) -> AsyncIterator[tuple[Stage, Later]]:
    api = Later(kind)
    app = web.Application()
    app.add_routes([web.post("/jobs", api.take)])
    with closing(bind("127.0.0.1", 0)) as sock:
        async with served(app, sock), stage(Api(0)) as made:
            row = asks(
                4,
                5,
                url=f"http://127.0.0.1:{port_of(sock)}/jobs",
                method="POST",
                content_type=JSON,
                body='{"reply_to": "$EXTCALL_3.resume_url"}',
                later={"type": "callback", "within": 60},
                play_hold_music=True,
                when_caller_hangs_up="cancel",
                response_variables=takes(x="x"),
            )
            flow = drawn(starts(), says("One moment.", 3), row, texts("It is $x.", 6, 6), says("Sorry.", 6), ends())
            flows = made.world.server.store.flows
            await flows.save_draft(flow.model_dump(mode="json"))
            await flows.publish(flow.id)
            await flows.assign(NUMBER, flow.id)
            yield made, api


async def called_back(kind: str) -> tuple[Told, list[str], list[int]]:
    async with world(kind) as (made, api):
        call, url = await asyncio.gather(made.call(), api.answers())
        await api.post(url, BODIES[kind])
        return call, made.sms(), api.statuses


async def too_late() -> tuple[Told, list[str], list[int]]:
    async with world(JSON) as (made, api):
        call, url = await asyncio.gather(made.call(deeds=(("play", hang_up),)), api.asked.get())
        await api.post(url, BODIES[JSON])
        return call, made.sms(), api.statuses


@pytest.mark.parametrize("kind", BODIES)
async def test_an_answer_counts_once(kind: str) -> None:
    call, sms, statuses = await called_back(kind)
    assert (call.words, sms, call.troubles) == (["One moment."], ["It is 7."], [])
    assert statuses == [403, 413, 400, 200, 200, 200]


async def test_an_answer_that_nobody_waits_for_is_gone() -> None:
    call, sms, statuses = await too_late()
    assert (call.words, sms, statuses) == (["One moment."], [], [410])

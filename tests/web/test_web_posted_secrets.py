"""Secrets of a request that the API posts back, to the address that the request gave it: nobody hears or reads them."""

import asyncio
import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from ivr.core.fields import DOTS
from ivr.flow.model import Flow
from tests.story.flows import Row, asks, awaits, begins, drawn, ends, says, starts, takes
from tests.web.listener import Listener, listener, put_on_line
from tests.webcall.peer import PATIENCE, Peer, Talk, as_json, by_path, nothing, peer

SECRET = "TOPSECRET-123456"
LOGIN = b64encode(f"anna:{SECRET}".encode()).decode()
ECHO = {"x": SECRET, "all": [f"Basic {LOGIN}", {SECRET: 1}]}
BODIES = {
    "application/json": json.dumps(ECHO),
    "application/json; large": json.dumps({**ECHO, "more": "x" * 20_000}),
    "application/xml": f"<a><x>{SECRET}</x></a>",
    "application/x-www-form-urlencoded": f"x={SECRET}",
    "text/plain": f"{SECRET} {LOGIN}",
}


async def accepts(talk: Talk) -> None:
    """Take the request, and answer later."""
    await talk.send(as_json("{}"))


def request(api: Peer, path: str) -> dict[str, Any]:
    return {
        "method": "POST",
        "url": f"{api.url}{path}",
        "authentication": {"type": "basic", "user": "anna", "password": "$SECRET.crm"},
        "content_type": "application/json",
        "body": '{"reply_to": "$EXTCALL_2.resume_url", "key": "$SECRET.crm"}',
        "later": {"type": "callback", "within": 60},
        "timeout": 60,
        "response_variables": takes(x="x"),
    }


def waits(api: Peer, path: str) -> tuple[Row, ...]:
    return asks(3, 4, hold_delay=0, play_hold_music=True, **request(api, path)), says("It is $x.", 4), ends()


def beside(api: Peer, path: str) -> tuple[Row, ...]:
    row = begins(3, 5, **request(api, path))
    return row, awaits(4, 5, 5, hold_delay=0), says("It is $EXTCALL_2.x, $EXTCALL_2.responsebody.", 5), ends()


async def put(line: Listener, flow: Flow) -> None:
    await line.store.secrets.set("crm", SECRET, ["127.0.0.1"])
    await put_on_line(line.store, flow)


async def posted(api: Peer, body: str, kind: str) -> int:
    """The status of an answer that is posted to the address which came with the request."""
    async with asyncio.timeout(PATIENCE):
        await api.arrived.get()
    address = json.loads(api.body())["reply_to"]
    headers = {"Content-Type": kind.partition(";")[0]}
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
        session.post(address, data=body.encode(), headers=headers) as answer,
    ):
        return answer.status


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("path", ["accepts", "silent"])
@pytest.mark.parametrize("way", [waits, beside])
async def test_it_is_dots(tmp_path: Path, way: Any, path: str, kind: str) -> None:
    async with peer(by_path(accepts=accepts, silent=nothing, root=nothing)) as api, listener(tmp_path) as line:
        await put(line, drawn(starts(), *way(api, path)))
        await line.carrier.post("/voice/answer")
        assert await posted(api, BODIES[kind], kind) == 200
        heard = (await line.carrier.post("/voice/page/2")).words
        trace = str(await line.store.calls.trace("CA1"))
        kept = str(await line.store.calls.load("CA1"))
        assert api.asked[0].count(SECRET.encode()) == 1
    assert heard
    for told in (str(heard), trace, kept):
        assert SECRET not in told
        assert LOGIN not in told
    assert DOTS in trace


async def test_what_is_none_can_be_posted_again(tmp_path: Path) -> None:
    async with peer(accepts) as api, listener(tmp_path) as line:
        await put(line, drawn(starts(), *waits(api, "")))
        await line.carrier.post("/voice/answer")
        assert await posted(api, "{", "application/json") == 400
        api.arrived.put_nowait(None)
        assert await posted(api, '{"x": 7}', "application/json") == 200
        assert (await line.carrier.post("/voice/page/2")).words == ["It is 7."]


async def test_nothing_is_read_where_the_secret_can_not_be_known_any_more(tmp_path: Path) -> None:
    async with peer(accepts) as api, listener(tmp_path) as line:
        await put(line, drawn(starts(), *waits(api, "")))
        await line.carrier.post("/voice/answer")
        await line.store.secrets.remove("crm", force=True)
        assert await posted(api, json.dumps(ECHO), "application/json") == 200
        await line.carrier.post("/voice/page/2")
        record = await line.store.calls.load("CA1")
        assert record is not None
        assert record.call.variables["EXTCALL_2"]["cause"] == "no_secret"
        assert SECRET not in str((record, await line.store.calls.trace("CA1")))

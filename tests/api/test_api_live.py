import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from ivr.app import WallClock
from ivr.core.call import Call
from ivr.runtime.ports import CallRecord, Change
from ivr.store import load_keys, open_store
from ivr.web.watch import Watch
from tests.api.board import Browser, Served, flow

PATIENCE = 30.0


@asynccontextmanager
async def live(board: Browser, after: int = 0) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    url = f"{board.url}/api/live?after={after}"
    async with board.session.ws_connect(url, headers={"Origin": board.url}) as socket:
        yield socket


async def until(socket: aiohttp.ClientWebSocketResponse, call_id: str, ended: bool = False) -> dict[str, Any]:
    """The next event about a call."""
    async with asyncio.timeout(PATIENCE):
        while True:
            event = await socket.receive_json()
            found = event["kind"] == "call" and event["call"]["id"] == call_id
            if found and (event["call"]["ended_at"] is not None) == ended:
                return dict(event)


async def save(server: Served, call_id: str, version: int = 0, over: bool = False) -> None:
    now = WallClock().now()
    record = CallRecord(Call(call_id, "line", 1), version=version, over_at=now if over else None)
    assert await server.store.calls.save(Change(record), now)


async def test_every_board_hears_of_a_call(board: Browser, server: Served) -> None:
    other = await server.board()
    async with live(board) as one, live(other) as two:
        await save(server, "CA1")
        first, second = await asyncio.gather(until(one, "CA1"), until(two, "CA1"))
        assert first == second
        assert (first["call"]["result"], first["call"]["flow"]) == ("live", "line")
        await save(server, "CA1", version=1, over=True)
        ended = await until(one, "CA1", ended=True)
        assert ended["seq"] > first["seq"]


async def test_a_draft_that_was_saved_is_told(board: Browser) -> None:
    async with live(board) as socket:
        await board.post("/api/flows", {"document": flow()})
        async with asyncio.timeout(PATIENCE):
            while (event := await socket.receive_json())["kind"] != "flow":
                pass
    assert (event["id"], event["version"]) == ("line", 1)


async def test_what_another_process_saves_is_told(board: Browser, server: Served, tmp_path: Path) -> None:
    now = WallClock().now
    elsewhere = await open_store(tmp_path, None, load_keys(None, tmp_path), now)
    async with live(board) as socket:
        await elsewhere.calls.save(Change(CallRecord(Call("CA9", "line", 1))), now())
        await until(socket, "CA9")
    await elsewhere.close()


async def test_after_a_break_it_goes_on(board: Browser, server: Served) -> None:
    async with live(board) as socket:
        await save(server, "CA1")
        seen = (await until(socket, "CA1"))["seq"]
    await save(server, "CA2")
    async with live(board, after=seen) as socket:
        event = await until(socket, "CA2")
        assert event["seq"] == seen + 1


@pytest.mark.parametrize("seen", [1, 10**14])
async def test_who_has_missed_too_much_is_told_to_look_again(board: Browser, seen: int) -> None:
    async with live(board, after=seen) as socket, asyncio.timeout(PATIENCE):
        event = await socket.receive_json()
    assert event["kind"] == "reset"


async def test_no_board_no_looks(server: Served) -> None:
    """A watch that nobody listens to has no task."""
    watch = Watch(server.store.history, _Clock())
    watch.saved()
    await watch.close()


async def test_nonsense_and_other_pages_are_refused(board: Browser) -> None:
    assert (await board.get("/api/live")).problem["status"] == 426
    for after in ("x", "-1", "9" * 40, "1.5"):
        assert (await board.get(f"/api/live?after={after}")).problem["status"] == 422
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await board.session.ws_connect(f"{board.url}/api/live", headers={"Origin": "http://evil.test"})
    assert refused.value.status == 403


async def test_what_a_board_says_means_nothing(board: Browser, server: Served) -> None:
    async with live(board) as socket:
        for _ in range(20):
            await socket.send_str("x" * 500)
        await save(server, "CA1")
        await until(socket, "CA1")
        await socket.send_str("x" * 2000)
        async with asyncio.timeout(PATIENCE):
            while not socket.closed:
                await socket.receive()
    assert socket.close_code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG


class _Clock:
    def now(self) -> int:
        return 0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nobody sleeps")

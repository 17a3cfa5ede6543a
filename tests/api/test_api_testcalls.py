import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from ivr.testcalls.running import MOST_OF_A_SESSION
from tests.api.board import Browser, Served, flow, lock, served
from tests.api.slow_api import SlowApi, slow_api

PATIENCE = 30.0
CALLER = "+15551230000"


@pytest.fixture
async def api() -> AsyncIterator[SlowApi]:
    async with slow_api() as api:
        yield api


def order(url: str) -> dict[str, Any]:
    """Greet, take a key, ask an API with hold music, tell, text, end."""
    menu = {
        "type": "menu",
        "prompt": "For your order, press 1.",
        "choices": [{"key": "1", "label": "Order"}],
    }
    ask = {
        "type": "external_web_call",
        "url": url,
        "response_variables": [{"name": "status", "query": "status"}],
        "play_hold_music": True,
    }
    return flow(
        blocks=[
            {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 2}},
            {"number": 2, "action": menu, "exits": {"key_1": 3, "no_input": 6, "no_match": 6}},
            {"number": 3, "title": "Look up", "action": ask, "exits": {"success": 4, "failure": 6}},
            {"number": 4, "action": {"type": "play_message", "message": "It is $status."}, "exits": {"next": 5}},
            {
                "number": 5,
                "action": {"type": "send_sms", "message": "Is $status"},
                "exits": {"success": 6, "failure": 6},
            },
            {"number": 6, "action": {"type": "end_call"}},
        ]
    )


class Watcher:
    """A socket that hears of a test call, and remembers."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.events: list[dict[str, Any]] = []

    async def until(self, kind: str, **facts: Any) -> dict[str, Any]:
        """The next event of a kind."""
        async with asyncio.timeout(PATIENCE):
            while True:
                event = await self.socket.receive_json()
                self.events.append(event)
                if event["kind"] == kind and all(event.get(name) == fact for name, fact in facts.items()):
                    return event

    async def rest(self) -> int | None:
        """Everything until the server closes; the code it closes with."""
        async with asyncio.timeout(PATIENCE):
            async for message in self.socket:
                self.events.append(message.json())
        return self.socket.close_code

    def kinds(self) -> list[str]:
        return [event["kind"] for event in self.events]


async def call(board: Browser, document: dict[str, Any], **more: Any) -> str:
    answer = await board.post("/api/test-calls", {"document": document, "caller": CALLER, **more})
    assert answer.status == 201, answer.body
    return str(answer.json["id"])


@asynccontextmanager
async def watching(board: Browser, call_id: str, after: int = 0) -> AsyncIterator[Watcher]:
    url = f"{board.url}/api/test-calls/{call_id}/events?after={after}"
    async with board.session.ws_connect(url, headers={"Origin": board.url}) as socket:
        yield Watcher(socket)


async def test_a_whole_call_is_told(board: Browser, server: Served, api: SlowApi) -> None:
    call_id = await call(board, order(api.url))
    async with watching(board, call_id) as seen:
        await seen.until("listen")
        assert (await board.post(f"/api/test-calls/{call_id}/keys", {"digits": "1"})).status == 204
        hold = await seen.until("hold")
        assert hold["block"] == 3
        assert hold["audio"] == {"url": "/api/audio/hold.wav/content", "loop": True, "channel": "hold"}
        music = await board.get(hold["audio"]["url"], headers={"Range": "bytes=0-99"})
        assert (music.status, music.headers["Content-Type"], music.body[:4]) == (206, "audio/wav", b"RIFF")
        api.go.set()
        response = await seen.until("response")
        assert (response["block"], response["detail"]["status"]) == (3, 200)
        assert (await seen.until("say"))["text"] == "It is on its way."
        assert seen.events[-1]["block"] == 4
        assert await seen.rest() == 1000
    told = seen.events
    assert [event["seq"] for event in told] == list(range(1, len(told) + 1))
    assert [event["block"] for event in told if event["kind"] == "enter"] == [1, 2, 3, 4, 5, 6]
    exits = [(event["block"], event["port"]) for event in told if event["kind"] == "exit"]
    assert exits == [(1, "next"), (2, "key_1"), (3, "success"), (4, "next"), (5, "success")]
    assert next(event["variables"] for event in told if event["kind"] == "set")["ANI"] == CALLER
    sms = next(event for event in told if event["kind"] == "sms")
    assert (sms["text"], sms["detail"]["to"]) == ("Is on its way", CALLER)
    end = told[-1]
    assert (end["kind"], end["detail"]) == ("end", {"by": "flow", "status": "completed"})
    assert "hold" in [event["detail"].get("stopped") for event in told if event["kind"] == "silence"]
    assert "error" not in seen.kinds()


async def test_nothing_of_it_is_stored(board: Browser, server: Served) -> None:
    call_id = await call(board, flow())
    async with watching(board, call_id) as seen:
        await seen.rest()
    assert (await board.get("/api/flows")).json == []
    rows = await server.store.database.fetch("SELECT COUNT(*) AS calls FROM calls", {})
    assert rows[0]["calls"] == 0


async def test_hanging_up_on_hold_cancels_the_request(board: Browser, api: SlowApi) -> None:
    document = order(api.url)
    document["blocks"][0]["exits"] = {"next": 3}
    call_id = await call(board, document)
    async with watching(board, call_id) as seen:
        await seen.until("hold")
        assert (await board.post(f"/api/test-calls/{call_id}/hang-up")).status == 204
        async with asyncio.timeout(PATIENCE):
            await api.left.wait()
        await seen.rest()
    end = seen.events[-1]
    assert (end["kind"], end["detail"]["by"]) == ("end", "caller")
    cancelled = next(event for event in seen.events if event["kind"] == "response")
    assert (cancelled["block"], cancelled["detail"]["cause"]) == (3, "cancelled")
    assert (await board.post(f"/api/test-calls/{call_id}/hang-up")).status == 204
    assert (await board.post(f"/api/test-calls/{call_id}/keys", {"digits": "1"})).status == 204
    assert (await board.post(f"/api/test-calls/{call_id}/text", {"text": "hello"})).status == 204


async def test_a_session_has_so_many_at_once_whoever_else_calls(server: Served, api: SlowApi) -> None:
    document = order(api.url)
    document["blocks"][0]["exits"] = {"next": 3}
    one, other = await server.signed_in("admin"), await server.signed_in("admin")
    for _ in range(MOST_OF_A_SESSION):
        await call(one, document)
    refused = await one.post("/api/test-calls", {"document": document, "caller": CALLER})
    assert (refused.status, f"{MOST_OF_A_SESSION} of your test calls" in refused.problem["detail"]) == (429, True)
    await call(other, document)


async def test_a_dropped_socket_goes_on_without_loss_or_repeat(board: Browser, api: SlowApi) -> None:
    document = order(api.url)
    document["blocks"][0]["exits"] = {"next": 3}
    call_id = await call(board, document)
    async with watching(board, call_id) as first:
        await first.until("hold")
    api.go.set()
    async with watching(board, call_id, after=first.events[-1]["seq"]) as second:
        await second.rest()
    numbers = [event["seq"] for event in first.events + second.events]
    assert numbers == list(range(1, len(numbers) + 1))
    assert second.events[-1]["kind"] == "end"
    async with watching(board, call_id) as third:
        await third.rest()
    assert third.events == first.events + second.events


async def test_two_may_watch(board: Browser, server: Served) -> None:
    call_id = await call(board, flow())
    other = await server.board()
    async with watching(board, call_id) as one, watching(other, call_id) as two:
        await asyncio.gather(one.rest(), two.rest())
    assert one.events == two.events
    assert one.events[-1]["kind"] == "end"


async def test_a_failed_web_call_says_why(board: Browser, api: SlowApi) -> None:
    api.status = 500
    api.go.set()
    document = order(api.url)
    document["blocks"][0]["exits"] = {"next": 3}
    call_id = await call(board, document)
    async with watching(board, call_id) as seen:
        response = await seen.until("response")
        await seen.rest()
    assert (response["level"], response["detail"]["cause"], response["detail"]["status"]) == ("error", "status", 500)
    assert (3, "failure") in [(event["block"], event["port"]) for event in seen.events if event["kind"] == "exit"]


@pytest.mark.parametrize(
    ("pinned", "cause", "said"),
    [
        ({"body": '{"status": "made up"}', "after": 0.01}, "ok", ["It is made up."]),
        ({"status": 503}, "status", []),
        ({"fails": "dns"}, "dns", []),
    ],
)
async def test_an_answer_that_is_pinned_to_a_block(
    board: Browser, api: SlowApi, pinned: dict[str, Any], cause: str, said: list[str]
) -> None:
    """Its API is not asked, which would never answer."""
    document = order(api.url)
    document["blocks"][0]["exits"] = {"next": 3}
    call_id = await call(board, document, answers={"3": pinned, "4": {"fails": "dns"}})
    async with watching(board, call_id) as seen:
        response = await seen.until("response")
        await seen.rest()
    assert response["detail"]["cause"] == cause
    port = "success" if cause == "ok" else "failure"
    assert (3, port) in [(event["block"], event["port"]) for event in seen.events if event["kind"] == "exit"]
    assert [event["text"] for event in seen.events if event["kind"] == "say"] == said
    wrong = {"document": document, "answers": {"3": {"fails": "bad luck"}}}
    assert (await board.post("/api/test-calls", wrong)).status == 422


async def test_hidden_keys_are_dots(board: Browser) -> None:
    pin = {"type": "collect_digits", "prompt": "Your PIN?", "length": 4, "sensitive": True}
    document = flow(
        blocks=[
            {"number": 1, "action": {"type": "inbound_call"}, "exits": {"next": 2}},
            {"number": 2, "action": pin, "exits": {"success": 3, "no_input": 3, "invalid": 3}},
            {"number": 3, "action": {"type": "play_message", "message": "Is $COLLECT_2.digits"}, "exits": {"next": 4}},
            {"number": 4, "action": {"type": "end_call"}},
        ]
    )
    call_id = await call(board, document)
    async with watching(board, call_id) as seen:
        await seen.until("listen")
        await board.post(f"/api/test-calls/{call_id}/keys", {"digits": "8317"})
        assert (await seen.until("key"))["text"] == "•••"
        await seen.rest()
    assert "8317" not in str(seen.events)
    assert any(event["kind"] == "say" and "•••" in event["text"] for event in seen.events)


async def test_values_are_known_before_the_call(board: Browser) -> None:
    document = flow()
    document["blocks"][1]["action"]["message"] = "Hello $name."
    document["blocks"][1]["title"] = "Greet"
    answer = await board.post("/api/test-calls", {"document": document, "caller": CALLER, "values": {"$name": "Ann"}})
    async with watching(board, answer.json["id"]) as seen:
        assert (await seen.until("say"))["text"] == "Hello Ann."


async def test_a_flow_with_errors_is_not_called(board: Browser) -> None:
    document = flow()
    document["blocks"][1]["exits"] = {"next": 99}
    answer = await board.post("/api/test-calls", {"document": document, "caller": CALLER})
    assert answer.status == 422
    assert [problem["block"] for problem in answer.problem["problems"] if problem["level"] == "error"] == [2]


async def test_whoever_asks_for_nonsense_is_told(board: Browser) -> None:
    unknown = f"/api/test-calls/{'x' * 40}"
    assert (await board.post(f"{unknown}/keys", {"digits": "1"})).problem["status"] == 404
    assert (await board.get(f"{unknown}/events")).problem["status"] == 404
    async with board.session.ws_connect(f"{board.url}{unknown}/events") as socket:
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == 4404
    call_id = await call(board, flow())
    for digits in ("", "1" * 100_000, "x", "1\n", None):
        answer = await board.post(f"/api/test-calls/{call_id}/keys", {"digits": digits})
        assert answer.status in {413, 422}
    assert (await board.post(f"/api/test-calls/{call_id}/speech", {"text": "x" * 2000})).status == 422
    assert (await board.get(f"/api/test-calls/{call_id}/events?after={'9' * 30}")).status == 422
    assert (await board.get(f"/api/test-calls/{call_id}/events")).problem["status"] == 426
    for caller in ("", "15550001111", "<b>", "+1" + "5" * 40):
        assert (await board.post("/api/test-calls", {"document": flow(), "caller": caller})).status == 422


async def test_another_page_hears_nothing(board: Browser) -> None:
    call_id = await call(board, flow())
    url = f"{board.url}/api/test-calls/{call_id}/events"
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await board.session.ws_connect(url, headers={"Origin": "http://evil.test"})
    assert refused.value.status == 403


async def test_it_takes_the_password(tmp_path: Path) -> None:
    async with served(tmp_path) as server:
        board = await server.board()
        call_id = await call(board, flow())
        await lock(server.store)
        stranger = await server.browser()
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await stranger.session.ws_connect(f"{server.url}/api/test-calls/{call_id}/events")
        assert refused.value.status == 401


async def test_a_board_to_look_at_may_call(tmp_path: Path) -> None:
    async with served(tmp_path, IVR_READ_ONLY="true") as server:
        await server.store.flows.save_draft(flow())
        await server.store.flows.publish(flow()["id"])
        board = await server.board()
        refused = await board.post("/api/test-calls", {"document": flow(), "caller": CALLER})
        assert (refused.status, "A published revision may be called" in refused.problem["detail"]) == (403, True)
        begun = await board.post("/api/test-calls", {"revision": {"flow": flow()["id"], "number": 1}})
        async with watching(board, str(begun.json["id"])) as seen:
            await seen.rest()
        assert seen.events[-1]["kind"] == "end"


async def test_a_server_that_stops_lets_everybody_go(tmp_path: Path, api: SlowApi) -> None:
    document = order(api.url)
    document["blocks"][0]["exits"] = {"next": 3}
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with served(tmp_path) as server:
            board = Browser(session, server.url)
            await board.enter(server.store)
            call_id = await call(board, document)
            seen = Watcher(await session.ws_connect(f"{server.url}/api/test-calls/{call_id}/events"))
            await seen.until("hold")
            leaving = asyncio.create_task(seen.rest())
        assert await leaving == aiohttp.WSCloseCode.GOING_AWAY

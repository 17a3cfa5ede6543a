"""A server that dies in the middle of calls, and comes back."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from ivr.app import stored
from ivr.demo.world import CALLER
from ivr.emulator import Carrier, PhoneCall
from ivr.settings import load
from ivr.web.server import bind, port_of
from tests.cli.process import running
from tests.ports import free_port
from tests.whole.stage import FOUND, GREETING, HURRY, SORRY, TEXTED, changed

ACCOUNT, TOKEN = "AC" + "0" * 32, "not-a-secret"
LINES = {"GET": "+15550100201", "POST": "+15550100202"}
ANSWER = {"DateText": "Tuesday, March 3 at 2:30 PM", "doctor": {"name": "Doctor Okafor"}}


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    """The address of an application on loopback."""
    sock = bind("127.0.0.1", 0)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, sock).start()
    try:
        yield f"http://127.0.0.1:{port_of(sock)}"
    finally:
        await runner.cleanup()


def slow_at_first(asked: Counter[str]) -> web.Application:
    """An API that does not answer the first request of each method, and the others at once."""

    async def answer(request: web.Request) -> web.Response:
        asked[request.method] += 1
        if asked[request.method] == 1:
            await asyncio.sleep(60)
        return web.json_response(ANSWER)

    app = web.Application()
    app.router.add_route("*", "/appointments", answer)
    return app


async def put_on_lines(env: dict[str, str], api: str) -> None:
    """The demo's flow on two lines, asking by GET on one and by POST on the other."""
    async with stored(load(env_file=None, environ=env)) as store:
        for method, line in LINES.items():
            document = changed(api, method=method, timeout=60).model_dump(mode="json")
            flow = type(changed(api)).model_validate({**document, "id": method.lower()})
            await store.flows.save_draft(flow.model_dump(mode="json"))
            await store.flows.publish(flow.id)
            await store.flows.assign(line, flow.id)


async def holding(call: PhoneCall) -> None:
    """Wait until the caller hears music."""
    async for happening in call.follow():
        if happening.kind == "play":
            return


def words(call: PhoneCall) -> list[object]:
    return [one.detail["text"] for one in call.happenings if one.kind == "say"]


async def test_calls_go_on_after_the_server_was_killed_in_their_middle(tmp_path: Path) -> None:
    """What is safe to repeat is asked again; of the rest nobody knows how it ended, so it counts as failed."""
    asked: Counter[str] = Counter()
    carrier = Carrier(ACCOUNT, TOKEN, timing=HURRY)
    async with served(slow_at_first(asked)) as api, carrier, served(carrier.app()) as rest:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        env = {
            "IVR_DATA": str(tmp_path / "data"),
            "IVR_PUBLIC_URL": url,
            "IVR_LISTEN": f"127.0.0.1:{port}",
            "IVR_EGRESS_ALLOW": "127.0.0.0/8",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_API_URL": rest,
        }
        await put_on_lines(env, api)
        for line in LINES.values():
            carrier.add_number(line, f"{url}/voice/answer", f"{url}/voice/fallback", f"{url}/voice/status")
        async with running(tmp_path, "serve", env=env) as server:
            await server.says("Answering calls")
            calls = {method: carrier.ring(CALLER, line) for method, line in LINES.items()}
            async with asyncio.timeout(30):
                await asyncio.gather(*(holding(call) for call in calls.values()))
            server.process.kill()
            await server.ends()
        async with running(tmp_path, "serve", env=env) as server:
            async with asyncio.timeout(30):
                await asyncio.gather(*(call.ended() for call in calls.values()))
            assert "Traceback" not in server.log
    assert words(calls["GET"]) == [GREETING, FOUND, TEXTED]
    assert words(calls["POST"]) == [GREETING, SORRY]
    assert [call.status for call in calls.values()] == ["completed"] * 2
    assert asked == {"GET": 2, "POST": 1}
    assert len(carrier.messages) == 1

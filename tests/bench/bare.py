"""The baseline of all ratios: aiohttp with one handler per webhook, which reads the form and answers constant TwiML.

    python -m tests.bench.bare PORT FAR_PORT

It signs nothing, stores nothing and decides nothing. For the round trips of a web call it asks the API at FAR_PORT,
and when that has answered, posts to the carrier at the same port: the same packets as the real server's, nearly free.
"""

import asyncio
import sys
from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web

from ivr.core.effects import Hangup, Play, Say
from ivr.core.mailbox import Page
from ivr.twilio.twiml import Addresses, document
from tests.bench.account import ACCOUNT, CALLER, NUMBER
from tests.bench.flows import MESSAGES

_WORDS = tuple(Say(text.replace("$ANI", CALLER).replace("$DNIS", NUMBER), "", "en-US") for text in MESSAGES)
WORDS = document(Page((*_WORDS, Hangup()), None), Addresses("http://127.0.0.1:65535"))
"""As large as the real server's page."""


def application(port: int, far: str) -> web.Application:
    """The handlers. `far` is the address of the API and the carrier; without it nobody is asked."""
    running: set[asyncio.Task[None]] = set()
    session = web.AppKey("session", aiohttp.ClientSession)
    held = _hold(f"http://127.0.0.1:{port}")

    async def answer(request: web.Request) -> web.Response:
        form = await request.post()
        if not far:
            return web.Response(text=WORDS, content_type="text/xml")
        task = asyncio.create_task(relay(request.app[session], str(form["CallSid"])))
        running.add(task)
        task.add_done_callback(running.discard)
        return web.Response(text=held, content_type="text/xml")

    async def page(request: web.Request) -> web.Response:
        await request.post()
        return web.Response(text=WORDS, content_type="text/xml")

    async def relay(client: aiohttp.ClientSession, sid: str) -> None:
        async with client.get(f"{far}/api/{sid}") as answered:
            await answered.json()
        update = {"Url": f"http://127.0.0.1:{port}/voice/page/2", "Method": "POST"}
        async with client.post(f"{far}/2010-04-01/Accounts/{ACCOUNT}/Calls/{sid}.json", data=update) as accepted:
            await accepted.read()

    async def own_session(app: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:
            app[session] = client
            yield

    app = web.Application()
    app.cleanup_ctx.append(own_session)
    app.add_routes([web.post("/voice/answer", answer), web.post(r"/voice/page/{number:\d+}", page)])
    return app


def _hold(url: str) -> str:
    """A hold page."""
    return document(Page((Play("hold.wav", 2),), 2), Addresses(url))


def main() -> None:
    """Serve until terminated."""
    port, far_port = int(sys.argv[1]), int(sys.argv[2])
    far = f"http://127.0.0.1:{far_port}" if far_port else ""
    web.run_app(application(port, far), host="127.0.0.1", port=port, access_log=None, print=None, backlog=1024)


if __name__ == "__main__":
    main()

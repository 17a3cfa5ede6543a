"""The other baseline: what a tinkerer writes in an evening with aiohttp and httpx, sixty lines, nothing saved.

    python -m tests.bench.tinkered PORT API_PORT

One webhook asks an API and answers with what it said. There are no signatures, no limits, no retries, no way back
after a restart, and a caller whose API is slow hears silence until the carrier gives up.
"""

import sys
from collections.abc import AsyncIterator
from xml.sax.saxutils import escape

import aiohttp
import httpx
from aiohttp import web
from httpx_aiohttp import AiohttpTransport

client = web.AppKey("client", httpx.AsyncClient)
address = web.AppKey("address", str)


def document(*words: str) -> web.Response:
    """TwiML that says these words and hangs up."""
    said = "".join(f"<Say>{escape(each)}</Say>" for each in words)
    text = f'<?xml version="1.0" encoding="UTF-8"?><Response>{said}<Hangup/></Response>'
    return web.Response(text=text, content_type="text/xml")


async def answer(request: web.Request) -> web.Response:
    """A call: ask the API about it, and say what was found."""
    form = await request.post()
    sid = str(form["CallSid"])
    try:
        found = await request.app[client].get(f"{request.app[address]}/api/{sid}", timeout=60)
        found.raise_for_status()
        data = found.json()
        doctor, date = data["doctor"]["name"], data["DateText"]
    except (httpx.HTTPError, ValueError, KeyError):
        return document("The API could not be asked.")
    return document(f"The benchmark says: you see {doctor} on {date}.")


async def own_client(app: web.Application) -> AsyncIterator[None]:
    """One client for the process."""
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
    async with httpx.AsyncClient(transport=AiohttpTransport(client=session)) as made:
        app[client] = made
        yield


def main() -> None:
    """Serve until terminated."""
    from tests.bench.servers import raise_open_files

    raise_open_files()
    app = web.Application()
    app[address] = f"http://127.0.0.1:{sys.argv[2]}"
    app.cleanup_ctx.append(own_client)
    app.add_routes([web.post("/voice/answer", answer)])
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None, backlog=8192)


if __name__ == "__main__":
    main()

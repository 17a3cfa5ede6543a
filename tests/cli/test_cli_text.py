"""The command `ivr text`: a text goes out, and what comes back is shown."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from ivr.emulator import Carrier
from tests.cli.process import run

LINE, ME = "+15550100", "+15550123456"


@asynccontextmanager
async def phone_of(carrier: Carrier) -> AsyncIterator[str]:
    """The carrier's phone, and one beside it that hangs up once it has shown something: commands end then."""
    app = carrier.app()

    async def once(request: web.Request) -> web.WebSocketResponse:
        here = web.WebSocketResponse()
        await here.prepare(request)
        async with ClientSession() as session, session.ws_connect(request.url.with_path("/phone")) as there:
            await there.send_str(await here.receive_str())
            await here.send_str(await there.receive_str())
        return here

    app.router.add_get("/once", once)
    async with carrier, TestServer(app) as served:
        yield str(served.make_url("/")).replace("http:", "ws:")


async def test_a_text_and_its_answer(tmp_path: Path) -> None:
    carrier = Carrier("AC1", "hush")
    carrier.add_number(LINE)
    async with phone_of(carrier) as phone:

        async def answer() -> None:
            while not any(each.to == LINE for each in carrier.messages):  # noqa: ASYNC110 - it is sent in a thread
                await asyncio.sleep(0.02)
            carrier.send_message({"To": ME, "From": LINE, "Body": "Hello yourself."})

        words = ("--from", ME, "--wait", "60", "--carrier", f"{phone}once")
        ran, unknown, _ = await asyncio.gather(
            run(tmp_path, "text", LINE, "Hello.", *words),
            run(tmp_path, "text", "+19005550100", "Hello.", *words),
            answer(),
        )
    assert [(message.from_, message.body) for message in carrier.messages if message.to == LINE] == [(ME, "Hello.")]
    assert (ran.code, ran.said.split("✉ ")[1]) == (0, f"SMS to {ME}: Hello yourself.\n")
    refusal = "Error: The carrier says: +19005550100 is not a number of this account\n"
    assert (unknown.code, unknown.said) == (1, refusal)


async def test_an_answer_is_waited_for_so_long_and_no_longer(tmp_path: Path) -> None:
    carrier = Carrier("AC1", "hush")
    carrier.add_number(LINE)
    async with phone_of(carrier) as phone:
        ran = await run(tmp_path, "text", LINE, "Hello.", "--wait", "0.1", "--carrier", f"{phone}phone")
    assert (ran.code, ran.said) == (0, "")


async def test_a_carrier_that_is_away(tmp_path: Path) -> None:
    ran = await run(tmp_path, "text", LINE, "Hello.", "--carrier", "ws://127.0.0.1:9/phone")
    assert ran.code == 1
    assert "No pretend carrier at ws://127.0.0.1:9/phone." in ran.said

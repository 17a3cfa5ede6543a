"""Questions by text over real sockets: the server, the carrier, and a phone that texts back."""

import asyncio
from pathlib import Path
from typing import Any

from ivr.app import stored
from ivr.emulator import Carrier, PhoneCall
from ivr.flow.model import Flow
from ivr.settings import load
from tests.cli.process import running
from tests.ports import free_port
from tests.story.flows import Row, drawn, ends, says, starts, texts
from tests.whole.stage import HURRY
from tests.whole.test_whole_killed import ACCOUNT, TOKEN, served
from tests.whole.test_whole_ways_in import ANN, EVE, NUMBER, Office, connected, office, until

ASKED = "Which day suits you?"


def asking(**fields: Any) -> Flow:
    action = {"type": "ask_by_sms", "message": ASKED, "wait": 1, **fields}
    question: Row = {"action": action, "exits": {"reply": 4, "no_reply": 5, "failed": 6}}
    return drawn(
        starts(2),
        says("One moment.", 3),
        question,
        texts("Thank you for “$ASKSMS_3.reply”.", 7, 7),
        texts("Too late.", 7, 7),
        texts("Not asked: $ASKSMS_3.error", 7, 7, to=EVE),
        says("Goodbye.", 8),
        ends(),
        {"action": {"type": "inbound_sms"}, "exits": {"next": 10}},
        texts("You wrote “$ISMS_9.message”.", 8, 8),
    )


def words(call: PhoneCall) -> list[str]:
    return [str(one.detail["text"]) for one in call.happenings if one.kind == "say"]


async def asked(made: Office, number: str = ANN) -> None:
    """Wait until the question is out and known to be."""
    await until(lambda: connected(made))
    await made.texted(number)
    await until(lambda: made.world.server.store.calls.open_question(number, (NUMBER,)))


async def test_a_caller_waits_and_the_reply_brings_them_on(tmp_path: Path) -> None:
    async with office(tmp_path, flow=asking()) as made:
        call = made.world.carrier.ring(from_=ANN, to=NUMBER)
        await asked(made)
        async for one in call.follow():
            if one.kind == "play":  # hold music
                break
        for count, each in enumerate(("HELP", "Tuesday", "Wednesday"), 2):
            made.world.carrier.text(ANN, NUMBER, each)
            await made.texted(ANN, count)  # what the text leads to
        async with asyncio.timeout(60):
            await call.ended()
        assert words(call) == ["One moment.", "Goodbye."]
        assert "Thank you for “Tuesday”." in await made.texted(ANN, 4)
        assert sorted(made.sms(ANN)) == sorted(
            [ASKED, "You wrote “HELP”.", "Thank you for “Tuesday”.", "You wrote “Wednesday”."]
        ), "what answers no question starts the flow of the number, and what answers one does not"


async def test_the_reply_finds_the_run_of_a_caller_who_has_hung_up(tmp_path: Path) -> None:
    async with office(tmp_path, flow=asking(hang_up=True, words="We have texted you. Goodbye.")) as made:
        call = made.world.carrier.ring(from_=ANN, to=NUMBER)
        async with asyncio.timeout(60):
            await call.ended()
        await asked(made)
        made.world.carrier.text(ANN, NUMBER, "Tuesday")
        assert await made.texted(ANN, 2) == ["Thank you for “Tuesday”.", ASKED]
        assert words(call) == ["One moment.", "We have texted you. Goodbye."]


async def test_a_question_that_does_not_arrive_has_failed_at_once(tmp_path: Path) -> None:
    async with office(tmp_path, flow=asking(wait=60)) as made:
        made.world.carrier.fail_delivery(ANN, 30006)
        call = made.world.carrier.ring(from_=ANN, to=NUMBER)
        async with asyncio.timeout(60):
            await call.ended()
        assert (await made.texted(EVE))[0].startswith("Not asked: ")
        assert words(call) == ["One moment.", "Goodbye."]


async def test_the_reply_is_taken_by_the_server_that_comes_after_a_killed_one(tmp_path: Path) -> None:
    carrier = Carrier(ACCOUNT, TOKEN, timing=HURRY)
    async with carrier, served(carrier.app()) as rest:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        env = {
            "IVR_DATA": str(tmp_path / "data"),
            "IVR_PUBLIC_URL": url,
            "IVR_LISTEN": f"127.0.0.1:{port}",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_API_URL": rest,
        }
        async with stored(load(env_file=None, environ=env)) as store:
            await store.flows.save_draft(asking().model_dump(mode="json"))
            await store.flows.publish("a-flow")
            await store.flows.assign(NUMBER, "a-flow")
        hooks = (f"{url}/voice/answer", f"{url}/voice/fallback", f"{url}/voice/status", f"{url}/sms/inbound")
        carrier.add_number(NUMBER, *hooks)
        async with running(tmp_path, "serve", env=env) as server:
            await server.says("Answering calls")
            call = carrier.ring(ANN, NUMBER)
            async with asyncio.timeout(30):
                async for one in call.follow():
                    if one.kind == "play":
                        break
            server.process.kill()
            await server.ends()
        async with running(tmp_path, "serve", env=env) as server:
            await server.says("Answering calls")
            carrier.text(ANN, NUMBER, "Tuesday")
            async with asyncio.timeout(60):
                await call.ended()
            assert "Traceback" not in server.log
        assert words(call) == ["One moment.", "Goodbye."]
        sent = [message.body for message in carrier.messages if message.direction != "inbound"]
        assert sent == [ASKED, "Thank you for “Tuesday”."]

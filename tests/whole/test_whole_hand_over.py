"""Calls that are handed over, over real sockets: to the carrier's own verbs, and to somebody else's server."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from ivr.emulator import PhoneCall
from ivr.flow.model import Flow
from tests.ports import free_port
from tests.story.flows import drawn, ends, says, starts, texts
from tests.whole.test_whole_killed import served
from tests.whole.test_whole_ways_in import ANN, CHIEF, NUMBER, Office, office

PREMIUM = "+19005550100"


def handing(**fields: Any) -> Flow:
    return drawn(
        starts(2),
        says("One moment.", 3),
        {"action": {"type": "hand_over", **fields}, "exits": {"came_back": 4, "failed": 5}},
        says("Back: $HANDOVER_3.answer.", 6),
        says("Failed: $HANDOVER_3.cause $HANDOVER_3.code.", 6),
        ends(),
        {"action": {"type": "event_handler", "event": "call_ended"}, "exits": {"next": 8}},
        texts("Over: $EVENT_7.reason", 6, 6, to=CHIEF),
    )


def words(call: PhoneCall) -> list[str]:
    return [str(one.detail["text"]) for one in call.happenings if one.kind == "say"]


async def called(made: Office, hang_up_at: str = "") -> PhoneCall:
    call = made.world.carrier.ring(from_=ANN, to=NUMBER)
    async with asyncio.timeout(60):
        async for one in call.follow():
            if one.kind == hang_up_at:
                call.hang_up()
        await call.ended()
    assert await made.texted(CHIEF) == ["Over: completed"]
    return call


@pytest.mark.parametrize(
    ("document", "result"),
    [
        ("<Say>Please hold.</Say><Enqueue>sales</Enqueue>", '"QueueResult":"bridged"'),
        ("<Dial timeLimit='1'><Conference>room</Conference></Dial>", '"DialCallStatus":"completed"'),
        ("<Connect><ConversationRelay url='wss://a.test/'/></Connect>", '"SessionStatus":"ended"'),
        ("<Connect><Stream url='wss://a.test/'/></Connect>", '"StreamSid":"MZ'),
        ("<Pay chargeAmount='20'/>", '"Result":"success"'),
        ("<Say>Hello.</Say>", "Back: ."),
    ],
)
async def test_it_comes_back_with_what_the_verb_reports(tmp_path: Path, document: str, result: str) -> None:
    async with office(tmp_path, flow=handing(document=document)) as made:
        call = await called(made)
        assert result in words(call)[-1]
        assert words(call)[0] == "One moment."
        assert "AccountSid" not in words(call)[-1]


async def test_another_server_gets_the_call_and_sends_it_back(tmp_path: Path) -> None:
    async def twiml(request: web.Request) -> web.Response:
        form = await request.post()
        back = request.query["back"].replace("&", "&amp;")
        assert (request.query["team"], form["From"]) == ("a b", ANN)
        text = f"<Response><Gather numDigits='1' timeout='1' action='{back}'><Say>Hi!</Say></Gather>"
        return web.Response(text=f"{text}<Redirect>{back}</Redirect></Response>", content_type="text/xml")

    app = web.Application()
    app.router.add_post("/twiml", twiml)
    async with (
        served(app) as url,
        office(tmp_path, flow=handing(source="address", url=f"{url}/twiml?team=a b")) as made,
    ):
        call = await called(made)
        assert words(call) == ["One moment.", "Hi!", "Back: ."]


async def test_a_server_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    gone = f"http://127.0.0.1:{free_port()}/gone"
    async with office(tmp_path, flow=handing(source="address", url=gone)) as made:
        call = await called(made)
        assert words(call) == ["One moment.", "Failed: 11205."]


async def test_a_caller_who_hangs_up_there_ends_the_flow(tmp_path: Path) -> None:
    async with office(tmp_path, flow=handing(document="<Enqueue>sales</Enqueue>")) as made:
        call = await called(made, hang_up_at="elsewhere")
        assert words(call) == ["One moment."]
        trace = await made.world.server.store.calls.trace(call.sid)
        assert [entry.data["why"] for entry in trace if entry.kind == "hung_up"] == [
            "The call had been handed over, and did not come back."
        ]


async def test_a_number_that_may_not_be_called_is_not_called_by_a_document_either(tmp_path: Path) -> None:
    async with office(tmp_path, flow=handing(document=f"<Dial>{PREMIUM}</Dial>")) as made:
        call = await called(made)
        assert words(call) == ["One moment.", "Failed: not_allowed ."]
        assert made.calls_to(PREMIUM) == []

"""Calls and texts go only where they may, over real sockets: what is refused never reaches the carrier."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ivr.app import serve
from ivr.flow.model import Flow
from ivr.store import Store
from ivr.web.server import bind, port_of
from tests.api.board import Browser, settings_for
from tests.web.listener import CALLER, LINE, Carrier, carrier

PREMIUM, ABROAD, AMERICAN = "+19005550100", "+442079460000", "+15550100200"


class Far:
    """The carrier's REST API, which writes down what it is asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []

    async def take(self, request: web.Request) -> web.Response:
        self.asked.append({name: str(value) for name, value in (await request.post()).items()})
        return web.json_response({"sid": f"SM{len(self.asked):032}"}, status=201)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/2010-04-01/Accounts/{account}/{what}.json", self.take)
        return app


def flow(*actions: dict[str, Any], trigger: str = "inbound_call") -> Flow:
    blocks: list[dict[str, Any]] = [{"number": 1, "action": {"type": trigger}, "exits": {"next": 2}}]
    for number, action in enumerate(actions, 2):
        ports = {"send_sms": ("success", "failure"), "transfer": ("answered", "no_answer", "busy", "failed")}
        exits = dict.fromkeys(ports.get(action["type"], ("next",)), number + 1)
        blocks.append({"number": number, "action": action, "exits": exits})
    blocks.append({"number": len(blocks) + 1, "action": {"type": "end_call"}})
    return Flow.model_validate({"id": "money", "name": "Money", "blocks": blocks})


class Desk:
    """A server with a flow on the line, and the carrier on both its sides."""

    def __init__(self, store: Store, browser: Browser, asks: Carrier, far: Far) -> None:
        self.store = store
        self.browser = browser
        self.asks = asks
        self.far = far

    async def data(self, call: str, kind: str) -> list[dict[str, Any]]:
        return [entry.data for entry in await self.store.calls.trace(call) if entry.kind == kind]

    async def metrics(self) -> str:
        await self.browser.enter(self.store)
        return (await self.browser.ask("GET", "/metrics")).body.decode()


@asynccontextmanager
async def desk(folder: Path, drawn: Flow, **settings: str) -> AsyncIterator[Desk]:
    far = Far()
    async with AsyncExitStack() as stack:
        rest = await stack.enter_async_context(TestServer(far.app()))
        public, private = (stack.enter_context(closing(bind("127.0.0.1", 0))) for _ in range(2))
        more = {"TWILIO_API_URL": str(rest.make_url("")).rstrip("/"), **settings}
        made = await stack.enter_async_context(serve(settings_for(folder, port_of(public), **more), public, private))
        await made.store.flows.save_draft(drawn.model_dump(mode="json"))
        await made.store.flows.publish(drawn.id)
        await made.store.flows.assign(LINE, drawn.id)
        jar = aiohttp.CookieJar(unsafe=True)
        session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        asks = await stack.enter_async_context(carrier(f"http://127.0.0.1:{port_of(public)}"))
        yield Desk(made.store, Browser(session, f"http://127.0.0.1:{port_of(private)}"), asks, far)


async def test_a_transfer_calls_only_those_numbers_that_may_be_called(tmp_path: Path) -> None:
    drawn = flow({"type": "transfer", "numbers": [PREMIUM, ABROAD, AMERICAN], "message": "One moment."})
    async with desk(tmp_path, drawn) as made:
        answer = await made.asks.post("/voice/answer")
        (dial,) = answer.xml.iter("Dial")
        assert [number.text for number in dial] == [AMERICAN]
        refused = await made.data("CA1", "refused")
        assert [(each["to"], each["cause"]) for each in refused] == [
            (PREMIUM, "not_allowed"),
            (ABROAD, "not_allowed"),
        ]
        assert (await made.data("CA1", "asked"))[0]["numbers"] == [AMERICAN]
        assert 'ivr_refused_total{cause="not_allowed",kind="transfer"} 2.0' in await made.metrics()


async def test_a_transfer_to_nobody_who_may_be_called_goes_on_by_failed_at_once(tmp_path: Path) -> None:
    drawn = flow(
        {"type": "transfer", "numbers": [PREMIUM], "message": "One moment."},
        {"type": "play_message", "message": "$TRANSFER_2.status: $TRANSFER_2.cause. $TRANSFER_2.error"},
    )
    async with desk(tmp_path, drawn, IVR_DESTINATIONS="*") as made:
        answer = await made.asks.post("/voice/answer")
        assert answer.verbs == ["Say", "Say", "Hangup"]
        assert answer.words == [
            "One moment.",
            "failed: not_allowed. Premium-rate numbers are never called or texted.",
        ]
        assert [each["port"] for each in await made.data("CA1", "left")][1] == "failed"
        assert not await made.data("CA1", "asked"), "it never rang"
        assert 'ivr_refused_total{cause="not_allowed",kind="transfer"} 1.0' in await made.metrics()
        again = await made.asks.post("/voice/answer")
        assert again.words == answer.words


@pytest.mark.parametrize(
    ("caller", "to", "cause"),
    [
        ("Anonymous", "$ANI", "not_a_number"),
        ("+266696687", "$ANI", "not_a_number"),
        ("client:alice", "$ANI", "not_a_number"),
        ("sip:+15551234567@pbx.example.test", "$ANI", "not_a_number"),
        (CALLER, PREMIUM, "not_allowed"),
        (ABROAD, "$ANI", "not_allowed"),
    ],
)
async def test_a_text_that_may_not_be_sent_is_no_request_to_the_carrier(
    tmp_path: Path, caller: str, to: str, cause: str
) -> None:
    drawn = flow(
        {"type": "send_sms", "to": to, "message": "Hello."},
        {"type": "play_message", "message": "It is $SMS_2.cause."},
    )
    async with desk(tmp_path, drawn) as made:
        answer = await made.asks.post("/voice/answer", From=caller)
        for page in range(1, 20):
            if answer.words:
                break
            answer = await made.asks.post(f"/voice/page/{page}", From=caller)
        assert answer.words == [f"It is {cause}."]
        assert made.far.asked == []
        replied = await made.data("CA1", "replied")
        assert (replied[0]["accepted"], replied[0]["refused"]) == (False, cause)
        assert f'ivr_refused_total{{cause="{cause}",kind="text"}} 1.0' in await made.metrics()


@pytest.mark.parametrize("respect", ["DESTINATION", "CALLER", "FLOW", "DAY"])
async def test_a_caller_gets_so_many_texts_and_no_more(tmp_path: Path, respect: str) -> None:
    drawn = flow({"type": "send_sms", "message": "Hello."}, {"type": "end_call"}, trigger="inbound_sms")
    async with desk(tmp_path, drawn, **{f"IVR_MOST_PER_{respect}": "3"}) as made:
        for number in range(6):
            form = {"MessageSid": f"SM{number}", "From": CALLER, "To": LINE, "Body": "Hi"}
            assert (await made.asks.form("/sms/inbound", form)).status == 200
        async with asyncio.timeout(30):
            while len(over := [number for number in range(6) if await made.data(f"SM{number}", "replied")]) < 6:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert len(over) == 6
        assert [each["To"] for each in made.far.asked] == [CALLER] * 3
        told = [str(await made.data(f"SM{number}", "replied")) for number in range(6)]
        assert [f"(IVR_MOST_PER_{respect})" in each for each in told].count(True) == 3, told
        assert 'ivr_refused_total{cause="too_many",kind="text"} 3.0' in await made.metrics()


async def test_in_quiet_hours_only_those_are_texted_who_have_just_called_or_written(tmp_path: Path) -> None:
    """CALLER's number is in no plan, so it may be anywhere in its country, and somewhere there it is always night."""
    text = {"type": "send_sms", "message": "Hello."}
    document = flow(text, text | {"to": "+155501${Nothing}00200"}).model_dump(mode="json")
    ways_in = ({"type": "inbound_sms"}, {"type": "inbound_api", "reach_by": "text"})
    document["blocks"] += [{"number": n, "action": way, "exits": {"next": 2}} for n, way in enumerate(ways_in, 10)]
    async with desk(tmp_path, Flow.model_validate(document), IVR_QUIET_HOURS="00:01-00:00") as made:
        await made.asks.post("/voice/answer")
        form = {"MessageSid": "SM1", "From": CALLER, "To": LINE, "Body": "Hi"}
        await made.asks.form("/sms/inbound", form)
        headers = {"Authorization": f"Bearer {await made.store.tokens.new('crm')}"}
        start = await made.browser.post("/api/flows/money/start", {"to": CALLER}, headers=headers)
        runs = ("CA1", "SM1", start.json["run"])
        async with asyncio.timeout(30):
            while min([len(await made.data(run, "replied")) for run in runs]) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        refused = [[each["refused"] for each in await made.data(run, "replied")] for run in runs]
    assert refused == [["", "quiet_hours"], ["", "quiet_hours"], ["quiet_hours", "quiet_hours"]]
    assert [each["To"] for each in made.far.asked] == [CALLER, CALLER]


@pytest.mark.parametrize("reach_by", ["call", "text"])
async def test_another_system_reaches_only_whom_it_may(tmp_path: Path, reach_by: str) -> None:
    drawn = flow({"type": "play_message", "message": "Hello."}, trigger="inbound_api")
    document = drawn.model_dump(mode="json")
    document["blocks"][0]["action"]["reach_by"] = reach_by
    async with desk(tmp_path, Flow.model_validate(document), IVR_MOST_PER_TOKEN="2") as made:
        token = await made.store.tokens.new("crm")

        async def start(to: str) -> Any:
            headers = {"Authorization": f"Bearer {token}"}
            return await made.browser.post("/api/flows/money/start", {"to": to}, headers=headers)

        for to in (PREMIUM, ABROAD, "+870773111632"):
            answer = await start(to)
            assert answer.status == 403
            assert [each["code"] for each in answer.problem["problems"]] == ["not_allowed"]
        assert (await start("+266696687")).status == 400
        answers = [await start(f"+1 555 010 020{number}") for number in range(4)]
        assert [each.status for each in answers] == [202, 202, 429, 429]
        assert answers[3].problem["problems"][0]["code"] == "too_many"
        rows = await made.store.database.fetch("SELECT id FROM starts", {})
        assert len(rows) == 2


async def test_starts_by_text_keep_the_pace_of_calls(tmp_path: Path) -> None:
    drawn = flow({"type": "send_sms", "message": "Hello."}, {"type": "end_call"}, trigger="inbound_api")
    document = drawn.model_dump(mode="json")
    document["blocks"][0]["action"]["reach_by"] = "text"
    async with desk(tmp_path, Flow.model_validate(document), IVR_CALLS_PER_SECOND="0.01") as made:
        headers = {"Authorization": f"Bearer {await made.store.tokens.new('crm')}"}
        for number in range(30):
            body = {"to": f"+155501002{number:02}"}
            answer = await made.browser.post("/api/flows/money/start", body, headers=headers)
            assert (answer.status, answer.json["status"]) == (202, "queued")
        async with asyncio.timeout(30):
            while not made.far.asked:  # noqa: ASYNC110 - it is asked in the background
                await asyncio.sleep(0.02)
        waiting = await made.store.starts.waiting()
        assert (len(made.far.asked), waiting) == (1, 29), "the next one has its turn in 100 seconds"

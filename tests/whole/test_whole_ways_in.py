"""The ways in that are no ringing phone, over real sockets: the server, the carrier, and another system."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import pytest

from ivr.demo.api import Api
from ivr.demo.world import NUMBER, Sockets, World, demo_settings, demo_world
from ivr.emulator import Callee, Faults, PhoneCall, RestFault
from ivr.flow.model import Flow
from ivr.settings import load
from ivr.web.server import bind, port_of
from tests.story.flows import Row, drawn, ends, says, texts
from tests.whole.stage import HURRY

ANN, BOB, CAL, DORA, EVE = (f"+1555010030{n}" for n in range(5))
CHIEF = "+15550109999"
PATIENCE = 90.0


def trigger(kind: str, to: int, **fields: Any) -> Row:
    return {"action": {"type": kind, **fields}, "exits": {"next": to}}


FLOW = drawn(
    trigger("inbound_api", 2, expected_inputs=[{"name": "Name", "required": True}]),
    says("Hello $Name.", 3),
    texts("Goodbye $Name.", 4, 5),
    ends(),
    says("Not sent: $SMS_3.code $SMS_3.error", 4),
    trigger("event_handler", 7, event="call_ended"),
    texts("$Name: $EVENT_6.reason", 4, 4, to=CHIEF),
    trigger("event_handler", 9, event="sms_failed"),
    texts("To $ANI: $EVENT_8.error", 4, 4, to=CHIEF),
    trigger("inbound_sms", 11),
    texts("You wrote “$ISMS_10.message”.", 4, 4),
)


@dataclass(frozen=True)
class Office:
    """The world, and another system with a token."""

    world: World
    session: aiohttp.ClientSession
    url: str

    async def start(self, number: str, name: str, **headers: str) -> str:
        """Ask for a call; the run's id."""
        body = {"ANI": number, "Name": name}
        path = f"{self.url}/api/flows/{FLOW.id}/start"
        async with self.session.post(path, json=body, headers=headers) as answer:
            told = await answer.json()
            assert answer.status == 202, told
            return str(told["run"])

    async def run(self, run: str) -> dict[str, Any]:
        async with self.session.get(f"{self.url}/api/runs/{run}") as answer:
            told: dict[str, Any] = await answer.json()
            return told

    async def ended(self, run: str) -> str:
        """What became of a run in the end."""

        async def over() -> str:
            status = str((await self.run(run))["status"])
            return "" if status in {"queued", "calling", "ringing", "answered"} else status

        return await until(over)

    def sms(self, number: str) -> list[str]:
        outgoing = [each for each in self.world.carrier.messages if each.direction != "inbound"]
        return [each.body for each in outgoing if each.to == number]

    async def texted(self, number: str, count: int = 1) -> list[str]:
        """The texts that somebody gets, once there are so many."""

        async def enough() -> list[str]:
            found = self.sms(number)
            return found if len(found) >= count else []

        return sorted(await until(enough))

    async def delivery(self, run: str) -> set[str]:
        """The states that are known of the text a call sent."""
        trace = await self.world.server.store.calls.trace(run)
        return {entry.data["state"] for entry in trace if entry.kind == "delivery"}

    def calls_to(self, number: str) -> list[PhoneCall]:
        return [call for call in self.world.carrier.calls if call.parties.to == number]

    def words(self, number: str) -> list[str]:
        (call,) = self.calls_to(number)
        return [str(one.detail["text"]) for one in call.happenings if one.kind == "say"]


async def until(find: Callable[[], Awaitable[Any]]) -> Any:
    """What there is to find, as soon as there is something."""
    async with asyncio.timeout(PATIENCE):
        while not (found := await find()):  # noqa: ASYNC110 - what is waited for happens in the carrier
            await asyncio.sleep(0.05)
    return found


@asynccontextmanager
async def office(folder: Path, faults: Faults | None = None, flow: Flow = FLOW) -> AsyncIterator[Office]:
    sockets = Sockets(*(bind("127.0.0.1", 0) for _ in range(4)))
    environ = {"IVR_DATA": str(folder), "IVR_CALLS_PER_SECOND": "20"}
    settings = demo_settings(load(env_file=None, environ=environ), sockets)
    assert sockets.board is not None
    async with demo_world(settings, sockets, Api(0)) as world:
        world.carrier.exchange.timing = HURRY
        world.carrier.faults = faults or Faults()
        for number in (ANN, CAL, DORA, EVE):
            world.carrier.add_callee(number, Callee(after=0.1))
        world.carrier.add_callee(BOB, Callee("busy", after=0.1))
        flows = world.server.store.flows
        await flows.save_draft(flow.model_dump(mode="json"))
        await flows.publish(flow.id)
        await flows.assign(NUMBER, flow.id)
        token = await world.server.store.tokens.new("crm")
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
            yield Office(world, session, f"http://127.0.0.1:{port_of(sockets.board)}")


async def test_people_are_called_and_texted_and_what_became_of_it_is_known(tmp_path: Path) -> None:
    async with office(tmp_path) as made:
        made.world.carrier.refuse_messages(CAL, 21610)
        made.world.carrier.fail_delivery(DORA, 30003)
        names = {ANN: "Ann", BOB: "Bob", CAL: "Cal", DORA: "Dora"}
        runs = {number: await made.start(number, name) for number, name in names.items()}
        ends = dict(zip(runs, await asyncio.gather(*map(made.ended, runs.values())), strict=True))
        assert ends == {ANN: "completed", BOB: "busy", CAL: "completed", DORA: "completed"}
        assert made.words(ANN) == ["Hello Ann."]
        assert made.words(CAL)[1].startswith("Not sent: 21610 The recipient has replied STOP")
        assert (made.sms(ANN), made.sms(BOB), made.sms(CAL)) == (["Goodbye Ann."], [], [])
        assert await made.texted(CHIEF, 5) == [
            "Ann: completed",
            "Bob: busy",
            "Cal: completed",
            "Dora: completed",
            f"To {DORA}: The phone can't be reached: it is off, or out of range.",
        ]
        ann, dora = made.calls_to(ANN)[0], made.calls_to(DORA)[0]
        assert (ann.parties.from_, (await made.run(runs[ANN]))["call"]) == (NUMBER, ann.sid)
        assert (await made.run(runs[BOB]))["reason"] == "The line was busy."
        assert await until(lambda: both(made, ann.sid)) == {"sent", "delivered"}
        assert await until(lambda: both(made, dora.sid)) == {"sent", "undelivered"}


async def both(made: Office, run: str) -> set[str]:
    """Both reports of a text, or nothing yet."""
    found = await made.delivery(run)
    return found if len(found) == 2 else set()


async def test_a_text_is_answered_by_a_text(tmp_path: Path) -> None:
    async with office(tmp_path) as made:
        await until(lambda: connected(made))
        for words in ("hello", "<b> & “quotes” 😀"):
            made.world.carrier.text(EVE, NUMBER, words)
        assert await made.texted(EVE, 2) == ["You wrote “<b> & “quotes” 😀”.", "You wrote “hello”."]
        assert {message.from_ for message in made.world.carrier.messages if message.to == EVE} == {NUMBER}


async def connected(made: Office) -> bool:
    """Whether texts to the number come here."""
    return NUMBER in made.world.carrier.numbers and bool(made.world.carrier.numbers[NUMBER].sms_url)


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_carrier_that_repeats_itself_and_loses_its_breath(tmp_path: Path, seed: int) -> None:
    """Requests are refused at first; then everything comes twice, the end before the last webhook is answered."""
    refused = asyncio.Event()

    def refuse(method: str, path: str) -> RestFault:
        refused.set()
        return "busy"

    async with office(tmp_path, Faults(on_request=refuse)) as made:
        run = await made.start(ANN, "Ann", **{"Idempotency-Key": "k"})
        async with asyncio.timeout(PATIENCE):
            await refused.wait()
        assert made.calls_to(ANN) == []
        twice = {
            "repeat_webhooks": 1.0,
            "repeat_status_callbacks": 1.0,
            "swap_receipts": 1.0,
            "early_status_callbacks": 1.0,
        }
        made.world.carrier.faults = Faults(**twice, random=Random(seed))
        assert await made.start(ANN, "Ann", **{"Idempotency-Key": "k"}) == run
        assert await made.ended(run) == "completed"
        assert await made.texted(CHIEF) == ["Ann: completed"]
        assert made.words(ANN) == ["Hello Ann."]
        assert len(made.calls_to(ANN)) == 1
        await asyncio.sleep(0.5)
        assert (made.sms(ANN), made.sms(CHIEF)) == (["Goodbye Ann."], ["Ann: completed"])

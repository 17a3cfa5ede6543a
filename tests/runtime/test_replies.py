"""Texts that come in while questions are open: each is an answer or starts a flow, never both; a repeat is neither."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from msgspec.structs import replace

from ivr.core.call import Call
from ivr.core.events import Delivered, Messaged, Texted
from ivr.runtime.intake import Starting
from tests.runtime.imagined import World
from tests.runtime.started import Memory
from tests.story.flows import drawn, ends, says
from tests.story.line import CALLER, DIALLED

ASKS = {"type": "ask_by_sms", "message": "Which day?", "wait": 10}
FLOW = drawn(
    {"action": {"type": "inbound_sms"}, "exits": {"next": 2}},
    {"action": ASKS, "exits": {"reply": 3, "no_reply": 3, "failed": 3}},
    ends(),
    {"action": {"type": "inbound_call"}, "exits": {"next": 5}},
    {"action": ASKS, "exits": {"reply": 6, "no_reply": 6, "failed": 6}},
    says("Thank you for $ASKSMS_5.reply.", 3),
)


class Texting(World):
    """Runs that ask by text, and the texts that come in."""

    def __init__(self) -> None:
        super().__init__(FLOW)
        self.starting = Starting(self.ports, Memory(), self.runner)

    async def comes(self, text: str, sid: str, sender: str = CALLER, dialled: str = DIALLED) -> None:
        at = self.clock.now()
        await self.starting.texted(Messaged(at=at, sender=sender, dialled=dialled, text=text, sid=sid))
        await self.clock.settle()

    async def is_out(self, sid: str = "SMq") -> None:
        """The text that is being sent is taken by the carrier."""
        at = self.clock.now()
        self.carrier.ends(lambda token: Texted(at=at, token=token, accepted=True, sid=sid, to=CALLER, sender=DIALLED))
        await self.clock.settle()

    def reply(self, run: str) -> object:
        found = self.calls.records[run].call.variables.get("ASKSMS_2")
        return found.get("reply") if isinstance(found, dict) else None

    @property
    def runs(self) -> list[str]:
        return sorted(self.calls.records)


@pytest.fixture
async def world() -> AsyncIterator[Texting]:
    made = Texting()
    yield made
    await made.close()


async def asked(world: Texting, *runs: str) -> None:
    """Runs that each ask, as if texts from another number of theirs had begun them one after the other."""
    for run in runs:
        event = Messaged(at=world.clock.now(), sender=CALLER, dialled=DIALLED, text="x", sid=run)
        await world.runner.run(Call(run, FLOW.id, 1, on_phone=False), event)
        await world.clock.settle()
        await world.is_out(f"SMq{run}")


async def test_an_answer_starts_nothing(world: Texting) -> None:
    await asked(world, "SMa")
    await world.comes("Tuesday", "SM1")
    assert (world.runs, world.reply("SMa")) == (["SMa"], "Tuesday")


async def test_what_answers_nothing_starts_the_flow(world: Texting) -> None:
    await asked(world, "SMa")
    await world.comes("Tuesday", "SM1")
    await world.comes("Wednesday", "SM2")
    await world.comes("HELP", "SM3")
    assert world.runs == ["SM2", "SM3", "SMa"]


async def test_a_repeat_answers_no_other_question_and_starts_nothing(world: Texting) -> None:
    await asked(world, "SMa", "SMb")
    for _ in range(3):
        await world.comes("Tuesday", "SM1")
    assert [world.reply(run) for run in ("SMa", "SMb")] == [None, "Tuesday"]
    assert world.runs == ["SMa", "SMb"]


class Racing:
    """The store, as a process sees it that is overtaken by another one while it looks for a question."""

    def __init__(self, calls: Any, overtakes: Callable[[], Awaitable[None]]) -> None:
        self._calls = calls
        self._overtakes = [overtakes]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._calls, name)

    async def open_question(self, *asked: Any) -> Any:
        if self._overtakes:
            await self._overtakes.pop()()
        return await self._calls.open_question(*asked)


async def test_a_text_that_another_process_takes_just_now_starts_nothing(world: Texting) -> None:
    """A carrier that repeats a text may bring it to two of them at once."""
    await asked(world, "SMa")
    racing = Racing(world.calls, lambda: world.comes("Tuesday", "SM1"))
    here = Starting(replace(world.ports, calls=racing), Memory(), world.runner)
    text = Messaged(at=world.clock.now(), sender=CALLER, dialled=DIALLED, text="Tuesday", sid="SM1")
    await here.texted(text)
    assert (world.runs, world.reply("SMa")) == (["SMa"], "Tuesday")


async def test_the_text_that_began_a_run_does_not_answer_its_question(world: Texting) -> None:
    await world.comes("hello", "SM1")
    await world.is_out()
    await world.comes("hello", "SM1")
    assert world.reply("SM1") is None
    await world.comes("Tuesday", "SM2")
    assert world.reply("SM1") == "Tuesday"


async def test_a_caller_on_hold_is_knocked_at_when_the_reply_comes(world: Texting) -> None:
    request = world.rings()
    await world.clock.settle()
    await world.is_out()
    await world.clock.advance(1)
    await world.now(request)
    await world.clock.advance(5)
    await world.comes("Tuesday", "SM1")
    assert len(world.knocker.pages) == 1


async def test_a_question_that_is_not_delivered_has_failed(world: Texting) -> None:
    await asked(world, "SMa")
    token = world.calls.records["SMa"].call.waiting
    assert token is not None
    lost = Delivered(at=1, sid="SMqSMa", block=2, state="undelivered", error="No such phone.", token=token.token)
    await world.runner.texts.delivered("SMa", replace(lost, token="9.9"))
    assert world.calls.records["SMa"].call.status == "active"
    await world.runner.texts.delivered("SMa", lost)
    assert world.calls.records["SMa"].call.status == "ended"
    assert world.calls.questions == {}

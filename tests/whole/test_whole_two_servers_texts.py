"""Questions by text, with two servers on one PostgreSQL: one of them asks, and the reply comes to the other."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from ivr.emulator import PhoneCall
from ivr.flow.model import Flow
from tests.store.conftest import postgres  # noqa: F401 - a fixture
from tests.story.flows import Row, drawn, ends, says, starts, texts
from tests.whole.stage import PATIENCE
from tests.whole.turns import Two, heard, troubles, two, words

pytestmark = pytest.mark.process

ASKED, LATE, GONE = "Which day suits you?", "Too late.", "We have texted you. Goodbye."
HELD = ["One moment.", "Goodbye."]
LEFT = ["One moment.", GONE]


def asking(name: str, **fields: Any) -> Flow:
    """What answers no question of it is answered too, with what was written."""
    question: Row = {
        "action": {"type": "ask_by_sms", "message": ASKED, "wait": 60, **fields},
        "exits": {"reply": 4, "no_reply": 5, "failed": 6},
    }
    return drawn(
        starts(2),
        says("One moment.", 3),
        question,
        texts("Thank you for “$ASKSMS_3.reply”.", 7, 7),
        texts(LATE, 7, 7),
        texts("Not asked: $ASKSMS_3.error", 7, 7),
        says("Goodbye.", 8),
        ends(),
        {"action": {"type": "inbound_sms"}, "exits": {"next": 10}},
        texts("You wrote “$ISMS_9.message”.", 8, 8),
        id=name,
    )


FLOWS = [asking("held"), asking("left", hang_up=True, words=GONE), asking("soon", wait=1)]


def thanks(day: str) -> list[str]:
    return [ASKED, f"Thank you for “{day}”."]


async def asked(made: Two, **callers: str) -> dict[str, PhoneCall]:
    """A call to each of these flows, each with its question out, and its caller listening to music or sent off."""
    calls = {flow.partition("_")[0]: made.ring(flow.partition("_")[0], caller) for flow, caller in callers.items()}
    for name, call in calls.items():
        async with asyncio.timeout(PATIENCE):
            await (call.ended() if name == "left" else heard(call, "play"))
        await made.asked(call.parties.from_, name)
    return calls


async def over(calls: dict[str, PhoneCall]) -> None:
    async with asyncio.timeout(2 * PATIENCE):
        await asyncio.gather(*(call.ended() for call in calls.values()))


async def test_a_reply_at_another_server_is_taken_once(tmp_path: Path, postgres: str) -> None:  # noqa: F811
    async with two(tmp_path, postgres, FLOWS) as made:
        ann, bob = "+15550220001", "+15550220002"
        made.turns.only, other = made.turns.servers
        calls = await asked(made, held=ann, left=bob)
        made.turns.only = other
        for caller, flow in ((ann, "held"), (bob, "left")):
            for word in ("HELP", "STOP", "START"):
                made.text(caller, flow, word)
                await asyncio.sleep(0.5)
        assert not any("Thank you" in text for caller in (ann, bob) for text in made.texts(caller))
        made.turns.only, made.turns.twice = None, True
        replies = [made.text(ann, "held", "Tuesday"), made.text(bob, "left", "Monday")]
        await over(calls)
        for caller, day in ((ann, "Tuesday"), (bob, "Monday")):
            await made.texted(caller, 3, thanks(day)[-1])
            assert [text for text in made.texts(caller) if text in thanks(day)] == thanks(day)
        made.turns.twice = False
        made.text(ann, "held", "Wednesday")
        assert await made.left_open() == []
        await made.texted(ann, 4, "You wrote “Wednesday”.")
        assert made.texts(ann).count("You wrote “Wednesday”.") == 1
        assert not any("You wrote “Tuesday”." in made.texts(caller) for caller in (ann, bob))
        assert [sorted(made.turns.served(reply)) for reply in replies] == [sorted(made.turns.servers)] * 2
        assert (words(calls["held"]), words(calls["left"])) == (HELD, LEFT)
        assert [troubles(call) for call in calls.values()] == [[], []]


async def test_the_run_goes_on_though_the_server_that_asked_is_dead(tmp_path: Path, postgres: str) -> None:  # noqa: F811
    async with two(tmp_path, postgres, FLOWS) as made:
        ann, bob, cal = (f"+1555023000{n}" for n in range(3))
        made.turns.only, other = made.turns.servers
        calls = await asked(made, held=ann, left=bob, soon=cal)
        asker, made.turns.only = made.turns.only, other
        await made.kill(asker)
        made.text(ann, "held", "Tuesday")
        made.text(bob, "left", "Monday")
        await over(calls)
        assert await made.texted(ann, 2) == thanks("Tuesday")
        assert await made.texted(bob, 2) == thanks("Monday")
        assert await made.texted(cal, 2) == [ASKED, LATE]
        assert await made.left_open() == []
        assert [words(call) for call in calls.values()] == [HELD, LEFT, HELD]
        made.text(cal, "soon", "Sunday")
        assert await made.texted(cal, 3) == [ASKED, LATE, "You wrote “Sunday”."]

"""Calls that are handed over, with two servers on one PostgreSQL: each starts at one, and comes back at the other."""

import asyncio
import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from ivr.emulator import PhoneCall
from ivr.flow.model import Flow
from tests.store.conftest import postgres  # noqa: F401 - a fixture
from tests.story.flows import drawn, ends, says, starts, texts
from tests.whole.stage import HURRY, PATIENCE
from tests.whole.test_whole_killed import served
from tests.whole.turns import Two, heard, troubles, two, words

pytestmark = pytest.mark.process

QUEUE = "<Say>Please hold.</Say><Enqueue>sales</Enqueue>"
AWAY = 6.0
"""Seconds that a queue has the call: long enough for a server to die meanwhile."""
NEVER = "The call had been handed over, and did not come back."


def handing(name: str, **fields: Any) -> Flow:
    """A flow that texts the caller how their call ended."""
    return drawn(
        starts(2),
        says("One moment.", 3),
        {"action": {"type": "hand_over", **fields}, "exits": {"came_back": 4, "failed": 5}},
        says("Back: $HANDOVER_3.answer.", 6),
        says("Failed: $HANDOVER_3.cause $HANDOVER_3.code.", 6),
        ends(),
        {"action": {"type": "event_handler", "event": "call_ended"}, "exits": {"next": 8}},
        texts("Over: $EVENT_7.reason", 6, 6),
        id=name,
    )


def elsewhere() -> web.Application:
    """Somebody else's server, which has the call for some seconds: it sends it back, or it does not."""

    async def twiml(request: web.Request) -> web.Response:
        back = request.query["back"].replace("&", "&amp;")
        onward = f"<Redirect>{back}</Redirect>" if request.path == "/back" else ""
        text = f"<Response><Say>Hi!</Say><Pause length='{AWAY:g}'/>{onward}</Response>"
        return web.Response(text=text, content_type="text/xml")

    app = web.Application()
    app.add_routes([web.post("/back", twiml), web.post("/kept", twiml)])
    return app


def flows(url: str) -> list[Flow]:
    return [
        handing("queue", document=QUEUE),
        handing("address", source="address", url=f"{url}/back"),
        handing("kept", source="address", url=f"{url}/kept"),
    ]


def callers(made: Two, prefix: str) -> dict[str, PhoneCall]:
    """A call to each flow, and one to the queue that is to be hung up there."""
    lines = {"queue": "queue", "left": "queue", "address": "address", "kept": "kept"}
    return {name: made.ring(flow, f"+1555{prefix}000{n}") for n, (name, flow) in enumerate(lines.items())}


async def away(calls: dict[str, PhoneCall]) -> None:
    """Wait until all of them are handed over."""
    kinds = {"address": "pause", "kept": "pause"}
    await asyncio.gather(*(heard(call, kinds.get(name, "elsewhere")) for name, call in calls.items()))


async def told(made: Two, calls: dict[str, PhoneCall]) -> None:
    """Each call has one end, and everybody is told of it once."""
    calls["left"].hang_up()
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(call.ended() for call in calls.values()))
    assert words(calls["queue"])[:2] == ["One moment.", "Please hold."]
    assert '"QueueResult":"bridged"' in words(calls["queue"])[2]
    assert len(words(calls["queue"])) == 3
    assert words(calls["left"]) == ["One moment.", "Please hold."]
    assert words(calls["address"]) == ["One moment.", "Hi!", "Back: ."]
    assert words(calls["kept"]) == ["One moment.", "Hi!"]
    assert await made.left_open() == []
    for name, call in calls.items():
        assert await made.texted(call.parties.from_, 1) == ["Over: completed"], name
        trace = await made.trace(call.sid)
        never = [NEVER] if name in {"left", "kept"} else []
        assert [entry.data.get("why") for entry in trace if entry.kind == "hung_up"] == never, name


async def test_a_call_comes_back_at_another_server_or_ends_there(tmp_path: Path, postgres: str) -> None:  # noqa: F811
    async with served(elsewhere()) as url, two(tmp_path, postgres, flows(url)) as made:
        made.made.carrier.exchange.timing = replace(HURRY, elsewhere=AWAY)
        calls = callers(made, "020")
        await away(calls)
        await told(made, calls)
        for call in calls.values():
            ports = made.turns.served(call.sid)
            assert all(one != other for one, other in itertools.pairwise(ports))
            assert troubles(call) == []


async def test_it_does_so_when_the_server_that_handed_it_over_is_dead(tmp_path: Path, postgres: str) -> None:  # noqa: F811
    async with served(elsewhere()) as url, two(tmp_path, postgres, flows(url)) as made:
        made.made.carrier.exchange.timing = replace(HURRY, elsewhere=AWAY)
        made.turns.only, survivor = made.turns.servers
        calls = callers(made, "021")
        await away(calls)
        handed_over_by, made.turns.only = made.turns.only, survivor
        await made.kill(handed_over_by)
        await told(made, calls)
        assert [troubles(call) for call in calls.values()] == [[]] * len(calls)

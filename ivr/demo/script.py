"""One scripted call, from ring to text message."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from ivr.demo.api import Api
from ivr.demo.summary import heard, summary, traced
from ivr.demo.timeline import timeline
from ivr.demo.world import CALLER, NUMBER, Sockets, World, demo_settings, demo_world
from ivr.flow.narration import CallEvent, line_of
from ivr.settings import load
from ivr.web.server import bind

LOOK = 0.05
"""Seconds between looks at what happened."""
PATIENCE = 5.0
"""Seconds that the server may take to hear that the call is over."""


class Script(NamedTuple):
    """How the API behaves, and when the caller hangs up: after so many seconds, or never."""

    api: Api = Api()
    hang_up_after: float | None = None


async def play(script: Script, show: Callable[[str], None]) -> dict[str, Any]:
    """Start everything in a temporary folder, make the call, show its timeline line by line, and sum it up."""
    with TemporaryDirectory(prefix="ivr-demo-") as folder:
        sockets = Sockets(bind("127.0.0.1", 0), bind("127.0.0.1", 0), bind("127.0.0.1", 0))
        settings = load(env_file=None, environ={"IVR_DATA": str(Path(folder))})
        settings = demo_settings(settings, sockets)
        async with demo_world(settings, sockets, script.api) as world:
            return await _call(world, script, show)


async def _call(world: World, script: Script, show: Callable[[str], None]) -> dict[str, Any]:
    began = time.time_ns() // 1_000_000
    call = world.carrier.ring(from_=CALLER, to=NUMBER, caller_name="A. Caller")
    if script.hang_up_after is not None:
        asyncio.get_running_loop().call_later(script.hang_up_after, call.hang_up)
    shown: list[CallEvent] = []
    over_since: float | None = None
    while over_since is None or time.monotonic() - over_since < PATIENCE:
        events = timeline(call.happenings, await world.server.store.calls.trace(call.sid), began)
        for line in (line_of(event, width=7) for event in events if event not in shown):
            if line:
                show(line)
        shown = events
        if call.over:
            over_since = over_since or time.monotonic()
            record = await world.server.store.calls.load(call.sid)
            if record is None or record.over_at is not None:
                break
        await asyncio.sleep(LOOK)
    entries = await world.server.store.calls.trace(call.sid)
    moments = [*(heard(happening) for happening in call.happenings), *(traced(entry, began) for entry in entries)]
    return summary(sorted(moments, key=lambda moment: moment.at), world.carrier.messages)

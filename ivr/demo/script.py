"""One scripted call, from ring to text message."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from ivr.core.call import Entry
from ivr.demo.api import Api
from ivr.demo.scenes import SCENES, Deed, Scene
from ivr.demo.summary import heard, summary, traced
from ivr.demo.timeline import timeline
from ivr.demo.world import CALLER, NUMBER, Sockets, World, demo_settings, demo_world
from ivr.emulator import PhoneCall, Timing
from ivr.flow.narration import CallEvent, line_of
from ivr.settings import load
from ivr.sound.library import Library
from ivr.web.server import bind

LOOK = 0.05
"""Seconds between looks at what happened."""
PATIENCE = 5.0
"""Seconds that the server may take to hear that the call is over."""


class Script(NamedTuple):
    """How the API behaves, and when the caller hangs up: after so many seconds, or never. `timing`: how fast the
    pretend carrier is."""

    api: Api = Api()
    hang_up_after: float | None = None
    scene: Scene = SCENES["wait"]
    timing: Timing = Timing()


async def play(script: Script, show: Callable[[str], None]) -> dict[str, Any]:
    """Start everything in a temporary folder, make the call, show its timeline line by line, and sum it up."""
    with TemporaryDirectory(prefix="ivr-demo-") as folder:
        sockets = Sockets(bind("127.0.0.1", 0), bind("127.0.0.1", 0), bind("127.0.0.1", 0))
        settings = load(env_file=None, environ={"IVR_DATA": str(Path(folder))})
        settings = demo_settings(settings, sockets)
        async with demo_world(settings, sockets, script.api, script.scene.flow) as world:
            world.carrier.exchange.timing = script.timing
            return await _call(world, script, show)


async def _call(world: World, script: Script, show: Callable[[str], None]) -> dict[str, Any]:
    began = time.time_ns() // 1_000_000
    call = world.carrier.ring(from_=CALLER, to=NUMBER, caller_name="A. Caller")
    if script.hang_up_after is not None:
        asyncio.get_running_loop().call_later(script.hang_up_after, call.hang_up)
    deeds, names = _Deeds(call, script.scene.deed), Library().names
    shown: list[CallEvent] = []
    story = _Story(world, call)
    over_since: float | None = None
    while over_since is None or time.monotonic() - over_since < PATIENCE:
        over = await story.look()
        deeds.look()
        events = timeline(call.happenings, story.entries, began, names)
        for line in (line_of(event, width=7) for event in events if event not in shown):
            if line:
                show(line)
        shown = events
        if over:
            break
        if call.over and not story.goes_on:
            over_since = over_since or time.monotonic()
        await asyncio.sleep(LOOK)
    moments = [*(heard(each) for each in call.happenings), *(traced(entry, began) for entry in story.entries)]
    return summary(sorted(moments, key=lambda moment: moment.at), world.carrier.messages)


class _Deeds:
    """What the caller does, once it is time."""

    def __init__(self, call: PhoneCall, deed: Deed | None) -> None:
        self._call = call
        self._deed = deed

    def look(self) -> None:
        said = (str(each.detail["text"]) for each in self._call.happenings if each.kind == "say")
        if self._deed is not None and any(self._deed.hears in words for words in said):
            if self._deed.presses:
                self._call.press(self._deed.presses)
            else:
                self._call.hang_up()
            self._deed = None


class _Story:
    """What the server has traced of a call, and of the runs that go on without its caller. `goes_on`: one still does,
    or the call itself."""

    def __init__(self, world: World, call: PhoneCall) -> None:
        self._store = world.server.store
        self._call = call
        self._runs: list[str] = []
        self.entries: list[Entry] = []
        self.goes_on = False

    async def look(self) -> bool:
        """Look what is new. Whether all is over, for the carrier and for the flow."""
        record = await self._store.calls.load(self._call.sid)
        apart = record.call.apart if record is not None else ()
        self._runs += [run for token in apart if (run := f"{self._call.sid}.{token}") not in self._runs]
        traces = [await self._store.calls.trace(each) for each in (self._call.sid, *self._runs)]
        self.entries = sorted((entry for trace in traces for entry in trace), key=lambda entry: entry.at)
        runs = [await self._store.calls.load(each) for each in self._runs]
        self.goes_on = any(each is not None and each.call.status == "active" for each in (record, *runs))
        heard_of = record is None or record.over_at is not None
        return self._call.over and heard_of and not self.goes_on

"""The test calls of a server: those under way, and the latest that have ended."""

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from msgspec import structs

from ivr.core.effects import Text
from ivr.core.events import Answered, Requested
from ivr.emulator import PhoneCall
from ivr.flow.model import Flow
from ivr.runtime.ports import Clock
from ivr.testcalls.call_events import CallEvents
from ivr.testcalls.door import Beginning, beginning, entering, with_door
from ivr.testcalls.listeners import ALONE, Listeners
from ivr.testcalls.setup import NUMBER, Parts, Stage, Tried, stage
from ivr.web.testcalls import NoStart, Setting, TooMany
from ivr.webcall.trial import nested

log = logging.getLogger(__name__)

MOST = 20
"""Test calls that are kept at once, ended ones included."""
MOST_OF_A_SESSION = 3
"""Test calls of one session under way at once."""
PER_MINUTE = 30
"""Test calls that one session may begin in a minute."""
KEPT = 600_000
"""Milliseconds that an ended one is kept."""
MINUTE = 60_000
NEWS = 2.0
"""Seconds that the flow may take to hear that the line is dead."""
AFTERWARDS = 60.0
"""Seconds that work which goes on after a hang-up may take."""
LOOK = 0.02
"""Seconds between looks whether it is done."""


class TestCall:
    """One test call, up from `begin` until its caller hangs up and all that follows from it is done."""

    def __init__(self, flow: str, clock: Clock, start: Beginning, holder: str = "") -> None:
        self.ended_at: int | None = None
        self.holder = holder
        self._clock = clock
        self._names: dict[str, str] = {}
        self._events = CallEvents(flow, clock.now, self._names, start)
        self.feed = self._events.feed
        self._listeners: Listeners | None = None
        self._up: Stage | None = None
        self._ringing: asyncio.Future[PhoneCall] = asyncio.get_running_loop().create_future()
        self._task: asyncio.Task[None] | None = None

    async def begin(self, parts: Parts, tried: Tried) -> None:
        """Set everything up and ring. Raises OSError where there are no sockets to be had."""
        self._task = asyncio.create_task(self._run(parts, tried), name="test call")
        await asyncio.shield(self._ringing)

    def press(self, digits: str) -> None:
        self._call.press(digits)

    def speak(self, words: str) -> None:
        self._call.speak(words)

    def text(self, words: str) -> None:
        if self._up is None or self._task is None or self._task.done():
            return
        asked = [question.running.job for question in self._up.calls.questions.values()]
        newest = asked[-1] if asked else None
        sender, to = (newest.to, newest.sender) if isinstance(newest, Text) else (self._call.parties.from_, NUMBER)
        self._up.carrier.text(sender, to, words)

    def hang_up(self) -> None:
        self._call.hang_up()

    def attended(self) -> AbstractContextManager[None]:
        return self._listeners.joined() if self._listeners is not None else nullcontext()

    async def close(self) -> None:
        """End it at once."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @property
    def _call(self) -> PhoneCall:
        return self._ringing.result()

    async def _run(self, parts: Parts, tried: Tried) -> None:
        try:
            async with stage(parts, tried, self._events, self._names) as up:
                await self._play(up, tried.caller)
        except Exception as error:
            if not self._ringing.done():
                self._ringing.set_exception(error)
                return
            log.exception("a test call broke off")
            self._events.failed("The test call broke off; the server's log says why.")
        finally:
            self.ended_at = self._clock.now()
            self.feed.close()

    async def _play(self, up: Stage, caller: str) -> None:
        call = up.carrier.ring(from_=caller, to=NUMBER)
        listeners = self._listeners = Listeners(self._clock, self._left_alone)
        self._up = up
        self._ringing.set_result(call)
        try:
            async for happening in call.follow():
                self._events.heard(happening)
        finally:
            listeners.close()
        await _until(lambda: up.calls.is_over(call.sid), NEWS)
        self._events.ended(call.status)
        self.ended_at = self._clock.now()
        await _until(lambda: not up.calls.busy, AFTERWARDS)

    def _left_alone(self) -> None:
        self._events.noticed(f"No page has listened for {ALONE:.0f} seconds, so the test call is hung up.")
        self.hang_up()


class TestCalls:
    """Implements `web.testcalls.TestCalls`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._calls: dict[str, TestCall] = {}
        self._begun: dict[str, deque[int]] = {}

    async def begin(self, flow: Flow, setting: Setting) -> str:
        if setting.start and setting.start not in flow.by_number:
            raise NoStart(f"There is no block {setting.start} in this flow, so no call can start there.")
        tried = structs.replace(self._tried(flow, setting), mocked=setting.mocked, answers=setting.answers)
        self._forget_old()
        self._count(setting.holder)
        await self._make_room()
        call_id = secrets.token_urlsafe(12)
        call = self._calls[call_id] = TestCall(
            flow.id, self._parts.clock, beginning(flow, setting.start, nested(setting.values)), setting.holder
        )
        try:
            await call.begin(self._parts, tried)
        except BaseException:
            del self._calls[call_id]
            await call.close()
            raise
        return call_id

    def find(self, call_id: str) -> TestCall | None:
        self._forget_old()
        return self._calls.get(call_id)

    async def close(self) -> None:
        """End them all."""
        await asyncio.gather(*(call.close() for call in self._calls.values()))

    def _tried(self, flow: Flow, setting: Setting) -> Tried:
        now, values = self._parts.clock.now(), dict(setting.values)
        answered = Answered(at=now, caller=setting.caller, dialled=NUMBER)
        if setting.start:
            door = with_door(flow, answered, setting.start, nested(values))
            return Tried(door, entering(now), {}, setting.caller)
        if flow.start(answered) is not None:
            return Tried(flow, answered, nested(values), setting.caller)
        asked = Requested(at=now, caller=setting.caller, dialled=NUMBER, inputs=dict(values))
        if flow.start(asked) is not None:
            return Tried(flow, asked, {}, setting.caller)
        raise NoStart("This flow does not start with a call: give it an Inbound Call block, or an Inbound API one.")

    def _count(self, holder: str) -> None:
        """Count one more test call of a session. Raises TooMany."""
        if not holder:
            return
        under_way = [call for call in self._calls.values() if call.ended_at is None and call.holder == holder]
        if len(under_way) >= MOST_OF_A_SESSION:
            raise TooMany(f"{MOST_OF_A_SESSION} of your test calls are under way, which is the most. End one first.")
        now = self._parts.clock.now()
        # Sessions that have begun nothing for a minute are forgotten, so that these don't add up.
        for each in [each for each, times in self._begun.items() if now - times[-1] >= MINUTE]:
            del self._begun[each]
        begun = self._begun.setdefault(holder, deque(maxlen=PER_MINUTE))
        if len(begun) == PER_MINUTE and now - begun[0] < MINUTE:
            raise TooMany(f"You began {PER_MINUTE} test calls within a minute, which is the most. Wait a moment.")
        begun.append(now)

    async def _make_room(self) -> None:
        over = [call_id for call_id, call in self._calls.items() if call.ended_at is not None]
        if len(self._calls) >= MOST:
            if not over:
                raise TooMany(f"{MOST} test calls are under way, which is the most. End one of them first.")
            await self._calls.pop(min(over, key=self._age)).close()

    def _age(self, call_id: str) -> int:
        return self._calls[call_id].ended_at or 0

    def _forget_old(self) -> None:
        now = self._parts.clock.now()
        for call_id, call in list(self._calls.items()):
            if call.ended_at is not None and now - call.ended_at > KEPT:
                del self._calls[call_id]


async def _until(done: Callable[[], bool], seconds: float) -> None:
    """Wait until something is so, but no longer than that."""
    for _ in range(round(seconds / LOOK)):
        if done():
            return
        await asyncio.sleep(LOOK)

"""The world as the runner sees it, imagined: time that only we move, a store in memory, APIs that answer when told."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from math import ceil
from typing import Any

from ivr.core.call import Call, Entry
from ivr.core.effects import DEFAULT_AUDIO
from ivr.core.events import Answered, Fetched, Reply, Texted
from ivr.core.mailbox import Page
from ivr.flow.model import Flow
from ivr.runtime.ports import Alone, CallRecord, Change, Clip, Notices, Ports, Question, RunningJob, Unavailable
from ivr.runtime.replies import is_between
from ivr.runtime.runner import Runner
from ivr.runtime.texting import TakenOver
from tests.story.flows import asks, drawn, ends, says, starts
from tests.story.line import CALLER, DIALLED, spoken, stored

CALL = "CA1"
CLIP = 16.0
UNREADABLE = "unreadable.wav"
"""A clip whose row can't be made sense of."""
ROUNDS = 60
"""Turns of the event loop that whatever happens without time passing needs at most."""

LOOKUP = drawn(
    starts(2),
    says("One moment.", 3),
    asks(4, 5, play_hold_music=True),
    says("Tuesday.", 6),
    says("Sorry.", 6),
    ends(),
    apology="Oh dear.",
)
SILENT_LOOKUP = drawn(starts(2), asks(3, 4), says("Tuesday.", 5), says("Sorry.", 5), ends())


class StoreDown(Unavailable):
    """The database is away."""


class Clock:
    """Time stands still, but for `advance`."""

    def __init__(self) -> None:
        self.time = 1_700_000_000_000
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []
        self._count = 0
        self._settling = 0

    def now(self) -> int:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self._count += 1
        wake = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.time + ceil(seconds * 1000), self._count, wake))
        await wake

    async def settle(self) -> None:
        """Let everything happen that needs no time."""
        ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
        self._settling += 1
        try:
            for _ in range(ROUNDS):
                await asyncio.sleep(0)
                if len(ready) < self._settling:  # whoever else settles is always ready
                    return
            raise AssertionError("Something goes round and round without time passing.")
        finally:
            self._settling -= 1

    async def advance(self, seconds: float) -> None:
        until = self.time + round(seconds * 1000)
        await self.settle()
        while self._sleepers and self._sleepers[0][0] <= until:
            due, _, wake = heapq.heappop(self._sleepers)
            if not wake.done():
                self.time = max(self.time, due)
                wake.set_result(None)
                await self.settle()
        self.time = until
        await self.settle()


class Calls:
    """A store. `meanwhile` holds what happens just before the next saves; `faults` what goes wrong with them."""

    def __init__(self) -> None:
        self.records: dict[str, CallRecord] = {}
        self.traces: dict[str, list[Entry]] = {}
        self.open: dict[tuple[str, str], RunningJob] = {}
        self.orphans: list[RunningJob] = []
        self.gone: list[str] = []
        self.renewed = 0
        self.meanwhile: list[Callable[[], Awaitable[Any]]] = []
        self.faults: list[str] = []
        self.loads_fail = 0
        self.load_fault: Exception = StoreDown()
        self.damaged: set[str] = set()
        """Calls that can't be opened."""
        self.touched: dict[str, int] = {}
        self.released = False
        self.knocked: dict[str, tuple[int, int]] = {}
        """For which hold page of a call the last knock was taken, and when."""
        self.questions: dict[tuple[str, str], Question] = {}
        self.claimed: set[str] = set()

    async def load(self, call_id: str) -> CallRecord | None:
        await asyncio.sleep(0)
        if self.loads_fail:
            self.loads_fail -= 1
            raise self.load_fault
        if call_id in self.damaged:
            raise ValueError("it can't be opened")
        return self.records.get(call_id)

    async def save(self, change: Change, now: int) -> bool:
        await asyncio.sleep(0)
        if self.meanwhile:
            await self.meanwhile.pop(0)()
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "not saved":
            raise StoreDown
        saved = self._save(change)
        if saved:
            self.touched[change.record.call.id] = now
        if fault == "saved, but nobody knows":
            raise StoreDown
        return saved

    def _save(self, change: Change) -> bool:
        record = change.record
        before = self.records.get(record.call.id)
        started = {(record.call.id, each.token): each for each in change.starts}
        if record.version != (before.version if before else 0) or started.keys() & self.open.keys():
            return False
        self.records[record.call.id] = stored(
            CallRecord(record.call, record.mailbox, record.version + 1, record.held_at, record.over_at), CallRecord
        )
        self.traces.setdefault(record.call.id, []).extend(stored(change.trace, tuple[Entry, ...]))
        for token in filter(None, (change.done, *change.drop)):
            self.open.pop((record.call.id, token), None)
            self.questions.pop((record.call.id, token), None)
        self.open |= {key: stored(each, RunningJob) for key, each in started.items()}
        if change.opens:
            self.questions[record.call.id, change.opens.running.token] = stored(change.opens, Question)
        if change.message:
            self.claimed.add(change.message.sid)
        return change.spawn is None or self._save(change.spawn)

    async def renew_leases(self) -> None:
        self.renewed += 1

    async def over_here(self) -> list[str]:
        return [key for key, _ in self.open if self.records[key].over_at is not None]

    async def adopt(self) -> list[RunningJob]:
        orphans, self.orphans = self.orphans, []
        return orphans

    async def release(self) -> None:
        self.released = True

    async def take_knock(self, call_id: str, held_at: int, now: int, mine: int | None) -> bool:
        await asyncio.sleep(0)
        held, at = self.knocked.get(call_id, (0, 0))
        taken = held == held_at and at != mine and at >= now - 5_000
        if taken or self.records[call_id].held_at != held_at:
            return False
        self.knocked[call_id] = held_at, now
        return True

    async def open_question(self, theirs: str, ours: tuple[str, ...]) -> tuple[str, str] | None:
        found = [key for key, each in self.questions.items() if is_between(each.running.job, theirs, ours)]
        return found[-1] if found else None

    async def is_claimed(self, sid: str) -> bool:
        return sid in self.claimed

    async def unheard(self, now: int) -> list[str]:
        return [
            call_id
            for call_id, record in self.records.items()
            if record.held_at is not None and self.touched[call_id] > record.held_at
        ]

    async def lost(self, now: int) -> list[str]:
        return [call_id for call_id in self.gone if self.records[call_id].over_at is None]


class Flows:
    """One flow, published once, for one number. With an `error` it can't be read."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.error: Exception | None = None

    async def of_number(self, number: str) -> tuple[str, int] | None:
        await asyncio.sleep(0)
        return (self.flow.id, 1) if number == DIALLED else None

    async def unpublished(self, number: str) -> str | None:
        return None

    async def live(self, flow_id: str) -> int | None:
        await asyncio.sleep(0)
        return 1 if flow_id == self.flow.id else None

    async def revision(self, flow_id: str, revision: int) -> Flow:
        await asyncio.sleep(0)
        assert (flow_id, revision) == (self.flow.id, 1)
        if self.error is not None:
            raise self.error
        return self.flow


class Worker:
    """Jobs that end when the test says so."""

    def __init__(self) -> None:
        self.started: list[RunningJob] = []
        self.cancelled: list[str] = []
        self._ends: dict[str, asyncio.Future[Reply]] = {}

    async def __call__(self, running: RunningJob) -> Reply:
        self.started.append(running)
        end = self._ends[running.token] = asyncio.get_running_loop().create_future()
        try:
            return await end
        except asyncio.CancelledError:
            self.cancelled.append(running.token)
            raise
        finally:
            del self._ends[running.token]

    @property
    def running(self) -> list[str]:
        return list(self._ends)

    def ends(self, reply: Callable[[str], Reply]) -> None:
        """The last job that runs ends with this reply."""
        token = self.running[-1]
        self._ends[token].set_result(reply(token))

    def is_taken_over(self) -> None:
        self._ends[self.running[-1]].set_exception(TakenOver())

    def breaks(self, error: Exception | None = None) -> None:
        self._ends[self.running[-1]].set_exception(error or ZeroDivisionError())


class Knocker:
    """Answers by script, then `accepted`; `heard` are the seconds after the first knock, and the pages."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.script: list[str] = []
        self.times: list[int] = []
        self.pages: list[int] = []
        self.let_go = asyncio.Event()
        """Without it the carrier does not answer."""
        self.let_go.set()

    async def __call__(self, call_id: str, page: int) -> str:
        assert call_id == CALL
        self.times.append(self._clock.now())
        self.pages.append(page)
        await asyncio.sleep(0)
        await self.let_go.wait()
        return self.script.pop(0) if self.script else "accepted"

    @property
    def seconds(self) -> list[float]:
        return [(time - self.times[0]) / 1000 for time in self.times]


class World:
    """One call in one process. Methods that ask for a page give a task; `now` tells the page it has become."""

    def __init__(
        self,
        flow: Flow = LOOKUP,
        clip: float = CLIP,
        calls: Calls | None = None,
        clips: dict[str, float] | None = None,
        notices: Notices | None = None,
    ) -> None:
        self.clips = {DEFAULT_AUDIO: clip} if clips is None else clips
        self.clock = Clock()
        self.calls = calls or Calls()
        self.flows = Flows(flow)
        self.api, self.carrier, self.knocker = Worker(), Worker(), Knocker(self.clock)
        self.ports = Ports(
            calls=self.calls,
            flows=self.flows,
            fetch=self.api,
            text=self.carrier,
            knock=self.knocker,
            clock=self.clock,
            clip=self._clip,
            notices=notices or Alone(),
        )
        self.runner = Runner(self.ports)
        self._requests: list[asyncio.Task[Page]] = []

    async def close(self) -> None:
        for request in self._requests:
            request.cancel()
        await asyncio.gather(*self._requests, return_exceptions=True)
        await self.runner.close()

    def rings(self, dialled: str = DIALLED) -> asyncio.Task[Page]:
        return self._request(
            self.runner.answer(CALL, Answered(at=self.clock.now(), caller=CALLER, dialled=dialled, caller_name=""))
        )

    def asks(self, number: int, token: str = "") -> asyncio.Task[Page]:
        return self._request(self.runner.page(CALL, number, token=token))

    def could_not_play(self) -> asyncio.Task[Page]:
        return self._request(self.runner.page_again(CALL))

    async def now(self, request: asyncio.Task[Page]) -> Page:
        await self.clock.settle()
        assert request.done(), "the carrier has no answer yet"
        return request.result()

    async def held(self) -> Page:
        """A caller who has heard page 1, and listens to hold audio since just now."""
        await self.now(self.rings())
        request = self.asks(2)
        await self.clock.advance(1)
        return await self.now(request)

    async def api_answers(self, value: Any = None, status: int = 200) -> None:
        now = self.clock.now()
        self.api.ends(lambda token: Fetched(at=now, token=token, cause="ok", status=status, value=value))
        await self.clock.settle()

    async def text_is_taken(self) -> None:
        now = self.clock.now()
        self.carrier.ends(lambda token: Texted(at=now, token=token, accepted=True, sid="SM1"))
        await self.clock.settle()

    async def hangs_up(self) -> None:
        await self.runner.over(CALL, "completed")
        await self.clock.settle()

    @property
    def record(self) -> CallRecord:
        return self.calls.records[CALL]

    @property
    def call(self) -> Call:
        return self.record.call

    def traced(self, kind: str) -> list[dict[str, Any]]:
        return [entry.data for entry in self.calls.traces[CALL] if entry.kind == kind]

    async def _clip(self, name: str) -> Clip | None:
        await asyncio.sleep(0)
        if name == UNREADABLE:
            raise OSError("input/output error")
        return Clip(name, self.clips[name]) if name in self.clips else None

    def _request(self, work: Any) -> asyncio.Task[Page]:
        task = asyncio.create_task(work)
        self._requests.append(task)
        return task


def heard(*pages: Page) -> list[str]:
    return [spoken(verb) for page in pages for verb in page.verbs]

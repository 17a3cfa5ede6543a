"""What happens while a caller waits, in every order: a call in virtual time whose process may die at any moment."""

import asyncio
from collections.abc import Iterator
from itertools import permutations
from typing import Any
from urllib.parse import unquote

import msgspec

from ivr.core.call import Entry
from ivr.core.effects import Fetch
from ivr.core.events import Answered, Cause, Fetched, Reply, Texted
from ivr.flow.model import Flow
from ivr.runtime.memory import MemoryCalls, MemoryFlows
from ivr.runtime.ports import CallRecord, Change, Clock, Ports, RunningJob
from ivr.runtime.recovery import bring_unheard, cancel_over, go_round
from ivr.runtime.resuming import Resuming, State
from ivr.runtime.runner import Runner
from ivr.testing.caller import Phone
from ivr.testing.loop import VirtualClock, VirtualLoop
from ivr.testing.trying import longest_silence
from tests.story.line import CALLER, DIALLED, SID, stored

FIRST, STEP = 4.0, 3.0
"""Seconds from the beginning to the first event, and between two of them."""
ENOUGH = 1000
"""Seconds after which no call or run goes on."""


def orders(events: tuple[str, ...], most: int = 4) -> Iterator[tuple[str, ...]]:
    """Every order of up to so many of the events."""
    for count in range(most + 1):
        yield from permutations(events, count)


class Calls(MemoryCalls):
    """Calls, written as JSON and read again, with the jobs that are open."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.jobs: dict[tuple[str, str], RunningJob] = {}
        self.orphans: list[RunningJob] = []
        self.touched: dict[str, int] = {}

    async def save(self, change: Change, now: int) -> bool:
        if not await super().save(change, now):
            return False
        for each in (change, *([change.spawn] if change.spawn is not None else [])):
            self._keep(each)
            self.touched[each.record.call.id] = now
        return True

    def _keep(self, change: Change) -> None:
        call_id = change.record.call.id
        self.records[call_id] = stored(self.records[call_id], CallRecord)
        for token in filter(None, (change.done, *change.drop)):
            self.jobs.pop((call_id, token), None)
        for each in change.starts:
            self.jobs[call_id, each.token] = stored(each, RunningJob)

    async def adopt(self) -> list[RunningJob]:
        orphans, self.orphans = self.orphans, []
        again = [msgspec.structs.replace(each, tries=each.tries + 1) for each in orphans]
        return [*again, *await super().adopt()]

    async def over_here(self) -> list[str]:
        return [key for key, _ in self.jobs if (found := self.records[key]).over_at and found.call.status != "active"]

    async def unheard(self, now: int) -> list[str]:
        held = {key: record.held_at for key, record in self.records.items() if record.over_at is None}
        return [key for key, at in held.items() if at is not None and at < self.touched[key] < now - 3000]


class Wait:
    """One call. The API answers, or does not in time, when the test says so; a text takes a moment."""

    def __init__(self, flow: Flow) -> None:
        self.loop = VirtualLoop()
        self.clock = VirtualClock(self.loop, 1_700_000_000_000)
        self.calls = Calls(self.clock)
        self.texts: list[str] = []
        self.asked: list[Fetch] = []
        self.cancelled = 0
        self.posted: list[State] = []
        self._ended: dict[str, asyncio.Future[tuple[Cause, int]]] = {}
        self._ports = Ports(
            calls=self.calls,
            flows=MemoryFlows(flow),
            fetch=self._fetch,
            text=self._text,
            knock=self._knock,
            clock=self.clock,
            clip=self._clip,
            public_url="https://calls.example",
        )
        self.runner = Runner(self._ports)
        self.phone = Phone(self.runner, self.clock, self.loop.time, SID)
        self._listening: asyncio.Task[None] | None = None

    def plays(self, events: tuple[str, ...]) -> "Wait":
        """The events one after the other, then all that still follows."""
        return self._run({FIRST + STEP * n: (each,) for n, each in enumerate(events)})

    def plays_at_once(self, *events: str) -> "Wait":
        """The events in one moment."""
        return self._run({FIRST: events})

    def _run(self, events: dict[float, tuple[str, ...]]) -> "Wait":
        try:
            self.loop.run_until_complete(self._play(events))
        finally:
            self.loop.close()
        return self

    async def _play(self, events: dict[float, tuple[str, ...]]) -> None:
        first = await self.runner.answer(SID, Answered(at=self.clock.now(), caller=CALLER, dialled=DIALLED))
        self._listening = asyncio.create_task(self.phone.listen(first))
        watch = asyncio.create_task(self._watch())
        for at, together in events.items():
            await asyncio.sleep(at - self.loop.time())
            for event in together:
                await self._happens(event)
        for _ in range(ENOUGH):
            if not self._over:
                await asyncio.sleep(1)
        await asyncio.sleep(1)
        watch.cancel()
        self._listening.cancel()
        await asyncio.gather(watch, self._listening, return_exceptions=True)
        await self.runner.close()

    async def _happens(self, event: str) -> None:
        match event:
            case "hang-up":
                await self._hang_up()
            case "answer":
                self._end("ok", 200)
            case "timeout":
                self._end("timeout", 0)
            case "post":
                self.posted.append(await self._post())
            case "kill":
                await self._die()
            case "half a minute":
                await asyncio.sleep(30)
            case _:
                self._enters(event)

    def _enters(self, event: str) -> None:
        """What comes with something: a key, words, the answer for a block."""
        kind, _, what = event.partition(" ")
        {"key": self.phone.key, "says": self.phone.say, "answer": self._answer}[kind](what)

    def _answer(self, block: str) -> None:
        self._end("ok", 200, block)

    async def _post(self) -> State:
        """The API posts its answer to the address that it was sent, as often as the test says."""
        *_, call_id, token, signature = unquote(self.asked[0].url).split("/")
        resuming = Resuming(self._ports, self.runner)
        state = await resuming.state(call_id, token, signature)
        if state != "open":
            return state
        posted = Fetched(at=0, token=token, cause="ok", status=200, value={"x": 1}, called_back=True)
        return "open" if await resuming.answer(call_id, token, posted) else "gone"

    async def _hang_up(self) -> None:
        if self._listening is not None and not self.phone.over:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
            await self.phone.hang_up()

    async def _die(self) -> None:
        """The process dies, and another one takes over what it has left."""
        await self.runner.close()
        self.calls.orphans += self.calls.jobs.values()  # those too that were saved in its last moment
        self.runner = Runner(self._ports)
        self.phone._runner = self.runner  # the carrier's next request goes to the other process

    async def _watch(self) -> None:
        while True:
            await go_round(self._ports, self.runner)
            await bring_unheard(self._ports, self.runner)
            await cancel_over(self._ports, self.runner)
            await asyncio.sleep(0.25)

    def _end(self, cause: Cause, status: int, block: str = "") -> None:
        """The requests end, or that of a block, wherever they run, or as soon as they run again."""
        for request, end in self._ended.items():
            if not end.done() and request.endswith(f".{block}" if block else ""):
                end.set_result((cause, status))

    async def _fetch(self, running: RunningJob) -> Reply:
        assert isinstance(running.job, Fetch)
        self.asked.append(running.job)
        end = self._ended.setdefault(f"{running.call_id} {running.token}", self.loop.create_future())
        left = running.started_at / 1000 + running.job.timeout - self.clock.now() / 1000
        try:
            cause, status = await asyncio.wait_for(asyncio.shield(end), max(0, left))
        except TimeoutError:
            cause, status = "timeout", 0
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        value = {"block": int(running.token.rpartition(".")[2])}
        return Fetched(at=self.clock.now(), token=running.token, cause=cause, status=status or None, value=value)

    async def _text(self, running: RunningJob) -> Reply:
        await asyncio.sleep(0.2)
        self.texts.append(running.job.body)  # type: ignore[union-attr]
        return Texted(at=self.clock.now(), token=running.token, accepted=True, sid=f"SM{len(self.texts)}")

    async def _knock(self, call_id: str, page: int) -> str:
        return await self.phone.knock(call_id, page)

    async def _clip(self, name: str) -> Any:
        return await self.phone.clip(name)

    @property
    def call_id(self) -> str:
        return self.phone.call_id

    @property
    def _over(self) -> bool:
        return self.phone.over and all(each.call.status != "active" for each in self.calls.records.values())

    @property
    def words(self) -> list[str]:
        """What was said, in order."""
        return [sound.text for sound in self.phone.heard if sound.kind == "words"]

    @property
    def silence(self) -> float:
        """The longest silence, in seconds."""
        until = max((sound.at + sound.seconds for sound in self.phone.heard), default=0.0)
        return longest_silence(self.phone.heard, until)

    @property
    def trace(self) -> list[Entry]:
        """Of the call and of the runs it set off."""
        return [entry for entries in self.calls.traces.values() for entry in entries]

    def traced(self, kind: str, block: int) -> list[dict[str, Any]]:
        return [entry.data for entry in self.trace if (entry.kind, entry.block) == (kind, block)]

    @property
    def ports(self) -> list[str]:
        """The ports by which the web call, block 3, was left, by the call and the runs it set off."""
        return [data["port"] for data in self.traced("left", 3)]

"""A store in memory: calls and flows for as long as they are referred to."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from msgspec.structs import replace

from ivr.core.call import Entry
from ivr.flow.model import Flow
from ivr.runtime.ports import CallRecord, Change, Clock, Message, Question, RunningJob
from ivr.runtime.replies import is_between

REVISION = 1


class MemoryCalls:
    """A `runtime.ports.Calls` without a database. There is one process, so that nothing ever has to be adopted but
    questions whose time is over."""

    def __init__(self, clock: Clock) -> None:
        self.records: dict[str, CallRecord] = {}
        self.traces: dict[str, list[Entry]] = {}
        self.questions: dict[tuple[str, str], Question] = {}
        self._clock = clock
        self._claimed: set[str] = set()
        self._changed = asyncio.Event()

    async def load(self, call_id: str) -> CallRecord | None:
        return self.records.get(call_id)

    async def save(self, change: Change, now: int) -> bool:
        written = [change, *([change.spawn] if change.spawn is not None else [])]
        if any(self._version(each) != each.record.version for each in written):
            return False
        for each in written:
            record = each.record
            self.records[record.call.id] = replace(record, version=record.version + 1)
            self.traces.setdefault(record.call.id, []).extend(each.trace)
            self._note(each)
        return True

    def _note(self, change: Change) -> None:
        """Note the questions and the texts of a change."""
        call_id = change.record.call.id
        if change.opens is not None:
            self.questions[call_id, change.opens.running.token] = change.opens
        if change.done is not None:
            self.questions.pop((call_id, change.done), None)
        if change.message is not None:
            self._claimed.add(change.message.sid)
        self._changed.set()

    async def renew_leases(self) -> None:
        """There is no other process."""

    async def adopt(self) -> list[RunningJob]:
        now = self._clock.now()
        due = [key for key, question in self.questions.items() if question.until <= now]
        return [replace(self.questions.pop(key).running, asked=True) for key in due]

    async def until_due(self) -> None:
        """Wait until a question's time is over."""
        while True:
            self._changed.clear()
            due = min((question.until for question in self.questions.values()), default=None)
            if due is not None and due <= self._clock.now():
                return
            seconds = (due - self._clock.now()) / 1000 if due is not None else None
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), seconds)

    async def open_question(self, theirs: str, ours: tuple[str, ...]) -> tuple[str, str] | None:
        fits = [key for key, question in self.questions.items() if is_between(question.running.job, theirs, ours)]
        return fits[-1] if fits else None

    async def is_claimed(self, sid: str) -> bool:
        return sid in self._claimed

    async def over_here(self) -> list[str]:
        return []

    async def release(self) -> None:
        """There is no other process."""

    async def take_knock(self, call_id: str, held_at: int, now: int, mine: int | None) -> bool:
        return True

    async def unheard(self, now: int) -> list[str]:
        return []

    async def lost(self, now: int) -> list[str]:
        return []

    def _version(self, change: Change) -> int:
        record = self.records.get(change.record.call.id)
        return record.version if record is not None else 0


class MemoryOutbox:
    """A `runtime.texting.Outbox` of a process that has no successor."""

    def __init__(self) -> None:
        self._jobs: dict[str, tuple[str, str]] = {}

    async def begin(self, running: RunningJob) -> bool:
        return True

    async def set_aside(self, running: RunningJob) -> None:
        """It stays with this process."""

    async def sid_of(self, call_id: str, token: str) -> str | None:
        return next((sid for sid, job in self._jobs.items() if job == (call_id, token)), None)

    async def is_claimed(self, sid: str) -> bool:
        return sid in self._jobs

    async def claim(self, call_id: str, message: Message, now: int) -> bool:
        return self._jobs.setdefault(message.sid, (call_id, message.token)) == (call_id, message.token)


class MemoryFlows:
    """A `runtime.ports.Flows` of flows by their id, the first of which answers every number."""

    def __init__(self, first: Flow, others: Mapping[str, Flow] | None = None) -> None:
        self._first = first
        self._flows = {**(others or {}), first.id: first}

    async def of_number(self, number: str) -> tuple[str, int] | None:
        return self._first.id, REVISION

    async def unpublished(self, number: str) -> str | None:
        return None

    async def live(self, flow_id: str) -> int | None:
        return REVISION if flow_id in self._flows else None

    async def revision(self, flow_id: str, revision: int) -> Flow:
        return self._flows[flow_id]

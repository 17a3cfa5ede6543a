"""A call in the making, and all that can be seen of it: what was heard, sent, requested, set and traced."""

import asyncio
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from ivr.core.call import Entry
from ivr.core.values import Value, to_text
from ivr.flow.model import Flow
from ivr.runtime.memory import MemoryCalls, MemoryFlows
from ivr.runtime.ports import CallRecord, Ports
from ivr.runtime.recovery import go_round
from ivr.runtime.replies import Replies
from ivr.runtime.runner import Runner
from ivr.testing.answers import Apis, Carrier, means
from ivr.testing.caller import Phone, Sound
from ivr.testing.loop import VirtualClock, VirtualLoop

CALLER = "+15550100001"
DIALLED = "+15550100099"
ELSEWHERE = "https://calls.example"
"""Where answers are posted back, as the requests of a flow have it."""
START = 1_767_607_200_000
"""When a call begins unless something else is said: Monday, January 5, 2026, 10:00 UTC, in milliseconds since 1970."""


def fits(wanted: str, words: str) -> bool:
    """Whether the words hold what is wanted; `*` stands for anything, capitals and blanks don't matter."""
    pattern = "".join(f"[{part}]" if part in "?[" else part for part in " ".join(wanted.casefold().split()))
    return fnmatchcase(" ".join(words.casefold().split()), f"*{pattern}*")


class Seen:
    """One call, whose flow runs on the real runtime over a store in memory and a virtual clock."""

    def __init__(self, flow: Flow, others: Mapping[str, Flow] | None = None, *, start: int = START) -> None:
        self.flow = flow
        self._flows = {**(others or {}), flow.id: flow}
        self._loop = VirtualLoop()
        self._clock = VirtualClock(self._loop, start)
        self._calls = MemoryCalls(self._clock)
        self._apis = Apis(self._flow_of, self._clock)
        self._usual: dict[str, float] = {}
        self._carrier = Carrier(self._clock)
        self.call_id = "CA00000000000000000000000000000001"
        self._listening: asyncio.Task[None] | None = None
        self._looked_at = 0
        ports = Ports(
            calls=self._calls,
            flows=MemoryFlows(flow, others),
            fetch=self._apis,
            text=self._carrier,
            knock=self._knock,
            clock=self._clock,
            clip=self._clip,
            public_url=ELSEWHERE,
            usual=self._usual_of,
        )
        self._runner = Runner(ports)
        self._replies = Replies(self._calls, self._runner)
        self._texts = 0
        self._watching = self._loop.create_task(self._watch(ports))
        self._apis.post_back = self._runner.deliver
        self._phone = Phone(self._runner, self._clock, self._loop.time, self.call_id)

    async def _usual_of(self, flow: str, number: int) -> int | None:
        block = self._flows[flow].by_number.get(number)
        seconds = next((found for which, found in self._usual.items() if means(which, block, "")), None)
        return None if seconds is None else round(seconds * 1000)

    @property
    def sounds(self) -> list[Sound]:
        """All that was heard, with its times."""
        return self._phone.heard

    @property
    def heard(self) -> list[str]:
        """The words and clips that were heard, in order; a clip is its name in brackets."""
        return [sound.text if sound.kind == "words" else f"({sound.text})" for sound in self._sounding]

    @property
    def sent(self) -> list[Any]:
        """The texts that the flow sent: `to`, `body`, `accepted`."""
        return self._carrier.sent

    @property
    def requests(self) -> list[Any]:
        """The requests that web calls made: `block`, `method`, `url`, `body`, `scripted`."""
        return self._apis.requests

    @property
    def cancelled(self) -> list[str]:
        """The addresses of requests that were cancelled."""
        return self._apis.cancelled

    @property
    def variables(self) -> dict[str, Value]:
        """The variables of the call as they are now."""
        return self._record.call.variables

    def variable(self, name: str) -> Value:
        """A variable such as `AppointmentDate` or `EXTCALL_3.statuscode`; None when it is not set."""
        found: Value = self.variables
        for step in name.removeprefix("$").split("."):
            found = found.get(step) if isinstance(found, dict) else None
        return found

    @property
    def trace(self) -> list[Entry]:
        """What the system noted of the call and of the runs it set off."""
        return [entry for entries in self._calls.traces.values() for entry in entries]

    @property
    def path(self) -> list[int]:
        """The blocks that the call walked, in order."""
        return [
            entry.block
            for entry in self._calls.traces.get(self.call_id, [])
            if entry.kind in {"answered", "messaged", "requested", "entered"}
        ]

    @property
    def problems(self) -> list[str]:
        """Mistakes that the flow made while it ran."""
        return [to_text(entry.data["message"]) for entry in self.trace if entry.kind == "problem"]

    @property
    def ended(self) -> str:
        """How the call ended: `flow`, `caller`, `failed`; empty while it goes on."""
        record = self._calls.records.get(self.call_id)
        if record is not None and record.call.status == "failed":
            return "failed"
        trace = self._calls.traces.get(self.call_id, [])
        first = next((entry for entry in trace if entry.kind in {"ended", "hung_up"}), None)
        if first is None:
            return ""
        return "caller" if first.kind == "hung_up" and not first.data.get("parting") else "flow"

    @property
    def has_caller(self) -> bool:
        """Whether somebody has called, or was called."""
        return self._listening is not None

    @property
    def active(self) -> bool:
        """Whether the run goes on, with the caller or without."""
        record = self._calls.records.get(self.call_id)
        return record is not None and record.call.status == "active"

    @property
    def seconds(self) -> float:
        """How long the call has taken so far."""
        return self._loop.time()

    @property
    def _sounding(self) -> list[Sound]:
        return [sound for sound in self._phone.heard if sound.kind in {"words", "clip"}]

    @property
    def _record(self) -> CallRecord:
        return self._calls.records[self.call_id]

    def _flow_of(self, call_id: str) -> Flow:
        record = self._calls.records.get(call_id)
        return self._flows.get(record.call.flow, self.flow) if record is not None else self.flow

    async def _watch(self, ports: Ports) -> None:
        """Let the time for replies be over when it is."""
        while True:
            await self._calls.until_due()
            await go_round(ports, self._runner)

    async def _knock(self, call_id: str, page: int) -> str:
        return await self._phone.knock(call_id, page)

    async def _clip(self, name: str) -> Any:
        return await self._phone.clip(name)

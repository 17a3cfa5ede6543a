"""Answers that are posted back to a call: whether anything waits for one, and what becomes of it."""

from typing import Literal

from msgspec.structs import replace

from ivr.core.action import Visit
from ivr.core.call import Call
from ivr.core.effects import Fetch
from ivr.core.events import Fetched
from ivr.core.resuming import genuine
from ivr.runtime.ports import Clock, Ports
from ivr.runtime.runner import Runner

State = Literal["open", "answered", "gone", "forged"]


class Resuming:
    """Takes what is posted to the addresses that calls have given out."""

    def __init__(self, ports: Ports, runner: Runner) -> None:
        self._calls = ports.calls
        self._flows = ports.flows
        self._clock: Clock = ports.clock
        self._runner = runner

    async def state(self, call_id: str, token: str, signature: str) -> State:
        """Whether the answer to this question is waited for, has been posted, or counts no longer."""
        record = await self._calls.load(call_id)
        if record is None or not genuine(record.call, token, signature):
            return "forged"
        run = await self._asker(record.call, token)
        if token in run.resumed:
            return "answered"
        return "open" if run.status == "active" and run.asked(token) is not None else "gone"

    async def request(self, call_id: str, token: str) -> Fetch | None:
        """The request whose answer is waited for; None when it is not any more."""
        record = await self._calls.load(call_id)
        run = await self._asker(record.call, token) if record is not None else None
        if run is None or run.asked(token) is None:
            return None
        flow = await self._flows.revision(run.flow, run.revision)
        block = flow.by_number[int(token.partition(".")[2])]
        visit = Visit(run, block.number, self._clock.now(), flow.time_zone, flow.language)
        return block.action.posted_for(visit)

    async def answer(self, call_id: str, token: str, reply: Fetched) -> bool:
        """Let a posted answer be the reply. False: something else was faster."""
        record = await self._calls.load(call_id)
        run = await self._asker(record.call, token) if record is not None else None
        since = run.asked(token) if run is not None else None
        if run is None or since is None:
            return False
        now = self._clock.now()
        spent = max(0, now - since)
        await self._runner.deliver(run.id, replace(reply, at=now, milliseconds=spent))
        after = await self._calls.load(run.id)
        return after is not None and token in after.call.resumed

    async def _asker(self, call: Call, token: str) -> Call:
        """The run that waits for this answer: the call itself, or one apart from it."""
        apart = await self._calls.load(f"{call.id}.{token}")
        return call if apart is None else apart.call

"""The ways in that are no ringing phone: a text that came in, and another system's request.

text comes in      ──▶ texted()      an answer to an open question, else a run without a caller
API asks, by text  ──▶ queued; the dialler begins a run without a caller
API asks, by call  ──▶ queued; the dialler places the call
called one answers ──▶ answered()    the call begins, as if they had rung
carrier reports    ──▶ progressed()  kept; a call that was not answered may set off an Event Handler
"""

import logging
from typing import Literal

from ivr.core.call import Call
from ivr.core.events import Happened, Messaged, Requested
from ivr.core.mailbox import Page
from ivr.core.opt_out import Said
from ivr.runtime.gate import Nobody, OptOuts, Wish
from ivr.runtime.numbers import UnknownNumber, flow_of
from ivr.runtime.ports import Ports
from ivr.runtime.replies import Replies
from ivr.runtime.runner import Runner, UnknownCall
from ivr.runtime.starts import Progress, Start, Starts, Status
from ivr.runtime.turning import readable

log = logging.getLogger(__name__)

RINGS = 600_000
"""Milliseconds without an update after which a call counts as unknown."""
STATES: dict[str, Status] = {
    "calling": "calling",
    "initiated": "calling",
    "queued": "calling",
    "ringing": "ringing",
    "in-progress": "answered",
    "completed": "completed",
    "busy": "busy",
    "no-answer": "no_answer",
    "canceled": "failed",
    "failed": "failed",
}
"""What the carrier's word for a call means here."""
WHY = {
    "busy": "The line was busy.",
    "no-answer": "There was no answer.",
    "canceled": "The call was cancelled before it was answered.",
    "failed": "The call could not be connected.",
}
NOT_BEGUN = "The call was answered, but ended before its first words could be fetched."


def wish_of(start: Start) -> Wish:
    """What a start wants of the gate: the same whenever it is asked, so that it is counted once."""
    kind: Literal["call", "start"] = "call" if start.reach_by == "call" else "start"
    return Wish(id=start.id, kind=kind, to=start.caller, flow=start.flow, ours=start.dialled, token=start.token)


class Starting:
    """Begins runs, and keeps what becomes of those that another system asked for."""

    def __init__(self, ports: Ports, starts: Starts, runner: Runner, opt_outs: OptOuts | None = None) -> None:
        self._opt_outs = opt_outs or Nobody()
        self._ports = ports
        self._starts = starts
        self._runner = runner
        self._replies = Replies(ports.calls, runner)

    async def texted(self, event: Messaged, service: str = "", said: Said = "") -> None:
        """Bring a text to the question it answers, or start the flow of the number that it was sent to, once for each
        text. Without one it is only logged. `service` is the messaging service that it came by.

        A sender who has `said` STOP gets no more texts from then on, whatever the flow does; START allows them again.
        """
        if said == "stop":
            await self._opt_outs.add(event.sender)
        elif said == "start":
            await self._opt_outs.remove(event.sender)
        if said not in {"stop", "help"} and await self._replies.take(event, service):
            return
        try:
            found = await flow_of(self._ports.flows, event.dialled)
        except UnknownNumber as error:
            log.warning("%s", error.why("texted"))
            return
        flow = await readable(self._ports.flows, *found)
        if flow is None:
            return
        if flow.start(event) is None:
            log.info("flow %s has no Inbound SMS block, so the text %s starts nothing", found[0], event.sid)
            return
        await self._runner.run(Call(event.sid, *found, on_phone=False), event)

    async def begin(self, start: Start) -> None:
        """Start a run without a caller, and say so. A repeat changes nothing."""
        call = Call(start.id, start.flow, start.revision, on_phone=False)
        await self._runner.run(call, self._requested(start))
        await self._starts.update(start.id, Progress("running"))

    async def answered(self, run: str, call_id: str) -> Page:
        """The called party has answered: the call begins, and this is its first page. Raises UnknownCall."""
        start = await self._starts.get(run)
        if start is None or start.reach_by != "call" or start.sid not in {"", call_id}:
            raise UnknownCall(run)
        page = await self._runner.begin(Call(call_id, start.flow, start.revision), self._requested(start))
        self._runner.retry_until_saved(f"{run} answered", lambda: self._update(run, Progress("answered", call_id)))
        return page

    async def progressed(self, run: str, call_id: str, status: str) -> None:
        """Keep how a call that was placed goes on. `status` is the carrier's word. A repeat changes nothing."""
        state = STATES.get(status)
        start = await self._starts.get(run)
        if start is None or state is None or start.sid not in {"", call_id}:
            log.warning("status %r of run %s is unknown, or of a call not placed here", status[:20], run)
            return
        if state in {"calling", "ringing", "answered"}:
            await self._update(run, Progress(state, call_id))
            return
        record = await self._ports.calls.load(call_id)
        await self._runner.hang_up(call_id, status)
        begun = record is not None and bool(record.call.flow)
        if not begun:
            await self.missed(start, status, call_id)
        failed = record is not None and record.call.status == "failed"
        if state == "completed" and (failed or not begun):
            state = "failed"
        await self._update(run, Progress(state, call_id, WHY.get(status, "" if begun else NOT_BEGUN)))

    async def missed(self, start: Start, reason: str, call_id: str = "") -> None:
        """A call that was never taken is over: its flow's Event Handler for that runs, if there is one."""
        event = Happened(at=self._ports.clock.now(), what="call_ended", details={"reason": reason})
        flow = await readable(self._ports.flows, start.flow, start.revision)
        if flow is None or flow.start(event) is None:
            return
        known = {"ANI": start.caller, "DNIS": start.dialled, "CallSid": call_id}
        run = Call(
            f"{call_id or start.id}.ended",
            start.flow,
            start.revision,
            on_phone=False,
            variables={**start.inputs, **known},
            follows=(event.what,),
        )
        await self._runner.run(run, event)

    async def status(self, start: Start) -> Status:
        """How it stands, the run itself included; one whose call is not kept any more was over long ago."""
        if start.status not in {"running", "answered"}:
            return start.status
        record = await self._ports.calls.load(start.sid or start.id)
        if record is not None and record.over_at is None:
            return start.status
        return "failed" if record is not None and record.call.status == "failed" else "completed"

    async def _update(self, run: str, progress: Progress) -> None:
        """Keep a status; a call that goes on counts as unknown when the next one does not come in time."""
        going_on = progress.status in {"calling", "ringing"}
        await self._starts.update(run, progress, self._ports.clock.now() + RINGS if going_on else None)

    def _requested(self, start: Start) -> Requested:
        now = self._ports.clock.now()
        return Requested(at=now, caller=start.caller, dialled=start.dialled, inputs=start.inputs)

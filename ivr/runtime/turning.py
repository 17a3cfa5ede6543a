"""From an event to what is to be saved: the engine's turn, its jumps into other flows, and the runs it sets off."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from ivr.core.call import Call, Turn
from ivr.core.effects import Alarm, Hangup
from ivr.core.effort import Effort, TooMuchEffort
from ivr.core.events import Elapsed, Event, Fetched, Happened, HungUp, Messaged, Recorded, Reply, TextedBack
from ivr.core.listening import listens, with_ear
from ivr.core.mailbox import Mailbox
from ivr.flow.discretion import veil, without_hidden
from ivr.flow.engine import EFFORT_OF_A_TURN, advance, afterwards, fail, jump_failed, onward
from ivr.flow.model import Flow
from ivr.flow.noting import noted
from ivr.runtime.addresses import addressable
from ivr.runtime.clips import Find, with_clips
from ivr.runtime.dials import permitted
from ivr.runtime.gate import Gate
from ivr.runtime.ports import CallRecord, Change, Flows, RunningJob, Unavailable, Usual, unknown
from ivr.runtime.usual import expecting

log = logging.getLogger(__name__)
LOOP_FRIENDLY = 32_000
"""Bytes of a call's state, and characters of an answer, up to which a turn is begun in the event loop."""
EFFORT_IN_LOOP = 40_000
"""Steps of effort up to which it stays there: some milliseconds."""

RECORDING_PATIENCE = 10
"""Seconds that the webhook of a recording may come after that of the hang-up which ended it."""
NO_FLOW = Flow(id="none", name="None")


class Turning:
    """Makes changes of events. `flows` is asked for the revisions that calls run on, `clip` for what they play, `gate`
    for whom they may call, and `usual` for how long requests usually take. Answers are posted back below `public_url`.
    """

    def __init__(self, flows: Flows, clip: Find, gate: Gate, public_url: str = "", usual: Usual = unknown) -> None:
        self._public_url = public_url
        self._flows = flows
        self._clip = clip
        self._gate = gate
        self._usual = usual

    async def change(self, record: CallRecord, event: Event) -> Change:
        """What an event makes of a call. A mistake of ours, or a flow that can't be read any more, ends it with an
        apology instead of an exception.

        Raises Unavailable where a flow or a clip can't be looked up now: that is no mistake, and passes.
        """
        flow = await readable(self._flows, record.call.flow, record.call.revision)
        if flow is None:
            turn = _unreadable(record.call, event)
            return Change(_after(record, turn, event.at), trace=turn.trace)
        make = _Maker(in_thread=_is_large(record, event))
        try:
            call = await self._prepared(record.call, flow)
            turn = _heard(call, await make(advance, flow, call, event), event)
            while True:
                if (jump := turn.jump) is not None:
                    revision = await self._flows.live(jump.flow)
                    if revision is None:
                        turn = jump_failed(flow, turn, event.at)
                        break
                    flow = await self._flows.revision(jump.flow, revision)
                    turn = replace(turn, call=await self._prepared(turn.call, flow, anew=True))
                    turn = await make(onward, turn, flow, revision, event.at)
                    continue
                turn, refused = await permitted(turn, self._gate, event.at)
                if refused is None:
                    break
                turn = await make(afterwards, flow, turn, refused)
        except Unavailable:
            raise
        except Exception:
            where = (record.call.id, record.call.turn, record.call.block)
            log.exception("call %s failed in turn %d at block %d", *where)
            turn = fail(flow, record.call, event.at, "An internal error ended the call. The server's log says more.")
        turn = await with_clips(turn, self._clip, event.at)
        seen = (record, turn, event.at)
        after = await asyncio.to_thread(_after, *seen) if make.in_thread else _after(*seen)
        start, spawn = _job_to_start(turn, event.at), _parted(turn, record.call.id, event.at)
        beside = tuple(RunningJob(turn.call.id, token, job, started_at=event.at) for token, job in turn.beside)
        return Change(after, trace=turn.trace, start=start, drop=turn.drop, spawn=spawn, beside=beside)

    async def _prepared(self, call: Call, flow: Flow, *, anew: bool = False) -> Call:
        """The call with what its flow asks for besides events; `anew`: it comes from another flow."""
        call = addressable(call, flow, self._public_url)
        return await expecting(call, flow, self._usual) if anew or not call.turn else call

    async def follow_up(self, call: Call, event: Happened, name: str) -> Change | None:
        """The run that something which became of a call sets off, if its flow has an Event Handler for that.

        It begins with the call's variables. `name` keeps it apart from the call's other runs. No event sets off a run
        that an event of its kind has led to: a text about a text that failed would never end.
        """
        if not call.flow or event.what in call.follows:
            return None
        flow = await readable(self._flows, call.flow, call.revision)
        if flow is None or flow.start(event) is None:
            return None
        variables = without_hidden(call)
        follows = (*call.follows, event.what)
        run = Call(f"{call.id}.{name}", call.flow, call.revision, on_phone=False, variables=variables, follows=follows)
        run = replace(run, heard_at=call.heard_at, memories=call.memories)
        return await self.change(CallRecord(run), event)


async def readable(flows: Flows, flow_id: str, revision: int) -> Flow | None:
    """A revision, or None where it can't be read, however often it is asked for: it was changed, its key is gone, or it
    has a block that is not installed here. Raises Unavailable."""
    try:
        return await flows.revision(flow_id, revision)
    except Unavailable:
        raise
    except Exception:
        log.exception("revision %d of flow %s can't be read", revision, flow_id)
        return None


def _unreadable(call: Call, event: Event) -> Turn:
    """The turn of a call whose flow can't be read: only a hang-up needs none."""
    if call.status != "active" or isinstance(event, HungUp):
        return advance(NO_FLOW, call, event)
    why = f"Revision {call.revision} of flow “{call.flow}” can't be read, so the call ends here."
    return fail(NO_FLOW, call, event.at, f"{why} The server's log says more.")


def _heard(before: Call, turn: Turn, event: Event) -> Turn:
    """The turn with a note of when the person did something. While they are on the phone they always do."""
    theirs = before.on_phone or isinstance(event, Messaged) or (isinstance(event, TextedBack) and event.came)
    if turn.call is before or not theirs:
        return turn
    return replace(turn, call=replace(turn.call, heard_at=event.at))


def _is_large(record: CallRecord, event: Event) -> bool:
    """Whether a turn may work on so much that other calls would wait for it. The engine is pure, so that it does not
    matter to it where it runs; what it works on was sent by an API, and is as large as the API likes. From an answer
    that was posted its values are still to be taken, and a JSONPath makes much work of a short one."""
    answer = event if isinstance(event, Fetched) else None
    if answer is not None and answer.called_back:
        return True
    return (len(answer.body) if answer is not None else 0) + record.size > LOOP_FRIENDLY


class _Maker:
    """Makes one turn in the event loop, as long as that is little work; else in a thread, again from its start. All
    that it calls takes its effort last."""

    def __init__(self, *, in_thread: bool) -> None:
        self.in_thread = in_thread
        self._effort = Effort(EFFORT_OF_A_TURN) if in_thread else Effort(EFFORT_IN_LOOP, tentative=True)

    async def __call__(self, work: Callable[..., Turn], *args: Any) -> Turn:
        if not self.in_thread:
            try:
                return work(*args, self._effort)
            except TooMuchEffort:
                self.in_thread, self._effort = True, Effort(EFFORT_OF_A_TURN)
        return await asyncio.to_thread(work, *args, self._effort)


def closed(record: CallRecord, at: int) -> CallRecord:
    """The call once the carrier says that it is over: from now on nothing hidden is needed any more."""
    mailbox = Mailbox(page=record.mailbox.page, current=(Hangup(),)) if record.call.hidden else record.mailbox
    call = record.call
    if call.status != "active":
        call = replace(call, variables=without_hidden(call))
    return replace(record, call=call, mailbox=mailbox, over_at=at, held_at=None)


def recording_to_come(call: Call, at: int) -> RunningJob | None:
    """What lets a run whose caller hung up while recording go on, in case the webhook of the recording never comes."""
    waiting = call.waiting
    if call.status != "active" or waiting is None or waiting.asks != "record":
        return None
    return RunningJob(call.id, waiting.token, Alarm(timeout=RECORDING_PATIENCE), started_at=at)


def meant(reply: Reply, call: Call) -> Reply:
    """A reply as what it answers. When the time for a recording is over there is none."""
    waiting = call.waiting
    if isinstance(reply, Elapsed) and waiting is not None and (waiting.asks, waiting.token) == ("record", reply.token):
        return Recorded(at=reply.at, token=reply.token, hung_up=True)
    return reply


def _after(record: CallRecord, turn: Turn, at: int) -> CallRecord:
    """The call after its turn. A run that never had a caller is over when it ends: no carrier will say so."""
    call, mailbox = turn.call, record.mailbox
    over_at, verbs = record.over_at, turn.verbs
    if call.waiting is not None and listens(call.waiting) and call.on_phone:
        verbs = with_ear(verbs, call.waiting)
    if call.hidden:
        # What waits to be heard is stored, and a page is kept as long as the call: neither needs the values themselves.
        curtain = veil(call)
        verbs = curtain.drawn(verbs)
        if call.waiting is not None:
            call = replace(call, waiting=replace(call.waiting, hold=curtain.drawn(call.waiting.hold)))
    if not call.on_phone:
        mailbox = Mailbox(page=mailbox.page)
        if call.status != "active" and (over_at is not None or not mailbox.page):
            over_at = over_at or at
            call = replace(call, variables=without_hidden(call))
    return replace(record, call=call, mailbox=mailbox.post(verbs) if call.on_phone else mailbox, over_at=over_at)


def _parted(turn: Turn, call_id: str, at: int) -> Change | None:
    """The run that waits on for a job, now that its call waits for it no longer."""
    if turn.apart is None or turn.apart.waiting is None:
        return None
    begun = noted(turn.apart, at, "parted", {"token": turn.apart.waiting.token, "of": call_id})
    return Change(CallRecord(turn.apart), trace=(begun,))


def _job_to_start(turn: Turn, at: int) -> RunningJob | None:
    if turn.job is None or turn.call.waiting is None:
        return None
    return RunningJob(turn.call.id, turn.call.waiting.token, turn.job, started_at=at)

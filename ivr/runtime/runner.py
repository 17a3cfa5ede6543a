"""The life of a call around the engine: every event is read, turned, saved, and only then acted upon.

    carrier asks a page ──▶ page()     hands out words, or waits a little, or hold audio
    job ends            ──▶ deliver()  turn, save, wake the waiting request, or knock
    carrier says over   ──▶ hang_up()  turn, save, cancel the job

A save succeeds only if there was none since the read (`version`); the loser reads again. That is the whole locking:
any process may answer any request. A job's reply and the request of its caller come in any order:

1. The reply is saved before the caller asks. Their page has the words, and there is no knock: `held_at` is not set.
2. It is saved while the request waits for the hold delay, with its words on that page. `notify` wakes the request,
   which reads them: no hold audio, no update of the live call. One that waits in another process is woken by a notice,
   which may get lost, so it also reads the call every `ELSEWHERE_POLL` seconds.
3. It is saved after the request has read the call, and before that request saves its hold page. The hold page loses
   its save, the request reads again, and then it is the second case.
4. The hold page is saved first. The reply then sees `held_at`, and knocks. As the two saves have an order, no reply
   goes unnoticed: either the request sees it, or the reply sees the hold page.
5. The caller comes back by itself at the end of a hold page just as the knock is sent. Both requests ask for one page
   number: the first takes the words, the second gets the same words, so the prompt begins twice but none is lost.
"""

import logging
from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from ivr.core.call import Call
from ivr.core.effects import Dial, Pause, Prompt
from ivr.core.events import (
    Answered,
    Elapsed,
    Event,
    Fetched,
    HandedBack,
    Happened,
    HungUp,
    Reply,
    TextedBack,
)
from ivr.core.mailbox import Page
from ivr.flow.engine import LOST
from ivr.flow.noting import noted_reply
from ivr.runtime.call_texts import CallTexts, message_of
from ivr.runtime.clips import hold_clip, without_clips
from ivr.runtime.elsewhere import Elsewhere, cancelled, doomed, tokens
from ivr.runtime.gate import Gate, Open
from ivr.runtime.hold import held, patience, silenced, told
from ivr.runtime.jobs import Jobs, repeatable
from ivr.runtime.knocking import Knocking
from ivr.runtime.lines import Lines
from ivr.runtime.live import Live, Visit
from ivr.runtime.notes import note
from ivr.runtime.numbers import flow_of
from ivr.runtime.pages import at_hand, spoken
from ivr.runtime.ports import CallRecord, Change, Ports, RunningJob
from ivr.runtime.sounding import began, stopped
from ivr.runtime.timer import Timer
from ivr.runtime.trouble import report
from ivr.runtime.turning import Turning, closed, meant, recording_to_come

log = logging.getLogger(__name__)

ELSEWHERE_POLL = 2.0
"""Seconds between looks at a call whose job runs in another process, should its notice get lost."""
LAST_JOBS = 5.0
"""Seconds that jobs which can't be repeated get to end when the process stops."""


class UnknownCall(LookupError):
    """The carrier asks about a call we never took."""


class Runner:
    """Runs calls. Without a gate all numbers may be called and texted: for calls that don't leave this machine."""

    def __init__(self, ports: Ports, gate: Gate | None = None) -> None:
        self._ports = ports
        self._live = Live()
        gate = gate or Open()
        self._turning = Turning(ports.flows, ports.clip, gate, ports.public_url, ports.usual)
        self.texts = CallTexts(ports.calls, self._save, self._sets_off, self.deliver)
        self._jobs = Jobs(ports, self._live, gate, self.deliver, self.texts.opened)
        self._knocking = Knocking(ports, self._live)
        self._lines = Lines(ports, self._live, self._knocking)
        self._elsewhere = Elsewhere(ports, self._live)

    async def answer(self, call_id: str, event: Answered) -> Page:
        """Take a call, and hand out its first page. A repeated request gets the same page. Raises UnknownNumber."""
        found = await flow_of(self._ports.flows, event.dialled)
        begun = self.begin(Call(call_id, *found), event)
        del event  # here and below: thousands may wait at once, and keep nothing that they need no more
        return await begun

    async def knows(self, call_id: str) -> bool:
        """Whether this call was taken before."""
        return await self._ports.calls.load(call_id) is not None

    async def begin(self, call: Call, event: Event) -> Page:
        """Start a call at the event's trigger, and hand out its first page; started already, it stays as it is."""
        call_id = call.id
        change = await self._turning.change(CallRecord(call), event)
        mailbox = change.record.mailbox.turn_to(1)
        change = replace(change, record=replace(change.record, mailbox=mailbox))
        if await self._save(change) and mailbox.page:
            return spoken(mailbox.read(), change.record.call)
        del call, event, change, mailbox
        return await self.page(call_id, 1)

    def knocked(self, call_id: str) -> None:
        """The carrier asks for a page because of a knock."""
        self._knocking.arrived(call_id)

    async def page(self, call_id: str, number: int, *, silent: bool = False, token: str = "") -> Page:
        """A page of a call: the same words for a page asked for again, the next words once they are there.

        `silent`: without hold audio, for a caller whose carrier could not play it. `token`: the carrier's, the same
        for the same request sent again. Raises UnknownCall.
        """
        with self._live.visit(call_id) as visit:
            while True:
                # Taken before the read, so that a reply which is saved after the read ends the wait below at once.
                record = visit.take() or await self._load(call_id)
                page = at_hand(record, number, token)
                if page is not None:
                    return spoken(page, record.call)
                mailbox = self._knocking.turned(record, number)
                if mailbox is not record.mailbox:
                    turned = Change(replace(record, mailbox=mailbox, held_at=None))
                    if await self._save(stopped(record, turned, self._ports.clock.now())):
                        return spoken(mailbox.read(), record.call)
                    continue  # another request has this page, or there are more words: the next read shows which
                if mailbox.unheard:
                    return Page((Pause(),), mailbox.page + 1)
                clock = self._ports.clock
                if not (visit.patience(clock, patience(record, clock.now())).done or self._live.stopping):
                    here = {running.token for running in self._live.jobs_of(call_id)}
                    elsewhere = not here.issuperset(record.call.awaited)
                    del record, mailbox
                    with self._live.asking(call_id, number):
                        await self._wait(visit, elsewhere=elsewhere)
                elif (page := await self._hold(record, silent=silent, token=token)) is not None:
                    return spoken(page, record.call)

    async def run(self, call: Call, event: Event) -> bool:
        """Start a run that has no caller. False: it was started before."""
        return await self._save(await self._turning.change(CallRecord(call), event))

    async def reply(self, call_id: str, number: int, reply: Reply, *, token: str = "") -> Page:
        """What the caller answered to a question, and the page that follows from it. A repeat gets the same page."""
        while True:
            record = await self._load(call_id)
            change = await self._turning.change(record, reply)
            if change.record.call is record.call:
                break
            if record.over_at is not None:
                change = replace(change, drop=(*change.drop, reply.token))
            mailbox = self._knocking.turned(change.record, number)
            change = replace(change, record=replace(change.record, mailbox=mailbox, held_at=None))
            if await self._save(stopped(record, change, self._ports.clock.now())):
                if change.drop:
                    self._stop(change)
                    self._elsewhere.tell(call_id)
                break
        return await self.page(call_id, number, token=token)

    async def whisper(self, call_id: str, token: str) -> tuple[Prompt, ...]:
        """What the called party of this question hears before the caller does."""
        record = await self._ports.calls.load(call_id)
        verbs = spoken(record.mailbox.read(), record.call).verbs if record is not None else ()
        return next((verb.whisper for verb in verbs if isinstance(verb, Dial) and verb.token == token), ())

    async def page_again(self, call_id: str, unusable: HandedBack | None = None, *, mute: bool = False) -> Page:
        """The page a caller was on when the carrier could not fetch or play it; hold audio becomes silence, and `mute`
        leaves out clips. Where it was handed over it is not handed over again: it goes on as `unusable` says."""
        record = await self._load(call_id)
        waiting = record.call.waiting
        if unusable is not None and waiting is not None and waiting.asks == "handover":
            back = replace(unusable, at=self._ports.clock.now(), token=waiting.token)
            return await self.reply(call_id, record.mailbox.page + 1, back)
        if unusable is not None:
            self.note_unusable(call_id, unusable.code)
        on_hold = record.held_at is not None or not record.mailbox.page
        page = await self.page(call_id, record.mailbox.page + on_hold, silent=True)
        return without_clips(page) if mute else page

    def note_unusable(self, call_id: str, code: str) -> None:
        """Note in the background that the carrier could not use a page; `code` is its number for that."""
        self.retry_until_saved(f"unusable {call_id}", lambda: note(self._ports, call_id, "unusable", {"code": code}))

    async def over(self, call_id: str, reason: str) -> None:
        """Hang up; should the store fail now, retry in the background: the carrier does not repeat it."""
        try:
            await self.hang_up(call_id, reason)
        except Exception as error:
            report(log, error, "the end of call %s could not be saved; retrying", call_id)
            self.retry_until_saved(f"over {call_id}", lambda: self.hang_up(call_id, reason))

    async def hang_up(self, call_id: str, reason: str) -> None:
        """The carrier says, or we conclude, that the call is over. A repeat is ignored.

        It may come before the call itself, when its caller hangs up at the first ring: then the end is kept, so that
        the call is not answered any more.
        """
        while True:
            record = await self._ports.calls.load(call_id)
            if record is not None and record.over_at is not None and reason != LOST:
                return
            # Of this save and that of a reply one is first. If it is this one, the job is closed with it and cancelled,
            # unless its block lets it finish; a reply that comes all the same finds the call over, and is only noted
            # in the trace. If it is the reply's, this reads again, and finds no job or the next one.
            change = await self._hung_up(record or CallRecord(Call(call_id, "", 0, status="ended")), reason)
            if await self._save(change):
                self._stop(change)
                self._live.notify(call_id, change.record.saved)
                self._elsewhere.tell(call_id)
                return

    async def _hung_up(self, record: CallRecord, reason: str) -> Change:
        """The last turn of a call, which also closes the job that is cancelled with it."""
        now = self._ports.clock.now()
        change = Change(record)
        if record.call.status == "active":
            change = await self._turning.change(record, HungUp(at=now, reason=reason))
        over = doomed(change.record, self._live.jobs_of(record.call.id))
        change = replace(
            change, drop=(*change.drop, *tokens(over)), trace=(*change.trace, *cancelled(record, over, now))
        )
        if record.over_at is None and (record.call.on_phone or record.mailbox.page):
            ended = Happened(at=now, what="call_ended", details={"reason": reason})
            change = replace(change, spawn=await self._sets_off(change.record.call, ended, "ended"))
        change = replace(change, start=change.start or recording_to_come(change.record.call, now))
        return stopped(record, replace(change, record=closed(change.record, now)), now)

    def _stop(self, change: Change) -> None:
        """Stop the jobs that a change has dropped, as far as they run here."""
        for running in self._live.jobs_of(change.record.call.id):
            if running.token in change.drop:
                self._live.cancel(running)

    async def _sets_off(self, call: Call, event: Happened, name: str) -> Change | None:
        """The run that an event sets off, unless it was started before: then what it comes with is saved without."""
        run = await self._turning.follow_up(call, event, name)
        if run is not None and await self._ports.calls.load(run.record.call.id) is not None:
            return None
        return run

    async def deliver(self, call_id: str, reply: Reply) -> bool:
        """A job has ended, or a question was answered by text: take the turn, and bring the words to the caller if
        there are any. False: it is not waited for any more."""
        while (record := await self._ports.calls.load(call_id)) is not None:
            change = await self._replied(record, reply)
            apart = reply.token in record.call.apart
            taken = apart or change.record.call is not record.call
            if not taken and isinstance(reply, TextedBack) and reply.came:
                return False
            change = self._handed_out(replace(change, done=reply.token, message=message_of(reply)))
            change = stopped(record, change, self._ports.clock.now())
            if record.call.status != "active" and not apart and not isinstance(reply, Elapsed):
                change = replace(change, trace=(noted_reply(record.call, "late", reply),))
            if await self._save(change):
                if isinstance(reply, Fetched) and reply.called_back:
                    change = replace(change, drop=(*change.drop, reply.token))
                self._stop(change)
                self._bring(change.record)
                return taken
        return False

    def _handed_out(self, change: Change) -> Change:
        """With the words on the page that a request waits for here, which need not save them once more then. Should it
        have given up waiting before this is saved, its own save was first, and this one fails."""
        record = change.record
        if self._live.asked(record.call.id) != [record.mailbox.page + 1]:
            return change
        mailbox = self._knocking.turned(record, record.mailbox.page + 1)
        turned = replace(record, mailbox=mailbox, held_at=None)
        return change if mailbox is record.mailbox else replace(change, record=turned)

    def _bring(self, record: CallRecord) -> None:
        """Bring the words of a turn that was saved to the caller, wherever they are waited for."""
        self._live.notify(record.call.id, record.saved)
        self._elsewhere.tell(record.call.id)
        if record.held_at is not None and record.mailbox.unheard:
            self._knocking.start(record.call.id, record.mailbox.page + 1)
        else:
            self._lines.expect(record)

    async def _replied(self, record: CallRecord, reply: Reply) -> Change:
        """What a reply makes of its call, or of the run that waits for it apart from the call."""
        call = record.call
        if reply.token not in call.apart:
            return await self._turning.change(record, meant(reply, call))
        run = await self._ports.calls.load(f"{call.id}.{reply.token}")
        left = replace(call, apart=tuple(token for token in call.apart if token != reply.token))
        onward = await self._turning.change(run, reply) if run is not None else None
        return Change(replace(record, call=left), spawn=onward)

    async def bring(self, call_id: str) -> None:
        """Knock for a held caller whose words wait and whose own process died or gave up knocking."""
        record = await self._ports.calls.load(call_id)
        if record is None or record.held_at is None or record.over_at is not None or not record.mailbox.unheard:
            return
        if self._live.visited(call_id) or self._knocking.knocks(call_id):
            return
        # Of several processes that find the call, the one that saves it first knocks.
        if await self._save(Change(record)):
            log.warning("call %s has words that were not collected; knocking again", call_id)
            self._knocking.start(call_id, record.mailbox.page + 1)

    async def bring_overdue(self) -> None:
        """Knock for timed lines that another process was to say."""
        await self._lines.bring_overdue()

    async def cancel_if_over(self, call_id: str) -> None:
        """Stop the job that runs here for a call that another process has closed."""
        await self._elsewhere.cancel_if_over(call_id)

    async def adopt(self, running: RunningJob) -> None:
        """Resume a job whose process died, and what it had in mind for a caller who waits for it."""
        self._jobs.adopt(running)
        self._lines.take_over(running.call_id)

    def retry_until_saved(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do in the background what must not be lost, and retry as long as the store fails; once under each name."""
        self._live.once(name, self._jobs.retry(work))

    def let_go(self) -> None:
        """Answer all requests that wait: the process stops, and the callers find their words elsewhere."""
        self._live.let_go()

    async def close(self, patience: float = 0.0) -> None:
        """Stop. What can't be repeated, and what is to be saved, may end within `patience` seconds; whatever still runs
        then is given up, and the next process may take it over at once."""
        self.let_go()
        await self._live.finish(lambda running: not repeatable(running.job), self._ports.clock, patience)
        await self._live.close()
        try:
            await self._ports.calls.release()
        except Exception:
            log.exception("the jobs of this process could not be given up; they are free when their leases are over")

    async def _load(self, call_id: str) -> CallRecord:
        record = await self._ports.calls.load(call_id)
        if record is None:
            raise UnknownCall(call_id)
        return record

    async def _save(self, change: Change, at: int | None = None) -> bool:
        """Save, and start the jobs once their rows are durable."""
        try:
            saved = await self._ports.calls.save(change, self._ports.clock.now() if at is None else at)
        except Exception:
            # The connection to a database may break after the commit and before its answer. The turn is then saved,
            # and its jobs ours by lease, so that no other process would run them; or it is not, and the carrier's next
            # request takes the turn again. Only a later read shows which.
            for running in change.jobs:
                self._jobs.start_if_saved(running)
            raise
        if saved:
            for running in change.jobs:
                self._jobs.start(running)
            if change.start is not None:
                self._lines.stand_by(change.record)
        return saved

    async def _hold(self, record: CallRecord, *, silent: bool, token: str) -> Page | None:
        """A hold page, or None when a reply has come just now."""
        waiting = record.call.waiting
        if waiting is None:
            return None
        if self._live.stopping:
            return Page((Pause(1),), record.mailbox.page + 1)  # the caller comes back to a server that runs then
        waiting = silenced(waiting) if silent else waiting
        names = (waiting.hold.audio, *waiting.hold.clips) if waiting.hold.audio else ()
        clips = [await hold_clip(self._ports.clip, name) for name in names]
        now = self._ports.clock.now()
        page, after = held(record, waiting, tuple(clip for clip in clips if clip is not None), now)
        after = replace(after, mailbox=replace(after.mailbox, held_for=token))
        if not await self._save(Change(after, trace=began(record, after, told(waiting, now), now)), now):
            return None
        self._lines.expect(after)
        return page

    async def _wait(self, visit: Visit, *, elsewhere: bool) -> None:
        """Until the call has changed, or the wait is over; for a while only, when a job of it is elsewhere."""
        if not elsewhere:
            await visit.changed.heard()
        else:
            with Timer(self._ports.clock, ELSEWHERE_POLL, visit.changed.ring):
                await visit.changed.heard()

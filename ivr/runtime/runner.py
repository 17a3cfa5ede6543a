"""The life of a call around the engine: every event is read, turned, saved, and only then acted upon.

    carrier asks a page ──▶ page()     hands out words, or waits a little, or hold audio
    job ends            ──▶ deliver()  turn, save, wake the waiting request, or knock
    carrier says over   ──▶ hang_up()  turn, save, cancel the job

A save succeeds only if nobody saved since the read (`version`); whoever loses reads again. That is the whole locking:
any process may answer any request, and the race between a reply and a hold page has one winner, which both sides see.
"""

import logging
from collections.abc import Awaitable, Callable

from msgspec.structs import replace

from ivr.core.call import Call, Entry, Turn
from ivr.core.effects import DEFAULT_AUDIO, Fetch, Hangup, Pause
from ivr.core.events import Answered, Event, Fetched, HungUp, Reply, Texted
from ivr.core.mailbox import Page
from ivr.flow.engine import advance, facts, fail
from ivr.flow.model import Flow
from ivr.runtime.hold import held, line_in, patience, silenced
from ivr.runtime.knocking import Knocking
from ivr.runtime.live import Live, news_or
from ivr.runtime.ports import CallRecord, Change, Clip, Errand, Ports

log = logging.getLogger(__name__)

ELSEWHERE_POLL = 0.25
"""Seconds between looks at a call whose job runs in another process."""
INSIST_PAUSE = 2.0
"""Seconds before a save that must not be lost is tried again when the store failed."""


class UnknownNumber(LookupError):
    """No flow answers the number that was called."""


class UnknownCall(LookupError):
    """The carrier asks about a call we never took."""


class Runner:
    """Runs calls."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._live = Live()
        self._knocking = Knocking(ports, self._live)

    async def answer(self, call_id: str, event: Answered) -> Page:
        """Take a call, and hand out its first page. A repeated request gets the same page."""
        found = await self._ports.flows.of_number(event.dialled)
        if found is None:
            raise UnknownNumber(event.dialled)
        flow = await self._ports.flows.revision(*found)
        change = self._turn(flow, CallRecord(Call(call_id, *found)), event)
        mailbox = change.record.mailbox.turn_to(1)
        change = replace(change, record=replace(change.record, mailbox=mailbox))
        if await self._save(change) and mailbox.page:
            return mailbox.read()
        return await self.page(call_id, 1)

    async def page(self, call_id: str, number: int, *, silent: bool = False, token: str = "") -> Page:
        """A page of a call: the same words for a page asked for again, the next words once they are there.

        `silent`: without hold audio, for a caller whose carrier could not play it. `token`: the carrier's, the same
        for the same request sent again. Raises UnknownCall.
        """
        deadline: int | None = None
        with self._live.visit(call_id) as news:
            while True:
                news.clear()
                record = await self._load(call_id)
                page = _at_hand(record, number, token)
                if page is not None:
                    return page
                mailbox = record.mailbox.turn_to(number)
                if mailbox is not record.mailbox:
                    if await self._save(Change(replace(record, mailbox=mailbox, held_at=None))):
                        return mailbox.read()
                    continue
                now = self._ports.clock.now()
                deadline = deadline or now + round(patience(record, now) * 1000)
                if now < deadline:
                    await news_or(news, self._look_again(call_id, (deadline - now) / 1000), self._ports.clock)
                elif (page := await self._hold(record, silent=silent, token=token)) is not None:
                    return page

    async def page_again(self, call_id: str) -> Page:
        """The page a caller was on when the carrier could not fetch or play it; hold audio becomes silence."""
        record = await self._load(call_id)
        on_hold = record.held_at is not None or not record.mailbox.page
        return await self.page(call_id, record.mailbox.page + on_hold, silent=True)

    async def over(self, call_id: str, reason: str) -> None:
        """Hang up; should the store fail just now, go on trying in the background: the carrier won't say it twice."""
        try:
            await self.hang_up(call_id, reason)
        except Exception:
            log.exception("the end of call %s could not be saved; trying again", call_id)
            self._live.once(f"over {call_id}", self._insist(lambda: self.hang_up(call_id, reason)))

    async def hang_up(self, call_id: str, reason: str) -> None:
        """The carrier says, or we conclude, that the call is over. A repeat is ignored.

        The news may overtake the call itself, when its caller hangs up at the first ring: then it is kept, so that
        the call is not taken any more.
        """
        while True:
            record = await self._ports.calls.load(call_id)
            if record is not None and record.over_at is not None:
                return
            change = await self._hung_up(record or CallRecord(Call(call_id, "", 0, status="ended")), reason)
            if await self._save(change):
                errand = self._live.errand(call_id)
                if errand is not None and errand.token == change.done:
                    self._live.cancel(errand)
                self._live.tell(call_id)
                return

    async def _hung_up(self, record: CallRecord, reason: str) -> Change:
        """The last turn of a call, which also closes the job that is cancelled with it."""
        now = self._ports.clock.now()
        change = Change(record)
        if record.call.status == "active":
            flow = await self._ports.flows.revision(record.call.flow, record.call.revision)
            change = self._turn(flow, record, HungUp(at=now, reason=reason))
        errand = self._live.errand(record.call.id)
        if errand is not None and not errand.job.finish:
            entry = Entry(now, "cancelled", record.call.block, {"token": errand.token, **errand.job.summary})
            change = replace(change, done=errand.token, trace=(*change.trace, entry))
        return replace(change, record=replace(change.record, over_at=now, held_at=None))

    async def deliver(self, call_id: str, reply: Reply) -> None:
        """A job has ended: take the turn, and bring the words to the caller if there are any."""
        while (record := await self._ports.calls.load(call_id)) is not None:
            flow = await self._ports.flows.revision(record.call.flow, record.call.revision)
            change = replace(self._turn(flow, record, reply), done=reply.token)
            if record.call.status != "active":
                change = replace(change, trace=(Entry(reply.at, "late", record.call.block, facts(reply)),))
            if await self._save(change):
                self._live.tell(call_id)
                if change.record.held_at is not None and change.record.mailbox.unheard:
                    self._knocking.start(call_id, change.record.mailbox.page + 1)
                else:
                    self._expect_line(change.record)
                return

    def take_up(self, errand: Errand) -> None:
        """Run a job in the background; its end is delivered."""
        self._live.run(errand, self._run(errand))

    async def adopt(self, errand: Errand) -> None:
        """Take up a job whose process died: run it again if that does no harm and time remains."""
        elapsed = self._ports.clock.now() - errand.started_at
        if isinstance(errand.job, Fetch) and errand.job.repeatable and elapsed < errand.job.timeout * 1000:
            self.take_up(errand)
        else:
            reply = self._unknown(errand)
            self._live.run(errand, self._insist(lambda: self.deliver(errand.call_id, reply)))

    async def close(self) -> None:
        await self._live.close()

    async def _load(self, call_id: str) -> CallRecord:
        record = await self._ports.calls.load(call_id)
        if record is None:
            raise UnknownCall(call_id)
        return record

    async def _save(self, change: Change) -> bool:
        """Save, and start the job once its row is durable."""
        try:
            saved = await self._ports.calls.save(change, self._ports.clock.now())
        except Exception:
            if change.start is not None:
                self._insist_later(change.start)
            raise
        if saved and change.start is not None:
            self.take_up(change.start)
        return saved

    def _insist_later(self, errand: Errand) -> None:
        """A save that failed may have been made all the same: then its job waits for somebody to start it."""

        async def later() -> None:
            await self._ports.clock.sleep(INSIST_PAUSE)
            await self._insist(lambda: self._start_if_saved(errand))

        self._live.once(f"start {errand.call_id} {errand.token}", later())

    async def _start_if_saved(self, errand: Errand) -> None:
        record = await self._ports.calls.load(errand.call_id)
        waiting = record.call.waiting if record is not None else None
        running = self._live.errand(errand.call_id)
        if waiting is None or waiting.token != errand.token or (running and running.token == errand.token):
            return
        self.take_up(errand)

    async def _hold(self, record: CallRecord, *, silent: bool, token: str) -> Page | None:
        """A hold page, or None when a reply has come just now."""
        waiting = record.call.waiting
        if waiting is None:
            return None
        waiting = silenced(waiting) if silent else waiting
        clip = await self._clip(waiting.hold.audio) if waiting.hold.audio else None
        page, after = held(record, waiting, clip, self._ports.clock.now())
        after = replace(after, mailbox=replace(after.mailbox, held_for=token))
        if not await self._save(Change(after)):
            return None
        self._expect_line(after)
        return page

    def _expect_line(self, record: CallRecord) -> None:
        """See to it that a caller who listens to hold audio hears the next timed line in time."""
        waiting = record.call.waiting
        if waiting is None or record.held_at is None or (seconds := line_in(waiting)) is None:
            return
        due = waiting.since + round(seconds * 1000)
        self._live.once(f"line {record.call.id} {due}", self._remind(record.call.id, record.mailbox.page + 1, due))

    async def _clip(self, name: str) -> Clip | None:
        """A clip, or the music that is always there when it is not, or can't be looked up."""
        try:
            found = await self._ports.clip(name)
        except Exception:
            log.exception("the clip %r could not be looked up", name)
            found = None
        return found or await self._ports.clip(DEFAULT_AUDIO)

    async def _remind(self, call_id: str, page: int, due: int) -> None:
        """Fetch a caller who listens to hold audio once a timed line is due."""
        await self._ports.clock.sleep(max(0.0, (due - self._ports.clock.now()) / 1000))
        self._knocking.start_for_line(call_id, page, due)

    def _look_again(self, call_id: str, seconds: float) -> float:
        return seconds if self._live.errand(call_id) is not None else min(seconds, ELSEWHERE_POLL)

    def _turn(self, flow: Flow, record: CallRecord, event: Event) -> Change:
        """What an event makes of a call. A mistake of ours ends it with an apology instead of an exception."""
        try:
            turn = advance(flow, record.call, event)
        except Exception:
            where = (record.call.id, record.call.turn, record.call.block)
            log.exception("call %s failed in turn %d at block %d", *where)
            turn = fail(flow, record.call, event.at, "The system made a mistake; its log says more.")
        return Change(
            replace(record, call=turn.call, mailbox=record.mailbox.post(turn.verbs)),
            trace=turn.trace,
            start=_errand(turn, event.at),
        )

    async def _run(self, errand: Errand) -> None:
        """Run a job to its end and deliver the reply, however long the store takes to accept it."""
        worker = self._ports.fetch if isinstance(errand.job, Fetch) else self._ports.text
        try:
            reply = await worker(errand)
        except Exception:
            log.exception("job %s of call %s failed", errand.token, errand.call_id)
            reply = self._unknown(errand)
        await self._insist(lambda: self.deliver(errand.call_id, reply))

    async def _insist(self, save: Callable[[], Awaitable[None]]) -> None:
        """Do what only the store can refuse, until it does not."""
        while True:
            try:
                return await save()
            except Exception:
                log.exception("the store failed; trying again in %g s", INSIST_PAUSE)
            await self._ports.clock.sleep(INSIST_PAUSE)

    def _unknown(self, errand: Errand) -> Reply:
        """The reply of a job of which nobody knows how it ended."""
        now = self._ports.clock.now()
        error = "Nobody knows how this ended: the server stopped while it ran."
        if isinstance(errand.job, Fetch):
            return Fetched(at=now, token=errand.token, cause="unknown", error=error)
        return Texted(at=now, token=errand.token, accepted=False, error=error)


def _at_hand(record: CallRecord, number: int, token: str) -> Page | None:
    """The page that a request gets whatever is going on: one that was handed out before, or the end."""
    mailbox = record.mailbox
    if token and token == mailbox.held_for and record.held_at is not None:
        # The caller hears the hold audio that this request got the first time; words wait for a knock.
        return Page((Pause(),), mailbox.page + 1)
    if number <= mailbox.page:
        return mailbox.read()
    if not mailbox.unheard and record.call.waiting is None:
        return Page((Hangup(),), None)
    return None


def _errand(turn: Turn, at: int) -> Errand | None:
    if turn.job is None or turn.call.waiting is None:
        return None
    return Errand(turn.call.id, turn.call.waiting.token, turn.job, started_at=at)

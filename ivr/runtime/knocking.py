"""The knock: when there are words for a caller who listens to hold audio, ask the carrier to fetch them now.

It only makes things faster. A knock that is lost is repeated after some seconds; without any the caller comes by itself
at the end of the hold page, which a long clip makes long.
Before each attempt the call is read again, since meanwhile anything may have happened:

* The caller came back and has the page, or has hung up: there is nothing to knock for any more.
* A request of this call is open here. What an update does then is undocumented, and this request may take the words
  itself: wait until it is answered. One that is open in another process is not seen; it collects the words within a
  quarter of a second, and an update sent meanwhile makes the carrier fetch the same page once more.
* The hold page left less than `SETTLE` ago. The carrier has not begun to play it, and answers 21220 (not in progress),
  also for a moment after it says that the call was answered: wait, and retry when it says so nevertheless.
* The update was accepted, but the page is not asked for: it got lost on the way, so it is repeated after a while. A
  repeat is harmless, as every request for one page number gets the same words.

One call has one knock at a time, whatever there is to knock for: words, a timed line, or both in the same moment. Two
knocks would make the carrier fetch the page twice, and say the same sentence twice. While a knock that was accepted has
not brought the caller yet, a new wish only wakes its task, which looks whether the caller has been here meanwhile: then
it knocks again at once, and otherwise it waits on, since the caller who comes gets all there is.

That holds across processes too: the one that ran the job may have words, just as a line is due at the one that gave out
the hold page. So a process takes the knock for a hold page in the store first. Where another has it, the words are
there, and it looks again soon.

Hold audio has no action, so an update that ends it brings one request. An update that arrives late, when the caller
has come back by itself, would cut what they have just been given, and a transfer, a recording or a queue that is cut
reports an end that it did not have. So a caller who comes by itself while an update is on its way gets no question, but
a second of silence, until the carrier has answered; then nobody knocks for them any more. The page that an update asks
for says so in its address. Should one arrive even later, the carrier asks for the action of the verb that it ends and
for the page, only the second answer counts, and both have the words that are current by then.
"""

import asyncio
import logging
from dataclasses import dataclass, field

from ivr.core.mailbox import Mailbox
from ivr.logs import note
from ivr.runtime.hold import line_is_due
from ivr.runtime.live import Live
from ivr.runtime.ports import CallRecord, Ports
from ivr.runtime.timer import Timer, is_over
from ivr.runtime.trouble import report

log = logging.getLogger(__name__)
SETTLE = 500
"""Milliseconds a hold page needs to begin: before that the carrier refuses updates."""
AGAIN_AFTER = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Seconds before each further attempt when the carrier is not ready or busy."""
UNHEARD_AFTER = 5.0
"""Seconds after which a knock is repeated that was accepted, but did not bring the caller."""
IN_FLIGHT_POLL = 0.1
ELSEWHERE = "elsewhere"
"""In place of the carrier's answer: another process knocks."""
LONGEST_REST = 60.0
"""Seconds that a knock waits for a hold page to have played long enough, whatever the clocks say."""


@dataclass(slots=True)
class _Wish:
    """What one call is knocked for: page `page`, and a timed line that is due since `line`, in milliseconds."""

    page: int
    line: int | None
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    out: bool = False
    """The carrier has not answered yet, and no request says that it has moved the call."""
    back: bool = False
    """The caller has come back by itself meanwhile."""


class Knocking:
    """Knocks until the words are collected, or there is nothing to knock for."""

    def __init__(self, ports: Ports, live: Live) -> None:
        self._ports = ports
        self._live = live
        self._wishes: dict[str, _Wish] = {}

    def start(self, call_id: str, page: int) -> None:
        """Knock in the background for words. Harmless when a knock for them is under way already."""
        self._want(call_id, page, None)

    def start_for_line(self, call_id: str, page: int, due: int) -> None:
        """Knock in the background for a timed line that is due since then, in milliseconds."""
        self._want(call_id, page, due)

    def knocks(self, call_id: str) -> bool:
        """Whether a knock for this call is under way here."""
        return call_id in self._wishes

    def turned(self, record: CallRecord, page: int) -> Mailbox:
        """The mailbox once a caller has asked for a page; as it is where that ends in a question, and a knock is on its
        way that may cut it."""
        mailbox, wish = record.mailbox.turn_to(page), self._wishes.get(record.call.id)
        if wish is None or not wish.out or not mailbox.asks:
            return mailbox
        wish.back = True
        return record.mailbox

    def arrived(self, call_id: str) -> None:
        """The carrier asks for a page because of a knock: it cuts nothing any more."""
        if call_id in self._wishes:
            self._wishes[call_id].out = False

    def _want(self, call_id: str, page: int, line: int | None) -> None:
        wish = self._wishes.get(call_id)
        if wish is not None:
            wish.page = max(wish.page, page)  # a line that was due on a page before may be told last
            wish.line = line if line is not None else wish.line
            wish.woken.set()
            return
        self._wishes[call_id] = _Wish(page, line)
        self._live.once(f"knock {call_id}", self._knock(call_id, self._wishes[call_id]))

    async def _knock(self, call_id: str, wish: _Wish) -> None:
        tries, mine = 0, None
        try:
            while (held_at := await self._ready(call_id, wish)) is not None:
                now = self._ports.clock.now()
                wish.out = True
                if await self._take(call_id, held_at, now, mine):
                    mine, answer = now, await self._ports.knock(call_id, wish.page)
                else:
                    answer = ELSEWHERE
                wish.out = False
                if wish.back:
                    return
                if answer == "gone" or tries == len(AGAIN_AFTER):
                    # The caller comes back by itself at the end of the hold audio: slower, but not lost.
                    note(log, logging.WARNING, "knock failed", call=call_id, answer=answer, tries=tries + 1)
                    return
                pause = UNHEARD_AFTER if answer == "accepted" else AGAIN_AFTER[tries]
                came = await self._rest(call_id, wish, held_at, pause)
                tries = 0 if came else tries + 1
        finally:
            del self._wishes[call_id]

    async def _take(self, call_id: str, held_at: int, now: int, mine: int | None) -> bool:
        try:
            return await self._ports.calls.take_knock(call_id, held_at, now, mine)
        except Exception as error:
            report(log, error, "the knock for call %s could not be noted; it is made all the same", call_id)
            return True

    async def _rest(self, call_id: str, wish: _Wish, held_at: int, seconds: float) -> bool:
        """Wait before the next attempt. True: the caller has been here meanwhile, and there is a new wish."""
        wish.woken.clear()
        with Timer(self._ports.clock, seconds, wish.woken.set) as over:
            while not await is_over(over, wish.woken):
                record = await self._load(call_id)
                if record is None or record.held_at != held_at:
                    return True
        return False

    async def _ready(self, call_id: str, wish: _Wish) -> int | None:
        """Waits until the call may be updated; since when its caller is held. None: there is nothing to knock for."""
        rested = 0.0
        while True:
            record = await self._load(call_id)
            now = self._ports.clock.now()
            if (
                record is None
                or record.held_at is None
                or not _awaits(record, wish.page)
                or not _wanted(record, wish, now)
            ):
                return None
            enough = record.mailbox.play_until if record.mailbox.unheard else 0
            rest = min((max(record.held_at + SETTLE, enough) - now) / 1000, LONGEST_REST - rested)
            if rest <= 0 and not self._live.visited(call_id):
                return record.held_at
            rest = max(rest, IN_FLIGHT_POLL)
            await self._ports.clock.sleep(rest)
            rested += rest

    async def _load(self, call_id: str) -> CallRecord | None:
        while True:
            try:
                return await self._ports.calls.load(call_id)
            except Exception as error:
                report(log, error, "the store failed; looking at call %s again", call_id)
                await self._ports.clock.sleep(1)


def _awaits(record: CallRecord, page: int) -> bool:
    """Whether the caller listens to hold audio before this page."""
    return record.mailbox.page + 1 == page and record.over_at is None and record.held_at is not None


def _wanted(record: CallRecord, wish: _Wish, now: int) -> bool:
    """Whether there are words to hear, or a timed line is due that was not yet fetched."""
    if record.mailbox.unheard:
        return True
    return wish.line is not None and (record.held_at or 0) < wish.line and line_is_due(record.call.waiting, now)

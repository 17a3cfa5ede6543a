"""The knock: when there are words for a caller who listens to hold audio, ask the carrier to fetch them now.

It only makes things faster. A knock that is lost costs the rest of the hold cycle, then the caller comes by itself.
Before each attempt the call is read again, since meanwhile anything may have happened:

* The caller came back and has the page, or has hung up: there is nothing to knock for any more.
* A request of this call is open here. What an update does then is undocumented, and this request may take the words
  itself: wait until it is answered. One that is open in another process is not seen; it collects the words within a
  quarter of a second, and an update sent meanwhile makes the carrier fetch the same page once more.
* The hold page left less than `SETTLE` ago. The carrier has not begun to play it, and answers 21220 (not in progress),
  also for a moment after it says that the call was answered: wait, and retry when it says so nevertheless.
* The update was accepted, but the page is not asked for: it got lost on the way, so it is repeated after a while. A
  repeat is harmless, as every request for one page number gets the same words.

Hold audio has no action, so an update that ends it brings one request. An update that arrives late, when the caller
has come back by itself, may end a verb with an action: the carrier then asks for the action and for the page, only the
second answer counts, and both have the words that are current by then.
"""

import logging

from ivr.runtime.hold import line_is_due
from ivr.runtime.live import Live
from ivr.runtime.ports import CallRecord, Ports

log = logging.getLogger(__name__)
SETTLE = 500
"""Milliseconds a hold page needs to begin: before that the carrier refuses updates."""
AGAIN_AFTER = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Seconds before each further attempt when the carrier is not ready or busy."""
UNHEARD_AFTER = 5.0
"""Seconds after which a knock is repeated that was accepted, but did not bring the caller."""
IN_FLIGHT_POLL = 0.1


class Knocking:
    """Knocks until the words are collected, or there is nothing to knock for."""

    def __init__(self, ports: Ports, live: Live) -> None:
        self._ports = ports
        self._live = live

    def start(self, call_id: str, page: int) -> None:
        """Knock in the background for words. Harmless when a knock for them is under way already."""
        self._live.once(f"knock {call_id} {page}", self._knock(call_id, page, None))

    def start_for_line(self, call_id: str, page: int, due: int) -> None:
        """Knock in the background for a timed line that is due since then, in milliseconds."""
        self._live.once(f"knock {call_id} {page} for {due}", self._knock(call_id, page, due))

    async def _knock(self, call_id: str, page: int, line: int | None) -> None:
        for pause in (*AGAIN_AFTER, None):
            if not await self._ready(call_id, page, line):
                return
            answer = await self._ports.knock(call_id, page)
            if answer == "gone" or pause is None:
                return
            await self._ports.clock.sleep(UNHEARD_AFTER if answer == "accepted" else pause)

    async def _ready(self, call_id: str, page: int, line: int | None) -> bool:
        """Waits until the call may be updated. False when there is nothing to knock for."""
        while True:
            try:
                record = await self._ports.calls.load(call_id)
            except Exception:
                log.exception("the store failed; looking at call %s again", call_id)
                await self._ports.clock.sleep(1)
                continue
            now = self._ports.clock.now()
            if record is None or not _awaits(record, page) or not _wanted(record, line, now):
                return False
            enough = record.mailbox.play_until if line is None else 0
            settled = max((record.held_at or 0) + SETTLE, enough) - now
            if settled <= 0 and not self._live.visited(call_id):
                return True
            await self._ports.clock.sleep(max(settled / 1000, IN_FLIGHT_POLL))


def _awaits(record: CallRecord, page: int) -> bool:
    """Whether the caller listens to hold audio before this page."""
    return record.mailbox.page + 1 == page and record.over_at is None and record.held_at is not None


def _wanted(record: CallRecord, line: int | None, now: int) -> bool:
    """Whether there are words to hear or, for a timed line, whether it is due and not yet fetched."""
    words = bool(record.mailbox.unheard)
    if line is None:
        return words
    return not words and (record.held_at or 0) < line and line_is_due(record.call.waiting, now)

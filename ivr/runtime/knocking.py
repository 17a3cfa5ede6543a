"""The knock: when there are words for a caller who listens to hold audio, ask the carrier to fetch them now.

It only makes things faster. A knock that is lost costs the rest of the hold cycle, then the caller comes by itself.
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
"""Seconds after which a knock that was accepted, but brought nobody, is repeated."""
IN_FLIGHT_POLL = 0.1


class Knocking:
    """Knocks until the words are collected, or it makes no sense any more."""

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
        """Waits until the call may be knocked at. False when there is nobody to knock for."""
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
    """Whether there are words to hear or, when it is for a timed line, whether nobody has come for it since."""
    words = bool(record.mailbox.unheard)
    if line is None:
        return words
    return not words and (record.held_at or 0) < line and line_is_due(record.call.waiting, now)

"""The knock: when there are words for a caller who listens to hold audio, ask the carrier to fetch them now.

It only makes things faster. A knock that is lost costs the rest of the hold cycle, then the caller comes by itself.
"""

import logging

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
        """Knock in the background. Harmless when a knock for this page is under way already."""
        self._live.once(f"knock {call_id} {page}", self._knock(call_id, page))

    async def _knock(self, call_id: str, page: int) -> None:
        for pause in (*AGAIN_AFTER, None):
            if not await self._ready(call_id, page):
                return
            answer = await self._ports.knock(call_id, page)
            if answer == "gone" or pause is None:
                return
            await self._ports.clock.sleep(UNHEARD_AFTER if answer == "accepted" else pause)

    async def _ready(self, call_id: str, page: int) -> bool:
        """Waits until the call may be knocked at. False when there is nobody to knock for."""
        while True:
            try:
                record = await self._ports.calls.load(call_id)
            except Exception:
                log.exception("the store failed; looking at call %s again", call_id)
                await self._ports.clock.sleep(1)
                continue
            if record is None or not _awaits(record, page):
                return False
            settled = (record.held_at or 0) + SETTLE - self._ports.clock.now()
            if settled <= 0 and not self._live.visited(call_id):
                return True
            await self._ports.clock.sleep(max(settled / 1000, IN_FLIGHT_POLL))


def _awaits(record: CallRecord, page: int) -> bool:
    """Whether the caller listens to hold audio while there are words to hear."""
    return (
        record.mailbox.page + 1 == page
        and record.over_at is None
        and record.held_at is not None
        and bool(record.mailbox.unheard)
    )

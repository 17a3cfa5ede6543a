"""Timed lines on their way: a caller who listens to hold audio is fetched when the next one is due."""

from ivr.runtime.hold import line_in
from ivr.runtime.knocking import Knocking
from ivr.runtime.live import Live
from ivr.runtime.ports import CallRecord, Ports


class Lines:
    """Waits for lines in the background, one after the other."""

    def __init__(self, ports: Ports, live: Live, knocking: Knocking) -> None:
        self._ports = ports
        self._live = live
        self._knocking = knocking

    def expect(self, record: CallRecord) -> None:
        """Fetch the caller, who is given hold audio now, when the next line is due."""
        waiting = record.call.waiting
        if waiting is None or record.held_at is None or (seconds := line_in(waiting)) is None:
            return
        now = self._ports.clock.now()
        due = min(waiting.since, now) + round(seconds * 1000)
        page = record.mailbox.page + 1  # another one, once a key has let the caller wait on
        self._live.once(f"line {record.call.id} {page} {due}", self._remind(record.call.id, page, due))

    def take_over(self, call_id: str) -> None:
        """Do so for a call whose process died."""
        self._live.once(f"lines of {call_id}", self._look(call_id))

    async def _look(self, call_id: str) -> None:
        record = await self._ports.calls.load(call_id)
        if record is not None:
            self.expect(record)

    async def _remind(self, call_id: str, page: int, due: int) -> None:
        """Wait until a timed line is due, then knock for it."""
        await self._ports.clock.sleep(max(0.0, (due - self._ports.clock.now()) / 1000))
        self._knocking.start_for_line(call_id, page, due)

"""Timed lines on their way: a caller who listens to hold audio is fetched when the next one is due.

The process that gave out the hold audio sees to that. Should it die, nobody takes over the page, which belongs to no
process; so the one that runs the job looks as well, some seconds later, and knocks for a line that was not said.
"""

from msgspec import Struct
from msgspec.structs import replace

from ivr.core.call import Waiting
from ivr.runtime.hold import line_in
from ivr.runtime.knocking import Knocking
from ivr.runtime.live import Live
from ivr.runtime.ports import CallRecord, Ports

OVERDUE = 5_000
"""Milliseconds after which a line that is due was forgotten: by then a knock that got lost would be repeated."""


class _Watched(Struct, frozen=True):
    """The question that is waited for, and when its next line is due, in milliseconds."""

    token: str
    due: int


class Lines:
    """Waits for lines in the background, one after the other."""

    def __init__(self, ports: Ports, live: Live, knocking: Knocking) -> None:
        self._ports = ports
        self._live = live
        self._knocking = knocking
        self._watched: dict[str, _Watched] = {}

    def expect(self, record: CallRecord) -> None:
        """Fetch the caller, who is given hold audio now, when the next line is due."""
        waiting = record.call.waiting
        if waiting is None or record.held_at is None or (seconds := line_in(waiting)) is None:
            return
        due = self._due(waiting, seconds)
        page = record.mailbox.page + 1  # another one, once a key has let the caller wait on
        self._live.once(f"line {record.call.id} {page} {due}", self._remind(record.call.id, page, due))

    def take_over(self, call_id: str) -> None:
        """Do so for a call whose process died."""
        self._live.once(f"lines of {call_id}", self._look(call_id))

    def stand_by(self, record: CallRecord) -> None:
        """See to the lines of a call whose job runs here, should the process that gives out its hold audio die."""
        waiting = record.call.waiting
        if waiting is not None and (seconds := line_in(waiting)) is not None:
            self._watched[record.call.id] = _Watched(waiting.token, self._due(waiting, seconds))

    async def bring_overdue(self) -> None:
        """Knock for lines that were due seconds ago and that nobody has said, as far as jobs here are waited for."""
        now = self._ports.clock.now()
        for call_id, watched in list(self._watched.items()):
            if not any(running.token == watched.token for running in self._live.jobs_of(call_id)):
                self._watched.pop(call_id, None)
            elif now >= watched.due + OVERDUE:
                self._bring(await self._ports.calls.load(call_id), call_id, watched, now)

    def _bring(self, record: CallRecord | None, call_id: str, watched: _Watched, now: int) -> None:
        waiting = record.call.waiting if record is not None else None
        seconds = line_in(waiting) if waiting is not None and waiting.token == watched.token else None
        if record is None or waiting is None or seconds is None:
            self._watched.pop(call_id, None)
            return
        due = self._due(waiting, seconds)
        self._watched[call_id] = replace(watched, due=max(due, now - OVERDUE // 2))
        if now >= due + OVERDUE and record.held_at is not None and record.held_at < due:
            self._knocking.start_for_line(call_id, record.mailbox.page + 1, due)

    async def _look(self, call_id: str) -> None:
        record = await self._ports.calls.load(call_id)
        if record is not None:
            self.expect(record)
            self.stand_by(record)

    def _due(self, waiting: Waiting, seconds: float) -> int:
        return min(waiting.since, self._ports.clock.now()) + round(seconds * 1000)

    async def _remind(self, call_id: str, page: int, due: int) -> None:
        """Wait until a timed line is due, then knock for it."""
        await self._ports.clock.sleep(max(0.0, (due - self._ports.clock.now()) / 1000))
        self._knocking.start_for_line(call_id, page, due)

"""Deletes old recordings at the carrier, before the calls go whose traces say where they are.

Calls are taken in the order in which they ended, and the store keeps how far that has come. One recording that can't be
deleted holds up the others: nearly always the carrier is away or the account's token is wrong, and an hour later it
goes on from there.
"""

from collections.abc import Callable

from ivr.operation.erasure import DeleteRecording, without_recordings
from ivr.runtime.ports import Unavailable
from ivr.runtime.retention import Forgetting
from ivr.store.recordings import Ended, RecordedCalls


class NotDeleted(Unavailable):
    """The carrier did not delete a recording; the message has its reason."""


class OldRecordings:
    """Implements `runtime.retention.Forgetting`. `now` gives milliseconds since 1970."""

    kind = "recordings at the carrier"

    def __init__(self, calls: RecordedCalls, delete_recording: DeleteRecording, now: Callable[[], int]) -> None:
        self._calls = calls
        self._delete = delete_recording
        self._now = now

    async def forget(self, before: int) -> int:
        """Delete some recordings of calls that ended before then. How many it were, 0 when there are no more.

        Raises NotDeleted, StoreError, KeyMissing and Damaged.
        """
        done = await self._calls.done()
        while calls := await self._calls.after(done, before):
            gone = 0
            for ended, call in calls:
                deleted, reason = await without_recordings(call, self._delete)
                if reason:
                    await self._calls.note(done, self._now())
                    raise NotDeleted(f"a recording of call {call.id}: {reason}")
                gone, done = gone + deleted, ended
            await self._calls.note(done, self._now())
            if gone:
                return gone
        await self._calls.note(Ended(before), self._now())  # or the last call would stay until another one ends
        return 0


class AfterRecordings:
    """Calls that may go, as none of their recordings is left at the carrier. Implements `Forgetting` as they do."""

    def __init__(self, calls: Forgetting, recorded: RecordedCalls) -> None:
        self.kind = calls.kind
        self._calls = calls
        self._recorded = recorded

    async def forget(self, before: int) -> int:
        """Delete some of them."""
        return await self._calls.forget(min(before, (await self._recorded.done()).at))

"""Erases a caller, here and at the carrier, and leaves a receipt in the audit trail.

A call whose recording can't be deleted at the carrier is kept, so that it is known which one it was: the receipt says
so, and erasing again goes on from there.
"""

from collections.abc import Awaitable, Callable

from msgspec import Struct
from msgspec.structs import replace

from ivr.core.counted import counted
from ivr.core.phone_numbers import NotANumber, read
from ivr.store.erasure import ErasureStore
from ivr.store.recordings import KeptCall

DeleteRecording = Callable[[str], Awaitable[str]]
"""Deletes one at the carrier, by its id; one that is gone counts as deleted. Empty, or why it could not be deleted."""


class Receipt(Struct, frozen=True):
    """What was erased: how many of each. `under_way`: calls that go on and are left; `kept`: calls that are left as a
    recording could not be deleted, and `reason` why. `mark` stands for the number in the audit trail."""

    mark: str
    calls: int = 0
    recordings: int = 0
    starts: int = 0
    texts: int = 0
    under_way: int = 0
    kept: int = 0
    reason: str = ""

    @property
    def complete(self) -> bool:
        """Whether nothing is left."""
        return not self.under_way and not self.kept

    @property
    def words(self) -> str:
        """For the audit trail, and for people."""
        done = (
            f"Erased the caller {self.mark}: {counted(self.calls, 'call')}, "
            f"{counted(self.recordings, 'recording')} at the carrier, "
            f"{counted(self.starts, 'start')} and {counted(self.texts, 'waiting text')}."
        )
        left = f" Under way: {counted(self.under_way, 'call')}; erase again when over." if self.under_way else ""
        kept = (
            f" Kept: {counted(self.kept, 'call')}, as a recording could not be deleted: {self.reason}"
            if self.kept
            else ""
        )
        return f"{done}{left}{kept}"


async def erase(store: ErasureStore, delete_recording: DeleteRecording, number: str, country: str = "") -> Receipt:
    """Erase all that is kept of a number, however it is written. `country`: of numbers without their country's code.

    Raises NotANumber; StoreError, KeyMissing and Damaged in the middle: what is erased stays so, and erasing again goes
    on. The audit trail has it before the first call goes, and the receipt at the end.
    """
    try:
        plain = read(number, country).e164
    except NotANumber:
        raise NotANumber("This is no phone number with a country: write it as +15550100200.") from None
    receipt = Receipt(store.mark_of(plain))
    await store.note(f"Asked to erase the caller {receipt.mark}.")
    starts, reached = await store.delete_starts(plain)  # first, so that none of them begins meanwhile
    receipt = replace(receipt, starts=starts, texts=await store.delete_texts(plain))
    async for calls in store.calls(plain):
        free = []
        for call in calls:
            deleted, reason = await without_recordings(call, delete_recording)
            receipt = replace(receipt, recordings=receipt.recordings + deleted)
            if reason:
                receipt = replace(receipt, kept=receipt.kept + 1, reason=reason)
            else:
                free.append(call.id)
        await store.delete_calls(free)
        receipt = replace(receipt, calls=receipt.calls + len(free))
    receipt = replace(receipt, under_way=reached + await store.going_on(plain))
    await store.note(receipt.words)
    return receipt


async def without_recordings(call: KeptCall, delete_recording: DeleteRecording) -> tuple[int, str]:
    """How many recordings were deleted, and why the next one could not be."""
    for deleted, sid in enumerate(call.recordings):
        if reason := await delete_recording(sid):
            return deleted, reason
    return len(call.recordings), ""

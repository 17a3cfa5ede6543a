"""Old calls are forgotten, with all that is kept of them."""

import asyncio

import pytest

from ivr.runtime.ports import CallRecord, Change
from ivr.runtime.retention import DAY, forget_older, keep_tidy
from ivr.store import Store
from ivr.store.history import FORGOTTEN

from .making import NOW, a_call, a_job
from .test_call_list import answer, begin, change, ids


class Hands:
    """A clock that is turned by whoever sleeps; `naps` until it is stopped."""

    def __init__(self, now: int, naps: int = 1000) -> None:
        self.time = now
        self.naps = naps

    def now(self) -> int:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.naps -= 1
        if not self.naps:
            raise asyncio.CancelledError


async def rows(store: Store) -> dict[str, int]:
    counts = {}
    for table in ("calls", "trace", "web_calls", "jobs"):
        found = await store.database.fetch(f"SELECT COUNT(*) AS n FROM {table}", {})
        counts[table] = found[0]["n"]
    return counts


async def test_old_calls_are_forgotten_with_all_that_is_kept_of_them(store: Store) -> None:
    for number in range(FORGOTTEN + 5):
        await begin(store, f"old{number}")
        await change(store, f"old{number}", *answer(3, 700), over_at=NOW + 9, status="ended")
    await begin(store, "live")
    await begin(store, "young", at=NOW + DAY)
    await change(store, "young", *answer(3, 700), over_at=NOW + DAY + 9, status="ended")
    record = CallRecord(a_call("left", status="active"), over_at=NOW)
    await store.calls.save(Change(record, start=a_job("left")), NOW)
    gone = await forget_older([store.history], Hands(NOW + 31 * DAY), 30)
    assert gone == FORGOTTEN + 5
    assert await ids(store) == ["young", "live", "left"]
    assert await rows(store) == {"calls": 3, "trace": 3, "web_calls": 1, "jobs": 1}


async def test_the_server_forgets_by_itself_unless_told_not_to(store: Store) -> None:
    await begin(store, "CA1")
    await change(store, "CA1", over_at=NOW, status="ended")
    with pytest.raises(asyncio.CancelledError):
        await keep_tidy([(store.history, 0)], Hands(NOW + 1000 * DAY, naps=1), looked)
    assert await ids(store) == ["CA1"]
    with pytest.raises(asyncio.CancelledError):
        await keep_tidy([(store.history, 90)], Hands(NOW + 91 * DAY, naps=2), looked)
    assert await ids(store) == []


async def test_a_store_that_fails_is_asked_again() -> None:
    class Failing:
        kind = "things"
        asked = 0

        async def forget(self, before: int) -> int:
            self.asked += 1
            raise OSError("the disk is full")

    failing, other = Failing(), Failing()
    with pytest.raises(asyncio.CancelledError):
        await keep_tidy([(failing, 1), (other, 1)], Hands(NOW, naps=3), failing_look)
    assert (failing.asked, other.asked) == (3, 3)


async def failing_look() -> None:
    raise OSError("the disk is full")


async def looked() -> None:
    """Nothing to see."""

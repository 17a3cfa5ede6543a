import asyncio
from collections.abc import AsyncIterator, Sequence
from threading import Event

import pytest

from ivr.store import StoreError
from ivr.store.batches import Batches


class Gate:
    """Work that says when it has begun, and waits until it may end."""

    def __init__(self) -> None:
        self.begun = Event()
        self.open = Event()
        self.batches: list[list[int]] = []

    def work(self, questions: Sequence[int]) -> list[int | StoreError]:
        self.batches.append(list(questions))
        self.begun.set()
        self.open.wait()
        if 13 in questions:
            raise RuntimeError("13")
        return [question * 2 if question >= 0 else StoreError("negative") for question in questions]


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
async def batches(gate: Gate) -> AsyncIterator[Batches[int, int]]:
    batches = Batches[int, int]("test", gate.work)
    yield batches
    gate.open.set()
    await batches.close()


async def ask_while_busy(batches: Batches[int, int], gate: Gate, *questions: int) -> list[asyncio.Task[int]]:
    """The tasks of these questions, which all wait while the thread is busy with another."""
    busy = asyncio.create_task(batches.ask(0))
    await asyncio.to_thread(gate.begun.wait)
    asked = [asyncio.create_task(batches.ask(question)) for question in questions]
    await asyncio.sleep(0)  # one round of the loop: all have asked
    assert not busy.done()
    return asked


async def test_what_waits_is_answered_together_in_order(batches: Batches[int, int], gate: Gate) -> None:
    asked = await ask_while_busy(batches, gate, 1, 2, 3)
    gate.open.set()
    assert await asyncio.gather(*asked) == [2, 4, 6]
    assert gate.batches == [[0], [1, 2, 3]]


async def test_an_error_goes_to_its_own_question(batches: Batches[int, int], gate: Gate) -> None:
    asked = await ask_while_busy(batches, gate, 1, -1, 3)
    gate.open.set()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert [str(answer) for answer in answers] == ["2", "negative", "6"]


async def test_who_stops_waiting_leaves_the_others_their_answers(batches: Batches[int, int], gate: Gate) -> None:
    asked = await ask_while_busy(batches, gate, 1, 2)
    asked[0].cancel()
    gate.open.set()
    async with asyncio.timeout(30):
        assert await asked[1] == 4


async def test_the_thread_survives_its_work(batches: Batches[int, int], gate: Gate) -> None:
    gate.open.set()
    with pytest.raises(StoreError, match="13"):
        await batches.ask(13)
    assert await batches.ask(4) == 8


async def test_closing_answers_first_and_then_refuses(batches: Batches[int, int], gate: Gate) -> None:
    asked = await ask_while_busy(batches, gate, 5)
    closing = asyncio.create_task(batches.close())
    gate.open.set()
    await closing
    assert await asked[0] == 10
    with pytest.raises(StoreError, match="closed"):
        await batches.ask(6)

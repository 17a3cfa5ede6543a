"""Long work of authors leaves room for everything else."""

import asyncio
import threading

import pytest

from ivr.authoring.aside import HANDS, aside


async def test_a_few_are_done_at_once_and_answers_of_apis_are_read_meanwhile() -> None:
    begun, end = threading.Semaphore(0), threading.Event()
    running: list[int] = []

    def work(number: int) -> int:
        running.append(number)
        begun.release()
        end.wait(60)
        return number

    tasks = [asyncio.create_task(aside(work, number)) for number in range(50)]
    try:
        for _ in range(HANDS):
            assert await asyncio.to_thread(begun.acquire, timeout=60)
        assert await asyncio.gather(*(asyncio.to_thread(sum, (1, 2)) for _ in range(20))) == [3] * 20
        assert len(running) == HANDS
    finally:
        end.set()
    assert await asyncio.gather(*tasks) == [*range(50)]


async def test_what_it_raises_comes_out() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        await aside(int, "x")

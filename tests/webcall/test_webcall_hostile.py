"""Whatever the far side does, a reply comes back: in time, with its cause, and without eating the memory."""

import asyncio
from collections.abc import Iterator

import pytest

from ivr.webcall.exchange import TOO_LATE
from tests.webcall.hostile import Result, hostile
from tests.webcall.hostile_rows import MEBIBYTE, ROWS, ZEROS, forever, redirects
from tests.webcall.peer import PATIENCE, Asker, answer, nothing, peer, says

pytestmark = pytest.mark.process

SHORT = 2
"""Seconds of a deadline that is meant to be reached."""


def names() -> Iterator[str]:
    for part in ROWS:
        yield from (row.name for row in part())
    yield from (row.name for row in redirects(0))


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """What became of each row. Those that may wait until their deadline wait beside one another."""

    async def all_of_them() -> list[Result]:
        async with hostile(tmp_path_factory.mktemp("hostile")) as world:
            rows = list(world.rows())
            waiting = await world.run_beside(*(row for row in rows if row.limit <= SHORT))
            return waiting + [await world.run(row) for row in rows if row.limit > SHORT]

    return {result.row.name: result for result in asyncio.run(all_of_them())}


@pytest.mark.parametrize("name", list(names()))
def test_an_api_that_is_hostile(name: str, results: dict[str, Result]) -> None:
    result = results[name]
    row = result.row
    assert result.wrong == "", result
    if result.reply.cause == "timeout":
        assert (result.reply.status, result.reply.error) == (None, f"The API did not answer within {row.limit} s.")
    assert result.reply.cause == "ok" or result.reply.value is None
    assert "\n" not in result.reply.error


async def test_the_deadline_counts_from_when_the_request_was_decided_upon(ask: Asker) -> None:
    async with peer(nothing) as api:
        reply = await ask(api.url, timeout=20, waited=19.7)
    assert reply.cause == "timeout"
    assert reply.milliseconds < 19_000, "not the whole timeout"


async def test_a_request_whose_time_is_over_is_not_sent(ask: Asker) -> None:
    async with peer(says(answer(b"[]"))) as api:
        reply = await ask(api.url, timeout=1, waited=5)
        assert (reply.cause, reply.error, api.asked) == ("not_sent", TOO_LATE, [])


async def test_an_answer_of_exactly_the_largest_size_is_read(ask: Asker) -> None:
    async with peer(says(answer(b"x" * MEBIBYTE))) as api:
        reply = await ask(api.url)
    assert (reply.cause, len(reply.body)) == ("ok", MEBIBYTE)


async def test_an_answer_that_is_too_large_is_cut_off_by_hanging_up(ask: Asker) -> None:
    async with peer(forever(answer(length=10**10), ZEROS)) as api:
        await ask(api.url)
        async with asyncio.timeout(PATIENCE):
            await api.left.wait()


async def test_a_request_that_is_cancelled_hangs_up(ask: Asker) -> None:
    async with peer(nothing) as api:
        asking = asyncio.create_task(ask(api.url))
        await api.arrived.get()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        async with asyncio.timeout(PATIENCE):
            await api.left.wait()


async def test_a_hundred_slow_requests_wait_beside_one_another(ask: Asker) -> None:
    """As many as a host gets at once."""
    async with peer(nothing) as api:
        asked = [asyncio.create_task(ask(api.url, timeout=120)) for _ in range(100)]
        async with asyncio.timeout(PATIENCE):
            for _ in asked:
                await api.arrived.get()
        for each in asked:
            each.cancel()
        await asyncio.gather(*asked, return_exceptions=True)

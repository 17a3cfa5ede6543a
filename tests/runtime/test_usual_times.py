"""How long requests usually take, as a call comes to know it."""

import asyncio

import pytest

from ivr.core.call import Call
from ivr.flow.model import Flow
from ivr.runtime.ports import Unavailable
from ivr.runtime.usual import MOST, expecting
from tests.story.flows import asks, drawn, ends, says, starts

CALL = Call("CA1", "a-flow", 1)


class Known:
    """What is known of blocks, by their number. `asked` has those that were asked about."""

    def __init__(self, **failing: Exception) -> None:
        self.asked: list[tuple[str, int]] = []
        self._failing = failing.get("failing")

    async def __call__(self, flow: str, block: int) -> int | None:
        self.asked.append((flow, block))
        if self._failing is not None:
            raise self._failing
        return {2: 4000, 3: None, 4: 6000}[block]


def flow(text: str) -> Flow:
    return drawn(starts(), asks(3, 3), asks(4, 4), asks(5, 5), says(text, 6), ends())


async def test_only_of_what_the_flow_tells_it_is_looked_up() -> None:
    known = Known()
    assert await expecting(CALL, flow("It took $EXTCALL_2.duration."), known) is CALL
    assert known.asked == []
    assert (await expecting(CALL, flow("$EXTCALL_2.usual or ${EXTCALL_3.usual}."), known)).usual == {"EXTCALL_2": 4000}
    assert known.asked == [("a-flow", 2), ("a-flow", 3)]


async def test_what_is_known_of_another_flow_is_forgotten() -> None:
    before = Call("CA1", "a-flow", 1, usual={"EXTCALL_2": 9})
    assert (await expecting(before, flow("Hello."), Known())).usual == {}


async def test_a_flow_that_tells_of_many_blocks_asks_about_some() -> None:
    asked: list[int] = []

    async def ask(flow: str, block: int) -> int | None:
        asked.append(block)
        return block

    rows = [asks(number, number) for number in range(3, MOST + 13)]
    text = " ".join(f"$EXTCALL_{number}.usual" for number in range(2, MOST + 12))
    known = await expecting(CALL, drawn(starts(), *rows, says(text, MOST + 13), ends()), ask)
    assert asked == list(range(2, MOST + 2))
    assert len(known.usual) == MOST


async def test_a_database_that_does_not_answer_keeps_no_call() -> None:
    async def never(flow: str, block: int) -> int | None:
        await asyncio.Event().wait()
        return 1

    assert await expecting(CALL, flow("$EXTCALL_2.usual"), never, patience=0) is CALL


@pytest.mark.parametrize("error", [Unavailable("locked"), OSError("gone")])
async def test_what_can_not_be_looked_up_is_not_known_and_keeps_no_call(error: Exception) -> None:
    assert await expecting(CALL, flow("$EXTCALL_2.usual"), Known(failing=error)) is CALL

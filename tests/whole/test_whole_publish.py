"""Flows that change while people call: over real sockets, each call ends on the revision it began on."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from ivr.demo.api import Api
from ivr.demo.world import NUMBER
from ivr.store import Store
from tests.whole.stage import FOUND, GREETING, PATIENCE, TEXTED, Stage, Told, stage

FLOW = "appointment"


def store_of(made: Stage) -> Store:
    return made.world.server.store


async def save(made: Stage, words: str) -> None:
    """Change what the draft says in its last words."""
    document = (await store_of(made).flows.draft(FLOW)).document
    document["blocks"][5]["action"]["message"] = words
    await store_of(made).flows.save_draft(document)


async def on_hold(made: Stage, calling: "asyncio.Task[Told]") -> None:
    """Wait until there is music on the line."""
    async with asyncio.timeout(PATIENCE):
        while not any(one.kind == "play" for call in made.world.carrier.calls for one in call.happenings):
            assert not calling.done()
            await asyncio.sleep(0.02)


async def changed_while_on_hold() -> tuple[Sequence[Told], Sequence[int], list[int]]:
    """One caller on hold while two revisions are published and one is rolled back to; each time another calls."""
    async with stage(Api(2.5)) as made:
        flows = store_of(made).flows
        first = asyncio.create_task(made.call("+15550120001"))
        await on_hold(made, first)
        await save(made, "Second.")
        await flows.publish(FLOW, author="anna")
        second = asyncio.create_task(made.call("+15550120002"))
        await made.greeted("+15550120002")
        await save(made, "Third.")
        await flows.publish(FLOW, author="ben")
        third = asyncio.create_task(made.call("+15550120003"))
        await made.greeted("+15550120003")
        await flows.roll_back(FLOW, 2, author="cleo")
        fourth = asyncio.create_task(made.call("+15550120004"))
        told = await asyncio.gather(first, second, third, fourth)
        records = [await store_of(made).calls.load(each.call.sid) for each in told]
        rows = await flows.revisions(FLOW)
        return told, [record.call.revision for record in records if record], [row.calls for row in rows]


async def deleted_while_on_hold() -> tuple[Told, list[str]]:
    """The flow goes while somebody is on hold; the next caller hears that the number is not in use."""
    async with stage(Api(2.5)) as made:
        flows = store_of(made).flows
        calling = asyncio.create_task(made.call())
        await on_hold(made, calling)
        await flows.unassign(NUMBER)
        await flows.delete(FLOW)
        late = made.world.carrier.ring(from_="+15550120009", to=NUMBER)
        async with asyncio.timeout(PATIENCE):
            await late.ended()
        return await calling, [str(one.detail["text"]) for one in late.happenings if one.kind == "say"]


@pytest.fixture(scope="module")
def stories() -> tuple[Any, Any]:
    async def both() -> tuple[Any, Any]:
        return await asyncio.gather(changed_while_on_hold(), deleted_while_on_hold())

    return asyncio.run(both())


def test_every_call_ends_on_the_revision_it_began_on(stories: tuple[Any, Any]) -> None:
    told, revisions, _ = stories[0]
    assert revisions == [1, 2, 3, 2]
    assert [each.words for each in told] == [
        [GREETING, FOUND, TEXTED],
        [GREETING, FOUND, "Second."],
        [GREETING, FOUND, "Third."],
        [GREETING, FOUND, "Second."],
    ]
    assert [each.status for each in told] == ["completed"] * 4
    assert told[0].held


def test_the_calls_of_each_revision_are_counted(stories: tuple[Any, Any]) -> None:
    assert stories[0][2] == [1, 2, 1], "of the third, the second and the first"


def test_a_deleted_flow_is_heard_to_its_end_by_those_who_are_on_it(stories: tuple[Any, Any]) -> None:
    told, late = stories[1]
    assert (told.words, told.status, told.troubles) == ([GREETING, FOUND, TEXTED], "completed", [])
    assert len(late) == 1
    assert "not in use" in late[0]

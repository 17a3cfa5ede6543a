"""The author's desk: what a save costs, what is known to a flow, what may be published."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from ivr.authoring import Desk, NotReady
from ivr.authoring.beginning import begin, free_id
from ivr.authoring.known import jumps
from ivr.authoring.overview import Overview
from ivr.store import Conflict, Stale, Store, UnknownFlow
from ivr.store.sql import core as statements

from .counting import Counting, counted, jumping


@asynccontextmanager
async def stored(folder: Path) -> AsyncIterator[tuple[Store, Counting]]:
    store, database = await counted(folder)
    try:
        yield store, database
    finally:
        await store.close()


async def with_flows(store: Store, count: int) -> None:
    """So many flows besides, all live."""
    for n in range(count):
        await store.flows.save_draft(jumping(f"flow-{n}"))
        await store.flows.publish(f"flow-{n}")


async def cost_of_saving(folder: Path, count: int) -> list[tuple[Counter[str], int]]:
    """The statements of a first save and of a later one, and the rows that came back, among so many flows."""
    async with stored(folder) as (store, database):
        await with_flows(store, count)
        await store.flows.save_draft(jumping("mine"))
        desk, costs = Desk(store, ()), []
        for version in (1, 2):
            database.forget()
            saved = await desk.save(jumping("mine", "flow-0", "flow-2"), version)
            assert saved.known.flows == {"flow-0": {2}, "flow-2": {2}}
            costs.append((Counter(database.asked), database.rows))
        return costs


async def test_saving_costs_the_same_among_many_flows(tmp_path: Path) -> None:
    few = await cost_of_saving(tmp_path / "few", 3)
    many = await cost_of_saving(tmp_path / "many", 300)
    assert few == many
    (first, _), (later, _) = many
    assert first[statements.REVISION] == 2, "the flows that it goes on to are read once"
    assert later[statements.REVISION] == 0
    assert later[statements.DRAFT] == 1, "and the draft itself once at every save"
    assert statements.FLOWS not in first + later


async def test_looking_at_all_flows_again_reads_none_of_them(tmp_path: Path) -> None:
    async with stored(tmp_path) as (store, database):
        await with_flows(store, 5)
        await store.flows.save_draft(jumping("mine", "flow-0", "nowhere"))
        overview = Overview(store, ())
        first = await overview.figures()
        database.forget()
        assert await overview.figures() == first
        assert set(database.asked) == {statements.FLOWS, statements.CLIP_NAMES, statements.NAMED_VALUES}
        errors = {row.id: figures.errors for row, figures in first}
        assert errors == {**{f"flow-{n}": 0 for n in range(5)}, "mine": 1}
        await store.flows.save_draft(jumping("nowhere"))
        database.forget()
        again = {row.id: figures.errors for row, figures in await overview.figures()}
        assert (again["mine"], database.asked[statements.DRAFT]) == (0, 2), "only what has changed is looked at"


async def test_the_list_and_the_desk_find_the_same(tmp_path: Path) -> None:
    async with stored(tmp_path) as (store, _):
        await with_flows(store, 2)
        for n, targets in enumerate((("flow-0",), ("flow-0", "flow-7"), ("mine-0",), ())):
            await store.flows.save_draft(jumping(f"mine-{n}", *targets))
        await store.flows.publish("mine-3")
        desk = Desk(store, ())
        for row, figures in await Overview(store, ()).figures():
            found = await desk.check((await store.flows.draft(row.id)).document)
            assert (figures.errors, figures.errors + figures.warnings) == (len(found.errors), len(found.problems))


def codes(problems: Any) -> list[str]:
    return [problem.code for problem in problems]


async def test_clips_that_come_with_us_are_known(tmp_path: Path) -> None:
    async with stored(tmp_path) as (store, _):
        plays = jumping("mine")
        plays["blocks"][2]["action"] = {"type": "play_message", "clip": "ours.wav"}
        assert "no_such_audio" in codes((await Desk(store, ()).check(plays)).errors)
        assert codes((await Desk(store, ["ours.wav"]).check(plays)).errors) == []


async def test_a_flow_that_is_not_there_is_told_with_the_one_that_was_meant(tmp_path: Path) -> None:
    async with stored(tmp_path) as (store, _):
        await store.flows.save_draft(jumping("front-desk"))
        [error] = (await Desk(store, ()).check(jumping("mine", "frontdesk"))).errors
        assert (error.code, error.hint) == ("no_such_flow", "Did you mean “front-desk”?")


async def test_numbers_matter_from_the_day_a_flow_is_live(tmp_path: Path) -> None:
    async with stored(tmp_path) as (store, _):
        desk = Desk(store, ())
        await store.flows.save_draft(jumping("mine"))
        assert codes((await desk.check(jumping("mine"))).problems) == []
        published = await desk.publish("mine")
        assert (published.revision, codes(published.left)) == (1, ["no_number"])
        assert codes((await desk.check(jumping("mine"))).problems) == ["no_number"]
        await store.flows.assign("+15550001", "mine")
        assert codes((await desk.check(jumping("mine"))).problems) == []
        await store.flows.save_draft(jumping("mine", name="Again"))
        assert (await desk.publish("mine")).left == ()


async def test_a_draft_with_errors_is_not_published(tmp_path: Path) -> None:
    async with stored(tmp_path) as (store, _):
        await store.flows.save_draft(jumping("mine", "nowhere"))
        with pytest.raises(NotReady, match="The draft of “mine” has a mistake; mend it first") as caught:
            await Desk(store, ()).publish("mine")
        assert "no_such_flow" in codes(caught.value.problems)
        assert await store.flows.revisions("mine") == []


async def test_what_was_checked_is_what_goes_live(tmp_path: Path) -> None:
    async with stored(tmp_path) as (store, _):
        desk = Desk(store, ())
        await store.flows.save_draft(jumping("mine"))
        await desk.save(jumping("mine", "nowhere"), 1)
        with pytest.raises(Stale):
            await desk.save(jumping("mine"), 1)
        with pytest.raises(Stale):
            await desk.publish("mine", 1)
        await desk.save(jumping("mine"), 2)
        done = await asyncio.gather(*(desk.publish("mine", 3) for _ in range(3)), return_exceptions=True)
        assert sorted(type(each).__name__ for each in done) == ["Conflict", "Conflict", "Published"]
        with pytest.raises(Conflict, match="is live already"):
            await desk.publish("mine", 3)
        with pytest.raises(UnknownFlow):
            await desk.save(jumping("nowhere"))


async def test_a_new_flow_gets_an_id_from_its_name_and_a_name_from_its_id(tmp_path: Path) -> None:
    async with stored(tmp_path) as (store, _):
        first = await begin(store, name="Zum Büro!", begins_as="menu")
        second = await begin(store, name="Zum Buro")
        third = await begin(store, "front-desk", begins_as="empty")
        brought = await begin(store, name="", document={"id": "mine", "name": "Mine", "blocks": []})
        made = [(each.document["id"], each.document["name"]) for each in (first, second, third, brought)]
        assert made == [
            ("zum-buro", "Zum Büro!"),
            ("zum-buro-2", "Zum Buro"),
            ("front-desk", "Front desk"),
            ("mine", "Mine"),
        ]
        with pytest.raises(Conflict, match="There is a flow “mine” already"):
            await begin(store, "mine", name="Other")
        assert await free_id(store, "日本") == "flow"
        assert await free_id(store, None) == "flow"


@pytest.mark.parametrize(
    "document",
    [None, {}, {"blocks": 1}, {"blocks": [None, {"action": []}, {"action": {"type": "jump_to", "flow": ["x"]}}]}],
)
def test_half_a_document_goes_on_to_no_flow(document: Any) -> None:
    assert jumps(document) == set()

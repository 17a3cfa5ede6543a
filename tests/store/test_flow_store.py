import asyncio
from collections.abc import Awaitable

import pytest

from ivr.core.phone_numbers import NotANumber
from ivr.store import FlowInUse, FlowRow, KeyMissing, NumberRow, Store, UnknownFlow

from .conftest import Place
from .making import KEY, NOW, OTHER_KEY, a_flow


async def test_a_revision_never_changes(store: Store) -> None:
    await store.flows.save_draft(a_flow())
    assert await store.flows.publish("appointments") == 1
    await store.flows.save_draft(a_flow(name="Other"))
    assert (await store.flows.revision("appointments", 1)).name == "Appointments"
    assert await store.flows.publish("appointments") == 2
    assert (await store.flows.revision("appointments", 2)).name == "Other"
    assert (await store.flows.revision("appointments", 1)).name == "Appointments"


async def test_a_revision_is_parsed_once(store: Store) -> None:
    await store.flows.save_draft(a_flow())
    await store.flows.publish("appointments")
    assert await store.flows.revision("appointments", 1) is await store.flows.revision("appointments", 1)


async def test_publishing_at_once_gives_different_numbers(place: Place) -> None:
    stores = [await place.open() for _ in range(3)]
    await stores[0].flows.save_draft(a_flow())
    numbers = await asyncio.gather(*(stores[n % 3].flows.publish("appointments") for n in range(6)))
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]


async def test_a_number_runs_the_live_revision_of_its_flow(store: Store) -> None:
    await store.flows.save_draft(a_flow())
    await store.flows.assign("+15550001", "appointments")
    assert await store.flows.of_number("+15550001") is None, "nothing is published yet"
    assert await store.flows.unpublished("+15550001") == "appointments"
    await store.flows.publish("appointments")
    assert await store.flows.unpublished("+15550001") is None
    assert await store.flows.unpublished("+15550002") is None
    assert await store.flows.of_number("+15550001") == ("appointments", 1)
    assert await store.flows.of_number("+15550002") is None


async def test_a_number_can_be_given_to_another_flow_and_taken_away(store: Store) -> None:
    for flow_id in ("appointments", "orders"):
        await store.flows.save_draft(a_flow(flow_id))
        await store.flows.publish(flow_id)
    await store.flows.assign("+15550001", "appointments")
    await store.flows.assign("+15550001", "orders")
    assert await store.flows.of_number("+15550001") == ("orders", 1)
    assert await store.flows.unassign("+15550001")
    assert not await store.flows.unassign("+15550001")
    assert await store.flows.of_number("+15550001") is None


async def test_the_numbers_are_listed_with_what_answers_them(store: Store) -> None:
    assert await store.flows.numbers() == []
    await store.flows.save_draft(a_flow("orders", name="Orders"))
    await store.flows.save_draft(a_flow())
    await store.flows.publish("appointments")
    await store.flows.assign("+15550002", "orders")
    await store.flows.assign("+15550001", "appointments")
    assert await store.flows.numbers() == [
        NumberRow("+15550001", "appointments", "Appointments", 1),
        NumberRow("+15550002", "orders", "Orders", None),
    ]


async def test_the_ways_into_other_flows(place: Place) -> None:
    store = await place.open()
    ways = [{"number": n, "action": {"type": "jump_from"}} for n in (7, 9)]
    await store.flows.save_draft({"id": "there", "name": "There", "blocks": ways[:1]})
    assert await store.flows.ways_in({"there", "nowhere"}) == {"there": None}
    await store.flows.publish("there")
    await store.flows.save_draft({"id": "there", "name": "There", "blocks": ways})
    assert await store.flows.ways_in({"there"}) == {"there": frozenset({7})}, "of what is live"
    await store.flows.publish("there")
    await store.flows.revision("there", 2)
    assert await store.flows.ways_in({"there"}) == {"there": frozenset({7, 9})}
    await store.flows.delete("there")
    assert await store.flows.ways_in({"there"}) == {}
    assert await store.flows.entries("there", 1) == {7}, "for calls that are on it"


async def test_the_numbers_of_a_flow(store: Store) -> None:
    for flow_id, number in (("a", "+15550001"), ("b", "+15550002"), ("a", "+15550003")):
        await store.flows.save_draft(a_flow(flow_id))
        await store.flows.assign(number, flow_id)
    assert await store.flows.numbers_of("a") == {"+15550001", "+15550003"}
    assert await store.flows.numbers_of("nowhere") == frozenset()


async def test_the_list_shows_all_flows_by_name(place: Place) -> None:
    store = await place.open()
    await store.flows.save_draft(a_flow("orders", name="Orders"))
    place.time = NOW + 5
    await store.flows.save_draft(a_flow())
    await store.flows.publish("appointments")
    await store.flows.assign("+15550002", "appointments")
    await store.flows.assign("+15550001", "appointments")
    assert await store.flows.list() == [
        FlowRow("appointments", "Appointments", 1, ("+15550001", "+15550002"), NOW + 5, 1),
        FlowRow("orders", "Orders", None, (), NOW, 1),
    ]


async def test_a_misspelt_flow_is_named_with_the_right_one(store: Store) -> None:
    await store.flows.save_draft(a_flow())
    sentence = r"There is no flow “apointments”\. Did you mean “appointments”\?"
    with pytest.raises(UnknownFlow, match=sentence):
        await store.flows.draft("apointments")
    with pytest.raises(UnknownFlow, match=sentence):
        await store.flows.publish("apointments")
    with pytest.raises(UnknownFlow, match=sentence):
        await store.flows.assign("+15550001", "apointments")
    with pytest.raises(UnknownFlow, match=r"There is: appointments\."):
        await store.flows.revision("zzz", 1)


async def test_a_revision_that_is_not_there_is_told_from_the_last(store: Store) -> None:
    await store.flows.save_draft(a_flow())
    with pytest.raises(UnknownFlow, match="it has never been published"):
        await store.flows.revision("appointments", 1)
    await store.flows.publish("appointments")
    with pytest.raises(UnknownFlow, match="has no revision 7; the last one is 1"):
        await store.flows.revision("appointments", 7)


async def test_a_store_whose_key_is_lost_does_not_open(place: Place) -> None:
    store = await place.open()
    await store.flows.save_draft(a_flow())
    with pytest.raises(KeyMissing, match=r"sealed with key [0-9a-f]{8}, which is not here; here: [0-9a-f]{8}\."):
        await place.open([OTHER_KEY])
    rotated = await place.open([OTHER_KEY, KEY])
    assert (await rotated.flows.draft("appointments")).document["name"] == "Appointments"


async def test_a_deleted_flow_is_gone_but_for_the_calls_on_it(store: Store) -> None:
    await store.flows.save_draft(a_flow())
    await store.flows.publish("appointments")
    await store.flows.delete("appointments")
    assert await store.flows.list() == []
    assert await store.flows.live("appointments") is None
    flows = store.flows
    for gone in (flows.draft, flows.publish, flows.revisions, flows.publications, flows.delete, flows.diff):
        with pytest.raises(UnknownFlow, match=r"There is no flow “appointments”\. There is: none yet\."):
            await gone("appointments")
    for gone in (
        flows.roll_back("appointments", 1),
        flows.restore("appointments", 1),
        flows.assign("+15550100", "appointments"),
    ):
        with pytest.raises(UnknownFlow):
            await gone
    assert (await store.flows.revision("appointments", 1)).name == "Appointments"
    assert (await store.flows.revision_document("appointments", 1))["name"] == "Appointments"


async def test_a_new_flow_may_take_the_id_of_a_deleted_one(store: Store) -> None:
    first = (await store.flows.save_draft(a_flow())).version
    await store.flows.publish("appointments")
    await store.flows.delete("appointments")
    again = await store.flows.save_draft(a_flow(password={"set": True}, name="Again"), seen=0)
    assert again.version > first, "who saw the old one must not take it for the new one"
    draft = await store.flows.draft("appointments")
    assert draft.document["blocks"][1]["action"]["authentication"]["password"] == {"set": True}, "it never had one"
    assert await store.flows.live("appointments") is None
    assert await store.flows.publish("appointments") == 2
    assert (await store.flows.revision("appointments", 1)).name == "Appointments"
    assert [row.name for row in await store.flows.list()] == ["Again"]


async def test_a_flow_that_answers_numbers_stays(store: Store) -> None:
    await store.flows.save_draft(a_flow())
    await store.flows.assign("+15550002", "appointments")
    await store.flows.assign("+15550001", "appointments")
    with pytest.raises(FlowInUse, match=r"“appointments” answers \+15550001, \+15550002\."):
        await store.flows.delete("appointments")
    assert (await store.flows.draft("appointments")).version == 1
    await store.flows.unassign("+15550001")
    await store.flows.unassign("+15550002")
    await store.flows.delete("appointments")


async def test_no_number_is_left_to_a_flow_that_goes_just_then(place: Place) -> None:
    stores = [await place.open() for _ in range(2)]
    for n in range(20):
        await stores[0].flows.save_draft(a_flow(f"flow-{n}"))

    async def ended(work: Awaitable[object]) -> bool:
        try:
            await work
        except (FlowInUse, UnknownFlow):
            return False
        return True

    for n in range(20):
        given, gone = await asyncio.gather(
            ended(stores[0].flows.assign(f"+155501001{n:02}", f"flow-{n}")), ended(stores[1].flows.delete(f"flow-{n}"))
        )
        assert given is not gone
        assert (f"+155501001{n:02}" in {row.number for row in await stores[0].flows.numbers()}) is given


async def test_numbers_are_kept_as_e164_however_they_are_written(store: Store) -> None:
    await store.flows.save_draft(a_flow())
    for written in ("555 010 0200", "not a number", "+1 555"):
        with pytest.raises(NotANumber):
            await store.flows.assign(written, "appointments")
    assert await store.flows.assign("+1 (555) 010-0200", "appointments") == "+15550100200"
    assert await store.flows.assign("555 010 0201", "appointments") == "+15550100201", "all of ours are American"
    assert await store.flows.assign("030 123456", "appointments", "DE") == "+4930123456"
    with pytest.raises(NotANumber, match="IVR_COUNTRY"):
        await store.flows.assign("555 010 0202", "appointments")
    assert set(await store.flows.own_numbers()) == {"+15550100200", "+15550100201", "+4930123456"}
    assert await store.flows.unassign("+49 30 123456")
    assert not await store.flows.unassign("+49 30 123456")

import asyncio

import pytest

from ivr.flow.model import Flow
from ivr.store import FlowRow, KeyMissing, Store, UnknownFlow

from .conftest import Place
from .making import KEY, NOW, OTHER_KEY, a_flow, password_of


def without_secret(flow: Flow) -> Flow:
    """The flow as an author gets it from the board and sends it back."""
    return Flow.model_validate_json(flow.model_dump_json())


async def test_a_draft_comes_back_with_its_secret_sealed(store: Store) -> None:
    await store.flows.save_draft(a_flow())
    draft = await store.flows.draft("appointments")
    assert without_secret(draft) == without_secret(a_flow())
    secret = password_of(draft)
    assert secret.text is None
    assert secret.sealed
    assert store.vault.open_text(secret.sealed) == "s3cret"


async def test_a_secret_stays_until_a_new_one_is_typed(store: Store) -> None:
    await store.flows.save_draft(a_flow())
    first = password_of(await store.flows.draft("appointments"))
    await store.flows.save_draft(without_secret(a_flow(name="Renamed")))
    draft = await store.flows.draft("appointments")
    assert (draft.name, password_of(draft)) == ("Renamed", first)
    await store.flows.save_draft(a_flow(password="new"))
    typed = password_of(await store.flows.draft("appointments")).sealed
    assert typed
    assert store.vault.open_text(typed) == "new"


async def test_an_imported_flow_without_its_secret_says_so(store: Store) -> None:
    await store.flows.save_draft(without_secret(a_flow()))
    assert password_of(await store.flows.draft("appointments")).missing


async def test_a_revision_never_changes(store: Store) -> None:
    await store.flows.save_draft(a_flow())
    assert await store.flows.publish("appointments", "first") == 1
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


async def test_saving_at_once_loses_no_secret(place: Place) -> None:
    stores = [await place.open() for _ in range(2)]
    await stores[0].flows.save_draft(a_flow())
    names = ["A", "B", "C", "D"]
    saves = [stores[n % 2].flows.save_draft(without_secret(a_flow(name=name))) for n, name in enumerate(names)]
    await asyncio.gather(*saves)
    draft = await stores[0].flows.draft("appointments")
    assert draft.name in names
    assert not password_of(draft).missing


async def test_a_number_runs_the_live_revision_of_its_flow(store: Store) -> None:
    await store.flows.save_draft(a_flow())
    await store.flows.assign("+15550001", "appointments")
    assert await store.flows.of_number("+15550001") is None, "nothing is published yet"
    await store.flows.publish("appointments")
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


async def test_the_list_shows_all_flows_by_name(place: Place) -> None:
    store = await place.open()
    await store.flows.save_draft(a_flow("orders", name="Orders"))
    place.time = NOW + 5
    await store.flows.save_draft(a_flow())
    await store.flows.publish("appointments")
    await store.flows.assign("+15550002", "appointments")
    await store.flows.assign("+15550001", "appointments")
    assert await store.flows.list() == [
        FlowRow("appointments", "Appointments", 1, ("+15550001", "+15550002"), NOW + 5),
        FlowRow("orders", "Orders", None, (), NOW),
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
    assert (await rotated.flows.draft("appointments")).name == "Appointments"

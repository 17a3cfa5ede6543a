"""What was published stays as it was; what is live can be changed, and history tells by whom."""

import asyncio
import json

import pytest

from ivr.core.fields import Secret
from ivr.runtime.ports import CallRecord, Change
from ivr.store import BadDraft, Conflict, Publication, RevisionRow, Rotation, Stale, Store, UnknownFlow
from ivr.store.database import Statement
from ivr.store.migrations import MIGRATIONS, migrate
from ivr.store.vault import Vault

from .conftest import Place
from .making import KEY, NOW, OTHER_KEY, a_call, a_flow, password_of, without_secret


async def test_a_revision_remembers_who_made_it_and_why(place: Place) -> None:
    store = await place.open()
    await store.flows.save_draft(a_flow())
    await store.flows.publish("appointments", author="anna", note="First.", name="Opening")
    place.time = NOW + 5
    await store.flows.save_draft(a_flow(name="Other"))
    await store.flows.publish("appointments", author="ben\n\x00", note="Line\nbreak\ud800")
    for n, revision in enumerate((1, 1, 2)):
        call = Change(CallRecord(a_call(f"CA{n}")))
        await store.calls.save(call, NOW)
        await store.database.write([Statement(f"UPDATE calls SET revision = {revision} WHERE id = 'CA{n}'")])
    assert await store.flows.revisions("appointments") == [
        RevisionRow(2, NOW + 5, "ben", "Line break", "", live=True, calls=1),
        RevisionRow(1, NOW, "anna", "First.", "Opening", live=False, calls=2),
    ]


async def test_a_flow_that_was_never_published_has_no_revisions(store: Store) -> None:
    await store.flows.save_draft(a_flow())
    assert await store.flows.revisions("appointments") == []
    assert await store.flows.publications("appointments") == []


async def test_a_revision_for_people_has_no_secret(store: Store) -> None:
    await store.flows.save_draft(a_flow())
    await store.flows.publish("appointments")
    assert await store.flows.revision_document("appointments", 1) == without_secret(a_flow())
    with pytest.raises(UnknownFlow, match="has no revision 2; the last one is 1"):
        await store.flows.revision_document("appointments", 2)


async def test_publishing_names_the_version_that_is_meant(store: Store) -> None:
    first = (await store.flows.save_draft(a_flow())).version
    second = (await store.flows.save_draft(a_flow(name="Other"))).version
    with pytest.raises(Stale, match="you saw version 1 of the draft, and it is at 2 now"):
        await store.flows.publish("appointments", first)
    assert await store.flows.live("appointments") is None
    assert await store.flows.publish("appointments", second) == 1
    with pytest.raises(Conflict, match="This version of “appointments” is live already, as revision 1"):
        await store.flows.publish("appointments", second)
    assert await store.flows.publish("appointments") == 2, "unless nobody says which"


async def test_of_two_who_publish_at_once_one_wins(place: Place) -> None:
    stores = [await place.open() for _ in range(3)]
    for turn in range(5):
        seen = (await stores[0].flows.save_draft(a_flow(name=f"{turn}"))).version
        publishing = [stores[n % 3].flows.publish("appointments", seen, author=f"{n}") for n in range(4)]
        done = await asyncio.gather(*publishing, return_exceptions=True)
        assert [each for each in done if isinstance(each, int)] == [turn + 1]
        assert [type(each) for each in done if not isinstance(each, int)] == [Conflict] * 3
        winner = next(n for n, each in enumerate(done) if isinstance(each, int))
        assert (await stores[0].flows.revisions("appointments"))[0].author == f"{winner}"
    assert await stores[0].flows.live("appointments") == 5


async def test_a_draft_that_is_no_flow_is_not_published(store: Store) -> None:
    await store.flows.save_draft(a_flow(timeout="long"))
    with pytest.raises(BadDraft, match="The draft of “appointments” can't be read as a flow"):
        await store.flows.publish("appointments")
    assert await store.flows.revisions("appointments") == []


async def test_an_older_revision_can_be_live_again(place: Place) -> None:
    store = await place.open()
    await store.flows.save_draft(a_flow())
    await store.flows.assign("+15550001", "appointments")
    await store.flows.publish("appointments", author="anna")
    await store.flows.save_draft(a_flow(name="Other"))
    await store.flows.publish("appointments", author="ben")
    place.time = NOW + 9
    await store.flows.roll_back("appointments", 1, author="cleo")
    assert await store.flows.of_number("+15550001") == ("appointments", 1)
    assert [row.number for row in await store.flows.revisions("appointments") if row.live] == [1]
    assert (await store.flows.draft("appointments")).document["name"] == "Other"
    assert await store.flows.publications("appointments") == [
        Publication(1, "rolled_back", "cleo", NOW + 9),
        Publication(2, "published", "ben", NOW),
        Publication(1, "published", "anna", NOW),
    ]
    assert await store.flows.publish("appointments") == 3, "numbers are never given twice"


async def test_what_can_not_be_rolled_back_to(store: Store) -> None:
    await store.flows.save_draft(a_flow())
    with pytest.raises(UnknownFlow, match="it has never been published"):
        await store.flows.roll_back("appointments", 1)
    await store.flows.publish("appointments")
    with pytest.raises(Conflict, match="Revision 1 of “appointments” is live already"):
        await store.flows.roll_back("appointments", 1)
    for number in (0, -1, 2, 10**9):
        with pytest.raises(UnknownFlow, match="the last one is 1"):
            await store.flows.roll_back("appointments", number)
    assert len(await store.flows.publications("appointments")) == 1


async def test_history_tells_what_is_live_however_many_change_it_at_once(place: Place) -> None:
    stores = [await place.open() for _ in range(3)]
    await stores[0].flows.save_draft(a_flow())
    for _ in range(3):
        await stores[0].flows.publish("appointments")
    work = [stores[n % 3].flows.roll_back("appointments", 1 + n % 2) for n in range(4)]
    publishing = [stores[n % 3].flows.publish("appointments") for n in range(3)]
    done = await asyncio.gather(*work, *publishing, return_exceptions=True)
    history = await stores[0].flows.publications("appointments")
    assert history[0].revision == await stores[0].flows.live("appointments")
    assert len(history) == 3 + len([each for each in done if not isinstance(each, Exception)])


async def test_a_revision_can_be_copied_into_the_draft(store: Store) -> None:
    await store.flows.save_draft(a_flow(password="old"))
    await store.flows.publish("appointments")
    seen = (await store.flows.save_draft(a_flow(password="new", name="Other"))).version
    with pytest.raises(Conflict):
        await store.flows.restore("appointments", 1, seen - 1)
    assert await store.flows.restore("appointments", 1, seen) == seen + 1
    draft = await store.flows.draft("appointments")
    sealed = password_of(draft.document)
    assert (draft.document["name"], store.vault.open_secret(sealed)) == ("Appointments", "old")
    assert await store.flows.live("appointments") == 1
    assert [row.name for row in await store.flows.list()] == ["Appointments"]
    with pytest.raises(UnknownFlow, match="has no revision 4"):
        await store.flows.restore("appointments", 4)


async def test_the_difference_between_versions(store: Store) -> None:
    await store.flows.save_draft(a_flow())
    assert [change.kind for change in await store.flows.diff("appointments")] == ["added"] * 3
    await store.flows.publish("appointments")
    assert await store.flows.diff("appointments") == []
    await store.flows.save_draft(a_flow(timeout=20, name="Other"))
    assert [change.words for change in await store.flows.diff("appointments")] == [
        "Name “Appointments” → “Other”",
        "External Web Call (block 3): Timeout 10 → 20",
    ], "the same secret sealed anew is the same secret"
    await store.flows.publish("appointments")
    assert [change.words for change in await store.flows.diff("appointments", 2, 1)] == [
        "Name “Other” → “Appointments”",
        "External Web Call (block 3): Timeout 20 → 10",
    ]
    await store.flows.save_draft(a_flow(timeout=20, name="Other", password="new"))
    changes = await store.flows.diff("appointments")
    assert [change.words for change in changes] == ["External Web Call (block 3): Authentication, password changed"]
    assert "sealed" not in repr(changes)
    with pytest.raises(UnknownFlow):
        await store.flows.diff("appointments", 9)


async def test_new_keys_make_no_difference(place: Place) -> None:
    store = await place.open([KEY])
    await store.flows.save_draft(a_flow())
    await store.flows.publish("appointments")
    both = await place.open([OTHER_KEY, KEY])
    await Rotation(both.database, both.vault).run(lambda looked, resealed: None)
    rotated = await place.open([OTHER_KEY])
    assert await rotated.flows.diff("appointments") == []
    assert await rotated.flows.restore("appointments", 1) > 1


async def test_half_finished_drafts_get_new_keys_too(place: Place) -> None:
    old = await place.open([KEY])
    broken = a_flow(timeout="long")
    broken["blocks"][1]["action"]["authentication"]["tpye"] = "hush"
    await old.flows.save_draft(broken)
    both = await place.open([OTHER_KEY, KEY])
    assert (await Rotation(both.database, both.vault).run(lambda looked, resealed: None)).lost == ()
    new = await place.open([OTHER_KEY])
    auth = (await new.flows.draft("appointments")).document["blocks"][1]["action"]["authentication"]
    assert new.vault.open_secret(Secret.read(auth["password"])) == "s3cret"
    assert new.vault.open_secret(Secret.read(auth["tpye"])) == "hush"


async def test_flows_of_an_older_program_come_along(place: Place) -> None:
    """Its drafts were whole flows; its revisions had neither authors nor a history."""
    before = next(number for number, step in enumerate(MIGRATIONS) if step.name == "versions of flows")
    database, vault = await place.connect(), Vault([KEY])
    await migrate(database, vault, NOW, MIGRATIONS[:before])
    document = json.dumps(a_flow(password={"set": True})).encode()
    flow = {"draft": vault.seal(document, b"draft:appointments"), "now": NOW - 5}
    revision = {"body": vault.seal(document, b"revision:appointments:1"), "now": NOW - 5}
    await database.write(
        [
            Statement("INSERT INTO flows VALUES ('appointments', 'Appointments', :draft, 4, 1, :now)", flow),
            Statement("INSERT INTO revisions VALUES ('appointments', 1, :body, :now, 'Old.')", revision),
        ]
    )
    await database.close()
    store = await place.open()
    assert (await store.flows.draft("appointments")).document == a_flow(password={"set": True})
    assert await store.flows.revisions("appointments") == [
        RevisionRow(1, NOW - 5, "", "Old.", "", live=True, calls=0),
    ]
    assert await store.flows.publications("appointments") == [Publication(1, "published", "", NOW - 5)]
    assert await store.flows.publish("appointments", 4) == 2

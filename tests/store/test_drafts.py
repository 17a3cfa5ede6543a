"""An author's half-finished work is never lost, and never brings a secret into the open."""

import asyncio
import json
from typing import Any

import pytest

from ivr.core.fields import Secret
from ivr.flow.read import read_document
from ivr.store import BadDraft, Conflict, Draft, Stale, Store, UnknownFlow
from ivr.store.documents import LARGEST

from .conftest import Place
from .making import NOW, a_flow, password_of, without_secret
from .test_at_rest import dump

WORD = "correct-horse"


async def test_a_draft_comes_back_with_its_secret_sealed(place: Place) -> None:
    store = await place.open()
    place.time = NOW + 7
    assert (await store.flows.save_draft(a_flow())).version == 1
    draft = await store.flows.draft("appointments")
    assert (draft.version, draft.updated_at) == (1, NOW + 7)
    assert draft.shown == without_secret(a_flow())
    secret = password_of(draft.document)
    assert secret.text is None
    assert secret.sealed
    assert store.vault.open_secret(secret) == "s3cret"
    flow, problems = read_document(draft.document)
    assert flow is not None
    assert problems == []


async def test_a_secret_stays_until_a_new_one_is_typed(store: Store) -> None:
    await store.flows.save_draft(a_flow())
    first = password_of((await store.flows.draft("appointments")).document)
    await store.flows.save_draft(without_secret(a_flow(name="Renamed")))
    draft = await store.flows.draft("appointments")
    assert (draft.document["name"], password_of(draft.document)) == ("Renamed", first)
    await store.flows.save_draft(a_flow(password="new"))
    typed = password_of((await store.flows.draft("appointments")).document)
    assert store.vault.open_secret(typed) == "new"


async def test_a_flow_that_comes_without_its_secret_says_so(store: Store) -> None:
    await store.flows.save_draft(without_secret(a_flow()))
    draft = await store.flows.draft("appointments")
    assert password_of(draft.document).missing
    assert [problem.code for problem in read_document(draft.document)[1]] == ["secret_missing"]


async def test_saving_at_once_loses_no_secret(place: Place) -> None:
    stores = [await place.open() for _ in range(2)]
    await stores[0].flows.save_draft(a_flow())
    names = ["A", "B", "C", "D"]
    saves = [stores[n % 2].flows.save_draft(without_secret(a_flow(name=name))) for n, name in enumerate(names)]
    assert sorted(draft.version for draft in await asyncio.gather(*saves)) == [2, 3, 4, 5]
    draft = await stores[0].flows.draft("appointments")
    assert draft.document["name"] in names
    assert not password_of(draft.document).missing


UNFINISHED: list[dict[str, Any]] = [
    {"id": "a"},
    {"id": "a", "name": "", "blocks": "none"},
    {"id": "a", "name": 7, "blocks": [None, 1, "x", [], {}, {"number": "one"}], "nmae": "x"},
    {"id": "a", "name": "x\x00\n\ud800 " * 100, "blocks": [{"number": 1, "action": {"type": "fly"}}]},
    {"id": "a", "name": "A", "blocks": [{"number": [], "action": None}, {"number": 1}, {"number": 1}]},
    {"id": "a", "name": "A", "notes": {"text": 1.5}, "big": 10**200, "blocks": [{"action": {"type": {}}}]},
]


@pytest.mark.parametrize("document", UNFINISHED, ids=range(len(UNFINISHED)))
async def test_whatever_is_half_finished_comes_back_as_it_was(store: Store, document: dict[str, Any]) -> None:
    before = json.dumps(document)
    await store.flows.save_draft(document)
    await store.flows.save_draft(document)
    assert json.dumps(document) == before
    draft = await store.flows.draft("a")
    assert draft.document == draft.shown == document
    [row] = await store.flows.list()
    assert 1 <= len(row.name) <= 120
    assert row.name.isprintable()
    assert read_document(draft.document)[0] is None


def with_auth(auth: Any, action: str = "external_web_call", key: str = "authentication") -> dict[str, Any]:
    ask = {"type": action, "url": "https://api.example.com/", key: auth}
    return {"id": "a", "name": "A", "blocks": [{"number": 3, "action": ask}]}


HIDDEN: dict[str, Any] = {
    "as it should be": with_auth({"type": "basic", "user": "anna", "password": WORD}),
    "a broken block": with_auth({"type": "basic", "user": 7, "password": WORD, "more": 1}),
    "an unknown kind": with_auth({"type": "basci", "user": "anna", "password": WORD}),
    "a key of an unknown kind": with_auth({"type": "apikey", "name": "X-Key", "value": WORD}),
    "no kind": with_auth({"client_secret": WORD}),
    "a misspelt field": with_auth({"type": "basic", "user": "anna", "pasword": WORD}),
    "a field of another kind": with_auth({"type": "bearer", "code": WORD}),
    "an unknown block": with_auth({"type": "bearer", "token": WORD}, action="web_call"),
    "a misspelt authentication": with_auth({"type": "api_key", "name": "X", "value": WORD}, key="authentification"),
    "no object": with_auth(f"Bearer {WORD}"),
    "a list": with_auth([{"type": "bearer", "token": WORD}, WORD]),
    "the wrong shape": with_auth({"type": "bearer", "token": {"text": WORD, "more": [WORD]}}),
    "sealed by nobody": with_auth({"type": "bearer", "token": {"sealed": WORD}}),
    "set by nobody": with_auth({"type": "bearer", "token": {"set": True, "to": WORD}}),
    "no block": {"id": "a", "blocks": {"1": {"action": {"authentication": {"type": "bearer", "token": WORD}}}}},
    "outside the blocks": {"id": "a", "password": WORD, "settings": {"api_key": WORD, "auth_tokens": [WORD]}},
}


@pytest.mark.parametrize("name", HIDDEN)
async def test_no_secret_is_ever_in_the_open(place: Place, name: str) -> None:
    """Neither in the database nor, which is more, in what is sealed there."""
    store = await place.open()
    assert WORD in json.dumps(HIDDEN[name])
    await store.flows.save_draft(HIDDEN[name])
    draft = await store.flows.draft("a")
    assert WORD not in json.dumps(draft.document)
    assert WORD not in json.dumps(draft.shown)
    assert '"sealed": "' not in json.dumps(draft.shown)
    assert WORD.encode() not in await dump(place, store)
    again = await store.flows.save_draft(draft.shown)
    assert again == await store.flows.draft("a"), "what is given back is what is stored"
    assert (again.version, again.document) == (2, draft.document), "and all of it stays set"


async def test_a_number_is_a_secret_too(store: Store) -> None:
    await store.flows.save_draft(with_auth({"type": "basic", "user": "anna", "password": 20260301}))
    password = (await store.flows.draft("a")).document["blocks"][0]["action"]["authentication"]["password"]
    assert store.vault.open_secret(Secret.read(password)) == "20260301"


async def test_the_wrong_shape_of_a_secret_is_still_a_mistake(store: Store) -> None:
    for name in ("the wrong shape", "sealed by nobody", "set by nobody"):
        await store.flows.save_draft(HIDDEN[name])
        problems = read_document((await store.flows.draft("a")).document)[1]
        assert "action.authentication.token" in [problem.path for problem in problems], name


async def test_what_only_sounds_like_a_secret_stays_readable(store: Store) -> None:
    named = {"type": "bearer", "token": "$SECRET.crm"}
    say = {"type": "play_message", "message": "The password is hunter2."}
    exits = {"reset_password": 4, "token": 5}
    document = with_auth(named)
    document["blocks"] += [{"number": 4, "action": say, "exits": exits}, {"number": 5, "action": {"type": "tokenise"}}]
    await store.flows.save_draft(document)
    assert (await store.flows.draft("a")).document == document


async def test_who_saw_an_older_version_is_told(store: Store) -> None:
    first = (await store.flows.save_draft(a_flow(), seen=0)).version
    second = (await store.flows.save_draft(a_flow(name="Mine"), seen=first)).version
    assert (first, second) == (1, 2)
    with pytest.raises(Stale, match="you saw version 1 of the draft, and it is at 2 now"):
        await store.flows.save_draft(a_flow(name="Yours"), seen=first)
    assert (await store.flows.draft("appointments")).document["name"] == "Mine"
    assert (await store.flows.save_draft(a_flow(name="Whatever"), seen=None)).version == 3


async def test_of_two_who_save_at_once_one_is_told(place: Place) -> None:
    stores = [await place.open() for _ in range(3)]
    seen = (await stores[0].flows.save_draft(a_flow())).version
    saves = [stores[n % 3].flows.save_draft(a_flow(name=f"{n}"), seen=seen) for n in range(6)]
    saved = await asyncio.gather(*saves, return_exceptions=True)
    assert [each.version for each in saved if isinstance(each, Draft)] == [seen + 1]
    assert [type(each) for each in saved if not isinstance(each, Draft)] == [Stale] * 5
    [winner] = [n for n, each in enumerate(saved) if isinstance(each, Draft)]
    assert (await stores[0].flows.draft("appointments")).document["name"] == f"{winner}"


async def test_a_new_flow_takes_no_others_place(place: Place) -> None:
    stores = [await place.open() for _ in range(2)]
    saves = [stores[n % 2].flows.save_draft(a_flow(name=f"{n}"), seen=0) for n in range(4)]
    saved = await asyncio.gather(*saves, return_exceptions=True)
    assert [each.version for each in saved if isinstance(each, Draft)] == [1]
    with pytest.raises(Conflict, match="There is a flow “appointments” already"):
        await stores[0].flows.save_draft(a_flow(), seen=0)


async def test_a_draft_that_was_deleted_meanwhile_does_not_come_back(store: Store) -> None:
    seen = (await store.flows.save_draft(a_flow())).version
    await store.flows.delete("appointments")
    for version in (seen, seen + 1):
        with pytest.raises(UnknownFlow):
            await store.flows.save_draft(a_flow(), seen=version)
    with pytest.raises(UnknownFlow):
        await store.flows.draft("appointments")
    with pytest.raises(UnknownFlow):
        await store.flows.save_draft(a_flow(), exists=True)


@pytest.mark.parametrize(
    "flow_id", [None, "", "A", "a b", "a/b", "-a", "a\n", "ä", 7, ["a"], "a" * 65, "../x", "a\x00"]
)
async def test_an_id_that_can_never_be_one_is_refused(store: Store, flow_id: Any) -> None:
    with pytest.raises(BadDraft, match="A flow needs an id"):
        await store.flows.save_draft({"id": flow_id, "name": "A", "blocks": []})
    assert await store.flows.list() == []


@pytest.mark.parametrize("document", [None, [], "x", 7, {}])
async def test_what_is_no_flow_at_all_is_refused(store: Store, document: Any) -> None:
    with pytest.raises(BadDraft, match="A flow needs an id"):
        await store.flows.save_draft(document)


async def test_what_can_not_be_kept_is_refused_in_a_sentence(store: Store) -> None:
    deep: Any = []
    for _ in range(2000):
        deep = [deep]
    with pytest.raises(BadDraft, match="nested too deeply"):
        await store.flows.save_draft({"id": "a", "blocks": deep})
    with pytest.raises(BadDraft, match="is too large: "):
        await store.flows.save_draft({"id": "a", "description": "x" * LARGEST})
    for value in (float("nan"), object(), {1, 2}):
        with pytest.raises(BadDraft, match="can't be written as JSON"):
            await store.flows.save_draft({"id": "a", "blocks": value})
    with pytest.raises(BadDraft, match="can't be written as JSON"):
        await store.flows.save_draft(with_auth({"type": "bearer", "token": "half \ud800"}))
    assert await store.flows.list() == []


async def test_a_flow_is_renamed_in_its_draft(store: Store) -> None:
    await store.flows.save_draft(a_flow())
    await store.flows.publish("appointments")
    assert await store.flows.rename("appointments", " Dates ") == 2
    draft = await store.flows.draft("appointments")
    assert draft.document["name"] == "Dates"
    assert not password_of(draft.document).missing
    assert [row.name for row in await store.flows.list()] == ["Dates"]
    assert (await store.flows.revision("appointments", 1)).name == "Appointments"
    for name in ("", " ", "x" * 121):
        with pytest.raises(BadDraft):
            await store.flows.rename("appointments", name)
    with pytest.raises(UnknownFlow):
        await store.flows.rename("apointments", "X")

"""A secret that was typed for one origin never goes to another, by whatever door the document comes in."""

import copy
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.api.board import Browser, Served, asking
from tests.api.test_api_trial import Api, an_api, api, tried

CANARY = "canary-77b1e0"
__all__ = ["api"]


@pytest.fixture
async def stranger() -> AsyncIterator[Api]:
    """An API that no secret was ever typed for."""
    async with an_api() as api:
        yield api


def password_in(document: dict[str, Any]) -> Any:
    return document["blocks"][1]["action"]["authentication"]["token"]


def origin_of(api: Api) -> str:
    return api.url.removesuffix("/x")


def sent_to(document: dict[str, Any], url: str) -> dict[str, Any]:
    """The document, its web call with another address."""
    changed = copy.deepcopy(document)
    changed["blocks"][1]["action"]["url"] = url
    return changed


async def typed(board: Browser, api: Api) -> dict[str, Any]:
    """A draft with a secret that was typed for an API, as the board gets it back."""
    document = asking(api.url, authentication={"type": "bearer", "token": CANARY})
    created = await board.post("/api/flows", {"document": document})
    shown: dict[str, Any] = (await board.get(created.headers["Location"])).json
    assert password_in(shown) == {"set": True}
    return shown


async def test_another_address_loses_it_until_it_is_typed_again_or_the_address_is_back(
    board: Browser, api: Api, stranger: Api
) -> None:
    document = await typed(board, api)
    saved = await board.put("/api/flows/line/draft", sent_to(document, stranger.url), headers={"If-Match": "*"})
    (problem,) = saved.json["problems"]
    sentence = f"The token was typed for {origin_of(api)}; type it again for {origin_of(stranger)}."
    assert (problem["code"], problem["level"], problem["block"]) == ("secret_lost", "error", 2)
    assert (problem["message"], problem["path"]) == (sentence, "action.authentication.token")
    there = (await board.get("/api/flows/line/draft")).json
    assert password_in(there) == {"set": True, "origin": origin_of(api), "lost": True}
    assert (await board.post("/api/flows/line/publish", headers={"If-Match": "*"})).status == 422
    assert (await board.post("/api/test-calls", {"document": there})).status == 422
    assert sentence in str((await tried(board, there)).json)
    back = await board.put("/api/flows/line/draft", sent_to(there, api.url), headers={"If-Match": "*"})
    assert back.json["problems"] == []
    assert (await tried(board, (await board.get("/api/flows/line/draft")).json)).json["status"] == 200
    again = sent_to(there, stranger.url)
    again["blocks"][1]["action"]["authentication"]["token"] = f"{CANARY}-2"
    assert (await board.put("/api/flows/line/draft", again, headers={"If-Match": "*"})).json["problems"] == []
    assert (await tried(board, (await board.get("/api/flows/line/draft")).json)).json["status"] == 200
    assert [each["headers"]["authorization"] for each in api.asked] == [f"Bearer {CANARY}"]
    assert [each["headers"]["authorization"] for each in stranger.asked] == [f"Bearer {CANARY}-2"]


async def test_a_test_request_with_another_address_sends_nothing(board: Browser, api: Api, stranger: Api) -> None:
    document = await typed(board, api)
    for url in (stranger.url, "$HOST/x", f"{stranger.url.removesuffix('/x')}$X", stranger.url.replace("http", "https")):
        await tried(board, sent_to(document, url), HOST=stranger.url, X="/x")
    assert stranger.asked == []


async def test_a_typed_secret_needs_an_address_that_is_written_out(board: Browser, api: Api) -> None:
    document = sent_to(await typed(board, api), "$HOST/x")
    (problem,) = [
        each
        for each in (await board.post("/api/check", {"document": document})).json["problems"]
        if each["code"] == "secret_anywhere"
    ]
    assert problem["message"].startswith("A token that is typed in goes to one host only")
    assert "named secret" in problem["hint"]


async def test_a_copy_of_the_block_has_not_the_secret(board: Browser, api: Api, stranger: Api) -> None:
    document = await typed(board, api)
    copied = copy.deepcopy(document)
    copied["blocks"].append({**copy.deepcopy(document["blocks"][1]), "number": 9})
    copied["blocks"][1]["exits"] = {"success": 9, "failure": 3}
    problems = (await board.post("/api/check", {"document": copied})).json["problems"]
    assert [(each["code"], each["block"]) for each in problems] == [("secret_missing", 9)]


async def test_what_is_sealed_can_not_be_handed_in_for_another_place(
    board: Browser, server: Served, api: Api, stranger: Api
) -> None:
    await typed(board, api)
    sealed = password_in((await server.store.flows.draft("line")).document)
    for stolen in (sealed, {**sealed, "origins": [origin_of(stranger)]}, {"sealed": sealed["sealed"]}):
        other = sent_to(asking("", authentication={"type": "bearer", "token": stolen}), stranger.url)
        await board.post("/api/flows", {"document": {**other, "id": f"copy{len(stolen)}"}})
        await tried(board, {**other, "id": "copy3"})
        await tried(board, other)
    assert stranger.asked == []


async def test_restoring_a_revision_brings_its_own_address_and_secret(board: Browser, api: Api, stranger: Api) -> None:
    document = await typed(board, api)
    assert (await board.post("/api/flows/line/publish", headers={"If-Match": "*"})).status == 200
    changed = sent_to(document, stranger.url)
    await board.put("/api/flows/line/draft", changed, headers={"If-Match": "*"})
    await board.post("/api/flows/line/revisions/1/restore")
    restored = (await board.get("/api/flows/line/draft")).json
    assert password_in(restored) == {"set": True}
    assert (await tried(board, restored)).json["status"] == 200
    assert len(api.asked) == 1
    await tried(board, sent_to(restored, stranger.url))
    assert stranger.asked == []


async def test_no_secret_is_published_that_anybody_could_read(board: Browser) -> None:
    await board.put("/api/secrets/crm", {"value": CANARY, "hosts": ["intranet.example.com"]})
    for token in (CANARY, "$SECRET.crm"):
        document = asking("http://intranet.example.com/x", authentication={"type": "bearer", "token": token})
        problems = (await board.post("/api/check", {"document": document})).json["problems"]
        assert [(each["code"], each["level"], each["path"]) for each in problems] == [
            ("plain_http", "error", "action.authentication.token")
        ]
    await board.put("/api/secrets/crm", {"value": CANARY, "hosts": ["http://intranet.example.com"]})
    assert (await board.post("/api/check", {"document": document})).json["problems"] == []

"""Operations of an OpenAPI document over the API: from a text, and from an address under the guard."""

from io import BytesIO
from pathlib import Path

from ivr.authoring.openapi import LONGEST
from tests.api.board import Browser
from tests.webcall.peer import answer, as_json, peer, redirect, says

PETS = (Path(__file__).parents[1] / "authoring" / "pets.yaml").read_text()


async def test_a_text_is_listed_and_one_operation_picked(board: Browser) -> None:
    listed = await board.post("/api/operations", {"text": PETS})
    assert listed.status == 200
    names = [each["name"] for each in listed.json["operations"]]
    assert names == ["GET /pets/{pet-id}", "PUT /pets/{pet-id}", "POST /form"]
    picked = await board.post("/api/operations/fields", {"text": PETS, "operation": names[0]})
    assert picked.json["fields"]["method"] == "GET"
    assert picked.json["offered"][4] == {"name": "owner_name", "query": "owner.name", "description": ""}


async def test_an_address_is_asked_under_the_guard(board: Browser) -> None:
    for address in ("http://10.0.0.9/api.yaml", "http://169.254.169.254/", "file:///etc/passwd", "http://u:p@a.test/"):
        refused = await board.post("/api/operations", {"address": address})
        assert refused.status == 422, address
        assert "could not be had" in refused.problem["detail"]


async def test_what_is_at_an_address_is_read(board: Browser) -> None:
    async with peer(says(answer(PETS.encode(), "Content-Type: application/yaml"))) as site:
        listed = await board.post("/api/operations", {"address": f" {site.url}api.yaml "})
    assert (listed.status, len(listed.json["operations"])) == (200, 3)
    async with peer(says(as_json('{"openapi": "3.0.0", "paths": {"/a": {"get": {"summary": "x"}}}}'))) as site:
        picked = await board.post("/api/operations/fields", {"address": site.url, "operation": "GET /a"})
    assert picked.json["fields"]["url"] == f"{site.url}a"


async def test_what_is_no_document_is_said(board: Browser) -> None:
    async with peer(says(answer(b"no", status="404 No"))) as site:
        refused = await board.post("/api/operations", {"address": site.url})
    assert (refused.status, "status 404" in refused.problem["detail"]) == (422, True)
    async with peer(says(answer(b"x" * (LONGEST + 100)))) as site:
        refused = await board.post("/api/operations", {"address": site.url})
    assert (refused.status, "larger than" in refused.problem["detail"]) == (422, True)
    async with peer(redirect("http://10.0.0.9/")) as site:
        assert (await board.post("/api/operations", {"address": site.url})).status == 422
    for body in ({}, {"text": "x", "address": "https://a.test/"}, {"text": "{}"}, {"text": "a: &a [*a]"}):
        assert (await board.post("/api/operations", body)).status == 422


async def test_fifty_megabytes_are_refused_before_they_are_read(board: Browser) -> None:
    body = BytesIO(b'{"text": "' + b"x" * 50_000_000 + b'"}')
    headers = {"Content-Type": "application/json"}
    assert (await board.ask("POST", "/api/operations", data=body, headers=headers)).status == 413

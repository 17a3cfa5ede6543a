"""Whatever is sent, the answer is a sentence."""

import io
import json
from collections.abc import AsyncIterator

import pytest

from tests.api.board import Browser, flow

DEEP = "[" * 5000 + "]" * 5000
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"nan", 400),
        (b'{"document": NaN}', 400),
        (b'{"document": Infinity}', 400),
        (b"\xff\xfe", 400),
        (b'"\\ud800"', 400),
        (b"\x00", 400),
        (b"[]", 422),
        (b"null", 422),
        (b'"text"', 422),
        (b"1e999", 400),
        (b'{"document": 1}', 422),
        (b'{"document": {}, "document2": {}}', 422),
        (DEEP.encode(), 400),
        (f'{{"document": {{"x": {"[" * 200}{"]" * 200}}}}}'.encode(), 422),
    ],
)
async def test_a_body_that_is_not_understood(board: Browser, body: bytes, status: int) -> None:
    answer = await board.ask("POST", "/api/check", data=body, headers=JSON)
    if body == DEEP.encode():
        assert answer.status in {400, 422}
    else:
        assert answer.status == status
    assert len(answer.problem["detail"]) < 500


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_only_json_counts_as_json(board: Browser, kind: str) -> None:
    answer = await board.ask("POST", "/api/check", data=b'{"document": {}}', headers={"Content-Type": kind})
    assert answer.status == 415


async def test_a_request_that_is_too_large(board: Browser) -> None:
    answer = await board.post("/api/session", {"user": "admin", "password": "x" * 70_000})
    assert answer.status == 413
    for path in ("/api/check", "/api/flows"):
        body = io.BytesIO(json.dumps({"document": flow(description="x" * (4 * 2**20))}).encode())
        assert (await board.ask("POST", path, data=body, headers=JSON)).status == 413


async def test_a_request_without_an_end(board: Browser) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"[" * 65_536

    answer = await board.ask("POST", "/api/session", data=endless(), headers=JSON)
    assert answer.status == 413


@pytest.mark.parametrize(
    "name", ["%00", "..%2f..%2fetc%2fpasswd", "%ff", "%F0%9F%93%9E", "a" * 3000, "%22%3E%3Cscript%3E", "$%7B%7D"]
)
async def test_names_in_addresses(board: Browser, name: str) -> None:
    for path in (f"/api/flows/{name}/draft", f"/api/audio/{name}/content", f"/api/flows/{name}/revisions/1"):
        assert (await board.get(path)).status == 404
    assert (await board.ask("DELETE", f"/api/secrets/{name}")).status in {404, 405}
    assert (await board.put(f"/api/numbers/{name}", {"flow": "line"})).status in {422, 405}
    assert (await board.put(f"/api/secrets/{name}", {"value": "x", "hosts": ["a.example"]})).status in {422, 405}
    assert (await board.get("/api/secrets")).json == (await board.get("/api/numbers")).json == []


async def test_mistakes_are_located(board: Browser) -> None:
    answer = await board.post("/api/flows", {"name": 7, "id": "Not", "more": json.dumps({})})
    problems = {each["path"]: each["message"] for each in answer.problem["problems"]}
    assert set(problems) == {"name", "id", "more"}
    assert problems["name"] == "Must be a valid string."

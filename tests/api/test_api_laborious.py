"""Headers and bodies of strangers that would take long to read, though they are short."""

import json
import re
from io import BytesIO

import pytest

from ivr.store import Store
from tests.api.board import Served, lock
from tests.web.steps import counted
from tests.web.stranger import asks

LONGEST = 8100
LABORIOUS = [
    *("Content-Type: " + shape for shape in (";" * LONGEST, '"' * LONGEST, "a;" * (LONGEST // 2), 'a="b";' * 1300)),
    *("Cookie: " + shape for shape in ("a=b; " * (LONGEST // 5), "a;" * (LONGEST // 2), "=;" * (LONGEST // 2))),
    "Origin: http://" + "[" * LONGEST,
    "Authorization: Basic " + "=" * LONGEST,
    "If-None-Match: " + '"a",' * (LONGEST // 4),
    "X-CSRF-Token: " + "\xff" * LONGEST,
]


async def steps(server: Served, *lines: str, body: bytes = b"{}") -> int:
    port = int(server.url.rpartition(":")[2])
    with counted() as steps:
        answer = await asks(port, "POST /api/session HTTP/1.1", *lines, body=body)
    assert 400 <= answer.status < 500
    return steps.count


async def locked(store: Store) -> None:
    await lock(store)


@pytest.mark.parametrize("header", LABORIOUS, ids=lambda header: header[:30])
async def test_a_header_costs_what_any_header_costs(server: Served, header: str) -> None:
    await locked(server.store)
    await steps(server)
    plain = min([await steps(server, "X: y") for _ in range(3)])
    assert min([await steps(server, header) for _ in range(3)]) < 2 * plain


async def test_names_of_a_body_are_not_looked_at_one_by_one(server: Served) -> None:
    browser = await server.board()
    body = json.dumps({f"k{number}": 1 for number in range(1000)}).encode()
    answer = await browser.ask("POST", "/api/session", data=body, headers={"Content-Type": "application/json"})
    assert answer.status == 422
    assert len(answer.body) < 500
    fewer = {f"k{number}": 1 for number in range(52)}
    answer = await browser.post("/api/session", {**fewer, "x" * 1000: 1})
    assert answer.status == 422
    assert len(answer.body) < 10_000


@pytest.mark.parametrize(
    "body",
    [
        {"document": {}, "blocks": ["x"] * 800_000},
        {"document": {}, "blocks": [1] * 800_000},
        {"document": {}, "blocks": {str(number): 1 for number in range(200_000)}},
        {"document": {"blocks": [{"number": 1}] * 200_000}},
        {"document": {}, "block": 1, "values": {str(number): 1 for number in range(200_000)}},
        {"answers": {str(place): {str(number): 1 for number in range(8000)} for place in range(1, 40)}},
    ],
    ids=["texts", "numbers", "object", "blocks of a flow", "values", "answers"],
)
async def test_mistakes_of_a_large_body_are_not_listed_one_by_one(server: Served, body: dict[str, object]) -> None:
    browser = await server.board()
    path = "/api/test-calls" if "answers" in body else "/api/flows/x/test-request" if "values" in body else "/api/check"
    sent = BytesIO(json.dumps(body).encode())
    answer = await browser.ask("POST", path, data=sent, headers={"Content-Type": "application/json"})
    assert (answer.status, "problems" in answer.json) == (422, False)
    assert re.search(r"has \d{5,} (members|mistakes)", answer.json["detail"])


async def test_who_signs_in_sends_little(server: Served) -> None:
    browser = await server.board()
    assert (await browser.post("/api/session", {"user": "admin", "password": "x" * 17_000})).status == 413


MAKING = 100_000
"""Steps: a third of what making the least of these takes, and many times what else the server does meanwhile."""


@pytest.mark.parametrize("path", ["/api/bootstrap", "/api/openapi.json", "/api/help"])
async def test_what_is_made_once_is_not_made_in_the_event_loop(server: Served, path: str) -> None:
    """The first answer keeps no caller waiting who is served meanwhile."""
    browser = await server.board()
    with counted() as steps:
        assert (await browser.get(path)).status == 200
    assert steps.count < MAKING

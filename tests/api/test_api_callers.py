"""A caller is erased by the API, and by the command line."""

from pathlib import Path

import pytest

from ivr.core.call import Call
from ivr.runtime.ports import CallRecord, Change
from ivr.store import Store
from tests.api.board import Browser, Served
from tests.cli.process import run

CALLER = "+15551234567"


async def _call(store: Store) -> None:
    made = Call("CA1", "desk", 1, status="ended", variables={"ANI": CALLER})
    assert await store.calls.save(Change(CallRecord(made, over_at=1)), 1)


async def test_a_caller_is_erased_with_a_receipt(server: Served, board: Browser) -> None:
    await _call(server.store)
    answer = await board.post("/api/callers/erase", {"number": "+1 555 123 4567"})
    assert answer.status == 200
    assert {**answer.json, "mark": ""} == {
        "mark": "", "calls": 1, "recordings": 0, "starts": 0, "texts": 0, "under_way": 0, "kept": 0, "reason": "",
        "complete": True,
    }  # fmt: skip
    assert await server.store.calls.load("CA1") is None
    entry = (await server.store.audit_trail.entries())[0]
    assert answer.json["mark"] in entry.words
    assert CALLER not in entry.words


@pytest.mark.parametrize("number", ["", "12", "x" * 10_000])
async def test_what_is_no_number_is_refused(board: Browser, number: str) -> None:
    assert (await board.post("/api/callers/erase", {"number": number})).status == 422


async def test_who_wants_no_texts(server: Served, board: Browser) -> None:
    for _ in range(2):
        assert (await board.post("/api/opt-outs", {"number": "+1 555 123 4567"})).status == 204
    [row] = (await board.get("/api/opt-outs")).json
    assert (row["number"], row["at"] > 0) == (CALLER, True)
    for _ in range(2):
        assert (await board.post("/api/opt-outs/remove", {"number": CALLER})).status == 204
    assert (await board.get("/api/opt-outs")).json == []
    mark = server.store.erasure.mark_of(CALLER)
    told = [entry.words for entry in await server.store.audit_trail.entries() if mark in entry.words]
    assert told == [f"Texts to the number {mark} again.", f"No more texts to the number {mark}."]
    assert (await board.post("/api/opt-outs", {"number": "12"})).status == 422


@pytest.mark.process
async def test_the_command_line_erases_and_keeps_who_wants_no_texts(tmp_path: Path) -> None:
    assert (await run(tmp_path, "optout", "add", CALLER)).out == "+1 555-123-4567 gets no more texts.\n"
    erased = await run(tmp_path, "erase", CALLER, "--yes")
    assert erased.code == 0
    assert "0 calls, 0 recordings at the carrier, 0 starts and 0 waiting texts." in erased.out
    assert "+1 555-123-4567" in (await run(tmp_path, "optout", "list")).out
    assert (await run(tmp_path, "optout", "remove", CALLER)).code == 0
    assert (await run(tmp_path, "optout", "list")).out == "Every number may be texted.\n"
    refused = await run(tmp_path, "erase", "12", "--yes")
    assert (refused.code, "no phone number" in refused.said) == (1, True)

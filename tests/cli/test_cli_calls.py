"""Calls on the command line: which there were, and what happened in each."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from msgspec.structs import replace

from ivr.app import WallClock
from ivr.core.call import Call, Entry
from ivr.runtime.ports import CallRecord, Change
from ivr.store import load_keys, open_store
from tests.cli.process import run

CALLER = "+15551230000"
DAY = 86_400_000


async def keep(folder: Path, *changes: Change) -> None:
    """Save calls beside the command."""
    data = folder / "data"
    store = await open_store(data, None, load_keys(None, data), WallClock().now)
    for change in changes:
        assert await store.calls.save(change, change.trace[0].at)
    await store.close()


def a_call(call_id: str, at: int) -> Change:
    call = Call(call_id, "line", 1, status="ended", block=3, variables={"ANI": CALLER, "DNIS": "+15550001111"})
    asked = {"job": "fetch", "method": "GET", "url": "http://orders.test/7", "token": "1.2"}
    replied = {"token": "1.2", "cause": "ok", "status": 200, "error": "", "milliseconds": 1500}
    trace = (
        Entry(at, "answered", 1, {"caller": CALLER, "dialled": "+15550001111"}),
        Entry(at, "entered", 2),
        Entry(at, "asked", 2, asked),
        Entry(at + 1500, "replied", 2, replied),
        Entry(at + 1500, "left", 2, {"port": "success"}),
        Entry(at + 1500, "said", 3, {"words": "It is on its way."}),
        Entry(at + 1500, "ended", 3),
    )
    return Change(CallRecord(call, over_at=at + 9000), trace)


async def test_calls_are_listed_and_shown(tmp_path: Path) -> None:
    empty = await run(tmp_path, "calls", "list")
    assert (empty.code, empty.out) == (0, "There are no calls yet.\n")
    await keep(tmp_path, a_call("CA1", 1_767_600_000_000), a_call("CA2", 1_767_600_060_000))
    listed = await run(tmp_path, "calls", "list")
    assert [re.split(" {2,}| (?=[+l])", line)[:5] for line in listed.out.splitlines()] == [
        ["2026-01-05 08:01:00", "CA2", "+1 555-123-0000", "line", "completed"],
        ["2026-01-05 08:00:00", "CA1", "+1 555-123-0000", "line", "completed"],
    ]
    typed = await run(tmp_path, "calls", "list", "--number", "+1 (555) 123-0000")
    assert typed.out == listed.out
    assert (await run(tmp_path, "calls", "list", "--number", CALLER, "--limit", "1")).out.split()[2] == "CA2"
    by_digits = await run(tmp_path, "calls", "list", "--number", "30000", "--dialled", "+1 555 000 1111")
    assert by_digits.out == listed.out
    few = await run(tmp_path, "calls", "list", "--number", "000")
    assert (few.code, "the last 4 to 10 digits" in few.said) == (2, True)
    assert (await run(tmp_path, "calls", "list", "--words", "hello")).out == "There are no such calls.\n"
    none = await run(tmp_path, "calls", "list", "--words", "?")
    assert (none.code, "whole words" in none.said, "--words" in none.said) == (2, True, True)
    assert (await run(tmp_path, "calls", "list", "--block", "7")).out == "There are no such calls.\n"
    shown = await run(tmp_path, "calls", "show", "CA1")
    lines = [line.strip() for line in shown.out.splitlines()[1:]]
    assert lines[0] == f"0.00 s  {CALLER} calls +15550001111"
    assert "0.00 s  → GET http://orders.test/7" in lines
    assert "1.50 s  ← 200 OK after 1.50 s" in lines
    assert "1.50 s  “It is on its way.”" in lines


async def test_a_call_is_exported(tmp_path: Path) -> None:
    await keep(tmp_path, a_call("CA1", 1_767_600_000_000))
    told = json.loads((await run(tmp_path, "calls", "export", "CA1")).out)
    assert (told["call"]["id"], told["path"]) == ("CA1", [1, 2])
    assert told["variables"] == {"ANI": CALLER, "DNIS": "+15550001111"}
    assert [entry["kind"] for entry in told["entries"]][-1] == "ended"


async def test_old_calls_are_purged(tmp_path: Path) -> None:
    now = WallClock().now()
    await keep(tmp_path, a_call("CA1", now - 40 * DAY), a_call("CA2", now - 20 * DAY))
    assert (await run(tmp_path, "calls", "purge", "--older", "30d")).out == "Deleted 1 call.\n"
    assert [line.split()[2] for line in (await run(tmp_path, "calls", "list")).out.splitlines()] == ["CA2"]


@asynccontextmanager
async def carrier(deleted: list[str]) -> AsyncIterator[dict[str, str]]:
    """The account of a carrier that deletes recordings, as settings."""

    async def delete(request: web.Request) -> web.Response:
        deleted.append(request.match_info["sid"])
        return web.Response(status=204)

    app = web.Application()
    app.router.add_delete("/2010-04-01/Accounts/{account}/Recordings/{sid}.json", delete)
    async with TestServer(app) as server:
        account = {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "not-a-secret"}
        yield {**account, "TWILIO_API_URL": str(server.make_url(""))}


async def test_old_calls_are_purged_with_their_recordings(tmp_path: Path) -> None:
    """Not before them: nobody could find them afterwards."""
    old, sid = WallClock().now() - 40 * DAY, "RE" + "a" * 32
    said = Entry(old, "replied", 3, {"url": f"https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/{sid}"})
    call = a_call("CA1", old)
    await keep(tmp_path, replace(call, trace=(*call.trace, said)))
    purge = ("calls", "purge", "--older", "30d")
    refused = await run(tmp_path, *purge, "--recordings")
    assert refused.code == 1
    assert "No call was deleted, as its recordings must go first: a recording of call CA1: TWILIO_" in refused.said
    assert "CA1" in (await run(tmp_path, "calls", "list")).out
    deleted: list[str] = []
    async with carrier(deleted) as account:
        done = await run(tmp_path, *purge, env={**account, "IVR_KEEP_RECORDINGS_DAYS": "60"})
    assert done.out == "Deleted 1 recording at the carrier.\nDeleted 1 call.\n"
    assert deleted == [sid]


@pytest.mark.parametrize("words", [("show", "CA9"), ("export", "CA9")])
async def test_an_unknown_call_is_told_in_a_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    ran = await run(tmp_path, "calls", *words)
    assert ran.code == 1
    assert "There is no call “CA9”." in ran.said


@pytest.mark.parametrize("older", ["", "0", "-1", "x", "9" * 20, "30 days"])
async def test_nonsense_purges_nothing(tmp_path: Path, older: str) -> None:
    ran = await run(tmp_path, "calls", "purge", "--older", older)
    assert ran.code == 2
    assert "number of days" in ran.said

"""Digits that must not be seen, in requests that outlive their call or its patience: written nowhere, whatever ends
them."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from ivr.core.call import Entry
from ivr.core.fields import DOTS
from ivr.store import Store
from ivr.store.sought import Sought
from tests.story.asking import collects
from tests.story.flows import Row, asks, awaits, begins, drawn, ends, starts, takes
from tests.web.listener import Answer, Listener, listener
from tests.webcall.peer import PATIENCE, Peer, Talk, as_json, by_path, nothing, peer

CANARY = "8362947105"
KEY = {"key": "1", "label": "Text me"}
PLACES: dict[str, Any] = {
    "headers": [{"name": "X-Pin", "value": "$pin"}],
    "content_type": "application/json",
    "body": '{"pin": "$pin", "again": "$COLLECT_2.digits", "reply_to": "$EXTCALL_3.resume_url"}',
    "later": {"type": "callback", "within": 60},
}


class Far:
    """An API. It answers at once, when it is let, or never; a late answer names what it was asked with."""

    def __init__(self) -> None:
        self.answers = asyncio.Event()

    async def now(self, talk: Talk) -> None:
        await talk.send(as_json("{}"))

    async def late(self, talk: Talk) -> None:
        await self.answers.wait()
        await talk.send(as_json(json.dumps({"echo": CANARY, "path": talk.path})))

    def behave(self) -> Callable[[Talk], Awaitable[None]]:
        return by_path(now=self.now, late=self.late, never=nothing, root=nothing)


class World:
    """A line, and the API that its flows ask."""

    def __init__(self, folder: Path, api: Peer, far: Far) -> None:
        self.folder, self.api, self.far = folder, api, far

    @asynccontextmanager
    async def line(self, *rows: Row) -> AsyncIterator[Listener]:
        entry = collects({"success": 3, "no_input": 9, "invalid": 9}, sensitive=True, variable="pin")
        flow = drawn(starts(2), entry, *rows, *(ends() for _ in range(7 - len(rows))))
        async with listener(self.folder, flow) as line:
            yield line

    async def asked(self, line: Listener, requests: int = 1) -> Answer:
        """What the caller hears who has entered the digits, once the API was asked."""
        question = await line.carrier.post("/voice/answer")
        held = await answered(line, question, CANARY)
        await self.arrived(requests)
        return held

    async def arrived(self, requests: int = 1) -> None:
        async with asyncio.timeout(PATIENCE):
            for _ in range(requests):
                await self.api.arrived.get()


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    far = Far()
    async with peer(far.behave()) as api:
        yield World(tmp_path, api, far)


async def answered(line: Listener, question: Answer, digits: str) -> Answer:
    """The page behind the one with the question."""
    (gather,) = question.xml.iter("Gather")
    return await line.carrier.post(gather.attrib["action"].removeprefix(line.carrier.url), Digits=digits)


async def hangs_up(line: Listener) -> None:
    await line.carrier.post("/voice/status", CallStatus="completed")


async def told(line: Listener, kind: str, entries: int = 1) -> list[Entry]:
    """So many lines of this kind in the trace, as soon as they are there, and no job is left."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = [entry for entry in await line.store.calls.trace("CA1") if entry.kind == kind]
            jobs = await line.store.database.fetch("SELECT token FROM jobs", {})
            if len(found) >= entries and not jobs:
                return found
            await asyncio.sleep(0.02)


async def kept(store: Store) -> str:
    """All that is stored, opened."""
    tables = await store.database.fetch("SELECT name FROM sqlite_master WHERE type = 'table'", {})
    found: list[Any] = [await store.database.fetch(f'SELECT * FROM "{row["name"]}"', {}) for row in tables]
    for row in await store.database.fetch("SELECT id FROM calls", {}):
        call = row["id"]
        found += [await store.calls.load(call), await store.calls.trace(call), await store.history.get(call)]
    return str(found)


async def leaks_nothing(line: Listener, caplog: pytest.LogCaptureFixture, *entries: Entry) -> None:
    for entry in entries:
        assert DOTS in str(entry.data), entry
    stored = await kept(line.store)
    assert CANARY not in stored
    assert "/resume/CA1/" not in stored
    assert CANARY not in caplog.text
    while await line.store.word_index.index():
        pass
    assert await line.store.history.list(Sought(words=(CANARY,))) == []


def web_call(world: World, path: str, **fields: Any) -> Row:
    row = asks(9, 9, url=f"{world.api.url}{path}?pin=$pin", hold_delay=0, play_hold_music=True, timeout=60, **fields)
    return {**row, "exits": {**row["exits"], "key_1": 9}} if "while_waiting" in fields else row


async def test_a_request_that_is_cancelled_by_a_hang_up(world: World, caplog: pytest.LogCaptureFixture) -> None:
    async with world.line(web_call(world, "never")) as line:
        await world.asked(line)
        await hangs_up(line)
        (entry,) = await told(line, "cancelled")
        assert entry.data["url"] == f"{world.api.url}never?pin={DOTS}"
        await leaks_nothing(line, caplog, entry)


async def test_so_are_its_headers_its_body_and_the_address_to_post_to(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    async with world.line(web_call(world, "never", method="POST", when_caller_hangs_up="cancel", **PLACES)) as line:
        await world.asked(line)
        assert b"/resume/CA1/" in world.api.body()
        await hangs_up(line)
        (entry,) = await told(line, "cancelled")
        assert entry.data["headers"]["X-Pin"] == DOTS
        assert json.loads(entry.data["body"]) == {"pin": DOTS, "again": DOTS, "reply_to": DOTS}
        await leaks_nothing(line, caplog, entry)


async def test_a_request_that_is_finished_after_the_hang_up(world: World, caplog: pytest.LogCaptureFixture) -> None:
    row = web_call(world, "late", method="POST", response_variables=takes(Echo="echo"))
    async with world.line(row) as line:
        await world.asked(line)
        await hangs_up(line)
        world.far.answers.set()
        (entry,) = await told(line, "late")
        assert [each["url"] for each in entry.data["tries"]] == [f"{world.api.url}late?pin={DOTS}"]
        await leaks_nothing(line, caplog, entry)


@pytest.mark.parametrize("then", ["finish", "go on"])
async def test_a_request_that_is_left_by_a_key(world: World, caplog: pytest.LogCaptureFixture, then: str) -> None:
    row = web_call(world, "late", method="POST", while_waiting=[{**KEY, "then": then}])
    async with world.line(row, ends()) as line:
        await answered(line, await world.asked(line), "1")
        await hangs_up(line)
        world.far.answers.set()
        entries = await told(line, *{"finish": ("late", 1), "go on": ("parted", 1)}[then])
        await leaks_nothing(line, caplog, *(entries if then == "finish" else ()))


async def test_requests_beside_the_line(world: World, caplog: pytest.LogCaptureFixture) -> None:
    url = f"{world.api.url}{{}}?pin=$pin"
    rows = begins(4, 9, url=url.format("never"), timeout=60), begins(5, 9, url=url.format("late"), method="POST")
    async with world.line(*rows, awaits(9, 9, 9, hold_delay=0)) as line:
        await world.asked(line, requests=2)
        await hangs_up(line)
        world.far.answers.set()
        entries = [*await told(line, "cancelled"), *await told(line, "late")]
        await leaks_nothing(line, caplog, *entries)


async def test_a_request_that_another_process_has_begun(world: World, caplog: pytest.LogCaptureFixture) -> None:
    row = web_call(world, "never")
    async with world.line(row) as line:
        await world.asked(line)
    async with world.line(row) as line:
        await world.arrived()
        await hangs_up(line)
        (entry,) = await told(line, "cancelled")
        assert entry.data["url"] == f"{world.api.url}never?pin={DOTS}"
        await leaks_nothing(line, caplog, entry)

"""Calls that were in flight when the server was upgraded go on.

`upgrade/held.sqlite.gz` was left behind by the program before the step “texts are found again”, which was killed while
two callers heard hold audio: the demo's flow, which waited for an API by GET on one line and by POST on the other. Its
key is KEY.
"""

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ivr.core.effects import Play, Say
from ivr.core.events import Fetched, Texted
from ivr.core.mailbox import Page
from ivr.runtime.ports import Clip, Ports, RunningJob
from ivr.runtime.recovery import go_round
from ivr.runtime.runner import Runner
from ivr.store import Store, open_store
from ivr.store.folder import DATABASE
from tests.chaos.ground import ANSWER
from tests.whole.stage import FOUND, SORRY, TEXTED

from .making import KEY

KILLED = 1_795_956_175_000
"""When the old program was killed, in milliseconds."""
LATER = 5_000


class Clock:
    def now(self) -> int:
        return KILLED + LATER

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class World:
    """The new program: its API answers at once, its carrier takes every text, and notes who is knocked for."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.fetched: list[str] = []
        self.texted: list[str] = []
        self.knocked: asyncio.Queue[str] = asyncio.Queue()
        self.ports = Ports(
            calls=store.calls,
            flows=store.flows,
            fetch=self._fetch,
            text=self._text,
            knock=self._knock,
            clock=Clock(),
            clip=self._clip,
        )
        self.runner = Runner(self.ports)

    async def _fetch(self, running: RunningJob) -> Fetched:
        self.fetched.append(running.call_id)
        return Fetched(at=Clock().now(), token=running.token, cause="ok", status=200, value=ANSWER)

    async def _text(self, running: RunningJob) -> Texted:
        self.texted.append(running.call_id)
        return Texted(at=Clock().now(), token=running.token, accepted=True, sid=f"SM{running.call_id}")

    async def _knock(self, call_id: str, page: int) -> str:
        assert page == 2
        self.knocked.put_nowait(call_id)
        return "accepted"

    async def _clip(self, name: str) -> Clip:
        return Clip(name, 48.0)


@asynccontextmanager
async def upgraded(folder: Path) -> AsyncIterator[World]:
    (folder / DATABASE).write_bytes(gzip.decompress((Path(__file__).parent / "upgrade/held.sqlite.gz").read_bytes()))
    store = await open_store(folder, None, [KEY], Clock().now)
    await store.calls.attend()
    world = World(store)
    try:
        yield world
    finally:
        await world.runner.close()
        await store.close()


async def calls(store: Store) -> dict[str, str]:
    """Their ids by flow."""
    return {row["flow"]: row["id"] for row in await store.database.fetch("SELECT flow, id FROM calls", {})}


async def hears(world: World, call_id: str) -> list[str]:
    """All that a held caller hears who is fetched."""
    heard, number = [], 2
    while True:
        page = await world.runner.page(call_id, number)
        heard += words(page)
        if page.next is None:
            return heard
        number = page.next


def words(*pages: Page) -> list[str]:
    return [verb.words for page in pages for verb in page.verbs if isinstance(verb, Say)]


async def test_who_heard_hold_audio_hears_the_answer(tmp_path: Path) -> None:
    """What may be asked again is; of the other nobody knows how it ended. Both are knocked for at once."""
    async with upgraded(tmp_path) as world, asyncio.timeout(60):
        ids = await calls(world.store)
        await go_round(world.ports, world.runner)
        assert {await world.knocked.get(), await world.knocked.get()} == set(ids.values())
        assert world.fetched == [ids["get"]]
        assert await hears(world, ids["get"]) == [FOUND, TEXTED]
        assert world.texted == [ids["get"]]
        assert await hears(world, ids["post"]) == [SORRY]
        for call_id in ids.values():
            await world.runner.over(call_id, "completed")
            record = await world.store.calls.load(call_id)
            assert record is not None
            assert (record.call.status, record.over_at) == ("ended", KILLED + LATER)


async def test_who_comes_back_before_the_job_is_taken_over_is_held_again(tmp_path: Path) -> None:
    async with upgraded(tmp_path) as world, asyncio.timeout(60):
        call_id = (await calls(world.store))["get"]
        page = await world.runner.page(call_id, 2)
        assert [type(verb) for verb in page.verbs] == [Play]
        assert page.next == 2
        await go_round(world.ports, world.runner)
        assert await hears(world, call_id) == [FOUND, TEXTED]


@pytest.mark.parametrize("repeats", [2])
async def test_the_page_of_before_is_the_same_after(tmp_path: Path, repeats: int) -> None:
    """The carrier repeats a request whose answer the old program could not give any more."""
    async with upgraded(tmp_path) as world:
        call_id = (await calls(world.store))["get"]
        pages = [await world.runner.page(call_id, 1) for _ in range(repeats)]
        assert words(*pages) == ["One moment."] * repeats

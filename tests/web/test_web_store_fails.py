"""A store that fails at any point of a call: the caller hears words, and nothing is half done."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ivr.app import WallClock, stored
from ivr.core.events import Fetched, Reply
from ivr.runtime.ports import CallRecord, Change, Ports, RunningJob
from ivr.runtime.runner import Runner
from ivr.settings import load
from ivr.sound.library import Library
from ivr.store import Damaged, KeyMissing, Store, StoreError
from ivr.twilio.signature import Signature
from ivr.twilio.twiml import Addresses
from ivr.web.carrier.budget import Budget
from ivr.web.carrier.signed import Signed
from ivr.web.carrier.voice import Voice
from ivr.web.server import bind, listen, port_of
from tests.web.listener import TOKEN, Carrier, carrier, put_on_line, waiting

SOON = 0.05
"""Seconds of a budget, where nobody waits for the store to come back."""
LATER = 3.0
"""Seconds of a budget, where it must not be over before the store that is back has answered, also on a busy machine."""
APOLOGY = "We are sorry, something went wrong. Please call again later. Goodbye."
FAILURES = [KeyMissing("The key is gone."), Damaged("Changed."), RuntimeError("Oh.")]
PATHS = ["/voice/page/1", "/voice/page/2", "/voice/fallback"]


@dataclass
class Failing:
    """The calls of a store; the named methods raise the error for as long as it is set."""

    store: Store
    error: Exception | None = None
    where: frozenset[str] = frozenset()

    def _perhaps(self, method: str) -> None:
        if self.error is not None and method in self.where:
            raise self.error

    async def load(self, call_id: str) -> CallRecord | None:
        self._perhaps("load")
        return await self.store.calls.load(call_id)

    async def save(self, change: Change, now: int) -> bool:
        self._perhaps("save")
        return await self.store.calls.save(change, now)

    async def renew_leases(self) -> None:
        await self.store.calls.renew_leases()

    async def adopt(self) -> list[RunningJob]:
        return await self.store.calls.adopt()

    async def over_here(self) -> list[str]:
        return await self.store.calls.over_here()

    async def release(self) -> None:
        await self.store.calls.release()

    async def take_knock(self, call_id: str, held_at: int, now: int, mine: int | None) -> bool:
        return await self.store.calls.take_knock(call_id, held_at, now, mine)

    async def unheard(self, now: int) -> list[str]:
        return await self.store.calls.unheard(now)

    async def lost(self, now: int) -> list[str]:
        return await self.store.calls.lost(now)


@dataclass
class Place:
    carrier: Carrier
    calls: Failing
    done: list[RunningJob] = field(default_factory=list)


@asynccontextmanager
async def place(folder: Path, budget: float = SOON) -> AsyncIterator[Place]:
    """A listener over a store that can be made to fail; its jobs are written down and answered at once."""
    done: list[RunningJob] = []
    clock = WallClock()

    async def fetch(running: RunningJob) -> Reply:
        done.append(running)
        return Fetched(at=clock.now(), token=running.token, cause="ok", status=200, value={})

    async def knock(call_id: str, page: int) -> str:
        return "accepted"

    sock = bind("127.0.0.1", 0)
    url = f"http://127.0.0.1:{port_of(sock)}"
    async with stored(load(env_file=None, environ={"IVR_DATA": str(folder)})) as store:
        await put_on_line(store, waiting("http://127.0.0.1:9/"))
        calls = Failing(store)
        ports = Ports(
            calls=calls,
            flows=store.flows,
            fetch=fetch,
            text=fetch,
            knock=knock,
            clock=clock,
            clip=Library().clip,
        )
        runner = Runner(ports)
        voice = Voice(runner, Signed(Signature(TOKEN, url), Addresses(url), Budget(clock, budget)), clock)
        async with listen(sock, voice.routes()), carrier(url) as asks:
            yield Place(asks, calls, done)
        await runner.close()


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("where", [{"load", "save"}, {"save"}], ids=["wholly", "to save"])
async def test_a_store_that_fails_for_good_is_an_apology(tmp_path: Path, error: Exception, where: set[str]) -> None:
    async with place(tmp_path, LATER) as made:
        made.calls.error, made.calls.where = error, frozenset(where)
        assert (await made.carrier.post("/voice/answer")).words == [APOLOGY]
        assert await made.calls.store.calls.load("CA1") is None
        assert made.done == []
        made.calls.error = None
        await made.carrier.post("/voice/answer")
        made.calls.error = error
        for path in PATHS:  # a page that was handed out before needs no saving
            assert (await made.carrier.post(path)).words in ([APOLOGY], ["One moment."]), path


async def test_when_the_store_is_back_the_call_can_be_taken_and_its_job_is_done_once(tmp_path: Path) -> None:
    async with place(tmp_path, LATER) as made:
        made.calls.error, made.calls.where = StoreError("The disk is full."), frozenset({"save"})
        back = await made.carrier.post("/voice/answer")
        assert back.verbs == ["Pause", "Redirect"]
        made.calls.error = None
        assert (await made.carrier.post(made.carrier.way_back(back))).words == ["One moment."]
        assert (await made.carrier.post("/voice/page/2")).words == ["Thank you."]
        assert len(made.done) == 1


async def test_a_hang_up_that_can_not_be_saved_is_no_error_for_the_carrier(tmp_path: Path) -> None:
    async with place(tmp_path) as made:
        await made.carrier.post("/voice/answer")
        made.calls.error, made.calls.where = StoreError("The disk is full."), frozenset({"load", "save"})
        assert (await made.carrier.post("/voice/status", CallStatus="completed")).status == 204

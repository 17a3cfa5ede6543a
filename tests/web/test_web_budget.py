"""One budget for each request: what the store can't do in time costs the caller some silence, never the call."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from ivr.core.effects import Say
from ivr.core.events import Fetched, Reply
from ivr.core.mailbox import Page
from ivr.flow.model import Flow
from ivr.runtime.clock import WallClock
from ivr.runtime.ports import Ports, RunningJob, Unavailable
from ivr.runtime.runner import Runner
from ivr.sound.library import Cache, Library
from ivr.store import StoreError
from ivr.store.database import Database, Params, Row, Statement
from ivr.store.folder import DATABASE as FILE
from ivr.store.opening import store_on
from ivr.store.sqlite import Sqlite
from ivr.twilio.signature import Signature
from ivr.twilio.twiml import Addresses
from ivr.web.carrier.budget import LAST_WORKS, Budget
from ivr.web.carrier.load import Load
from ivr.web.carrier.signed import APOLOGY, Signed
from ivr.web.carrier.voice import Voice
from ivr.web.server import bind, listen, port_of
from tests.operation.lines import log
from tests.runtime.imagined import Clock
from tests.web.listener import TOKEN, Answer, Carrier, carrier, made_of, put_on_line

SORRY = [str(APOLOGY.verbs[0].text)]  # type: ignore[union-attr]
ASKS = made_of(
    {"type": "collect_digits", "prompt": "Your card?", "variable": "Card", "length": 4, "sensitive": True},
    {"type": "play_message", "message": "Thank you."},
    {"type": "end_call"},
)
FOUND = Page((Say("Found."),), 2)
BUDGET = 0.3


@dataclass
class Troubled:
    """A database that does what is asked of it `at` once, `fails`, or `hangs` until it is let go."""

    inner: Database
    mode: str = "at once"
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    met: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def first(self) -> Sequence[Statement]:
        return self.inner.first

    async def fetch(self, sql: str, params: Params) -> Sequence[Row]:
        if self.mode != "writes late":
            await self._trouble()
        return await self.inner.fetch(sql, params)

    async def write(self, statements: Sequence[Statement]) -> bool:
        await self._trouble()
        return await self.inner.write(statements)

    async def close(self) -> None:
        await self.inner.close()

    async def _trouble(self) -> None:
        if self.mode == "at once":
            return
        self.met.set()
        if self.mode == "fails":
            raise StoreError("The connection is lost.")
        await self.let_go.wait()


@dataclass(frozen=True)
class Place:
    carrier: Carrier
    database: Troubled

    async def until_heard(self, answer: Answer) -> Answer:
        """Follow ways back until something else comes."""
        for _ in range(4):
            if answer.verbs != ["Pause", "Redirect"]:
                return answer
            answer = await self.carrier.post(self.carrier.way_back(answer))
        raise AssertionError("sent back for ever")


@asynccontextmanager
async def place(
    folder: Path, flow: Flow = ASKS, seconds: float = BUDGET, load: Load | None = None
) -> AsyncIterator[Place]:
    clock = WallClock()
    sock = bind("127.0.0.1", 0)
    url = f"http://127.0.0.1:{port_of(sock)}"
    database = Troubled(Sqlite(folder / FILE))
    store = await store_on(database, [b"k" * 32], clock.now)

    async def fetch(running: RunningJob) -> Reply:
        return Fetched(at=clock.now(), token=running.token, cause="ok", status=200, value={})

    async def knock(call_id: str, page: int) -> str:
        return "accepted"

    await put_on_line(store, flow)
    library = Library(Cache(store.audio, folder / "audio"))
    ports = Ports(
        calls=store.calls, flows=store.flows, fetch=fetch, text=fetch, knock=knock, clock=clock, clip=library.clip
    )
    runner, budget = Runner(ports), Budget(clock, seconds)
    signed = Signed(Signature(TOKEN, url), Addresses(url), budget, store.vault)
    async with listen(sock, Voice(runner, signed, clock, load).routes()), carrier(url) as asks:
        yield Place(asks, database)
        database.let_go.set()
    await budget.close()
    await runner.close()
    await store.close()


@pytest.mark.parametrize("mode", ["fails", "hangs"])
async def test_a_new_call_waits_for_the_store(tmp_path: Path, mode: str) -> None:
    async with place(tmp_path) as made:
        made.database.mode = mode
        first = await made.carrier.post("/voice/answer")
        assert made.carrier.way_back(first) == "/voice/answer?round=1"
        second = await made.carrier.post("/voice/answer?round=1")
        assert made.carrier.way_back(second) == "/voice/answer?round=2"
        made.database.mode = "at once"
        made.database.let_go.set()
        assert "Gather" in (await made.until_heard(second)).verbs


@pytest.mark.parametrize("mode", ["fails", "hangs"])
async def test_what_the_caller_pressed_is_kept_and_can_not_be_read(tmp_path: Path, mode: str) -> None:
    async with place(tmp_path) as made:
        asked = await made.carrier.post("/voice/answer")
        action = (asked.xml[0].get("action") or "").removeprefix(made.carrier.url)
        made.database.mode = mode
        back = await made.carrier.post(action, Digits="4711")
        assert made.carrier.way_back(back).startswith(f"{action}?round=1&answer=")
        assert b"4711" not in back.body
        made.database.mode = "at once"
        made.database.let_go.set()
        assert (await made.until_heard(back)).words == ["Thank you."]


async def test_an_answer_of_another_call_is_not_taken(tmp_path: Path) -> None:
    """What was sealed for one call is no answer in another: there the question is asked again."""
    async with place(tmp_path) as made:
        asked = await made.carrier.post("/voice/answer")
        await made.carrier.post("/voice/answer", "CA2")
        action = (asked.xml[0].get("action") or "").removeprefix(made.carrier.url)
        made.database.mode = "fails"
        back = made.carrier.way_back(await made.carrier.post(action, Digits="4711"))
        made.database.mode = "at once"
        for path in (back, f"{action}?round=1", f"{action}?round=1&answer=nonsense"):
            assert "Gather" in (await made.carrier.post(path, "CA2")).verbs, path
        assert (await made.carrier.post(back)).words == ["Thank you."]


async def test_the_apology_comes_after_three_rounds(tmp_path: Path) -> None:
    async with place(tmp_path, seconds=0.05) as made:
        await made.carrier.post("/voice/answer")
        made.database.mode = "fails"
        for path in ("/voice/page/2", "/voice/fallback", "/voice/answer"):
            answer = await made.carrier.post(path, "CA1")
            for number in (1, 2, 3):
                assert made.carrier.way_back(answer) == f"{path}?round={number}"
                answer = await made.carrier.post(made.carrier.way_back(answer), "CA1")
            assert answer.words == SORRY


async def test_the_round_is_part_of_what_the_carrier_signs(tmp_path: Path) -> None:
    async with place(tmp_path) as made:
        await made.carrier.post("/voice/answer")
        signed = await made.carrier.form("/voice/page/1?round=3", {"CallSid": "CA1"}, token="another")
        assert signed.status == 403


async def test_a_status_callback_is_not_waited_for(tmp_path: Path) -> None:
    async with place(tmp_path) as made:
        await made.carrier.post("/voice/answer")
        made.database.mode = "hangs"
        assert (await made.carrier.post("/voice/status", CallStatus="completed")).status == 204


async def test_an_unknown_call_at_the_fallback_is_answered_as_a_new_one(tmp_path: Path) -> None:
    async with place(tmp_path) as made:
        late = await made.carrier.post("/voice/fallback", ErrorCode="11200")
        assert "Gather" in late.verbs
        assert "Gather" in (await made.carrier.post("/voice/fallback", ErrorCode="11200")).verbs
        for more in ({"From": ""}, {"Direction": "outbound-api"}, {"CallStatus": "completed"}):
            assert (await made.carrier.post("/voice/fallback", "CA2", **more)).words == SORRY


class Searches:
    """Looks for a page; each search ends as the next of `ends` says, `late` or at once, or when `done` is set."""

    def __init__(self, *ends: Exception, late: bool = False) -> None:
        self.ends = list(ends)
        self.late = late
        self.count = self.found = 0
        self.done = asyncio.Event()

    async def __call__(self) -> Page:
        self.count += 1
        for _ in range(3 * self.late):
            await asyncio.sleep(0)
        if self.ends:
            raise self.ends.pop(0)
        await self.done.wait()
        self.found += 1
        return FOUND


async def test_what_fails_is_retried_within_the_budget() -> None:
    clock = Clock()
    budget, searches = Budget(clock), Searches(*[Unavailable("away")] * 4)
    searches.done.set()
    asked = asyncio.ensure_future(budget.page("CA1 /", searches))
    await clock.advance(2)
    assert await asked == FOUND
    assert searches.count == 5


async def test_a_mistake_of_ours_is_not_retried() -> None:
    budget, searches = Budget(Clock()), Searches(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        await budget.page("CA1 /", searches)
    assert searches.count == 1


async def test_the_next_round_takes_up_the_work_of_the_last() -> None:
    """A store that needs longer than one budget gets done all the same."""
    clock = Clock()
    budget, searches = Budget(clock), Searches()
    asked = asyncio.ensure_future(budget.page("CA1 /", searches))
    await clock.advance(10)
    assert await asked is None
    again = asyncio.ensure_future(budget.page("CA1 /", searches, again=True))
    await clock.advance(1)
    searches.done.set()
    assert await again == FOUND
    assert searches.count == 1
    assert await budget.page("CA1 /", searches, again=True) == FOUND
    assert searches.count == 2, "what was found is given once"


async def test_whoever_waits_is_answered_when_the_server_stops() -> None:
    clock = Clock()
    budget, searches = Budget(clock), Searches()
    asked = asyncio.ensure_future(budget.page("CA1 /", searches))
    await clock.settle()
    budget.end()
    assert await asked is None
    await budget.close()


async def test_what_the_carrier_does_not_repeat_is_waited_for_when_the_server_stops() -> None:
    clock = Clock()
    budget, keeps = Budget(clock), Searches()
    asked = asyncio.ensure_future(budget.finish(keeps()))
    await clock.settle()
    budget.end(LAST_WORKS)
    await clock.advance(LAST_WORKS - 1)
    assert not asked.done()
    keeps.done.set()
    await asked
    await budget.close()


async def test_what_can_not_be_kept_before_the_server_stops_is_not_said_to_be() -> None:
    clock = Clock()
    budget, keeps = Budget(clock), Searches()
    asked = asyncio.ensure_future(budget.finish(keeps()))
    await clock.settle()
    budget.end(LAST_WORKS)
    await clock.advance(LAST_WORKS)
    with pytest.raises(web.HTTPServiceUnavailable):
        await asked
    with pytest.raises(web.HTTPServiceUnavailable):
        await budget.finish(keeps())
    await budget.close()


async def test_work_without_its_request_may_end_before_the_server_stops() -> None:
    clock = Clock()
    budget, searches = Budget(clock), Searches()
    asked = asyncio.ensure_future(budget.page("CA1 /", searches))
    await clock.settle()
    budget.end(LAST_WORKS)
    assert await asked is None
    closing = asyncio.ensure_future(budget.close())
    await clock.advance(LAST_WORKS - 1)
    assert not closing.done()
    searches.done.set()
    await closing
    assert searches.found == 1


@pytest.mark.parametrize("late", [False, True], ids=["at once", "after a while"])
async def test_the_log_says_once_for_each_call_why_the_store_was_away(late: bool) -> None:
    """However long the store takes to fail: the last of many tries may be under way when the time is up."""
    clock = Clock()
    budget, searches = Budget(clock), Searches(*[Unavailable("The disk is full.")] * 200, late=late)
    with log() as lines:
        for asked in ("CA1 /voice/answer", "CA1 /voice/answer", "CA2 /voice/page/2"):
            found = asyncio.ensure_future(budget.page(asked, searches))
            await clock.advance(12)
            assert await found is None
    await budget.close()
    told = 'ERROR ivr.web.carrier.budget: store away call={} request={} reason="The disk is full."'
    assert lines.settled() == [told.format("CA1", "/voice/answer"), told.format("CA2", "/voice/page/2")]


async def test_the_log_tells_of_a_slow_store_but_not_of_a_server_that_stops() -> None:
    clock = Clock()
    budget, searches = Budget(clock), Searches()
    with log() as lines:
        asked = asyncio.ensure_future(budget.page("CA1 /voice/answer", searches))
        await clock.advance(10)
        assert await asked is None
        budget.end()
        assert await budget.page("CA2 /voice/answer", searches) is None
    await budget.close()
    assert [line.partition("call=")[2] for line in lines.settled()] == [
        'CA1 request=/voice/answer reason="It did not answer in time."'
    ]

"""Every kind of wait over real sockets, with two servers on one PostgreSQL; then one of them is killed."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import pytest
from aiohttp import web

from ivr.app import stored
from ivr.cli.carrier import RETRIES
from ivr.emulator import PhoneCall
from ivr.flow.model import Flow
from ivr.settings import load
from ivr.store.database import Statement
from ivr.store.sql.calls import INSERT_WEB_CALL
from tests.chaos.world import World, world
from tests.store.conftest import new_database, postgres  # noqa: F401 - a fixture
from tests.story.flows import Row, asks, awaits, begins, drawn, ends, says, starts, takes, texts
from tests.whole.stage import PATIENCE, Deed, act, hang_up, press, say
from tests.whole.test_whole_killed import served

pytestmark = pytest.mark.process

LATE = "This takes longer than usual."
FOUND, ASKED = "Found: it", "You asked for a text."
LEFT = ["One moment.", "We text you.", "Goodbye."]
HEARD = ["One moment.", "Here it is.", "Goodbye."]
KEY = {"key": "1", "label": "Text me", "words": ["by text"]}
MUSIC, LINE = "play", "say"


class Story(NamedTuple):
    """`wait`: the rows of blocks 3 and 4, of which the second one waits. What the caller does; and what comes of it."""

    wait: Callable[[str], tuple[Row, Row]]
    deeds: tuple[tuple[str, Deed], ...]
    words: list[str]
    texts: list[str]


def waits(path: str = "slow?s=4", **fields: Any) -> Callable[[str], tuple[Row, Row]]:
    """One request, for which the caller waits with music."""

    def rows(api: str) -> tuple[Row, Row]:
        settings = {
            "url": f"{api}/{path}",
            "timeout": 60,
            "play_hold_music": True,
            "response_variables": takes(What="what"),
        }
        row = asks(5, 6, **{**settings, **fields})
        row["exits"] |= {"key_1": 7} if fields.get("while_waiting") else {}
        return says("", 4), row

    return rows


def both(path: str = "slow?s=5", **fields: Any) -> Callable[[str], tuple[Row, Row]]:
    """Two requests, the second of which is started first; here the first block is the one that waits for it."""

    def rows(api: str) -> tuple[Row, Row]:
        started = begins(4, 6, url=f"{api}/{path}", timeout=60, response_variables=takes(What="what"))
        return started, awaits(5, 6, 6, timeout=50, play_hold_music=True, **fields)

    return rows


def flow(name: str, story: Story, api: str) -> Flow:
    return drawn(
        starts(),
        says("One moment.", 3),
        *story.wait(api),
        says("Here it is.", 8),
        says("Sorry.", 9),
        texts(ASKED, 10, 10) if story.texts == [ASKED] else says("", 10),
        texts("Found: $What", 9, 9),
        says("Goodbye.", 11),
        says("We text you.", 9),
        ends(),
        id=name,
    )


GONE = "gone?phone=$ANI"
"""The API answers this once the server knows that the caller is gone."""
BACK = {"method": "POST", "content_type": "application/json", "body": '{"reply_to": "$EXTCALL_4.resume_url"}'}
SOFT = {"soft_limit": 3, "soft_limit_line": LATE, "while_waiting": [{**KEY, "late": True}]}
LEFT_LATE = [*LEFT[:1], LATE, *LEFT[1:]]
LEAVES = {"while_waiting": [{**KEY, "then": "go on"}]}
ON = {"when_caller_hangs_up": "go on"}
POLL, CALLBACK = {"type": "poll", "every": 1, "within": 60}, {"type": "callback", "within": 60}
USUAL = [HEARD[0], "It takes 20 seconds.", *HEARD[1:]]
LONG = "slow?s=40"
STORIES = {
    "key": Story(waits(LONG, while_waiting=[KEY]), ((MUSIC, press("1")),), LEFT, [ASKED]),
    "late-key": Story(waits(LONG, **SOFT), ((LINE, press("1")), (LINE, press("1"))), LEFT_LATE, [ASKED]),
    "late-words": Story(waits(LONG, **SOFT), ((LINE, press("1")), (LINE, say("By text."))), LEFT_LATE, [ASKED]),
    "hung-up": Story(waits(GONE, **ON), ((MUSIC, hang_up),), ["One moment."], [FOUND]),
    "asked": Story(waits(GONE, **LEAVES), ((MUSIC, press("1")),), LEFT, [FOUND]),
    "both": Story(both(), (), HEARD, [FOUND]),
    "left-both": Story(both(GONE, **ON), ((MUSIC, hang_up),), ["One moment."], [FOUND]),
    "polled": Story(waits("polled?phone=$ANI", later=POLL), (), HEARD, [FOUND]),
    "posted": Story(waits("jobs", later=CALLBACK, **BACK), (), HEARD, [FOUND]),
    "usual": Story(waits(opening_line="It takes $EXTCALL_4.usual."), (), USUAL, [FOUND]),
}
SURVIVE = ("hung-up", "asked", "both", "left-both", "polled")
"""Those whose requests may be asked again by the server that is left."""
LEAVE = ("hung-up", "asked", "left-both")
"""Those of them in which the caller is gone before the API answers."""


Gone = defaultdict[str, asyncio.Event]
"""By the caller: set once the server knows that they are gone."""


def answering(free: asyncio.Event, gone: Gone) -> web.Application:
    """The API; it answers nothing while it is not free."""
    polled: dict[str, int] = {}
    posting: set[asyncio.Task[None]] = set()

    async def slow(request: web.Request) -> web.Response:
        await free.wait()
        await asyncio.sleep(float(request.query["s"]))
        return web.json_response({"what": "it"})

    async def once_gone(request: web.Request) -> web.Response:
        await free.wait()
        await gone[request.query["phone"]].wait()
        return web.json_response({"what": "it"})

    async def poll(request: web.Request) -> web.Response:
        who = request.query["phone"]
        polled[who] = polled.get(who, 0) + 1
        ready = free.is_set() and polled[who] >= 4
        return web.json_response({"what": "it"} if ready else {}, status=200 if ready else 202)

    async def jobs(request: web.Request) -> web.Response:
        task = asyncio.create_task(post((await request.json())["reply_to"]))
        posting.add(task)
        return web.json_response({}, status=202)

    async def post(url: str) -> None:
        await asyncio.sleep(3)
        async with aiohttp.ClientSession() as session, session.post(url, json={"what": "it"}) as answer:
            assert answer.status == 200

    app = web.Application()
    app.add_routes(
        [web.get("/slow", slow), web.get("/gone", once_gone), web.get("/polled", poll), web.post("/jobs", jobs)]
    )
    return app


async def put_on_lines(made: World, api: str) -> dict[str, str]:
    """Every story's flow on a number of its own, by the story's name."""
    base, numbers = f"{made.env['IVR_PUBLIC_URL']}/voice", {}
    async with stored(load(env_file=None, environ=made.env)) as store:
        for index, (name, story) in enumerate(STORIES.items()):
            numbers[name] = f"+155501003{index:02d}"
            await store.flows.save_draft(flow(name, story, api).model_dump(mode="json"))
            await store.flows.publish(name)
            await store.flows.assign(numbers[name], name)
            hooks = (f"{base}/{each}{RETRIES}" for each in ("answer", "fallback", "status"))
            made.carrier.add_number(numbers[name], *hooks)
        for token in "abc":
            took = {"call": "CAbefore", "token": token, "flow": "usual", "block": 4, "at": 1, "milliseconds": 19_000}
            await store.database.write([Statement(INSERT_WEB_CALL, {**took, "cause": "ok"})])
    return numbers


class Telling:
    """One telling of some stories: a call each, from a caller of its own."""

    def __init__(self, made: World, numbers: dict[str, str], names: tuple[str, ...], prefix: str) -> None:
        self._made = made
        self._names = names
        self.callers = {name: f"+1555{prefix}{numbers[name][-4:]}" for name in names}
        self.calls = {name: made.carrier.ring(from_=self.callers[name], to=numbers[name]) for name in names}

    async def goes_on(self, gone: Gone) -> None:
        deeds = [act(call, STORIES[name].deeds) for name, call in self.calls.items()]
        await asyncio.gather(*deeds, *(self._leaves(call, gone) for call in self.calls.values()))
        for _ in range(round(PATIENCE / 0.1)):
            if all(len(self.texts(name)) >= len(STORIES[name].texts) for name in self._names):
                return
            await asyncio.sleep(0.1)

    async def _leaves(self, call: PhoneCall, gone: Gone) -> None:
        await call.ended()
        async with stored(load(env_file=None, environ=self._made.env)) as store:
            for _ in range(round(PATIENCE / 0.1)):
                record = await store.calls.load(call.sid)
                if record is None or record.over_at is not None:
                    break
                await asyncio.sleep(0.1)
        gone[call.parties.from_].set()

    def texts(self, name: str) -> list[str]:
        return [message.body for message in self._made.carrier.messages if message.to == self.callers[name]]

    def told(self) -> dict[str, tuple[list[str], list[str], list[object]]]:
        return {name: (words(call), self.texts(name), troubles(call)) for name, call in self.calls.items()}


def words(call: PhoneCall) -> list[str]:
    return [str(one.detail["text"]) for one in call.happenings if one.kind == "say"]


def troubles(call: PhoneCall) -> list[object]:
    return [one.detail["code"] for one in call.happenings if one.kind == "log"]


def wanted(names: tuple[str, ...]) -> dict[str, tuple[list[str], list[str], list[object]]]:
    return {name: (STORIES[name].words, STORIES[name].texts, []) for name in names}


async def held(calls: list[PhoneCall]) -> None:
    """Wait until every caller has heard music, or has left."""

    async def one(call: PhoneCall) -> None:
        async for happening in call.follow():
            if happening.kind == MUSIC:
                return

    await asyncio.gather(*map(one, calls))


async def test_each_word_is_heard_once_whichever_server_is_asked_and_if_one_dies(tmp_path: Path, postgres: str) -> None:  # noqa: F811
    database, free, gone = await new_database(postgres), asyncio.Event(), Gone(asyncio.Event)
    free.set()
    async with served(answering(free, gone)) as api, world(tmp_path, database=database) as made:
        numbers = await put_on_lines(made, api)
        _, port = await asyncio.gather(made.start(), made.start())
        async with asyncio.timeout(2 * PATIENCE):
            first = Telling(made, numbers, tuple(STORIES), "010")
            await first.goes_on(gone)
            assert first.told() == wanted(tuple(STORIES))
            free.clear()
            second = Telling(made, numbers, SURVIVE, "011")
            await held(list(second.calls.values()))
            made.servers[port].process.kill()
            await made.ended(port)
            telling = asyncio.create_task(second.goes_on(gone))
            await asyncio.gather(*(second.calls[name].ended() for name in LEAVE))
            free.set()
            await telling
            assert {name: told[:2] for name, told in second.told().items()} == {
                name: told[:2] for name, told in wanted(SURVIVE).items()
            }

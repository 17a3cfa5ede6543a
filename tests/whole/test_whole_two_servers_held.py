"""What a caller hears who waits, with two servers on one PostgreSQL: each page comes from another one than the last.
Then one of them dies."""

import asyncio
import itertools
import re
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from ivr.emulator import PhoneCall
from ivr.flow.model import Flow
from tests.store.conftest import postgres  # noqa: F401 - a fixture
from tests.story.flows import Row, asks, drawn, ends, says, starts, texts
from tests.whole.stage import PATIENCE, act, press
from tests.whole.test_whole_killed import served
from tests.whole.turns import Two, heard, troubles, two, words

pytestmark = pytest.mark.process

LATE, ASKED = "This takes longer than usual.", "You asked for a text."
CLIPS = {"one": 8.0, "two": 8.0, "three": 8.0}
PLAYLIST = {"hold_audio": {"type": "file", "file": "one"}, "more_clips": ["two", "three"]}
LONG_TUNE = {"hold_audio": {"type": "file", "file": "hold-slow.wav"}}
LINE = {"text": "You have waited $EXTCALL_3.elapsed seconds.", "after": 3, "every": 5}
CHOICE = {"key": "1", "label": "Text me", "late": True}
SOFT = {"soft_limit": 5, "soft_limit_line": LATE, "while_waiting": [CHOICE], **LONG_TUNE}
LEFT_LATE = ["One moment.", LATE, "We text you.", "Goodbye."]
HEARD = ["One moment.", "And now.", "Goodbye."]


class Gates:
    """An API that answers nothing before its gate is open: one for each path and caller."""

    def __init__(self) -> None:
        self._open: defaultdict[tuple[str, str], asyncio.Event] = defaultdict(asyncio.Event)
        self.url = ""

    def open(self, path: str, call: PhoneCall) -> None:
        self._open[path, call.parties.from_].set()

    async def open_at(self, call: PhoneCall, first: int, second: int) -> None:
        """Both of a call, each once so much was played."""
        for path, count in (("first", first), ("second", second)):
            await heard(call, "play", count)
            self.open(path, call)

    @asynccontextmanager
    async def up(self) -> AsyncIterator[None]:
        async def answer(request: web.Request) -> web.Response:
            await self._open[request.path[1:], request.query["phone"]].wait()
            return web.json_response({})

        app = web.Application()
        app.router.add_get("/{path}", answer)
        async with served(app) as self.url:
            yield

    def flows(self) -> list[Flow]:
        """Each asks twice, and plays while it waits."""
        return [
            self._flow("playlist", **PLAYLIST),
            self._flow("soft", **SOFT),
            self._flow("line", timed_lines=[LINE], **LONG_TUNE),
            self._flow("usual", opening_line="It takes ${EXTCALL_3.usual|or a moment}."),
        ]

    def _flow(self, name: str, **fields: Any) -> Flow:
        key = {"key_1": 8} if "while_waiting" in fields else {}
        return drawn(
            starts(),
            says("One moment.", 3),
            self._asks("first", 4, key, **fields),
            says("And now.", 5),
            self._asks("second", 7, {}, **(PLAYLIST if name == "playlist" else {})),
            says("Sorry.", 10),
            says("Goodbye.", 10),
            texts(ASKED, 9, 9),
            says("We text you.", 7),
            ends(),
            id=name,
        )

    def _asks(self, path: str, success: int, more: dict[str, int], **fields: Any) -> Row:
        row = asks(success, 6, url=f"{self.url}/{path}?phone=$ANI", timeout=200, play_hold_music=True, **fields)
        return {**row, "exits": row["exits"] | more}


def lines(call: PhoneCall) -> list[int]:
    """How long the lines say that the caller has waited."""
    return [int(found[1]) for each in words(call) if (found := re.fullmatch(r"You have waited (\d+) seconds\.", each))]


def interrupted_for(call: PhoneCall, text: str) -> bool:
    """Whether these words broke into what was played, instead of coming at its end."""
    index = next(n for n, one in enumerate(call.happenings) if one.kind == "say" and one.detail["text"] == text)
    return any(one.kind == "stopped" and one.detail["by"] == "update" for one in call.happenings[:index])


async def traced(made: Two, call: PhoneCall) -> list[str]:
    """The clips that the trace says were begun, in a row, and those that it says were stopped in."""
    trace = await made.trace(call.sid)
    told = [entry.data.get("clips", [entry.data.get("clip")]) for entry in trace if entry.kind in {"held", "stopped"}]
    return [clip for clips in told for clip in clips]


async def over(*calls: PhoneCall) -> None:
    async with asyncio.timeout(2 * PATIENCE):
        await asyncio.gather(*(call.ended() for call in calls))


async def chooses(call: PhoneCall) -> None:
    """Presses a key at once, which does not count, and again when it is offered."""
    await act(call, (("play", press("1")), ("play", press("1"))))


async def usual_of_others(made: Two, gates: Gates, caller: str) -> PhoneCall:
    """Three calls by one server, and then a call by the other, which tells how long they took."""
    made.turns.only, other = made.turns.servers
    calls = [made.ring("usual", f"{caller}{n}") for n in range(4, 7)]
    for call in calls:
        gates.open("second", call)
        await heard(call, "play")
        gates.open("first", call)
    await over(*calls)
    made.turns.only = other
    last = made.ring("usual", f"{caller}7")
    gates.open("second", last)
    await heard(last, "play")
    gates.open("first", last)
    await over(last)
    made.turns.only = None
    return last


async def test_it_goes_on_whichever_server_gives_the_next_page(tmp_path: Path, postgres: str) -> None:  # noqa: F811
    gates = Gates()
    async with gates.up(), two(tmp_path, postgres, gates.flows(), CLIPS) as made:
        usual = await usual_of_others(made, gates, "+1555024000")
        names = ("playlist", "soft", "line")
        playlist, soft, line = calls = [made.ring(name, f"+1555024000{n}") for n, name in enumerate(names)]
        choosing = asyncio.create_task(chooses(soft))
        await asyncio.gather(gates.open_at(playlist, 5, 6), gates.open_at(line, 4, 4))
        await over(*calls)
        await choosing
        assert re.fullmatch(r"It takes \d+ seconds?\.", words(usual)[1]), words(usual)
        assert made.played(playlist) == ["one", "two", "three", "one", "two", "two"], "a later wait goes on there"
        assert await traced(made, playlist) == [*CLIPS, "two", "two", "three", "one", "two"]
        assert words(playlist) == HEARD
        assert words(soft) == LEFT_LATE
        assert await made.texted(soft.parties.from_, 1) == [ASKED]
        assert len(lines(line)) == len(set(lines(line))) >= 3
        assert lines(line) == sorted(lines(line))
        assert [each for each in words(line) if "waited" not in each] == HEARD
        assert await made.left_open() == []
        for call in calls:
            ports = made.turns.served(call.sid)
            assert all(one != other for one, other in itertools.pairwise(ports))
            assert troubles(call) == []


@pytest.mark.parametrize("dies", ["page", "request", "both"])
async def test_it_goes_on_if_a_server_dies(tmp_path: Path, postgres: str, dies: str) -> None:  # noqa: F811
    """The one that gave the last page, the one that runs the request, or the one that does both."""
    gates = Gates()
    async with gates.up(), two(tmp_path, postgres, gates.flows(), CLIPS) as made:
        asks_api, other = made.turns.servers
        made.turns.only = asks_api if dies == "both" else None  # else the first page of music is the other's
        names = ("playlist", "soft", "line")
        playlist, soft, line = calls = [made.ring(name, f"+1555025000{n}") for n, name in enumerate(names)]
        choosing = asyncio.create_task(chooses(soft))
        await asyncio.gather(*(heard(call, "play") for call in calls))
        dead = other if dies == "page" else asks_api
        made.turns.only = next(port for port in made.turns.servers if port != dead)
        await made.kill(dead)
        await asyncio.gather(gates.open_at(playlist, 2, 3), gates.open_at(line, 4, 4))
        await over(*calls)
        await choosing
        assert made.played(playlist) == ["one", "two", "two"]
        assert words(playlist) == HEARD
        assert words(soft) == LEFT_LATE
        assert interrupted_for(soft, LATE), "the line does not wait for the end of a long tune"
        assert await made.texted(soft.parties.from_, 1) == [ASKED]
        assert len(lines(line)) == len(set(lines(line))) >= 3
        assert [each for each in words(line) if "waited" not in each] == HEARD
        assert await made.left_open() == []
        assert [troubles(call) for call in calls] == [[]] * 3

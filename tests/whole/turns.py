"""Servers that take turns: a proxy before them gives each request of a call to another one than the request before."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs

import aiohttp
from aiohttp import web
from yarl import URL

from ivr.app import stored
from ivr.cli.carrier import RETRIES
from ivr.core.call import Entry
from ivr.emulator import PhoneCall
from ivr.flow.model import Flow
from ivr.settings import load
from ivr.sound.convert import wav
from ivr.sound.library import url_name
from ivr.store.audio import Clip
from tests.chaos.world import World, world
from tests.store.conftest import new_database
from tests.whole.stage import PATIENCE
from tests.whole.test_whole_killed import served

OPEN = "SELECT id AS what FROM calls WHERE over_at IS NULL OR status = 'active' UNION ALL SELECT call FROM jobs"
HOP = {"host", "content-length", "transfer-encoding", "connection"}
SAMPLES = 8_000
"""Of a second of sound."""


@dataclass
class Turns:
    """`only`: all requests go to this one. `twice`: each text goes to two of them at once, as the same request.
    `asked` has who was asked for what: the call or the text, the path, and the server's port."""

    servers: list[int] = field(default_factory=list)
    only: int | None = None
    twice: bool = False
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    _last: dict[str, int] = field(default_factory=dict)

    @asynccontextmanager
    async def up(self) -> AsyncIterator[str]:
        async with aiohttp.ClientSession(auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()) as session:

            async def passed(request: web.Request) -> web.Response:
                return await self._passed(session, request)

            app = web.Application()
            app.router.add_route("*", "/{path:.*}", passed)
            async with served(app) as url:
                yield url

    def served(self, who: str) -> list[int]:
        """The ports that have answered for this call or text, in order."""
        return [port for each, _, port in self.asked if each == who]

    async def _passed(self, session: aiohttp.ClientSession, request: web.Request) -> web.Response:
        body = await request.read()
        form = parse_qs(body.decode()) or parse_qs(request.query_string)
        who = form.get("CallSid", form.get("MessageSid", [request.path]))[0]
        ports = self._order(who)
        if self.twice and request.path.startswith("/sms/inbound"):
            first, _ = await asyncio.gather(*(self._ask(session, request, body, who, port) for port in ports[:2]))
            return first
        for port in ports:
            try:
                return await self._ask(session, request, body, who, port)
            except aiohttp.ClientConnectorError:
                continue
            except (aiohttp.ClientError, OSError):
                break  # it died with the request: as a proxy that must not send it twice
        return web.Response(status=502)

    def _order(self, who: str) -> list[int]:
        if self.only is not None:
            return [self.only]
        last = self._last.get(who, 0)
        return [*(port for port in self.servers if port > last), *(port for port in self.servers if port <= last)]

    async def _ask(
        self, session: aiohttp.ClientSession, request: web.Request, body: bytes, who: str, port: int
    ) -> web.Response:
        url = URL(f"http://127.0.0.1:{port}{request.raw_path}", encoded=True)
        headers = [(name, value) for name, value in request.headers.items() if name.lower() not in HOP]
        async with session.request(request.method, url, data=body, headers=headers, allow_redirects=False) as answer:
            self._last[who] = port
            self.asked.append((who, request.path, port))
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in HOP}
            return web.Response(body=await answer.read(), status=answer.status, headers=kept)


@dataclass
class Two:
    """A world with servers that take turns, on one PostgreSQL."""

    made: World
    turns: Turns
    numbers: dict[str, str]
    clips: dict[str, str]

    def ring(self, flow: str, caller: str) -> PhoneCall:
        return self.made.carrier.ring(from_=caller, to=self.numbers[flow])

    def text(self, caller: str, flow: str, words: str) -> str:
        return self.made.carrier.text(caller, self.numbers[flow], words).sid

    def played(self, call: PhoneCall) -> list[str]:
        """The clips that were played, in order."""
        urls = (str(one.detail["url"]) for one in call.happenings if one.kind == "play")
        return [self.clips.get(last, last) for last in (url.rpartition("/")[2] for url in urls)]

    async def kill(self, port: int) -> None:
        """SIGKILL, and wait until it is gone."""
        self.made.kill(port)
        await self.made.ended(port)

    def texts(self, to: str) -> list[str]:
        outgoing = [each for each in self.made.carrier.messages if each.direction != "inbound"]
        return [each.body for each in outgoing if each.to == to]

    async def texted(self, to: str, count: int, last: str = "") -> list[str]:
        """The texts that somebody got, once there are so many, and the one that is named is among them."""
        for _ in range(round(PATIENCE / 0.1)):
            if len(self.texts(to)) >= count and (not last or last in self.texts(to)):
                break
            await asyncio.sleep(0.1)
        return self.texts(to)

    async def trace(self, call: str) -> list[Entry]:
        async with stored(load(env_file=None, environ=self.made.env)) as store:
            return await store.calls.trace(call)

    async def asked(self, caller: str, flow: str) -> None:
        """Wait until a question by text is open between the two."""
        async with stored(load(env_file=None, environ=self.made.env)) as store:
            for _ in range(round(PATIENCE / 0.1)):
                if await store.calls.open_question(caller, (self.numbers[flow],)):
                    return
                await asyncio.sleep(0.1)
        raise AssertionError(f"nothing is asked of {caller}")

    async def left_open(self) -> list[str]:
        """Calls that are not over and calls whose jobs are not, once there are none, or long after there should be."""
        found: list[str] = []
        async with stored(load(env_file=None, environ=self.made.env)) as store:
            for _ in range(round(PATIENCE / 0.1)):
                found = [str(row["what"]) for row in await store.database.fetch(OPEN, {})]
                if not found:
                    break
                await asyncio.sleep(0.1)
        return found


@asynccontextmanager
async def two(
    folder: Path, postgres: str, flows: Sequence[Flow], clips: dict[str, float] | None = None
) -> AsyncIterator[Two]:
    """Two servers, each flow on a number of its own, and clips of so many seconds."""
    turns, database = Turns(), await new_database(postgres)
    async with turns.up() as url, world(folder, database=database) as made:
        made.env["IVR_PUBLIC_URL"] = url
        turns.servers = made.front.servers
        numbers, names = await _put_on_lines(made, flows, clips or {})
        await asyncio.gather(made.start(), made.start())
        turns.servers.sort()
        yield Two(made, turns, numbers, names)


async def _put_on_lines(made: World, flows: Sequence[Flow], clips: dict[str, float]) -> tuple[dict[str, str], ...]:
    """The number of each flow, and what each clip is called, by the last part of its address."""
    base, numbers, names = made.env["IVR_PUBLIC_URL"], {}, {}
    async with stored(load(env_file=None, environ=made.env)) as store:
        for level, (name, seconds) in enumerate(clips.items(), 1):
            sound = wav(bytes((level, 0)) * round(seconds * SAMPLES))
            row = await store.audio.add(Clip(name, round(seconds * 1000), name, sound))
            names[url_name(row.sha256)] = name
        for index, flow in enumerate(flows):
            numbers[flow.id] = f"+155501004{index:02d}"
            await store.flows.save_draft(flow.model_dump(mode="json"))
            await store.flows.publish(flow.id)
            await store.flows.assign(numbers[flow.id], flow.id)
            voice = (f"{base}/voice/{each}{RETRIES}" for each in ("answer", "fallback", "status"))
            made.carrier.add_number(numbers[flow.id], *voice, f"{base}/sms/inbound")
    return numbers, names


def words(call: PhoneCall) -> list[str]:
    return [str(one.detail["text"]) for one in call.happenings if one.kind == "say"]


def troubles(call: PhoneCall) -> list[object]:
    return [one.detail["code"] for one in call.happenings if one.kind == "log"]


async def heard(call: PhoneCall, kind: str, count: int = 1) -> None:
    """Wait until something of this kind has happened so often."""
    async with asyncio.timeout(2 * PATIENCE):
        async for one in call.follow():
            count -= one.kind == kind
            if not count:
                return
    raise AssertionError(f"the call ended without another {kind}")

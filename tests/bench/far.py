"""The far side of a web call: a slow API that answers on command, and a carrier that does what it is told at once.

Both live in the process that measures, so one clock times the way from the API's answer to the caller's next page.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter
from urllib.parse import parse_qs

from tests.bench.account import webhook
from tests.bench.flows import WORD
from tests.bench.wire import Posts, Wire, Wrong

_answer = json.dumps({"DateText": "Tuesday, March 3 at 2:30 PM", "doctor": {"name": "Doctor Okafor"}, "id": 4711})
ANSWER = (
    f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(_answer)}\r\n\r\n{_answer}"
).encode()
ACCEPTED = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"sid": "CA"}'
_api = re.compile(rb"GET /api/(CA[0-9a-f]{32})(?:\?n=\d)? ")
_update = re.compile(rb"POST /2010-04-01/Accounts/[^/]+/Calls/(CA[0-9a-f]{32})\.json ")
_redirect = re.compile(rb"<Redirect[^>]*>http://127\.0\.0\.1:\d+(/[^<]*)<")
_MOST_PAGES = 5


class Far:
    """API and carrier on one port. `times` has, by call, the seconds from the API's answer to the next page.

    Of each call the API is asked for so many `requests`, which it answers at one moment.
    """

    def __init__(self, url: str, requests: int = 1) -> None:
        self._requests = requests
        self.times: dict[str, float] = {}
        self._url = url
        self._posts = Posts(int(url.rpartition(":")[2]))
        self._asking: dict[str, list[Wire]] = {}
        self._asked: dict[str, asyncio.Event] = {}
        self._answered: dict[str, float] = {}
        self._done: dict[str, asyncio.Future[None]] = {}
        self._fetching: set[asyncio.Task[None]] = set()
        self._wires: set[Wire] = set()

    async def ring(self, sid: str) -> None:
        """Call, and follow the pages until hold audio plays and the API has been asked."""
        path = "/voice/answer"
        self._asked[sid] = asyncio.Event()
        self._done[sid] = asyncio.get_running_loop().create_future()
        for _ in range(_MOST_PAGES):
            document = await self._posts.ask(webhook(self._url + path, sid))
            if b"<Play" in document:
                break
            redirect = _redirect.search(document)
            if redirect is None:
                raise Wrong(f"call {sid} is not held: {document!r}")
            path = redirect[1].decode()
        await self._asked[sid].wait()

    def answer(self, sid: str) -> None:
        """Let the API answer this call's requests now."""
        self._answered[sid] = perf_counter()
        for wire in self._asking.pop(sid):
            wire.send(ANSWER)

    async def moved_on(self, sid: str) -> None:
        """Return once the caller's next page is here. Raises Wrong."""
        await self._done[sid]

    def wire(self) -> Wire:
        """A connection that comes in."""
        made = Wire(self._received)
        self._wires.add(made)
        made.lost = self._wires.discard
        return made

    def close(self) -> None:
        self._posts.close()
        for wire in [*self._wires]:
            wire.close()

    def _received(self, wire: Wire, head: bytes, body: bytes) -> None:
        if found := _api.match(head):
            sid = found[1].decode()
            asking = self._asking.setdefault(sid, [])
            asking.append(wire)
            if len(asking) == self._requests:
                self._asked[sid].set()
        elif found := _update.match(head):
            wire.send(ACCEPTED)
            task = asyncio.create_task(self._fetch(found[1].decode(), parse_qs(body.decode())["Url"][0]))
            self._fetching.add(task)
            task.add_done_callback(self._fetching.discard)

    async def _fetch(self, sid: str, url: str) -> None:
        """What a carrier does with an update: break off the music, and ask for the page."""
        done = self._done[sid]
        try:
            await self._posts.ask(webhook(url, sid), WORD)
        except Wrong as error:
            if not done.done():
                done.set_exception(error)
            return
        self.times.setdefault(sid, perf_counter() - self._answered[sid])
        if not done.done():
            done.set_result(None)


class Outside:
    """Where the servers reach the far side: a port that stays, behind which each part of a run has its own `Far`."""

    def __init__(self, port: int) -> None:
        self.port = port

    @asynccontextmanager
    async def far(self, url: str, requests: int = 1) -> AsyncIterator[Far]:
        """The far side of the server at a URL, listening until the end of the context."""
        side = Far(url, requests)
        listening = await asyncio.get_running_loop().create_server(side.wire, "127.0.0.1", self.port, backlog=1024)
        try:
            yield side
        finally:
            listening.close()
            side.close()
            await listening.wait_closed()

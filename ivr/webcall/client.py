"""The executor: sends the request of a job and always comes back with a reply.

One client serves the whole process, over aiohttp's connections: they cost the same however many calls are waiting.
A deadline stands over everything, from connecting to the last byte, and the body is capped while it streams in, so
neither a dripping nor an endless answer can hold more than its share of time or memory.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Self

import aiohttp
import httpx
from aiohttp.connector import Connection
from httpx_aiohttp import AiohttpTransport
from msgspec.structs import replace

from ivr.core.effects import Fetch
from ivr.core.events import Fetched
from ivr.core.values import Value
from ivr.runtime.ports import Clock, Errand
from ivr.webcall.answer import Unreadable, read_text, read_value
from ivr.webcall.faults import explain
from ivr.webcall.inflate import inflated
from ivr.webcall.request import OpenSecret, build

LOOP_FRIENDLY = 100_000
"""Characters that are parsed at once; longer answers are parsed in a thread, so that no other call waits."""


class Answer(aiohttp.ClientResponse):
    """An answer whose reason may be in any alphabet: nobody reads it, and the transport takes ASCII only."""

    async def start(self, connection: Connection) -> Self:
        await super().start(connection)
        self.reason = (self.reason or "").encode("ascii", "replace").decode()
        return self


@asynccontextmanager
async def open_client() -> AsyncIterator[httpx.AsyncClient]:
    """The process's HTTP client: no limit on connections, no cookies kept between calls, no proxies from outside."""
    context = ssl.create_default_context()
    connector = aiohttp.TCPConnector(limit=0, ssl=context)
    async with (
        aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), response_class=Answer
        ) as session,
        httpx.AsyncClient(
            transport=AiohttpTransport(verify=context, client=session),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            timeout=None,  # noqa: S113 - every request has a deadline of its own
            trust_env=False,
        ) as client,
    ):
        yield client


class WebCalls:
    """Runs External Web Calls."""

    def __init__(self, client: httpx.AsyncClient, open_secret: OpenSecret, clock: Clock) -> None:
        self._client = client
        self._open_secret = open_secret
        self._clock = clock

    async def __call__(self, errand: Errand) -> Fetched:
        """Send the request of a Fetch job. What goes wrong on the way is in the reply's cause and error."""
        job = errand.job
        if not isinstance(job, Fetch):
            raise TypeError(f"{type(job).__name__} is not a web call")
        begun = self._clock.now()
        late = Fetched(
            at=begun, token=errand.token, cause="timeout", error=f"The API did not answer within {job.timeout} s."
        )
        remaining = job.timeout - (begun - errand.started_at) / 1000
        try:
            async with asyncio.timeout(max(remaining, 0)):
                reply = await self._fetch(job, late)
        except TimeoutError:
            reply = late
        except Exception as error:
            cause, sentence = explain(error)
            reply = replace(late, cause=cause, error=sentence)
        now = self._clock.now()
        return replace(reply, at=now, milliseconds=now - begun)

    async def _fetch(self, job: Fetch, blank: Fetched) -> Fetched:
        """The reply to an answer that came; `blank` is the reply to fill in."""
        response = await self._client.send(build(job, self._open_secret), stream=True)
        try:
            body = await _capped(response, job.max_bytes)
        finally:
            await response.aclose()
        headers = tuple((name.lower(), value) for name, value in response.headers.multi_items())
        answered = replace(blank, status=response.status_code, headers=headers, error="")
        if body is None:
            return replace(answered, cause="too_large", error=f"The answer is larger than {job.max_bytes} bytes.")
        kind = response.headers.get("content-type", "")
        text = read_text(body, kind)
        try:
            return replace(answered, cause="ok", body=text, value=await _value(text, kind))
        except Unreadable as error:
            return replace(answered, cause="unreadable", body=text, error=str(error))


async def _capped(response: httpx.Response, most: int) -> bytes | None:
    """The body after decompression, or None when it is larger than `most` bytes."""
    body = bytearray()
    async for piece in inflated(response.aiter_raw(), response.headers.get("content-encoding", "")):
        body += piece
        if len(body) > most:
            return None
    return bytes(body)


async def _value(text: str, kind: str) -> Value:
    if len(text) <= LOOP_FRIENDLY:
        return read_value(text, kind)
    return await asyncio.to_thread(read_value, text, kind)

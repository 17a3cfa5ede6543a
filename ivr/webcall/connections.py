"""The process's HTTP client: made once, since making one costs more than many requests."""

import logging
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver
from aiohttp.connector import Connection
from httpx_aiohttp import AiohttpTransport
from httpx_aiohttp.transport import AiohttpResponseStream, map_aiohttp_exceptions
from multidict import CIMultiDict
from yarl import URL

from ivr.webcall.guard import Guard, guarded_connector
from ivr.webcall.identities import Identities
from ivr.webcall.outgoing import Identity
from ivr.webcall.timings import trace_config

# It logs every request with its whole URL, in which there may be a key.
logging.getLogger("httpx").setLevel(logging.WARNING)


class Answer(aiohttp.ClientResponse):
    """An answer whose reason may be in any alphabet: nobody reads it, and the transport takes ASCII only."""

    async def start(self, connection: Connection) -> Self:
        await super().start(connection)
        self.reason = (self.reason or "").encode("ascii", "replace").decode()
        return self


class AsBuilt(AiohttpTransport):
    """Sends a request letter by letter as it was built: its address, which is in the extension `address`, and its
    header lines. Nothing is added to them, but the Host, which is that of the address."""

    def __init__(self, session: aiohttp.ClientSession, context: ssl.SSLContext, identities: Identities) -> None:
        super().__init__(verify=context, client=session)
        self._session = session
        self._identities = identities

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        address: URL = request.extensions["address"]
        identity: Identity | None = request.extensions["identity"]
        context = await self._identities.context(identity) if identity is not None else True
        lines = CIMultiDict((name.decode(), value.decode()) for name, value in request.headers.raw)
        with map_aiohttp_exceptions():
            answer = await self._session.request(
                request.method,
                address,
                headers=lines,
                skip_auto_headers=_AUTOMATIC,
                data=request.content or None,
                allow_redirects=False,
                ssl=context,
                auto_decompress=False,
                timeout=aiohttp.ClientTimeout(sock_connect=request.extensions["timeout"]["connect"]),
            )
        stream = AiohttpResponseStream(answer)
        return httpx.Response(answer.status, headers=answer.raw_headers, stream=stream, request=request)


_AUTOMATIC = ("Accept", "Accept-Encoding", "User-Agent", "Content-Type")


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """Checks certificates of servers: by the public authorities, and by those in the file. Raises OSError and
    ssl.SSLError."""
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context


@asynccontextmanager
async def open_client(
    guard: Guard, ca_file: Path | None = None, resolver: AbstractResolver | None = None
) -> AsyncIterator[httpx.AsyncBaseTransport]:
    """Guarded connections without a limit, no cookies kept between calls, no proxies from outside.

    The transport alone: a whole client of httpx would look into cookies and redirects by itself, and fail by those.

    `ca_file` holds the certificates of private authorities that are trusted besides the public ones. Raises OSError
    and ssl.SSLError when it can't be read.
    """
    context = trusting(ca_file)
    async with aiohttp.ClientSession(
        connector=guarded_connector(guard, context, resolver),
        cookie_jar=aiohttp.DummyCookieJar(),
        response_class=Answer,
        trace_configs=[trace_config()],
    ) as session:
        yield AsBuilt(session, context, Identities(lambda: trusting(ca_file)))

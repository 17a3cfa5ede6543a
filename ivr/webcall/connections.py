"""The process's HTTP client: made once, since making one costs more than many requests."""

import functools
import logging
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import aiohttp
import httpx
from aiohttp.abc import AbstractResolver
from aiohttp.connector import Connection
from httpx_aiohttp import AiohttpTransport
from httpx_aiohttp.transport import AiohttpResponseStream, map_aiohttp_exceptions
from msgspec import Struct
from multidict import CIMultiDict
from yarl import URL

from ivr.core.origin import is_loopback
from ivr.webcall.guard import Guard, guarded_connector
from ivr.webcall.identities import Identities
from ivr.webcall.outgoing import Identity
from ivr.webcall.timings import trace_config

# It logs every request with its whole URL, in which there may be a key.
logging.getLogger("httpx").setLevel(logging.WARNING)


class Proxy(Struct, frozen=True):
    """Who connects in our place. It prints as its address alone."""

    url: URL
    headers: Mapping[str, str] = {}

    @classmethod
    def parse(cls, text: str) -> "Proxy | None":
        """From the text of IVR_EGRESS_PROXY; None when it is empty."""
        if not text:
            return None
        url = URL(text)
        login = b64encode(f"{url.user}:{url.password or ''}".encode()).decode()
        # To the proxy alone: aiohttp makes it Proxy-Authorization.
        headers = {"Authorization": f"Basic {login}"} if url.user else {}
        return cls(url.with_user(None).with_path("/"), headers)

    def __repr__(self) -> str:
        return f"Proxy({self.url})"


class Answer(aiohttp.ClientResponse):
    """An answer whose reason may be in any alphabet: it is never read, and the transport takes ASCII only."""

    async def start(self, connection: Connection) -> Self:
        await super().start(connection)
        self.reason = (self.reason or "").encode("ascii", "replace").decode()
        return self


class AsBuilt(AiohttpTransport):
    """Sends a request letter by letter as it was built: its address, which is in the extension `address`, and its
    header lines. Nothing is added to them, but the Host, which is that of the address."""

    def __init__(
        self, session: aiohttp.ClientSession, context: ssl.SSLContext, identities: Identities, proxy: Proxy | None
    ) -> None:
        super().__init__(verify=context, client=session)
        self._proxy = proxy
        self._session = session
        self._identities = identities

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        address: URL = request.extensions["address"]
        identity: Identity | None = request.extensions["identity"]
        context = await self._identities.context(identity) if identity is not None else True
        proxy = self._proxy if not is_loopback(address.host or "") else None
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
                proxy=proxy.url if proxy is not None else None,
                proxy_headers=proxy.headers if proxy is not None else None,
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


_public = functools.cache(ssl.create_default_context)
"""Checks certificates of servers by the public authorities. Made once: reading them all takes a tenth of a second."""


@asynccontextmanager
async def open_client(
    guard: Guard, ca_file: Path | None = None, resolver: AbstractResolver | None = None, proxy: str = ""
) -> AsyncIterator[httpx.AsyncBaseTransport]:
    """Guarded connections without a limit, no cookies kept between calls, no proxies but the one that is given:
    `http://user:password@proxy.example:3128`. This very machine is always reached directly.

    The transport alone: a whole client of httpx would look into cookies and redirects by itself, and fail by those.

    `ca_file` holds the certificates of private authorities that are trusted besides the public ones. Raises OSError
    and ssl.SSLError when it can't be read.
    """
    context = _public() if ca_file is None else trusting(ca_file)
    async with aiohttp.ClientSession(
        connector=guarded_connector(guard, context, resolver),
        cookie_jar=aiohttp.DummyCookieJar(),
        response_class=Answer,
        trace_configs=[trace_config()],
    ) as session:
        yield AsBuilt(session, context, Identities(lambda: trusting(ca_file)), Proxy.parse(proxy))

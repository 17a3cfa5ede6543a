"""The process's HTTP client: made once, since making one costs more than many requests."""

import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path

import aiohttp
from aiohttp.abc import AbstractResolver
from msgspec import Struct
from multidict import CIMultiDict
from yarl import URL

from ivr.core.origin import is_loopback
from ivr.webcall.guard import Guard, guarded_connector
from ivr.webcall.identities import Identities
from ivr.webcall.outgoing import Outgoing

LONGEST_LINE = 65_536
"""Bytes of a header line of an answer; cookies and policies of some are longer than the usual 8 KiB."""


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


class Client:
    """Sends a request letter by letter as it was built: its address, its header lines, and nothing added to them."""

    def __init__(self, session: aiohttp.ClientSession, identities: Identities, proxy: Proxy | None) -> None:
        self._proxy = proxy
        self._session = session
        self._identities = identities

    async def send(self, outgoing: Outgoing, connect_timeout: float) -> aiohttp.ClientResponse:
        """The head of the answer; its body is still to be read. Raises what aiohttp does, and ValueError for header
        lines that are none."""
        identity = outgoing.identity
        context = await self._identities.context(identity) if identity is not None else True
        proxy = self._proxy if self._proxy is not None and not is_loopback(outgoing.url.host or "") else None
        lines = CIMultiDict((line.name, _sendable(line.value)) for line in outgoing.headers)
        return await self._session.request(
            outgoing.method,
            outgoing.url,
            headers=lines,
            skip_auto_headers=_AUTOMATIC,
            data=outgoing.content or None,
            allow_redirects=False,
            ssl=context,
            proxy=proxy.url if proxy is not None else None,
            proxy_headers=proxy.headers if proxy is not None else None,
            auto_decompress=False,
            timeout=_within(connect_timeout),
        )


def _sendable(value: str) -> str:
    """A header's value. Raises ValueError for half a character."""
    if not value.isascii():
        value.encode()
    return value


@lru_cache(maxsize=64)
def _within(connect_timeout: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(sock_connect=connect_timeout)


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
    guard: Guard,
    ca_file: Path | None = None,
    resolver: AbstractResolver | None = None,
    proxy: str = "",
    most: int = 0,
) -> AsyncIterator[Client]:
    """Guarded connections, up to `most` at once (0: as many as needed), no cookies kept between calls, no proxies but
    the one that is given: `http://user:password@proxy.example:3128`. This very machine is always reached directly.

    `ca_file` holds the certificates of private authorities that are trusted besides the public ones. Raises OSError
    and ssl.SSLError when it can't be read.
    """
    context = True if ca_file is None else trusting(ca_file)  # aiohttp has read the public ones, which takes a while
    async with aiohttp.ClientSession(
        connector=guarded_connector(guard, context, resolver, most),
        cookie_jar=aiohttp.DummyCookieJar(),
        max_line_size=LONGEST_LINE,
        max_field_size=LONGEST_LINE,
    ) as session:
        session._retry_connection = False  # what is sent again is signed anew, counted and told of: by the executor
        yield Client(session, Identities(lambda: trusting(ca_file)), Proxy.parse(proxy))

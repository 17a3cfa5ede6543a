"""The default fetch: one aiohttp client, no redirects, no cookies, the limits of each request kept."""

import asyncio
import ssl

import aiohttp
from yarl import URL

from ivr.emulator.wire.http import FetchFailed, Request, Response


class AiohttpFetch:
    """A fetch over real sockets. Call it with a Request; close it at the end.

    `trust`: whose certificates count, where that is not the authorities of this machine.
    """

    def __init__(self, trust: ssl.SSLContext | None = None) -> None:
        self._trust = trust
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def __call__(self, request: Request) -> Response:
        """The response, or FetchFailed."""
        try:
            return await self._exchange(request)
        except aiohttp.ClientConnectorDNSError as error:
            raise FetchFailed("dns", str(error)) from error
        except aiohttp.ClientSSLError as error:
            raise FetchFailed("tls", str(error)) from error
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise FetchFailed("connect", str(error)) from error
        except TimeoutError as error:
            raise FetchFailed("read", "no answer in time") from error
        except (aiohttp.ClientError, ValueError, OSError) as error:
            raise FetchFailed("protocol", str(error) or type(error).__name__) from error

    async def close(self) -> None:
        """Give the connections back."""
        sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            await session.close()
            await asyncio.sleep(0)  # the transports close in the next turn of the loop

    async def _exchange(self, request: Request) -> Response:
        limits = aiohttp.ClientTimeout(total=None, sock_connect=request.connect_seconds, sock_read=request.read_seconds)
        async with self._open(request.fresh).request(
            request.method,
            URL(request.url, encoded=True),  # as written: a re-encoded query would not match its signature
            headers=list(request.headers),
            data=request.body or None,
            allow_redirects=False,
            timeout=limits,
        ) as answer:
            body = await _read(answer, request.max_bytes)
            return Response(answer.status, tuple(answer.headers.items()), body)

    def _open(self, fresh: bool) -> aiohttp.ClientSession:
        if fresh not in self._sessions:
            connector = aiohttp.TCPConnector(ssl=self._trust if self._trust is not None else True, force_close=fresh)
            self._sessions[fresh] = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._sessions[fresh]


async def _read(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    kept = bytearray()
    async for chunk in answer.content.iter_any():
        kept += chunk
        if len(kept) >= limit:
            break
    return bytes(kept[:limit])

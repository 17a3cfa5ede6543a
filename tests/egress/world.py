"""A small world on loopback: names that resolve as told, a server that may be asked, and canaries that may not."""

import asyncio
import functools
import socket
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_address

import aiohttp
import httpx
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from httpx_aiohttp import AiohttpTransport

from ivr.webcall.guard import Guard, guarded_connector

trusted = functools.cache(httpx.create_ssl_context)
"""Made once: reading all authorities takes longer than a test."""


class Names(AbstractResolver):
    """Answers from a table; each name has its answers in order, the last one for ever. What `inet_aton` reads as a
    number is that address, as with the system's resolver. No name is looked up anywhere."""

    def __init__(self, table: dict[str, list[list[str]]]) -> None:
        self.table = table
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        name = host.rstrip(".").lower()
        answers = self.table.get(name)
        if answers is None:
            return [_found(host, self._number(name), port)]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return [_found(host, address, port) for address in answer]

    def _number(self, name: str) -> str:
        try:
            return socket.inet_ntoa(socket.inet_aton(name))
        except OSError:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known") from None

    async def close(self) -> None:
        """Nothing to close."""


def _found(host: str, address: str, port: int) -> ResolveResult:
    try:
        six = ip_address(address).version == 6
    except ValueError:
        six = False
    family = socket.AF_INET6 if six else socket.AF_INET
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)


class Canary:
    """Listens and must not be touched."""

    def __init__(self) -> None:
        self.touched = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.touched += 1
        writer.close()


@asynccontextmanager
async def canary(addresses: Iterable[str] = ("127.0.0.1",)) -> AsyncIterator[tuple[Canary, int]]:
    """A canary at one free port of each address."""
    bird = Canary()
    servers: list[asyncio.Server] = []
    port = 0
    for address in addresses:
        servers.append(await asyncio.start_server(bird, address, port))
        port = servers[-1].sockets[0].getsockname()[1]
    try:
        yield bird, port
    finally:
        for server in servers:
            server.close()


@asynccontextmanager
async def website(address: str = "127.0.0.2") -> AsyncIterator[tuple[list[str], int]]:
    """A server at a free port: what was asked for (host and path), and the port. `/to?<url>` redirects."""
    asked: list[str] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        asked.append(f"{request.host.split(':')[0]}{request.path}")
        if request.path == "/to":
            return web.Response(status=302, headers={"Location": request.query_string})
        return web.Response(text="welcome")

    runner = web.ServerRunner(web.Server(handle))
    await runner.setup()
    site = web.TCPSite(runner, address, 0)
    await site.start()
    try:
        yield asked, runner.addresses[0][1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def client(allow: str, names: Names, *, keep: bool = True) -> AsyncIterator[httpx.AsyncClient]:
    """A client as the program has it, over a guarded connector; it follows redirects by itself."""
    connector = guarded_connector(Guard.parse(allow), ssl=trusted(), resolver=names)
    if not keep:
        connector._force_close = True
        connector._cached_hosts._ttl = -1
    async with (
        aiohttp.ClientSession(connector=connector) as session,
        httpx.AsyncClient(
            transport=AiohttpTransport(verify=trusted(), client=session),
            trust_env=False,
            follow_redirects=True,
            timeout=5,
        ) as opened,
    ):
        yield opened


def table(**names: Sequence[str]) -> Names:
    """Names with one answer each; `_` stands for a dot."""
    return Names({name.replace("_", "."): [list(addresses)] for name, addresses in names.items()})

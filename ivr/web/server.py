"""The listeners: an address, and what answers there."""

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import StreamReader, web

from ivr.web.acceptor import Acceptor
from ivr.web.carrier.signed import LARGEST_FORM
from ivr.web.connection import TICKET, Connection, allow_time
from ivr.web.crowd import Crowd, Limits
from ivr.web.peer import is_loopback
from ivr.web.readiness import Readiness, healthz
from ivr.web.sparing import Sparing

log = logging.getLogger(__name__)

USUAL = Limits()
LAST_REQUESTS = 0.5
"""Seconds for requests that are still on their way when a listener closes."""
LOOK = 0.02
CONTINUE = "100-continue"


def bind(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A socket to listen on; port 0 takes any free one. Raises OSError with a sentence when it is taken; but not by
    another socket of this user, where both are `shared`: then each gets some of the connections."""
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    if os.name != "nt":  # where it would let another server take a port that is in use
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise OSError(f"Can't listen on {host}:{port}: {error.strerror}. Does a server run there already?") from None
    return sock


def port_of(sock: socket.socket) -> int:
    """The port a socket is bound to."""
    return int(sock.getsockname()[1])


def is_local(sock: socket.socket) -> bool:
    """Whether only this machine reaches it."""
    return is_loopback(str(sock.getsockname()[0]))


@asynccontextmanager
async def listen(
    sock: socket.socket, routes: Sequence[web.RouteDef], limits: Limits = USUAL, readiness: Readiness | None = None
) -> AsyncIterator[None]:
    """The public listener, until the end of the context: these routes, signs of life, and nothing else."""
    app = web.Application(client_max_size=LARGEST_FORM)
    app.add_routes([*routes, web.get("/healthz", healthz)])
    if readiness is not None:
        app.add_routes([web.get("/readyz", readiness.answer)])
        app.on_response_prepare.append(readiness.part)
    async with serving(sock, app, limits):
        yield


@asynccontextmanager
async def serving(sock: socket.socket, app: web.Application, limits: Limits = USUAL) -> AsyncIterator[None]:
    """Serve on a bound socket until the end of the context, within limits for its clients."""
    app.on_response_prepare.append(allow_time)
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=5.0)
    await runner.setup()
    server = runner.server
    if server is None:
        raise RuntimeError("a runner that is set up has a server")
    crowd, sparing = Crowd(limits), Sparing(log)
    _watched(server, crowd, limits)
    acceptor = Acceptor(sock, crowd, lambda ticket: Connection(server, ticket, limits, sparing), sparing)
    try:
        yield
    finally:
        await acceptor.close()
        await _answered(server)
        await runner.cleanup()


async def _answered(server: web.Server) -> None:
    """Wait a moment for requests that are on their way over connections taken last, so that none is cut."""
    over = asyncio.get_running_loop().time() + LAST_REQUESTS
    while any(each.expects for each in server.connections if isinstance(each, Connection)):
        if asyncio.get_running_loop().time() >= over:
            return
        await asyncio.sleep(LOOK)


def _watched(server: web.Server, crowd: Crowd, limits: Limits) -> None:
    """Let connections know of their requests, and count those that come through a proxy."""
    make, handle = server.request_factory, server.request_handler

    def begun(message: Any, payload: StreamReader, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
        protocol.begin(payload)
        return make(message, payload, protocol, writer, task)

    async def counted(request: web.BaseRequest) -> web.StreamResponse:
        if request.headers.get("Expect", CONTINUE).lower() != CONTINUE:
            return web.Response(status=417, text="Nothing else can be expected here.\n")
        if not limits.proxies.trusts(request.remote or ""):
            return await handle(request)
        ticket = crowd.asked(limits.proxies.address(request))
        if ticket is None:
            return web.Response(status=429, text="Too many requests at once.\n", headers={"Retry-After": "1"})
        request[TICKET] = ticket
        try:
            return await handle(request)
        finally:
            ticket.leave()

    server.request_factory, server.request_handler = begun, counted

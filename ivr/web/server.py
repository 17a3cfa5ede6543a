"""The listeners: an address, and what answers there."""

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web

from ivr.web.carrier.media import healthz
from ivr.web.doors import is_loopback

LARGEST_FORM = 64 * 1024


def bind(host: str, port: int) -> socket.socket:
    """A socket to listen on; port 0 takes any free one. Raises OSError with a sentence when it is taken."""
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
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
async def listen(sock: socket.socket, routes: Sequence[web.RouteDef]) -> AsyncIterator[None]:
    """The public listener, until the end of the context: these routes, a sign of life, and nothing else."""
    app = web.Application(client_max_size=LARGEST_FORM)
    app.add_routes([*routes, web.get("/healthz", healthz)])
    async with serving(sock, app):
        yield


@asynccontextmanager
async def serving(sock: socket.socket, app: web.Application) -> AsyncIterator[None]:
    """Serve on a bound socket until the end of the context."""
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=5.0)
    await runner.setup()
    try:
        await web.SockSite(runner, sock, backlog=1024).start()
        yield
    finally:
        await runner.cleanup()

"""The server's commands."""

import asyncio
import gc
import importlib
import os
import signal
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any, NamedTuple

import click

from ivr.app import NEEDED, Server
from ivr.app import serve as serve_calls
from ivr.cli.board import board_address, board_link
from ivr.demo.api import Api
from ivr.demo.world import API_PORT, CARRIER_PORT, NUMBER, Sockets, demo_settings, demo_world
from ivr.logs import write_log
from ivr.registry import LEFT_OUT
from ivr.settings import Settings, load
from ivr.store.folder import only_server
from ivr.system import on_stop, raise_open_files
from ivr.web.inherited import inherited
from ivr.web.server import bind, port_of

OPEN_FILES = 65_536
"""A held call costs one; the soft limit is raised as far as the system lets us."""


class Stop:
    """How the process was asked to end: by a supervisor, which waits, or by a user, who does not."""

    def __init__(self) -> None:
        self.wanted = asyncio.Event()
        self.hurry = asyncio.Event()

    def asked(self, by: signal.Signals) -> None:
        """The first SIGTERM is a hand-over. Ctrl-C, and whatever comes second, stops at once."""
        if self.wanted.is_set() or by == signal.SIGINT:
            self.hurry.set()
        self.wanted.set()


class Demo(NamedTuple):
    """Where the demo's parts listen, and how its API behaves."""

    carrier_port: int
    api_port: int
    api: Api


@click.command()
@click.option("--demo", is_flag=True, help="With a pretend carrier and an appointments API: no account needed.")
@click.option("--carrier-port", default=CARRIER_PORT, show_default=True, help="With --demo: the carrier's port.")
@click.option("--api-port", default=API_PORT, show_default=True, help="With --demo: the appointments API's port.")
@click.option("--api-delay", default=3.0, show_default=True, help="With --demo: seconds until the API answers.")
def serve(demo: bool, carrier_port: int, api_port: int, api_delay: float) -> None:
    """Answer calls until it is stopped.

    Settings come from the environment or a .env file; what is missing or bad is all named at once. With --demo
    nothing need be set: call the server with `ivr call`.
    """
    settings = load(need=() if demo else NEEDED)
    write_log(settings.log_level, settings.log_format)
    for warning in (*settings.warnings, *LEFT_OUT):
        click.echo(f"Warning: {warning}", err=True)
    raise_open_files(OPEN_FILES)
    _run(_serve(settings, Demo(carrier_port, api_port, Api(api_delay)) if demo else None), uvloop=settings.uvloop)


async def _serve(settings: Settings, demo: Demo | None) -> None:
    stop = Stop()
    on_stop(asyncio.get_running_loop(), stop.asked)
    async with AsyncExitStack() as stack:
        server: Server | None = None
        if demo is None:
            passed = inherited(os.environ)
            sock = passed.public or bind(*settings.listen)
            board = passed.board or bind(*settings.board_listen)
            _alone(stack, settings)
            server = await stack.enter_async_context(serve_calls(settings, sock, board, stop.hurry))
            listening = settings.listen._replace(port=port_of(sock))
            click.echo(f"Answering calls at {settings.public_url} (listening on {listening}).")
            link = await board_link(server.store, board_address(settings, port_of(board)))
            click.echo(f"The board: {link}{_once(link)}")
        else:
            board = bind("127.0.0.1", settings.board_listen.port)
            ports = (settings.listen.port, demo.carrier_port, demo.api_port)
            sockets = Sockets(*(bind("127.0.0.1", port) for port in ports))._replace(board=board)
            _alone(stack, settings)
            world = await stack.enter_async_context(demo_world(demo_settings(settings, sockets), sockets, demo.api))
            click.echo(f"The demo is up: {NUMBER} is answered by the flow “appointment”.")
            link = await board_link(world.server.store, f"http://127.0.0.1:{port_of(board)}/")
            click.echo(f"The board, where the flow is drawn: {link}{_once(link)}")
            click.echo(f"Its API: http://127.0.0.1:{port_of(sockets.api)}/appointments?phone=…")
            click.echo(f"Call it from another terminal with: ivr call{_port_hint(port_of(sockets.carrier))}")
        click.echo("Stop with Ctrl-C.")
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)
        await stop.wanted.wait()
        if server is not None and not stop.hurry.is_set() and settings.drain_seconds:
            click.echo(
                f"Stopping: calls are still answered for {settings.drain_seconds:g} s. A second signal ends that."
            )
            await server.drain(settings.drain_seconds, stop.hurry)
        click.echo("Stopping.")


def _alone(stack: AsyncExitStack, settings: Settings) -> None:
    """Be the only server on the data folder, unless the database is made for several."""
    if not settings.database_url:
        stack.enter_context(only_server(settings.data))


def _once(link: str) -> str:
    return " (opens once, within 15 minutes; for another link: ivr board open)" if "/open?" in link else ""


def _port_hint(port: int) -> str:
    return "" if port == CARRIER_PORT else f" --carrier ws://127.0.0.1:{port}/phone"


def _run(work: Coroutine[Any, Any, None], *, uvloop: bool) -> None:
    if not uvloop:
        asyncio.run(work)
        return
    try:
        library = importlib.import_module("uvloop")
    except ImportError:
        raise click.ClickException(
            "IVR_UVLOOP is set, but uvloop is not installed: pip install 'ivr[uvloop]'"
        ) from None
    library.run(work)

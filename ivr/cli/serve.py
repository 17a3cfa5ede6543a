"""The server's commands."""

import asyncio
import gc
import importlib
import os
import signal
import socket
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from typing import Any, NamedTuple

import click

from ivr.app import NEEDED, Server
from ivr.app import serve as serve_calls
from ivr.cli.board import board_address, board_link
from ivr.cli.saying import say
from ivr.cli.workers import Supervisor, Worker
from ivr.demo.api import Api
from ivr.demo.world import API_PORT, CARRIER_PORT, NUMBER, Sockets, demo_settings, demo_world
from ivr.logs import write_log
from ivr.loop import ServerLoop
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
        """The first SIGTERM, or SIGHUP, is a hand-over. Ctrl-C, and whatever comes second, stops at once."""
        if self.wanted.is_set() or by == signal.SIGINT:
            self.hurry.set()
        self.wanted.set()


class Demo(NamedTuple):
    """Where the demo's parts listen, and how its API behaves."""

    carrier_port: int
    api_port: int
    api: Api


@click.command()
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that share the calls, one for each core. More than one needs PostgreSQL.",
)
@click.option("--demo", is_flag=True, help="With a pretend carrier and an appointments API: no account needed.")
@click.option("--carrier-port", default=CARRIER_PORT, show_default=True, help="With --demo: the carrier's port.")
@click.option("--api-port", default=API_PORT, show_default=True, help="With --demo: the appointments API's port.")
@click.option("--api-delay", default=3.0, show_default=True, help="With --demo: seconds until the API answers.")
def serve(workers: int, demo: bool, carrier_port: int, api_port: int, api_delay: float) -> int:
    """Answer calls until it is stopped.

    Settings come from the environment or a .env file; what is missing or bad is all named at once. With --demo
    nothing need be set: call the server with `ivr call`.

    With --workers this process only watches over the others. One that dies is started again, and a signal goes to all.
    The first has the board at IVR_BOARD_LISTEN; each other one, with its own /metrics, at the port after the one
    before.
    """
    settings = load(need=() if demo else NEEDED)
    write_log(settings.log_level, settings.log_format)
    for warning in (*settings.warnings, *LEFT_OUT):
        say(f"Warning: {warning}", err=True)
    raise_open_files(OPEN_FILES)
    if workers > 1:
        supervisor = _supervisor(settings, workers, demo=demo)
        worker = supervisor.run()
        if worker is None:
            return supervisor.code
        _run(_serve(settings, worker), uvloop=settings.uvloop)
    else:
        wanted = Demo(carrier_port, api_port, Api(api_delay)) if demo else None
        _run(_serve(settings, wanted), uvloop=settings.uvloop)
    return 0


def _supervisor(settings: Settings, workers: int, *, demo: bool) -> Supervisor:
    """What starts so many workers, its listeners bound. Raises ClickException, and OSError for ports that are taken."""
    if demo:
        raise click.UsageError("--workers can't be used with --demo, which is one process.")
    if not settings.database_url:
        raise click.ClickException(
            "--workers needs a PostgreSQL database, which IVR_DATABASE_URL names: SQLite is for one process."
        )
    if not hasattr(os, "fork") or not hasattr(socket, "SO_REUSEPORT"):
        raise click.ClickException("--workers needs a system with processes that can share a port, such as Linux.")
    passed = inherited(os.environ)
    host, port = settings.board_listen
    last = port + workers - 1
    if port and passed.public is None and port <= settings.listen.port <= last:
        raise click.ClickException(
            f"IVR_LISTEN has a port of the workers' boards, which have {port} to {last}: move it or IVR_BOARD_LISTEN."
        )
    boards = [passed.board or bind(host, port)]
    boards += [bind(host, port + number if port else 0) for number in range(1, workers)]
    if passed.public is not None:
        return Supervisor(passed.public.dup, boards)
    with bind(*settings.listen) as free:  # no other server is there: one that shares its port would not be noticed
        address = settings.listen._replace(port=port_of(free))
    return Supervisor(lambda: bind(*address, shared=True), boards)


async def _serve(settings: Settings, wanted: Demo | Worker | None) -> None:
    stop = Stop()
    if not isinstance(wanted, Worker):
        on_stop(asyncio.get_running_loop(), stop.asked)
    async with AsyncExitStack() as stack:
        server: Server | None = None
        if isinstance(wanted, Worker):
            server = await _work(stack, settings, wanted, stop)
        elif wanted is None:
            passed = inherited(os.environ)
            sock = passed.public or bind(*settings.listen)
            board = passed.board or bind(*settings.board_listen)
            _alone(stack, settings)
            server = await stack.enter_async_context(serve_calls(settings, sock, board, stop.hurry))
            await _greet(server, settings, port_of(sock), port_of(board))
        else:
            demo = wanted
            board = bind("127.0.0.1", settings.board_listen.port)
            ports = (settings.listen.port, demo.carrier_port, demo.api_port)
            sockets = Sockets(*(bind("127.0.0.1", port) for port in ports))._replace(board=board)
            _alone(stack, settings)
            world = await stack.enter_async_context(demo_world(demo_settings(settings, sockets), sockets, demo.api))
            say(f"The demo is up: {NUMBER} is answered by the flow “appointment”.")
            link = await board_link(world.server.store, f"http://127.0.0.1:{port_of(board)}/")
            say(f"The board, where the flow is drawn: {link}{_once(link)}")
            say(f"Its API: http://127.0.0.1:{port_of(sockets.api)}/appointments?phone=…")
            say(f"Call it from another terminal with: ivr call{_port_hint(port_of(sockets.carrier))}")
        if not isinstance(wanted, Worker) or wanted.number == 1:
            say("Stop with Ctrl-C.")
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)
        await stop.wanted.wait()
        if server is not None and not stop.hurry.is_set() and settings.drain_seconds:
            with suppress(OSError):  # the terminal may be gone
                say(f"Stopping: calls are still answered for {settings.drain_seconds:g} s. A second signal ends that.")
            await server.drain(settings.drain_seconds, stop.hurry)
        with suppress(OSError):
            say("Stopping.")


async def _greet(server: Server, settings: Settings, port: int, board: int) -> None:
    """Say that calls are answered now, and where the board is."""
    say(f"Answering calls at {settings.public_url} (listening on {settings.listen._replace(port=port)}).")
    link = await board_link(server.store, board_address(settings, board))
    say(f"The board: {link}{_once(link)}")


async def _work(stack: AsyncExitStack, settings: Settings, worker: Worker, stop: Stop) -> Server:
    """Be a worker, until its supervisor says so, or is gone."""
    loop = asyncio.get_running_loop()

    def ordered() -> None:
        asked = worker.asked()
        for by in asked or [signal.SIGTERM]:
            stop.asked(by)
        if not asked:
            loop.remove_reader(worker.orders)

    loop.add_reader(worker.orders, ordered)
    board, *others = worker.boards
    server = await stack.enter_async_context(serve_calls(settings, worker.sock, board, stop.hurry, others))
    if worker.number == 1:
        await _greet(server, settings, port_of(worker.sock), port_of(board))
    else:
        address = settings.board_listen._replace(port=port_of(board))
        say(f"Worker {worker.number} answers, too; its metrics are at {address}.")
    worker.is_up()
    return server


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
        with asyncio.Runner(loop_factory=ServerLoop) as runner:
            runner.run(work)
        return
    try:
        library = importlib.import_module("uvloop")
    except ImportError:
        raise click.ClickException(
            "IVR_UVLOOP is set, but uvloop is not installed: pip install 'ivr[uvloop]'"
        ) from None
    library.run(work)

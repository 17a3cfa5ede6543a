"""The server's commands."""

import asyncio
import base64
import gc
import importlib
import logging
import os
import resource
import signal
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any

import click

from ivr.app import NEEDED
from ivr.app import serve as serve_calls
from ivr.demo.api import Api
from ivr.demo.world import CARRIER_PORT, NUMBER, Sockets, demo_settings, demo_world
from ivr.settings import Settings, load
from ivr.web.server import bind

OPEN_FILES = 65_536
"""A held call costs one; the soft limit is raised as far as the system lets us."""


@click.command()
@click.option("--demo", is_flag=True, help="With a pretend carrier and an appointments API: no account needed.")
@click.option(
    "--carrier-port", default=CARRIER_PORT, show_default=True, help="With --demo: where the pretend carrier listens."
)
@click.option("--api-delay", default=3.0, show_default=True, help="With --demo: seconds until the API answers.")
def serve(demo: bool, carrier_port: int, api_delay: float) -> None:
    """Answer calls until it is stopped.

    Settings come from the environment or a .env file; what is missing or bad is all named at once. With --demo
    nothing need be set: call the server with `ivr call`.
    """
    settings = demo_settings(load(), carrier_port) if demo else load(need=NEEDED)
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for warning in settings.warnings:
        click.echo(f"Warning: {warning}", err=True)
    _raise_open_files()
    _run(_serve(settings, carrier_port if demo else None, api_delay), uvloop=settings.uvloop)


async def _serve(settings: Settings, carrier_port: int | None, api_delay: float) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with AsyncExitStack() as stack:
        sock = bind(*settings.listen)
        if carrier_port is None:
            await stack.enter_async_context(serve_calls(settings, sock))
            click.echo(f"Answering calls at {settings.public_url} (listening on {settings.listen}).")
        else:
            sockets = Sockets(sock, bind("127.0.0.1", carrier_port), bind("127.0.0.1", 0))
            await stack.enter_async_context(demo_world(settings, sockets, Api(api_delay)))
            click.echo(f"The demo is up: {NUMBER} is answered by the flow “appointment”.")
            click.echo(f"Call it from another terminal with: ivr call{_port_hint(carrier_port)}")
        click.echo("Stop with Ctrl-C.")
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)
        await stopped.wait()
        click.echo("Stopping.")


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


def _raise_open_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@click.command()
def key() -> None:
    """Print a new key for IVR_KEY."""
    click.echo(base64.urlsafe_b64encode(os.urandom(32)).decode())

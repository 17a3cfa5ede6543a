"""The demo's world: our server, the pretend carrier that calls it, and the API it asks. All on loopback."""

import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import NamedTuple

from aiohttp import web

from ivr.app import Server, serve
from ivr.demo.api import Api, appointments
from ivr.emulator import Carrier
from ivr.flow.model import Flow
from ivr.flow.read import read
from ivr.settings import Address, Secret, Settings
from ivr.web.server import port_of

NUMBER = "+15550100100"
"""The number that the demo flow answers."""
CALLER = "+15550123456"
CARRIER_PORT = 8082
API_ADDRESS = "http://127.0.0.1:8083"
"""Where the flow file says the API is; the demo puts in where it really is."""


class Sockets(NamedTuple):
    """Where each of the three listens."""

    server: socket.socket
    carrier: socket.socket
    api: socket.socket


class World(NamedTuple):
    """The demo, up and running."""

    server: Server
    carrier: Carrier


def demo_settings(settings: Settings, carrier_port: int, server_port: int | None = None) -> Settings:
    """Settings for serving the pretend carrier, whatever else is set: loopback only, and an account of its own."""
    listen = Address("127.0.0.1", server_port or settings.listen.port)
    return settings.model_copy(
        update={
            "listen": listen,
            "public_url": f"http://{listen}",
            "account_sid": f"AC{secrets.token_hex(16)}",
            "auth_token": Secret(secrets.token_hex(16)),
            "twilio_api_url": f"http://127.0.0.1:{carrier_port}",
            "sms_from": "",
        }
    )


@asynccontextmanager
async def demo_world(settings: Settings, sockets: Sockets, api: Api) -> AsyncIterator[World]:
    """Start all three, with the demo flow published and connected."""
    carrier = Carrier(account_sid=settings.account_sid, auth_token=settings.auth_token.get_secret_value())
    async with (
        appointments(sockets.api, api),
        carrier,
        _served(carrier.app(), sockets.carrier),
        serve(settings, sockets.server) as server,
    ):
        flow = demo_flow(f"http://127.0.0.1:{port_of(sockets.api)}")
        await server.store.flows.save_draft(flow)
        await server.store.flows.publish(flow.id, "The demo's flow.")
        await server.store.flows.assign(NUMBER, flow.id)
        for row in await server.store.flows.list():
            for number in row.numbers:
                carrier.add_number(number, *_hooks(server))
        yield World(server, carrier)


def demo_flow(api_address: str) -> Flow:
    """The demo's flow, asking the API at this address."""
    text = files("ivr.demo").joinpath("appointment.json").read_text("utf-8")
    flow, problems = read(text.replace(API_ADDRESS, api_address))
    if flow is None:
        raise ValueError(f"the demo's flow is broken: {problems}")
    return flow


def _hooks(server: Server) -> tuple[str, str, str]:
    return server.addresses.answer, server.addresses.fallback, server.addresses.status


@asynccontextmanager
async def _served(app: web.Application, sock: socket.socket) -> AsyncIterator[None]:
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.SockSite(runner, sock).start()
        yield
    finally:
        await runner.cleanup()

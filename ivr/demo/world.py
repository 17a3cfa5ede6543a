"""The demo's world: our server, the pretend carrier that calls it, and the API it asks. All on loopback."""

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.resources import files
from typing import NamedTuple

from ivr.app import Server, serve
from ivr.demo.api import Api, appointments, served
from ivr.emulator import Carrier
from ivr.flow.model import Flow
from ivr.flow.read import read
from ivr.runtime.background import background
from ivr.settings import Address, Secret, Settings
from ivr.store import StoreError
from ivr.web.server import port_of

NUMBER = "+15550100100"
"""The number that the demo flow answers."""
CALLER = "+15550123456"
CARRIER_PORT = 8082
API_PORT = 8083
LOOK = 1.0
"""Seconds between looks for numbers that were assigned meanwhile."""
API_ADDRESS = f"http://127.0.0.1:{API_PORT}"
"""Where the flow file says the API is; the demo puts in where it really is."""


CAPS = ("most_per_destination", "most_per_caller", "most_per_token", "most_per_flow", "most_per_day")
"""Settings that nothing in the demo costs enough for."""


class Sockets(NamedTuple):
    """Where each of them listens; the board only where it is wanted."""

    server: socket.socket
    carrier: socket.socket
    api: socket.socket
    board: socket.socket | None = None


class World(NamedTuple):
    """The demo, up and running."""

    server: Server
    carrier: Carrier


def demo_settings(settings: Settings, sockets: Sockets) -> Settings:
    """Settings for serving the pretend carrier, whatever else is set: loopback only, and an account of its own."""
    listen = Address("127.0.0.1", port_of(sockets.server))
    return settings.model_copy(
        update={
            "listen": listen,
            "public_url": f"http://{listen}",
            "account_sid": f"AC{secrets.token_hex(16)}",
            "auth_token": Secret(secrets.token_hex(16)),
            "twilio_api_url": f"http://127.0.0.1:{port_of(sockets.carrier)}",
            "sms_from": "",
            "destinations": "*",
            **dict.fromkeys(CAPS, 0),
            "demo": True,
            "board_url": "",
            "egress_allow": f"{settings.egress_allow},127.0.0.0/8",
        }
    )


@asynccontextmanager
async def demo_world(
    settings: Settings, sockets: Sockets, api: Api, flow_name: str = "appointment"
) -> AsyncIterator[World]:
    """Start all three, with a flow of the demo published and connected."""
    carrier = Carrier(account_sid=settings.account_sid, auth_token=settings.auth_token.get_secret_value())
    async with (
        appointments(sockets.api, api),
        carrier,
        served(carrier.app(), sockets.carrier),
        serve(settings, sockets.server, sockets.board, beside=(sockets.carrier,)) as server,
    ):
        flow = demo_flow(f"http://127.0.0.1:{port_of(sockets.api)}", flow_name)
        await _publish(server, flow)
        await _connect(server, carrier)
        async with background(_keep_connecting(server, carrier)):
            yield World(server, carrier)


async def _publish(server: Server, flow: Flow) -> None:
    """Let the flow answer the demo's number; one that is there already is left alone."""
    flows = server.store.flows
    live = await flows.of_number(NUMBER)
    if live is None or await flows.revision(*live) != flow:
        await flows.save_draft(flow.model_dump(mode="json"))
        await flows.publish(flow.id, note="The demo's flow.")
        await flows.assign(NUMBER, flow.id)


def demo_flow(api_address: str, name: str = "appointment") -> Flow:
    """A flow of the demo, asking the API at this address."""
    text = files("ivr.demo").joinpath(f"{name}.json").read_text("utf-8")
    flow, problems = read(text.replace(API_ADDRESS, api_address))
    if flow is None:
        raise ValueError(f"the demo's flow is broken: {problems}")
    return flow


async def _connect(server: Server, carrier: Carrier) -> None:
    """Let the carrier know every number that a flow answers."""
    to = server.addresses
    hooks = (to.answer, to.fallback, to.status, to.texts)
    for row in await server.store.flows.list():
        for number in row.numbers:
            if number not in carrier.numbers:
                carrier.add_number(number, *hooks)


async def _keep_connecting(server: Server, carrier: Carrier) -> None:
    """Numbers that are assigned while the demo is up can be called a moment later."""
    while True:
        await asyncio.sleep(LOOK)
        with suppress(StoreError):
            await _connect(server, carrier)

"""The world that breaks: a carrier, an API, and servers as processes of their own, or one within this process."""

import asyncio
import fcntl
import itertools
import os
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from ivr.app import serve, stored
from ivr.emulator import Carrier, Faults, PhoneCall
from ivr.settings import load
from ivr.twilio.twiml import RETRIES
from ivr.web.server import bind, port_of
from tests.chaos.ground import BY_POST, Far
from tests.chaos.wires import Front, Wire
from tests.cli.process import IVR, Running, running
from tests.ports import free_port
from tests.whole.stage import HURRY, changed

ACCOUNT, TOKEN = "AC" + "0" * 32, "not-a-secret"
LINES = {"GET": "+15550100201", "POST": BY_POST}
_callers = itertools.count(1)
AHEAD = """
import sys, time
ahead, real, real_ns = float(sys.argv.pop(1)), time.time, time.time_ns
time.time, time.time_ns = lambda: real() + ahead, lambda: real_ns() + int(ahead * 1e9)
from ivr.cli import main
main()
"""
"""`ivr` on a machine whose clock is wrong by so many seconds."""
HIGH = 60
"""The first number of sockets that are passed on: above all those that they are moved to."""


@dataclass
class World:
    """What faults work on. `wire` leads to the database, where that is PostgreSQL; `front` to the servers."""

    carrier: Carrier
    far: Far
    env: dict[str, str]
    folder: Path
    front: Front
    wire: Wire | None = None
    servers: dict[int, Running] = field(default_factory=dict)
    calls: list[PhoneCall] = field(default_factory=list)
    deaths: list[float] = field(default_factory=list)
    """When servers were killed, by the clock of the carrier."""
    _stacks: dict[int, AsyncExitStack] = field(default_factory=dict)

    async def start(self, sockets: Sequence[socket.socket] = (), ahead: float = 0.0) -> int:
        """One more server, in a process of its own; its port. `sockets` are passed on to it, the public one first; its
        clock is `ahead` by so many seconds."""
        port, stack = port_of(sockets[0]) if sockets else free_port(), AsyncExitStack()
        env = {**self.env, "IVR_LISTEN": f"127.0.0.1:{port}"}
        program = (sys.executable, "-c", AHEAD, str(ahead)) if ahead else IVR
        with _numbered(sockets) as passed:
            server = running(self.folder, "serve", env=env, program=program, sockets=passed)
            self.servers[port] = await stack.enter_async_context(server)
        self._stacks[port] = stack
        self.front.servers.append(port)
        await self.front.until_ready(port)
        return port

    def kill(self, port: int) -> None:
        """SIGKILL to one server."""
        self.deaths.append(self.carrier.clock.now())
        self.servers[port].process.kill()

    async def ended(self, port: int) -> int:
        """Wait until a server that was asked to stop, or was killed, is gone; its exit code."""
        code = await self.servers[port].ends()
        self.front.servers.remove(port)
        await self._stacks.pop(port).aclose()
        del self.servers[port]
        return code

    async def ring(self, count: int, every: float = 0.0, lines: Sequence[str] = tuple(LINES)) -> None:
        """So many calls, by turns to the line that asks by GET and to the one that asks by POST."""
        for n in range(count):
            line = LINES[lines[n % len(lines)]]
            self.calls.append(self.carrier.ring(f"+1555{next(_callers):07d}", line))
            if every:
                await asyncio.sleep(every)

    async def settle(self, seconds: float) -> None:
        """Wait until all calls are over, or so long that those which are not are stranded."""
        ends = [asyncio.ensure_future(call.ended()) for call in self.calls]
        await asyncio.wait(ends, timeout=seconds)
        for end in ends:
            end.cancel()

    async def close(self) -> None:
        for stack in self._stacks.values():
            await stack.aclose()


@asynccontextmanager
async def _served(app: web.Application) -> AsyncIterator[str]:
    sock = bind("127.0.0.1", 0)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, sock).start()
    try:
        yield f"http://127.0.0.1:{port_of(sock)}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def world(
    folder: Path,
    *,
    database: str = "",
    wire: Wire | None = None,
    delay: float = 1.5,
    waits: int = 60,
    faults: Faults | None = None,
) -> AsyncIterator[World]:
    """Everything but servers. `database`: the URL of an empty PostgreSQL database, where it is not SQLite.

    The API takes `delay` seconds, and each flow `waits` so many for it.
    """
    far, port = Far(delay), free_port()
    carrier = Carrier(ACCOUNT, TOKEN, timing=HURRY, faults=faults or Faults())
    async with AsyncExitStack() as stack:
        front = Front(port)
        await stack.enter_async_context(front.up())  # closed last, after the carrier that connects to it
        api = await stack.enter_async_context(_served(far.app()))
        await stack.enter_async_context(carrier)
        rest = await stack.enter_async_context(_served(carrier.app()))
        env = _environment(folder, port, rest, database)
        await _put_on_lines(env, api, waits)
        base = f"{env['IVR_PUBLIC_URL']}/voice"
        for line in LINES.values():
            carrier.add_number(line, *(f"{base}/{name}{RETRIES}" for name in ("answer", "fallback", "status")))
        made = World(carrier, far, env, folder, front, wire)
        stack.push_async_callback(made.close)
        yield made


@asynccontextmanager
async def one_inside(made: World) -> AsyncIterator[None]:
    """A server within this process, which takes a second less to start than one of its own."""
    sock = bind("127.0.0.1", 0)
    async with serve(load(env_file=None, environ=made.env), sock):
        made.front.servers.append(port_of(sock))
        await made.front.until_ready(port_of(sock))
        yield
        made.front.servers.remove(port_of(sock))


def _environment(folder: Path, port: int, rest: str, database: str) -> dict[str, str]:
    env = {
        "IVR_DATA": str(folder / "data"),
        "IVR_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "IVR_EGRESS_ALLOW": "127.0.0.0/8",
        "IVR_DRAIN_SECONDS": "3",
        "IVR_MOST_PER_DAY": "0",
        "IVR_MOST_PER_FLOW": "0",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": rest,
    }
    return {**env, "IVR_DATABASE_URL": database} if database else env


async def _put_on_lines(env: dict[str, str], api: str, waits: int) -> None:
    async with stored(load(env_file=None, environ=env)) as store:
        for method, line in LINES.items():
            document = changed(api, method=method, timeout=waits).model_dump(mode="json") | {"id": method.lower()}
            await store.flows.save_draft(document)
            await store.flows.publish(method.lower())
            await store.flows.assign(line, method.lower())


@contextmanager
def _numbered(sockets: Sequence[socket.socket]) -> Iterator[list[int]]:
    """Their file descriptors as they are passed on."""
    numbers = [fcntl.fcntl(each.fileno(), fcntl.F_DUPFD, HIGH) for each in sockets]
    try:
        yield numbers
    finally:
        for number in numbers:
            os.close(number)

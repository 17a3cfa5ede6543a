"""Servers that end, die or freeze in the middle of calls."""

import asyncio
import signal
import socket
from contextlib import closing

from tests.chaos.ground import Row, judged
from tests.chaos.place import Place, on_postgres
from tests.chaos.world import World, world

EVERY = 0.5
"""Seconds between calls."""


async def rolling(place: Place) -> Row:
    """SIGTERM to one of two servers after the other, each with a new one in its place, while calls come in."""
    async with on_postgres(place) as made:
        ringing = asyncio.create_task(made.ring(place.calls, every=0.7))
        for port in list(made.servers):
            await made.start()
            made.servers[port].process.send_signal(signal.SIGTERM)
            await made.front.until_ready(port, ready=False)
            assert await made.ended(port) == 0
        await ringing
        await made.settle(place.patience)
        return judged("SIGTERM, rolling", made, failed=made.front.failed)


async def killed(place: Place) -> Row:
    """SIGKILL to one of two servers, again and again: each time the older one, which has taken over what the last one
    left."""
    async with on_postgres(place) as made:
        await _killed(made, place, kills=max(2, place.calls // 10))
        return judged("SIGKILL of one of two", made)


async def _killed(made: World, place: Place, kills: int) -> None:
    ringing = asyncio.create_task(made.ring(place.calls, every=EVERY))
    began = asyncio.get_running_loop().time()
    for n in range(1, kills + 1):
        # Spread over the calls, so that all of them meet kills.
        due = began + EVERY * (place.calls * n // (kills + 1))
        await asyncio.sleep(due - asyncio.get_running_loop().time())
        port = next(iter(made.servers))
        made.kill(port)
        await made.ended(port)
        await made.start()
    await ringing
    await made.settle(place.patience)


async def alone(place: Place) -> Row:
    """The only server is killed, and asked to stop, by turns. Each time a new one takes its place in sockets
    that stay open, as under systemd. The API takes 4 s, and requests have their usual 10 s."""
    async with world(place.folder, delay=4.0, waits=10) as made:
        with (
            closing(socket.create_server(("127.0.0.1", 0))) as public,
            closing(socket.create_server(("127.0.0.1", 0))) as board,
        ):
            sockets = [public, board]
            port = await made.start(sockets)
            ringing = asyncio.create_task(made.ring(place.calls, every=EVERY))
            for n in range(max(2, place.calls // 10)):
                await asyncio.sleep(2)
                made.servers[port].process.send_signal(signal.SIGTERM) if n % 2 else made.kill(port)
                await made.ended(port)
                await made.start(sockets)
            await ringing
            await made.settle(place.patience)
        return judged("one server alone, killed and stopped", made)


async def cut_off(place: Place) -> Row:
    """Many requests that may be repeated run in one server when it is killed; they have their usual 10 s, of which the
    API takes 4."""
    async with world(place.folder, delay=4.0, waits=10) as made:
        with (
            closing(socket.create_server(("127.0.0.1", 0))) as public,
            closing(socket.create_server(("127.0.0.1", 0))) as board,
        ):
            port = await made.start([public, board])
            await made.ring(place.calls, lines=("GET",))
            await made.far.asked_by(place.calls)
            made.kill(port)
            await made.ended(port)
            await made.start([public, board])
            await made.settle(place.patience)
        again = sum(times - 1 for times in made.far.asked.values())
        return judged(f"{again} requests cut off by a SIGKILL", made)


async def frozen(place: Place, seconds: float = 45.0) -> Row:
    """One of two servers is frozen, longer than the other waits for it, and then goes on."""
    async with on_postgres(place) as made:
        port = next(iter(made.servers))
        ringing = asyncio.create_task(made.ring(place.calls, every=EVERY))
        await asyncio.sleep(place.calls * 0.25)
        made.servers[port].process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        made.servers[port].process.send_signal(signal.SIGCONT)
        await ringing
        await made.settle(place.patience)
        return judged(f"one of two frozen, {seconds:g} s", made)


async def clocks(place: Place) -> Row:
    """The clocks of two servers are 40 s apart, and 20 s off that of the database; then one is killed."""
    async with on_postgres(place, servers=0) as made:
        for ahead in (20.0, -20.0):
            await made.start(ahead=ahead)
        ringing = asyncio.create_task(made.ring(place.calls, every=EVERY))
        await asyncio.sleep(place.calls * 0.25)
        port = next(iter(made.servers))
        made.kill(port)
        await made.ended(port)
        await ringing
        await made.settle(place.patience)
        return judged("clocks 40 s apart, SIGKILL", made)

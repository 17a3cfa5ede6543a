"""The phone in the terminal."""

import asyncio
import sys
from typing import Any

import aiohttp
import click

from ivr.demo.story import Moment, tell


async def talk(carrier: str, wish: dict[str, str]) -> None:
    """Dial, show what is heard, send what is typed, until the call ends."""
    async with aiohttp.ClientSession() as session:
        try:
            socket = await session.ws_connect(carrier)
        except (aiohttp.ClientError, ValueError):
            raise click.ClickException(
                f"No pretend carrier at {carrier}. Start one in another terminal with: ivr serve --demo"
            ) from None
        async with socket:
            await socket.send_json(wish)
            typing = asyncio.create_task(_type(socket))
            try:
                await _listen(socket)
            finally:
                typing.cancel()


async def _listen(socket: aiohttp.ClientWebSocketResponse) -> None:
    async for message in socket:
        said: dict[str, Any] = message.json()
        if "kind" not in said:
            click.echo(f"The carrier says: {said.get('error')}", err=True)
            return
        line = tell(Moment(said.pop("at"), said.pop("kind"), said))
        if line:
            click.echo(line)


async def _type(socket: aiohttp.ClientWebSocketResponse) -> None:
    """Send typed lines as keys."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str] = asyncio.Queue()
    loop.add_reader(sys.stdin.fileno(), lambda: lines.put_nowait(sys.stdin.readline()))
    try:
        while line := await lines.get():
            keys = line.strip()
            if keys.lower() in {"h", "q"}:
                break
            if keys:
                await socket.send_json({"press": keys})
        await socket.send_json({"hang_up": True})
    finally:
        loop.remove_reader(sys.stdin.fileno())

"""The phone in the terminal."""

import asyncio
import os
import stat
import sys
import threading
from contextlib import suppress
from itertools import chain
from typing import Any

import aiohttp
import click

from ivr.cli.saying import say
from ivr.flow.narration import Heard, line_of
from ivr.sound.library import Library


async def talk(carrier: str, wish: dict[str, str]) -> None:
    """Dial, show what is heard, send what is typed, until the call ends."""
    async with aiohttp.ClientSession() as session:
        try:
            socket = await session.ws_connect(carrier)
        except (aiohttp.ClientError, ValueError):
            raise _nobody(carrier) from None
        async with socket:
            await socket.send_json(wish)
            typing = asyncio.create_task(_type(socket)) if _has_keyboard() else None
            try:
                await _listen(socket)
            finally:
                if typing is not None:
                    typing.cancel()


async def write(carrier: str, wish: dict[str, str], seconds: float) -> None:
    """Send a text, and show for so long what comes back."""
    async with aiohttp.ClientSession() as session:
        try:
            socket = await session.ws_connect(carrier)
        except (aiohttp.ClientError, ValueError):
            raise _nobody(carrier) from None
        async with socket:
            await socket.send_json(wish)
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await _read(socket)


async def _read(socket: aiohttp.ClientWebSocketResponse) -> None:
    """Show the texts that come. A refusal ends it."""
    phone = _phone()
    async for message in socket:
        said: dict[str, Any] = message.json()
        if "kind" not in said:
            raise click.ClickException(f"The carrier says: {said.get('error')}")
        _show(phone, said)


def _nobody(carrier: str) -> click.ClickException:
    return click.ClickException(
        f"No pretend carrier at {carrier}. Start one in another terminal with: ivr serve --demo"
    )


async def _listen(socket: aiohttp.ClientWebSocketResponse) -> None:
    """Show what happens. A refusal before there is a call ends it; later it is about a key, and the call goes on."""
    called, phone = False, _phone()
    async for message in socket:
        said: dict[str, Any] = message.json()
        if "kind" not in said:
            if not called:
                raise click.ClickException(f"The carrier says: {said.get('error')}")
            say(f"The carrier says: {said.get('error')}", err=True)
            continue
        called = True
        _show(phone, said)


def _phone() -> Heard:
    """What a phone alone hears: it can't know which audio bridges the time until something is done."""
    return Heard(Library().names, holding=lambda: False)


def _show(phone: Heard, said: dict[str, Any]) -> None:
    """A line for what the carrier's phone socket says, if it is one."""
    told = phone.tell(round(said.pop("at") * 1000), said.pop("kind"), said)
    if told is not None and (line := line_of(told, width=7)):
        say(line)


def _has_keyboard() -> bool:
    """Whether anything can be typed: by a person or through a pipe, but not where input was switched off."""
    return sys.stdin.isatty() or not stat.S_ISCHR(os.fstat(sys.stdin.fileno()).st_mode)


async def _type(socket: aiohttp.ClientWebSocketResponse) -> None:
    """Send typed lines as keys."""
    lines = _typed()
    while line := await lines.get():
        keys = line.strip()
        if keys.lower() in {"h", "q"}:
            break
        if keys:
            await socket.send_json({"press": keys})
    await socket.send_json({"hang_up": True})


def _typed() -> asyncio.Queue[str]:
    """Lines as they are typed, then an empty one for the end. Read in a thread that ends with the process."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str] = asyncio.Queue()

    def read() -> None:
        for line in chain(iter(sys.stdin.readline, ""), [""]):
            loop.call_soon_threadsafe(lines.put_nowait, line)

    threading.Thread(target=read, daemon=True).start()
    return lines

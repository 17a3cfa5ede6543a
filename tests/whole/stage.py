"""The demo's world for whole calls: a hurried carrier, the server, and an API, over real sockets on loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ivr.core.call import Entry
from ivr.demo.api import Api
from ivr.demo.world import CALLER, NUMBER, Sockets, World, demo_flow, demo_settings, demo_world
from ivr.emulator import Faults, PhoneCall, Timing
from ivr.flow.model import Flow
from ivr.settings import load
from ivr.web.server import bind, port_of

HURRY = Timing(speech_chars_per_second=150.0)
"""Ten times as fast as people speak."""
GREETING = "One moment."
FOUND = "You see Doctor Okafor on Tuesday, March 3 at 2:30 PM."
TEXTED = "We have sent you a text. Goodbye."
SORRY = "We are sorry, we can't look up your appointment right now. Please call again later."
SMS = "Your appointment: Tuesday, March 3 at 2:30 PM, with Doctor Okafor."
PATIENCE = 90.0
"""Seconds after which something is not going to happen any more, also on a machine that does much else."""


Deed = Callable[[PhoneCall], None]
Deeds = tuple[tuple[str, Deed], ...]
"""What a caller does, each when the next thing of this kind happens in the call."""


def nothing(call: PhoneCall) -> None:
    """Wait for what comes next."""


def hang_up(call: PhoneCall) -> None:
    call.hang_up()


def press(keys: str) -> Deed:
    return lambda call: call.press(keys)


def say(words: str) -> Deed:
    return lambda call: call.speak(words)


async def act(call: PhoneCall, deeds: Deeds) -> None:
    """Each deed in its turn, until the call is over."""
    left = list(deeds)
    async for happening in call.follow():
        if left and happening.kind == left[0][0]:
            left.pop(0)[1](call)


class Patient:
    """An API that answers once it is told to, and not after some time."""

    def __init__(self) -> None:
        self._free = asyncio.Event()
        self.api = Api(wait=self._wait)

    def answers(self, _: PhoneCall | None = None) -> None:
        """From now on, and whoever waits for it; also as what a caller does."""
        self._free.set()

    async def _wait(self, seconds: float) -> None:
        await self._free.wait()


@dataclass(frozen=True)
class Told:
    """A call that is over, from both ends of the line."""

    call: PhoneCall
    trace: Sequence[Entry]
    over: bool

    @property
    def status(self) -> str:
        return self.call.status

    @property
    def words(self) -> list[str]:
        """What was said, in order."""
        return [str(one.detail["text"]) for one in self.call.happenings if one.kind == "say"]

    @property
    def held(self) -> bool:
        """Whether there was music."""
        return any(one.kind == "play" for one in self.call.happenings)

    def traced(self, kind: str, block: int) -> list[dict[str, Any]]:
        """What the server wrote down of one kind, at one block."""
        return [entry.data for entry in self.trace if (entry.kind, entry.block) == (kind, block)]

    @property
    def port(self) -> str:
        """By which port the call left the web call."""
        return self.traced("left", 3)[0]["port"]

    @property
    def cause(self) -> str:
        return next(found["EXTCALL_3.cause"] for found in self.traced("set", 3) if "EXTCALL_3.cause" in found)

    @property
    def troubles(self) -> list[int]:
        """Codes that the carrier wrote into its debugger."""
        return [one.detail["code"] for one in self.call.happenings if one.kind == "log"]  # type: ignore[misc]


@dataclass(frozen=True)
class Stage:
    """The world, and how to play a call in it."""

    world: World
    api_address: str

    async def call(self, caller: str = CALLER, deeds: Deeds = ()) -> Told:
        """One call to its end, and until the server has heard of it, unless that is one of the faults."""
        call = self.world.carrier.ring(from_=caller, to=NUMBER, caller_name="A. Caller")
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(call.ended(), act(call, deeds))
        over = not self.world.carrier.faults.lose_status_callbacks and await self.heard_of(call)
        return Told(call, await self.world.server.store.calls.trace(call.sid), over)

    def sms(self, caller: str = CALLER) -> list[str]:
        """The texts that this caller got."""
        return [message.body for message in self.world.carrier.messages if message.to == caller]

    async def greeted(self, caller: str = CALLER) -> None:
        """Wait until this caller has heard the first words, so the call has begun and keeps its revision."""
        await asyncio.sleep(0)  # a task that was just made rings when it first runs
        call = next(each for each in self.world.carrier.calls if each.parties.from_ == caller)
        async with asyncio.timeout(PATIENCE):
            async for one in call.follow():
                if one.kind == "say":
                    return
        raise AssertionError(f"the call of {caller} ended without a word")

    async def publish(self, **fields: Any) -> None:
        """Change fields of the web call, from the next call on."""
        flow = changed(self.api_address, **fields)
        await self.world.server.store.flows.save_draft(flow.model_dump(mode="json"))
        await self.world.server.store.flows.publish("appointment")

    async def heard_of(self, call: PhoneCall) -> bool:
        """Whether the server has been told that the call is over, or will be before long."""
        for _ in range(round(PATIENCE / 0.05)):
            record = await self.world.server.store.calls.load(call.sid)
            if record is None or record.over_at is not None:
                return True
            await asyncio.sleep(0.05)
        return False


def changed(api_address: str, **fields: Any) -> Flow:
    """The demo's flow with other fields in its web call."""
    document = demo_flow(api_address).model_dump(mode="json")
    document["blocks"][2]["action"] |= fields
    return Flow.model_validate(document)


@asynccontextmanager
async def stage(api: Api, faults: Faults | None = None, **environ: str) -> AsyncIterator[Stage]:
    """Everything up; nothing left behind. `environ` are more settings."""
    with TemporaryDirectory(prefix="ivr-whole-") as folder:
        sockets = Sockets(bind("127.0.0.1", 0), bind("127.0.0.1", 0), bind("127.0.0.1", 0))
        settings = load(env_file=None, environ={"IVR_DATA": str(Path(folder)), **environ})
        settings = demo_settings(settings, sockets)
        async with demo_world(settings, sockets, api) as world:
            world.carrier.exchange.timing = HURRY
            world.carrier.faults = faults or Faults()
            yield Stage(world, f"http://127.0.0.1:{port_of(sockets.api)}")

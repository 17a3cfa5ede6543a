"""The stage of a test call: a carrier, the routes it asks, and a runner of its own, all on loopback.

Nothing of it is stored: calls live in memory, and the posted flow stands beside those that are published.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing

from aiohttp import web
from msgspec import Struct

from ivr.core.call import Call
from ivr.core.effects import Text
from ivr.core.events import Answered, Event, Reply
from ivr.core.mailbox import Page
from ivr.emulator import AiohttpFetch, Carrier, FetchFailed, Request, Response, Timing
from ivr.emulator.rest import rest_app
from ivr.flow.model import Flow
from ivr.runtime.intake import Starting
from ivr.runtime.memory import MemoryCalls, MemoryOutbox
from ivr.runtime.ports import Change, Clip, Clock, Flows, Ports, Reader, RunningJob, Usual, Worker, unknown
from ivr.runtime.recovery import keep_watch
from ivr.runtime.resuming import Resuming
from ivr.runtime.runner import Runner
from ivr.runtime.starts import Starts
from ivr.sms import Texts
from ivr.sound.library import Library
from ivr.testcalls.call_events import CallEvents
from ivr.testcalls.made_up import made_up
from ivr.testcalls.pinned import pinned
from ivr.testing.answers import Apis
from ivr.twilio.carrier import Knock, Messages
from ivr.twilio.rest import TwilioRest
from ivr.twilio.signature import Signature
from ivr.twilio.twiml import Addresses
from ivr.web.carrier import media
from ivr.web.carrier.resume import Resume
from ivr.web.carrier.signed import Signed
from ivr.web.carrier.texts import Messaging
from ivr.web.carrier.voice import Voice
from ivr.web.server import bind, listen, port_of, serving
from ivr.web.testcalls import Pinned

NUMBER = "+15550100100"
"""The number that is called, and that texts come from."""
REVISION = 0
"""No published revision has this number."""
LONGEST = 3600.0
"""Seconds that a test call may last."""


class Parts(Struct, frozen=True):
    """What test calls share with live ones: published flows, audio, the executor of web calls, who reads what is
    `posted` back to them, and how long these usually take."""

    flows: Flows
    starts: Starts
    library: Library
    fetch: Worker
    posted: Reader
    clock: Clock
    sender: str = ""
    usual: Usual = unknown


class Tried(Struct, frozen=True):
    """The flow that is called, and how its call begins. `mocked`: web calls are not made, but answered here;
    those of blocks in `answers` by what is pinned to them."""

    flow: Flow
    event: Event
    variables: dict[str, object]
    caller: str
    mocked: bool = False
    answers: Mapping[int, Pinned] = {}


class Stage(Struct, frozen=True):
    """All that is up for one call."""

    carrier: Carrier
    calls: "WatchedCalls"


class WatchedCalls(MemoryCalls):
    """Calls in memory, which report each turn as they save it. The first call is the one under test."""

    def __init__(self, events: CallEvents, clock: Clock) -> None:
        super().__init__(clock)
        self._events = events
        self._first = ""

    async def save(self, change: Change, now: int) -> bool:
        saved = await super().save(change, now)
        each: Change | None = change
        while saved and each is not None:
            record = each.record
            self._first = self._first or record.call.id
            self._events.turned(record, each.trace, own=record.call.id == self._first)
            each = each.spawn
        return saved

    @property
    def busy(self) -> bool:
        """Whether a run goes on."""
        return any(record.call.status == "active" for record in self.records.values())

    def flow_of(self, call_id: str) -> str:
        """The flow that a call is in; empty for one that is gone."""
        record = self.records.get(call_id)
        return record.call.flow if record is not None else ""

    def is_over(self, call_id: str) -> bool:
        """Whether the flow knows that the line is dead."""
        record = self.records.get(call_id)
        return record is None or record.over_at is not None


class OneMore:
    """The published flows, and one that is not."""

    def __init__(self, flows: Flows, flow: Flow) -> None:
        self._flows = flows
        self._flow = flow

    async def of_number(self, number: str) -> tuple[str, int] | None:
        return self._flow.id, REVISION

    async def unpublished(self, number: str) -> str | None:
        return None

    async def live(self, flow_id: str) -> int | None:
        return REVISION if flow_id == self._flow.id else await self._flows.live(flow_id)

    async def revision(self, flow_id: str, revision: int) -> Flow:
        if (flow_id, revision) == (self._flow.id, REVISION):
            return self._flow
        return await self._flows.revision(flow_id, revision)


class TestRunner(Runner):
    """Runs the call that is tried, from the event it begins with."""

    def __init__(self, ports: Ports, tried: Tried) -> None:
        super().__init__(ports)
        self._tried = tried

    async def answer(self, call_id: str, event: Answered) -> Page:
        begins = self._tried.event
        variables = dict(self._tried.variables)
        call = Call(call_id, self._tried.flow.id, REVISION, variables=variables)
        return await self.begin(call, event if isinstance(begins, Answered) else begins)


class OwnOnly(AiohttpFetch):
    """Fetches what stands at our own address only: a document of an author's may name any other, also one that only
    this server reaches."""

    def __init__(self, own: str) -> None:
        super().__init__()
        self._own = f"{own}/"

    async def __call__(self, request: Request) -> Response:
        if not request.url.startswith(self._own):
            raise FetchFailed("connect", "A test call asks no other address than this server's.")
        return await super().__call__(request)


@asynccontextmanager
async def stage(parts: Parts, tried: Tried, events: CallEvents, names: dict[str, str]) -> AsyncIterator[Stage]:
    """Everything up until the end of the context. `names` is filled with the clips that are played."""
    account, token = f"AC{secrets.token_hex(16)}", secrets.token_hex(16)
    async with AsyncExitStack() as stack:
        sock, rest_sock = (stack.enter_context(closing(bind("127.0.0.1", 0))) for _ in range(2))
        own = Addresses(f"http://127.0.0.1:{port_of(sock)}")
        fetch = OwnOnly(own.public_url)
        stack.push_async_callback(fetch.close)
        carrier = Carrier(account, token, timing=Timing(call_limit=LONGEST), fetch=fetch)
        await stack.enter_async_context(serving(rest_sock, _rest(carrier)))
        addresses = own
        carrier.add_number(NUMBER, addresses.answer, addresses.fallback, addresses.status, addresses.texts)
        rest = await stack.enter_async_context(
            TwilioRest(account, token, base_url=f"http://127.0.0.1:{port_of(rest_sock)}")
        )
        calls = WatchedCalls(events, parts.clock)
        ports = Ports(
            calls=calls,
            flows=OneMore(parts.flows, tried.flow),
            fetch=_web_calls(parts, tried, calls),
            text=_texts(
                carrier, Texts(Messages(rest, addresses), MemoryOutbox(), parts.sender, parts.clock), addresses.texts
            ),
            knock=Knock(rest, addresses),
            clock=parts.clock,
            clip=_named(parts.library, names),
            public_url=addresses.public_url,
            usual=parts.usual,
        )
        runner = TestRunner(ports, tried)
        signed = Signed(Signature(token, addresses.public_url, None), addresses)
        texts = Messaging(runner, Starting(ports, parts.starts, runner), signed, parts.clock)
        routes = [*Voice(runner, signed, parts.clock).routes(), *texts.routes(), *media.routes(parts.library)]
        routes += Resume(Resuming(ports, runner), parts.posted).routes()
        await stack.enter_async_context(listen(sock, routes))
        stack.push_async_callback(signed.budget.close)
        # The asking side closes before the answering side.
        stack.push_async_callback(runner.close)
        stack.push_async_callback(_stop, asyncio.create_task(keep_watch(ports, runner)))
        await stack.enter_async_context(carrier)
        yield Stage(carrier, calls)


def _web_calls(parts: Parts, tried: Tried, calls: WatchedCalls) -> Worker:
    """Asks the APIs, or none; and gives blocks what is pinned to them."""
    others = made_up(Apis(lambda _: tried.flow, parts.clock)) if tried.mocked else parts.fetch
    return pinned(tried.answers, tried.flow, parts.clock, others, calls.flow_of)


async def _stop(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _rest(carrier: Carrier) -> web.Application:
    app = web.Application()
    app.add_subapp("/2010-04-01/", rest_app(carrier))
    return app


def _texts(carrier: Carrier, texts: Texts, replies: str) -> Worker:
    """Texts from whatever number a block names: only the real carrier knows which ones it has."""

    async def send(running: RunningJob) -> Reply:
        job = running.job
        sender = (job.sender if isinstance(job, Text) else "") or ""
        if sender and sender not in carrier.numbers:
            carrier.add_number(sender, sms_url=replies)
        return await texts(running)

    return send


def _named(library: Library, names: dict[str, str]) -> Callable[[str], Awaitable[Clip | None]]:
    """Finds clips, and remembers what their URLs stand for."""

    async def find(name: str) -> Clip | None:
        clip = await library.clip(name)
        if clip is not None:
            names[clip.url_name] = name
        return clip

    return find

"""The composition root: the only file that knows everyone."""

import asyncio
import socket
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from aiohttp import web
from msgspec import Struct

from ivr.board.web import routes as board_routes
from ivr.core.destinations import Destinations
from ivr.core.quiet_hours import QuietHours
from ivr.operation.alerts.rules import BrokenRules, read_rules
from ivr.operation.alerts.rules import Rules as AlertRules
from ivr.operation.alerts.telling import Telling, texts
from ivr.operation.alerts.watch import Alerts
from ivr.operation.keeping import kept_for_days
from ivr.operation.meters import Meters
from ivr.operation.observed import observed
from ivr.runtime.background import background
from ivr.runtime.clock import WallClock, keep_to
from ivr.runtime.dialling import Dialler, Permitted
from ivr.runtime.gate import Caps, Guarded, Rules
from ivr.runtime.indexing import keep_indexed
from ivr.runtime.intake import Starting
from ivr.runtime.ports import Clock, Ports
from ivr.runtime.recovery import keep_watch
from ivr.runtime.resuming import Resuming
from ivr.runtime.retention import DAY, keep_tidy
from ivr.runtime.runner import LAST_JOBS, Runner
from ivr.runtime.silent import keep_asking
from ivr.runtime.tracing import tracing
from ivr.settings import Settings, SettingsError
from ivr.sms import Texts
from ivr.sound.library import Cache, Library
from ivr.store import Store
from ivr.store.opening import stored
from ivr.system import open_files
from ivr.testcalls import TestCalls
from ivr.testcalls.setup import Parts
from ivr.twilio.carrier import Calling, Knock, Messages, Recordings
from ivr.twilio.rest import TwilioRest
from ivr.twilio.signature import Signature
from ivr.twilio.twiml import Addresses
from ivr.web import api
from ivr.web.api.context import Context
from ivr.web.api.inbound_api import Rules as StartRules
from ivr.web.api.inbound_api import StartsApi
from ivr.web.carrier import media
from ivr.web.carrier.budget import LAST_WORKS, Budget
from ivr.web.carrier.load import Load
from ivr.web.carrier.placed import PlacedCalls
from ivr.web.carrier.resume import Resume
from ivr.web.carrier.signed import Signed
from ivr.web.carrier.texts import Messaging
from ivr.web.carrier.voice import Voice
from ivr.web.crowd import Limits as ListenerLimits
from ivr.web.crowd import for_web_calls, shares
from ivr.web.doors import ADD_USER, Doors, Place
from ivr.web.peer import Proxies
from ivr.web.private import Board, private
from ivr.web.readiness import Readiness
from ivr.web.server import is_local, listen, port_of, serving
from ivr.web.watch import Watch
from ivr.webcall.breaker import Rules as BreakerRules
from ivr.webcall.client import WebCalls
from ivr.webcall.connections import open_client
from ivr.webcall.guard import Guard
from ivr.webcall.limits import Limits
from ivr.webcall.listeners import Listener
from ivr.webcall.request import Secrets

NEEDED = ("IVR_PUBLIC_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")
"""Settings without which calls can't be served."""


class Server(Struct, frozen=True):
    """A server that is up."""

    store: Store
    addresses: Addresses
    readiness: Readiness
    meters: Meters

    async def drain(self, seconds: float, hurry: asyncio.Event) -> None:
        """Say that others should take new calls, and still take those that come, until the time is over or there is a
        hurry. The end of the context then stops the server."""
        self.readiness.stopping = True
        with suppress(TimeoutError):
            await asyncio.wait_for(hurry.wait(), seconds)


class Within(Struct, frozen=True):
    """The limits of either listener."""

    public: ListenerLimits
    board: ListenerLimits


@asynccontextmanager
async def open_web_calls(
    settings: Settings, store: Store, clock: Clock, listeners: Sequence[socket.socket] = ()
) -> AsyncIterator[WebCalls]:
    """The executor of External Web Calls, for live calls and for test requests. It never reaches our own listeners."""
    proxy, most = settings.egress_proxy.get_secret_value(), for_web_calls(open_files())
    async with open_client(_guard(settings, listeners), settings.ca_file, proxy=proxy, most=most) as client:
        calls = WebCalls(
            client,
            Secrets(store.vault.open_secret, store.secrets.open),
            Limits(clock, BreakerRules(concurrent=settings.host_limit)),
            clock,
        )
        try:
            yield calls
        finally:
            await calls.close()


@asynccontextmanager
async def serve(
    settings: Settings,
    sock: socket.socket,
    board: socket.socket | None = None,
    hurry: asyncio.Event | None = None,
    beside: Sequence[socket.socket] = (),
) -> AsyncIterator[Server]:
    """Serve calls on a bound socket until the end of the context; and the board on another one, if it is given. Web
    calls reach neither of them, nor what listens `beside` them.

    At the end jobs that can't be repeated get some seconds, unless there is a `hurry`.

    Raises SettingsError where the board could be reached from outside and has no users.
    """
    clock = WallClock()
    addresses = Addresses(settings.public_url)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(_attended(settings, clock))
        readiness = await stack.enter_async_context(_readiness(store, clock))
        if board is not None:
            await _check_users(settings, store, board)
        meters = await stack.enter_async_context(observed(settings, store))
        library = await _library(settings, store)
        rest = await stack.enter_async_context(_carrier(settings))
        web_calls = await stack.enter_async_context(open_web_calls(settings, store, clock, _own(sock, board, *beside)))
        ports = tracing(
            Ports(
                calls=store.calls,
                flows=store.flows,
                fetch=web_calls,
                text=Texts(Messages(rest, addresses), store.calls, settings.sms_from, clock),
                knock=meters.knocking(Knock(rest, addresses)),
                clock=clock,
                clip=library.clip,
                notices=store.calls,
                public_url=settings.public_url,
                usual=store.usual.of,
            ),
            meters.tracer,
        )
        gate = _gate(settings, store, clock)
        runner = Runner(ports, gate)
        stack.push_async_callback(_stop, runner, hurry)
        asking = keep_asking(store.calls, runner, Calling(rest, addresses).status, clock)
        alerts = Alerts(alert_rules(settings), store.alerts, store.starts, clock)
        alerting = alerts.run(Telling(web_calls, gate, texts(rest, settings.sms_from), clock))
        tidying = _tidying(store, settings, Recordings(rest), clock)
        for work in (keep_watch(ports, runner), tidying, asking, alerting, keep_indexed(store.word_index, clock)):
            await stack.enter_async_context(background(work))
        starting = Starting(ports, store.starts, runner, store.opt_outs)
        dialler = Dialler(
            store.starts, starting, Permitted(Calling(rest, addresses), gate), clock, settings.calls_per_second
        )
        await stack.enter_async_context(background(dialler.run()))
        signed = Signed(_signature(settings), addresses, Budget(clock), store.vault, meters)
        stack.push_async_callback(signed.budget.close)
        load = await stack.enter_async_context(_load(settings, meters, store))
        carrier = [
            *_public(runner, starting, signed, clock, load),
            *Resume(Resuming(ports, runner), web_calls.posted).routes(),
            *media.routes(library),
        ]
        await stack.enter_async_context(listen(sock, carrier, _limits(settings).public, readiness))
        stack.callback(_let_go, runner, signed.budget, hurry)
        if board is not None:
            doors = Doors(store, clock, _place(settings, board))
            tests = TestCalls(
                Parts(
                    store.flows,
                    store.starts,
                    library,
                    web_calls,
                    web_calls.posted,
                    clock,
                    settings.sms_from,
                    store.usual.of,
                )
            )
            stack.push_async_callback(tests.close)
            watch = await stack.enter_async_context(_watching(store, clock))
            reached = store, library, web_calls, runner, clock, doors, tests, watch, readiness
            context = Context(settings, *reached, Recordings(rest), meters, alerts)
            starts = StartsApi(store, starting, gate, clock, _start_rules(settings, dialler))
            await stack.enter_async_context(serving(board, _board(context, starts), _limits(settings).board))
        yield Server(store, addresses, readiness, meters)


@asynccontextmanager
async def _readiness(store: Store, clock: Clock) -> AsyncIterator[Readiness]:
    """Raises StoreError or KeyMissing where calls can't be served from the start."""
    await store.check(clock.now())
    readiness = Readiness(lambda: store.check(clock.now()))
    try:
        yield readiness
    finally:
        await readiness.close()


def _own(*sockets: socket.socket | None) -> list[socket.socket]:
    """Those there are."""
    return [each for each in sockets if each is not None]


@asynccontextmanager
async def _load(settings: Settings, meters: Meters, store: Store) -> AsyncIterator[Load]:
    """How busy this process is."""
    load = Load(settings.most_late, meters.turned_away, behind=store.calls.behind)
    async with background(load.watch()):
        yield load


async def _library(settings: Settings, store: Store) -> Library:
    cache = Cache(store.audio, settings.data / "audio")
    await cache.tidy()
    return Library(cache)


def _carrier(settings: Settings) -> TwilioRest:
    return TwilioRest(settings.account_sid, settings.auth_token.get_secret_value(), base_url=settings.twilio_api_url)


@asynccontextmanager
async def _watching(store: Store, clock: Clock) -> AsyncIterator[Watch]:
    """What tells the board of changes."""
    watch = Watch(store.history, clock)
    store.calls.listeners.append(lambda _: watch.saved())
    try:
        yield watch
    finally:
        await watch.close()


def _signature(settings: Settings) -> Signature:
    shared = settings.shared_key.get_secret_value() or None
    return Signature(settings.auth_token.get_secret_value(), settings.public_url, shared)


async def _stop(runner: Runner, hurry: asyncio.Event | None) -> None:
    await runner.close(_patience(hurry, LAST_JOBS))


def _let_go(runner: Runner, budget: Budget, hurry: asyncio.Event | None) -> None:
    """Before the listener closes, answer all requests that wait, so that none is cut."""
    runner.let_go()
    budget.end(_patience(hurry, LAST_WORKS))


def _patience(hurry: asyncio.Event | None, seconds: float) -> float:
    return 0.0 if hurry is not None and hurry.is_set() else seconds


def _public(runner: Runner, starting: Starting, signed: Signed, clock: Clock, load: Load) -> list[web.RouteDef]:
    """What the carrier asks."""
    return [
        *Voice(runner, signed, clock, load).routes(),
        *PlacedCalls(runner, starting, signed).routes(),
        *Messaging(runner, starting, signed, clock).routes(),
    ]


def _board(context: Context, starts: StartsApi) -> web.Application:
    """What people and other systems ask."""
    served = Board(
        api.routes(context, starts.routes()),
        board_routes(language=context.settings.language),
        context.settings.read_only,
    )
    return private(served, context.doors)


async def _check_users(settings: Settings, store: Store, board: socket.socket) -> None:
    if await store.users.any():
        return
    if not is_local(board):
        raise SettingsError(f"IVR_BOARD_LISTEN lets others reach the board, but it has no users. {ADD_USER}")
    if settings.board_url:
        raise SettingsError(f"IVR_BOARD_URL lets others reach the board, but it has no users. {ADD_USER}")


@asynccontextmanager
async def _attended(settings: Settings, clock: WallClock) -> AsyncIterator[Store]:
    """The store, of which this is a server from now on; where there may be others, all keep to the database's time."""
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(stored(settings, clock))
        await store.calls.attend()
        store.calls.remember()
        if store.database.shared:
            await stack.enter_async_context(background(keep_to(clock, store.time)))
        yield store


def _place(settings: Settings, board: socket.socket) -> Place:
    return Place(
        port_of(board),
        is_local(board),
        settings.board_url,
        hours=settings.session_hours,
        days=settings.session_days,
        proxies=Proxies.parse(settings.trusted_proxies),
    )


def _limits(settings: Settings) -> Within:
    """What strangers get of the files that this process may open: the board keeps a share of its own."""
    public, board = shares(open_files())
    proxies = Proxies.parse(settings.trusted_proxies)
    return Within(ListenerLimits(total=public, proxies=proxies), ListenerLimits(total=board, proxies=proxies))


def _start_rules(settings: Settings, dialler: Dialler) -> StartRules:
    return StartRules(
        sender=settings.sms_from,
        rate=settings.calls_per_second,
        longest_queue=settings.longest_queue,
        country=settings.country,
        wake=dialler.wake,
    )


def alert_rules(settings: Settings) -> AlertRules:
    """What alerts there are. Raises SettingsError."""
    try:
        rules = read_rules(settings.alerts)
    except BrokenRules as error:
        raise SettingsError(f"IVR_ALERTS {error}.") from None
    if any(rule.text for rule in rules.alerts) and not settings.sms_from:
        raise SettingsError("IVR_SMS_FROM is missing: an alert in IVR_ALERTS is told by text.")
    return rules


def _tidying(store: Store, settings: Settings, recordings: Recordings, clock: Clock) -> Coroutine[Any, Any, None]:
    """Forgets what is old, for ever. Raises SettingsError at once."""
    kept = kept_for_days(store, settings, recordings, clock.now)
    return keep_tidy(kept, clock, lambda: store.counts.catch_up(clock.now() - 7 * DAY))


def _gate(settings: Settings, store: Store, clock: Clock) -> Guarded:
    """What calls and texts pass."""

    async def own() -> tuple[str, ...]:
        return (*await store.flows.own_numbers(), settings.sms_from)

    try:
        allowed = Destinations.parse(settings.destinations)
    except ValueError as error:
        raise SettingsError(f"IVR_DESTINATIONS {error}.") from None
    caps = Caps(
        destination=settings.most_per_destination,
        caller=settings.most_per_caller,
        token=settings.most_per_token,
        flow=settings.most_per_flow,
        day=settings.most_per_day,
    )
    quiet = QuietHours.parse(settings.quiet_hours) if settings.quiet_hours else None
    return Guarded(Rules(allowed, caps, settings.country, quiet), own, store.spending, clock, store.opt_outs)


def _guard(settings: Settings, listeners: Sequence[socket.socket]) -> Guard:
    try:
        return Guard.parse(settings.egress_allow, [Listener.of(sock) for sock in listeners])
    except ValueError as error:
        raise SettingsError(f"IVR_EGRESS_ALLOW {error}.") from None

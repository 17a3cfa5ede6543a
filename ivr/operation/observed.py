"""What is observed of a server while it is up: its meters, the log's lines about calls, and traces where asked for."""

import asyncio
import importlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING

from ivr.operation.meters import Meters
from ivr.operation.story import Story
from ivr.runtime.background import background
from ivr.settings import Settings, SettingsError
from ivr.store import Store

if TYPE_CHECKING:
    from ivr.operation.otel import OpenTelemetry  # only named: it takes an extra, and costs nothing when off

LAST_LINES = 2.0
"""Seconds for the lines of calls that have just ended when the server stops."""


@asynccontextmanager
async def _traced(settings: Settings) -> AsyncIterator["OpenTelemetry | None"]:
    """What traces are told, if they are asked for. Only then is its package imported."""
    if not settings.otel_endpoint:
        yield None
        return
    try:
        module = importlib.import_module("ivr.operation.otel")
    except ImportError:
        raise SettingsError("IVR_OTEL_ENDPOINT takes the extra `otel`: pip install 'ivr[otel]'.") from None
    made: OpenTelemetry = module.OpenTelemetry(settings.otel_endpoint, propagate=settings.traceparent)
    try:
        yield made
    finally:
        await asyncio.to_thread(made.close)


@asynccontextmanager
async def observed(settings: Settings, store: Store) -> AsyncIterator[Meters]:
    """The meters of this process. Calls that are over are told in the log, those of the last moment too."""
    async with AsyncExitStack() as stack:
        tracer = await stack.enter_async_context(_traced(settings))
        meters = Meters(tracer)
        more = () if tracer is None else (tracer.over,)
        story = Story(store.history, meters.over, *more)
        store.calls.listeners += [story.heard, meters.saved]
        store.calls.timed = meters.stored
        yield await stack.enter_async_context(_telling(story, meters))


@asynccontextmanager
async def _telling(story: Story, meters: Meters) -> AsyncIterator[Meters]:
    async with background(story.run()), background(meters.watch_loop()):
        yield meters
        with suppress(TimeoutError):
            await asyncio.wait_for(story.finish(), LAST_LINES)

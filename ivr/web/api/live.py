"""What changes, sent to every board that is open."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal

from aiohttp import web
from msgspec import Struct

from ivr.web.api.calls import CallShown, call_shown
from ivr.web.api.context import Context
from ivr.web.route import Route
from ivr.web.socket import after, stream
from ivr.web.watch import CallChanged, Change, DraftSaved


class LiveEvent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`call`: a call has changed. `flow`: the draft of flow `id` was saved as `version`. `reset`: more has changed than
    is known any more, so look at everything again."""

    seq: int
    kind: Literal["call", "flow", "reset"]
    call: CallShown | None = None
    id: str = ""
    version: int = 0


def routes(context: Context) -> Sequence[Route]:
    async def live(request: web.Request) -> web.StreamResponse:
        return await stream(request, events(after(request)))

    async def events(seen: int) -> AsyncIterator[LiveEvent]:
        async for change in context.watch.follow(seen):
            yield _event(change, context.clock.now())

    return (
        Route(
            method="GET",
            path="/api/live",
            role="viewer",
            summary="Calls and drafts as they change, over a WebSocket; each message is an event",
            handle=live,
            answer=LiveEvent,
            status=101,
            query={"after": "The number of the last event that was seen."},
            errors={422: "The number is none.", 426: "It is no WebSocket."},
        ),
    )


def _event(change: Change, now: int) -> LiveEvent:
    match change:
        case CallChanged(seq, row):
            return LiveEvent(seq=seq, kind="call", call=call_shown(row, now))
        case DraftSaved(seq, flow, version):
            return LiveEvent(seq=seq, kind="flow", id=flow, version=version)
    return LiveEvent(seq=change.seq, kind="reset")

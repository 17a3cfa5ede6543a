"""Calls: the list of them, and what happened in each."""

import re
from collections.abc import Sequence
from typing import Annotated, Any

from aiohttp import web
from msgspec import Meta, Struct, structs

from ivr.core.call import Entry
from ivr.core.values import Value
from ivr.flow.narration import CallEvent, narrated
from ivr.flow.narration.facts import path_of
from ivr.store import UnknownFlow
from ivr.store.call_facts import LEAST_DIGITS, MOST_DIGITS
from ivr.store.history import CallRow, Shown
from ivr.store.sought import MOST_WORDS, NotFoundBy, Sought, caller_asked, number_asked, words_asked
from ivr.web.api import spans
from ivr.web.api.context import Context
from ivr.web.api.documents import Document
from ivr.web.doors import SHOWN
from ivr.web.problem import Refused
from ivr.web.route import Route, ok

RESULTS = ("live", "completed", "hung_up", "failed", "lost", "unknown")
"""`lost`: the carrier never reported the end; `unknown`: it is older than that it would have been kept."""
Result = Annotated[str, Meta(extra_json_schema={"enum": list(RESULTS)})]
MOST = 200
NO_CALL = {404: "There is no such call, or it was too long ago."}
QUERY = {
    "flow": "The id of a flow.",
    "result": f"One of: {', '.join(RESULTS)}.",
    "number": f"The caller's number: whole, with its plus, or its last {LEAST_DIGITS} to {MOST_DIGITS} digits. Numbers "
    "are found by prints that the key makes, so no other part of them can be searched.",
    "dialled": "The number of ours that was called, whole.",
    "words": f"Up to {MOST_WORDS} words that the caller said, texted or keyed in, or that a variable of the flow was "
    "set to: whole words, in any order, all of them. Calls are found by them some seconds after their end.",
    "block": "The number of a block that the call came to.",
    **spans.QUERY,
    "before": "The id of the last call of the page before.",
    "limit": f"Calls on a page, up to {MOST}.",
}
_number = re.compile(r"\d{1,6}", re.ASCII)


class WebCallsShown(Struct, frozen=True):
    """The web calls of a call: how many, how many of them failed, and the milliseconds of the slowest."""

    count: int
    failed: int
    slowest_ms: int


class CallShown(Struct, frozen=True, kw_only=True):
    """A call. `ended_at` is null and `result` is `live` while it goes on; `seconds` is how long it took, so far."""

    id: str
    flow: str
    flow_name: str
    revision: int
    caller: str
    started_at: int
    ended_at: int | None
    result: Result
    seconds: int
    web_calls: WebCallsShown
    last_block: int


class CallPage(Struct, frozen=True):
    """Calls, the newest first, and whether there are more."""

    calls: list[CallShown]
    more: bool


class CallDetail(CallShown, frozen=True, kw_only=True):
    """A call with its variables, the document of the revision that ran (null when it is gone), and the blocks it came
    to, in order."""

    variables: dict[str, Value]
    document: Document | None
    path: list[int]


class EntryShown(Struct, frozen=True):
    """Something that happened, `at` milliseconds since 1970."""

    at: int
    kind: str
    block: int
    data: dict[str, Any]


class Trace(Struct, frozen=True):
    """All that happened in a call, in order and in words."""

    events: list[CallEvent]


class CallExport(Struct, frozen=True):
    """All that is kept of a call."""

    call: CallDetail
    entries: list[EntryShown]


class Calls:
    """The handlers of `/api/calls`."""

    def __init__(self, context: Context) -> None:
        self._store = context.store
        self._clock = context.clock

    async def list(self, request: web.Request) -> web.Response:
        sought = sought_in(request)
        found = await self._store.history.list(structs.replace(sought, most=sought.most + 1))
        now = self._clock.now()
        shown = [call_shown(row, now) for row in found[: sought.most]]
        return ok(CallPage(shown, more=len(found) > sought.most))

    async def show(self, request: web.Request) -> web.Response:
        call = await self._found(request)
        return ok(await self._detail(call, await self._trace(call)))

    async def trace(self, request: web.Request) -> web.Response:
        return ok(Trace(narrated(await self._trace(await self._found(request)))))

    async def export(self, request: web.Request) -> web.Response:
        call = await self._found(request)
        trace = await self._trace(call)
        name = re.sub(r"[^A-Za-z0-9_.-]", "-", call.row.id)[:80]
        headers = {"Content-Disposition": f'attachment; filename="call-{name}.json"'}
        return ok(CallExport(await self._detail(call, trace), _entries(trace)), headers=headers)

    async def _found(self, request: web.Request) -> Shown:
        call = await self._store.history.get(request.match_info["id"][:400])
        if call is None or call.row.flow != (_only(request) or call.row.flow):
            raise Refused(404, NO_CALL[404])
        return call

    async def _trace(self, call: Shown) -> Sequence[Entry]:
        return await self._store.calls.trace(call.row.id)

    async def _detail(self, call: Shown, trace: Sequence[Entry]) -> CallDetail:
        row = call_shown(call.row, self._clock.now())
        try:
            document = await self._store.flows.revision_document(row.flow, row.revision)
        except UnknownFlow:
            document = None
        return CallDetail(**structs.asdict(row), variables=call.variables, document=document, path=path_of(trace))


def routes(context: Context) -> Sequence[Route]:
    calls = Calls(context)
    return (
        Route(
            method="GET",
            path="/api/calls",
            role="viewer",
            scope="calls",
            summary="Calls, the newest first, those under way too",
            handle=calls.list,
            answer=CallPage,
            query=QUERY,
            errors={422: "What is asked for can't be understood."},
        ),
        Route(
            method="GET",
            path="/api/calls/{id}",
            role="viewer",
            scope="calls",
            summary="A call, its variables, and the revision that ran",
            handle=calls.show,
            answer=CallDetail,
            errors=NO_CALL,
        ),
        Route(
            method="GET",
            path="/api/calls/{id}/trace",
            role="viewer",
            scope="calls",
            summary="All that happened in a call, in words",
            handle=calls.trace,
            answer=Trace,
            errors=NO_CALL,
        ),
        Route(
            method="GET",
            path="/api/calls/{id}/export",
            role="viewer",
            scope="calls",
            summary="All that is kept of a call, as a file",
            handle=calls.export,
            answer=CallExport,
            errors=NO_CALL,
        ),
    )


def _only(request: web.Request) -> str:
    """The flow whose calls the request's token is for; empty for those of all."""
    return request[SHOWN].flow if SHOWN in request else ""


def sought_in(request: web.Request) -> Sought:
    """Which calls a request asks for, and may see. Raises Refused."""
    query, own = request.query, _only(request)
    if own and query.get("flow", "") not in {"", own}:
        raise Refused(403, f"This token is for the flow “{own}” only.")
    result = query.get("result", "")
    if result and result not in RESULTS:
        raise Refused(422, f"“result” is one of: {', '.join(RESULTS)}.")
    span = spans.span_in(request) or spans.Span()
    try:
        number, ending = caller_asked(query.get("number", "")[:100])
        words = words_asked(query.get("words", ""))
    except NotFoundBy as error:
        raise Refused(422, str(error)) from None
    return Sought(
        flow=own or query.get("flow", "")[:100],
        result=result,
        number=number,
        ending=ending,
        dialled=number_asked(query.get("dialled", "")[:100]),
        words=words,
        block=whole(query.get("block", ""), "block", 0),
        since=span.since,
        until=span.until,
        after=query.get("before", "")[:400],
        most=min(max(whole(query.get("limit", ""), "limit", 50), 1), MOST),
    )


def whole(text: str, name: str, default: int) -> int:
    """A whole number of a query. Raises Refused."""
    if not text:
        return default
    if not _number.fullmatch(text):
        raise Refused(422, f"“{name}” must be a whole number of up to six digits.")
    return int(text)


def call_shown(row: CallRow, now: int) -> CallShown:
    """A row of the list."""
    return CallShown(
        id=row.id,
        flow=row.flow,
        flow_name=row.flow_name,
        revision=row.revision,
        caller=row.caller,
        started_at=row.started_at,
        ended_at=row.over_at,
        result=row.result,
        seconds=max(0, (row.over_at or now) - row.started_at) // 1000,
        web_calls=WebCallsShown(row.web_calls, row.failed_web_calls, row.slowest),
        last_block=row.last_block,
    )


def _entries(trace: Sequence[Entry]) -> list[EntryShown]:
    return [EntryShown(entry.at, entry.kind, entry.block, entry.data) for entry in trace]

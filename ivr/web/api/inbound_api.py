"""Other systems' way in, on the private listener: start a flow, and ask how it went.

A client shows a token that `ivr token new` made. A request with an `Idempotency-Key` may be sent again and again:
it starts one run.
"""

import re
import secrets
from collections.abc import Callable
from math import ceil

from aiohttp import web
from msgspec import Struct

from ivr.actions.inbound_api import InboundApi
from ivr.core.events import Requested
from ivr.core.phone_numbers import find
from ivr.core.problem import Problem
from ivr.runtime.gate import Gate
from ivr.runtime.intake import Starting, wish_of
from ivr.runtime.ports import Clock
from ivr.runtime.starts import Start
from ivr.store import Store, TokenRow
from ivr.web.api.inbound_request import LARGEST, Unreadable, Wish, check, digest, read, run_of_key
from ivr.web.body import kind_of, read_bytes
from ivr.web.doors import SHOWN
from ivr.web.problem import Refused, shown
from ivr.web.route import Route, ok

KEY = "Idempotency-Key"
_flow_id = re.compile(r"[a-z0-9-]{1,64}")
_key = re.compile(r"[!-~](?:[ -~]{0,198}[!-~])?")


class Queued(Struct, frozen=True):
    """The answer to a request that was taken."""

    run: str
    status: str


class Run(Struct, frozen=True):
    """How a run stands. `call` is the carrier's id of the call, once there is one; times in ms."""

    run: str
    flow: str
    revision: int
    reach_by: str
    status: str
    call: str
    reason: str
    queued_at: int
    changed_at: int


class Rules(Struct, frozen=True):
    """`sender` is the number or messaging service that texts come from; `rate` is starts a second; `wake` tells the
    dialler that there is something to do."""

    sender: str
    rate: float
    longest_queue: int
    country: str
    wake: Callable[[], None]


class StartsApi:
    """The handlers."""

    def __init__(self, store: Store, starting: Starting, gate: Gate, clock: Clock, rules: Rules) -> None:
        self._store = store
        self._starting = starting
        self._gate = gate
        self._clock = clock
        self._rules = rules
        self._wake = rules.wake

    def routes(self) -> list[Route]:
        unauthorized = "The token is missing or unknown."
        return [
            Route(
                method="POST",
                path="/api/flows/{id}/start",
                summary="Start a flow at its Inbound API block; takes a token, not a session",
                handle=self._start,
                answer=Queued,
                status=202,
                errors={
                    400: "The request can't be used; `problems` tell why.",
                    401: unauthorized,
                    403: "The token is for another flow, or the number may not be called or texted.",
                    404: "There is no such flow, it is not published, or it has no Inbound API block.",
                    409: "The same Idempotency-Key came with another request.",
                    413: "The request is larger than 64 kB.",
                    415: "The request is neither JSON nor a form.",
                    429: "Too many starts are waiting (Retry-After says when there may be room), or were made today.",
                },
                door="token",
                scope="start",
                largest=LARGEST,
            ),
            Route(
                method="GET",
                path="/api/runs/{id}",
                summary="The state of a run that was started; takes a token, not a session",
                handle=self._run,
                answer=Run,
                errors={401: unauthorized, 404: "There is no such run, or the token is for another flow."},
                door="token",
                scope="start",
            ),
        ]

    async def _start(self, request: web.Request) -> web.StreamResponse:
        token = request[SHOWN]
        flow = request.match_info["id"]
        if not token.allows(flow):
            raise Refused(403, f"This token is for the flow “{token.flow}” only.")
        revision, action = await self._entrance(flow)
        fields = await _fields(request)
        wish, problems = check(fields, action, self._rules.country)
        dialled = await self._dialled(flow, wish, action, problems)
        if problems:
            sentence = "; ".join(f"{each.path or 'the request'}: {each.message}" for each in problems[:3])
            raise Refused(400, f"The request can't be used: {sentence}", problems=shown(problems))
        start = Start(
            id=_run_id(request, token),
            flow=flow,
            revision=revision,
            reach_by=action.reach_by,
            caller=wish.caller,
            dialled=dialled,
            inputs=wish.inputs,
            digest=digest(flow, fields),
            token=token.name,
        )
        return await self._take(start)

    async def _run(self, request: web.Request) -> web.StreamResponse:
        token = request[SHOWN]
        run = request.match_info["id"]
        start = await self._store.starts.get(run) if run.isalnum() and len(run) <= 64 else None
        if start is None or not token.allows(start.flow):
            raise Refused(404, "There is no such run.")
        status = await self._starting.status(start)
        return ok(
            Run(
                start.id,
                start.flow,
                start.revision,
                start.reach_by,
                status,
                start.sid,
                start.reason,
                start.queued_at,
                start.changed_at,
            )
        )

    async def _take(self, start: Start) -> web.StreamResponse:
        """Queue it. A repeat gets the answer of the first request."""
        known = await self._store.starts.get(start.id)
        if known is None:
            await self._check_queue()
            await self._check_gate(start)
            if not await self._store.starts.add(start, self._clock.now()):
                known = await self._store.starts.get(start.id)
        if known is not None:
            if known.digest != start.digest:
                raise Refused(409, f"This {KEY} came with another request before. Use a new one for a new request.")
            return _taken(known.id, await self._starting.status(known))
        self._wake()
        return _taken(start.id, "queued")

    async def _check_gate(self, start: Start) -> None:
        """Raises Refused for a number that may not be called or texted, or not so often."""
        verdict = await self._gate.admit(wish_of(start))
        if verdict.cause:
            problem = Problem(verdict.cause, verdict.reason, path="ANI")
            raise Refused(429 if verdict.cause == "too_many" else 403, verdict.reason, problems=shown([problem]))

    async def _check_queue(self) -> None:
        waiting = await self._store.starts.waiting()
        if waiting >= self._rules.longest_queue > 0:
            refused = Refused(429, f"Too many starts are waiting already: {waiting}. Try again later.")
            refused.headers = {"Retry-After": str(max(1, ceil(waiting / self._rules.rate / 2)))}
            raise refused

    async def _entrance(self, flow_id: str) -> tuple[int, InboundApi]:
        """The live revision of a flow, and its Inbound API block. Raises Refused."""
        revision = await self._store.flows.live(flow_id) if _flow_id.fullmatch(flow_id) else None
        if revision is None:
            raise Refused(404, "There is no such flow, or it has never been published.")
        flow = await self._store.flows.revision(flow_id, revision)
        block = flow.start(Requested(at=0, caller="", dialled=""))
        if block is None or not isinstance(block.action, InboundApi):
            raise Refused(404, f"The flow “{flow_id}” has no Inbound API block in its live revision.")
        return revision, block.action

    async def _dialled(self, flow: str, wish: Wish, action: InboundApi, problems: list[Problem]) -> str:
        """The number to show: the one asked for, else the flow's first, else the one that texts come from."""
        rows = {row.id: row.numbers for row in await self._store.flows.list()}
        sender = self._rules.sender if find(self._rules.sender) else ""
        ours = {number for numbers in rows.values() for number in numbers} | ({sender} - {""})
        if wish.dialled in ours:
            return wish.dialled
        if wish.dialled:
            hint = "Assign it to a flow first: ivr numbers assign"
            problems.append(Problem("not_ours", "This is none of our numbers.", path="DNIS", hint=hint))
            return ""
        chosen = next(iter(sorted(rows.get(flow, ()))), sender)
        if not chosen and (action.reach_by == "call" or not self._rules.sender):
            hint = "Say which one to show, or assign one: ivr numbers assign"
            problems.append(Problem("missing", "The flow has no number of its own.", path="DNIS", hint=hint))
        return chosen


async def _fields(request: web.Request) -> dict[str, object]:
    """What was sent. Raises Refused."""
    body = await read_bytes(request, LARGEST)
    try:
        fields = read(kind_of(request), body)
    except Unreadable as error:
        raise Refused(400, str(error)) from None
    if fields is None:
        raise Refused(415, "Send JSON or a form, and say which in the header Content-Type.")
    return fields


def _run_id(request: web.Request, token: TokenRow) -> str:
    """An id that can't be guessed; the same one for the same Idempotency-Key. Raises Refused."""
    keys = request.headers.getall(KEY, [])
    if not keys:
        return f"RN{secrets.token_hex(16)}"
    if len(keys) > 1 or not _key.fullmatch(keys[0].strip()):
        raise Refused(400, f"The header {KEY} must be one text of 1 to 200 plain characters.")
    return run_of_key(token.name, keys[0].strip())


def _taken(run: str, status: str) -> web.Response:
    return ok(Queued(run, status), 202, {"Location": f"/api/runs/{run}"})

"""Test HTTP Request: one block's request, sent with sample values by the executor that serves live calls."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from aiohttp import web
from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field

from ivr.authoring import Desk
from ivr.core.events import Fetched
from ivr.core.values import Value
from ivr.web.api.context import Context
from ivr.web.api.documents import Document, runnable
from ivr.web.problem import Refused
from ivr.web.route import LARGEST_DOCUMENT, Route, ok
from ivr.webcall.trial import NotAWebCall, Taken, Trial, try_request

SHOWN = 256 * 1024
"""Characters of a body that are sent to the board."""


class TestRequest(BaseModel):
    """A flow as it is on the board, the number of the block to try, and a value for each variable it refers to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: Document
    block: int = Field(ge=1, le=9999, strict=True)
    values: dict[Annotated[str, Field(max_length=200)], Annotated[str, Field(max_length=100_000)]] = Field(
        default={}, max_length=200
    )


class TakenRow(Struct, frozen=True):
    """What a response variable takes from the answer, or its default where it is not `found`. `hint`: what the answer
    has that is called like it."""

    name: str
    query: str
    value: Value
    found: bool
    hint: str


class TryRow(Struct, frozen=True):
    """One request that was sent: where, what came of it, how long each part of it took in ms."""

    url: str
    error: str
    milliseconds: Mapping[str, int]


class TestReply(Struct, frozen=True):
    """A test request and all there is to know of it. Secrets are dots in all of it; `body` is cut where `cut` says so,
    `value` is the answer as a tree, null where it has none or was cut, `notes` what was overlooked to read it. Where
    only a later answer counts, `port` is empty and so are `variables`.
    """

    request: dict[str, Value]
    unset: tuple[str, ...]
    status: int | None
    headers: tuple[tuple[str, str], ...]
    milliseconds: int
    timings: Mapping[str, int]
    size: int
    body: str
    cut: bool
    value: Value
    cause: str
    error: str
    notes: tuple[str, ...]
    port: str
    why: str
    variables: list[TakenRow]
    tries: list[TryRow]


def routes(context: Context) -> Sequence[Route]:
    desk = Desk(context.store, context.library.shipped)

    async def test(request: web.Request, body: TestRequest) -> web.Response:
        flow = await runnable(desk, request.match_info["id"], body.document, body.block)
        try:
            trial = await try_request(context.web_calls, flow, body.block, dict(body.values), context.clock)
        except NotAWebCall as error:
            raise Refused(422, str(error)) from None
        return ok(_shown(trial))

    return (
        Route(
            method="POST",
            path="/api/flows/{id}/test-request",
            role="editor",
            summary="Send a block's request with sample values, and see what came of it",
            handle=test,
            body=TestRequest,
            answer=TestReply,
            largest=LARGEST_DOCUMENT,
        ),
    )


def _shown(trial: Trial) -> TestReply:
    reply = trial.reply
    cut = len(reply.body) > SHOWN
    return TestReply(
        request=trial.request,
        unset=tuple(map(str, trial.unset)),
        status=reply.status,
        headers=reply.headers,
        milliseconds=reply.milliseconds,
        timings=_timings(reply),
        size=trial.size,
        body=reply.body[:SHOWN],
        cut=cut,
        value=None if cut else reply.value,
        cause=reply.cause,
        error=reply.error,
        notes=reply.notes,
        port=trial.port,
        why=trial.why,
        variables=[_taken(each) for each in trial.taken],
        tries=[TryRow(each.url, each.error, each.milliseconds) for each in reply.tries],
    )


def _timings(reply: Fetched) -> Mapping[str, int]:
    """Of the last request."""
    return reply.tries[-1].milliseconds if reply.tries else {}


def _taken(taken: Taken) -> TakenRow:
    hint = f"There is {', '.join(taken.near)}." if taken.near else ""
    return TakenRow(taken.name, taken.query, taken.value, taken.found, hint)

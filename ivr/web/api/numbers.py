"""Which flow answers which number."""

import re
from collections.abc import Sequence

from aiohttp import web
from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field

from ivr.web.api.context import Context
from ivr.web.problem import Refused
from ivr.web.route import Route, done, ok

_number = re.compile(r"\+[1-9][0-9]{4,14}", re.ASCII)
GONE = "No flow answers this number."


class NumberRow(Struct, frozen=True):
    """A number, and the flow that answers it."""

    number: str
    flow: str | None
    flow_name: str


class Assigned(BaseModel):
    """The flow that is to answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    flow: str = Field(min_length=1, max_length=64)


def routes(context: Context) -> Sequence[Route]:
    flows = context.store.flows

    async def show(_: web.Request) -> web.Response:
        return ok([NumberRow(row.number, row.flow, row.flow_name) for row in await flows.numbers()])

    async def assign(request: web.Request, body: Assigned) -> web.Response:
        await flows.assign(_read(request), body.flow)
        return done()

    async def unassign(request: web.Request) -> web.Response:
        if not await flows.unassign(_read(request)):
            raise Refused(404, GONE)
        return done()

    path = "/api/numbers/{number}"
    return (
        Route(
            method="GET",
            path="/api/numbers",
            summary="Every number that a flow answers",
            handle=show,
            answer=list[NumberRow],
        ),
        Route(
            method="PUT",
            path=path,
            summary="Let a flow answer a number, in place of the one that did",
            handle=assign,
            body=Assigned,
            status=204,
            errors={404: "There is no such flow."},
            changes=True,
        ),
        Route(
            method="DELETE",
            path=path,
            summary="Let no flow answer a number any more",
            handle=unassign,
            status=204,
            errors={404: GONE, 422: "It is no number."},
            changes=True,
        ),
    )


def _read(request: web.Request) -> str:
    number = request.match_info["number"]
    if not _number.fullmatch(number):
        raise Refused(422, "A number is written with a plus and its country, such as +15550100100.")
    return number

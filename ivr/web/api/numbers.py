"""Which flow answers which number."""

from collections.abc import Sequence

from aiohttp import web
from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field

from ivr.core.phone_numbers import NotANumber, shown
from ivr.web.api.context import Context
from ivr.web.problem import Refused
from ivr.web.route import Route, done, ok

GONE = "No flow answers this number."


class NumberRow(Struct, frozen=True):
    """A number, and the flow that answers it. `shown`: the number as people write it."""

    number: str
    shown: str
    flow: str | None
    flow_name: str


class Assigned(BaseModel):
    """The flow that is to answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    flow: str = Field(min_length=1, max_length=64)


def routes(context: Context) -> Sequence[Route]:
    flows = context.store.flows

    async def show(_: web.Request) -> web.Response:
        return ok([NumberRow(row.number, shown(row.number), row.flow, row.flow_name) for row in await flows.numbers()])

    async def assign(request: web.Request, body: Assigned) -> web.Response:
        try:
            await flows.assign(request.match_info["number"], body.flow, context.settings.country)
        except NotANumber as error:
            raise Refused(422, str(error)) from None
        return done()

    async def unassign(request: web.Request) -> web.Response:
        if not await flows.unassign(request.match_info["number"], context.settings.country):
            raise Refused(404, GONE)
        return done()

    path = "/api/numbers/{number}"
    return (
        Route(
            method="GET",
            path="/api/numbers",
            role="viewer",
            summary="Every number that a flow answers",
            handle=show,
            answer=list[NumberRow],
        ),
        Route(
            method="PUT",
            path=path,
            role="publisher",
            summary="Let a flow answer a number, in place of the one that did",
            handle=assign,
            body=Assigned,
            status=204,
            errors={404: "There is no such flow.", 422: "It is no number, or does not say its country."},
        ),
        Route(
            method="DELETE",
            path=path,
            role="publisher",
            summary="Let no flow answer a number any more",
            handle=unassign,
            status=204,
            errors={404: GONE},
        ),
    )

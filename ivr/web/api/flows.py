"""The list of flows; new ones; putting one away."""

import asyncio
from collections.abc import Sequence

from aiohttp import web
from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ivr.authoring.beginning import begin
from ivr.authoring.deleting import delete
from ivr.authoring.overview import Figures, Overview
from ivr.flow.read import NoFlow, document_in
from ivr.flow.templates import UnknownTemplate
from ivr.store import FlowRow
from ivr.web.api import spans
from ivr.web.api.context import Context
from ivr.web.api.documents import NO_FLOW, NewDocument
from ivr.web.problem import Refused, shown
from ivr.web.route import LARGEST_DOCUMENT, Route, done, ok


class FlowShown(Struct, frozen=True):
    """A flow in the list. `revision` is what is live, null before the first; `changed`: the draft is another;
    `calls_today`: how many began since midnight in the time zone asked for, those under way too."""

    id: str
    name: str
    description: str
    revision: int | None
    numbers: tuple[str, ...]
    updated_at: int
    triggers: tuple[str, ...]
    errors: int
    warnings: int
    changed: bool
    calls_today: int


class NewFlow(BaseModel):
    """A new flow: empty by a name, from a template, or a document, as it is or as the text of its file. Without an id
    it gets one from its name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str | None = Field(default=None, min_length=1, max_length=120)
    id: str | None = Field(default=None, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)
    template: str | None = Field(default=None, max_length=64)
    document: NewDocument | None = None
    text: str | None = None
    """A file that is brought in, as it is. One that is no flow is told what it is."""

    @model_validator(mode="after")
    def _enough(self) -> "NewFlow":
        if sum(each is not None for each in (self.document, self.template, self.text)) > 1:
            raise ValueError("a document, its text or a template, only one of them")
        if self.document is None and self.text is None and self.name is None:
            raise ValueError("a new flow needs a name")
        return self


class Created(Struct, frozen=True):
    """The id of a new flow."""

    id: str


class Flows:
    """The handlers of `/api/flows`."""

    def __init__(self, context: Context) -> None:
        self._store = context.store
        self._clock = context.clock
        self._overview = Overview(context.store, context.library.shipped)

    async def show(self, request: web.Request) -> web.Response:
        today = spans.today(self._clock.now(), spans.zone_in(request))
        calls = await self._store.counts.by_flow(today.since, today.until)
        rows = await self._overview.figures()
        return ok([_shown(row, figures, calls.get(row.id, 0)) for row, figures in rows])

    async def create(self, _: web.Request, body: NewFlow) -> web.Response:
        try:
            document = await asyncio.to_thread(document_in, body.text) if body.text is not None else body.document
            made = await begin(
                self._store, body.id or "", name=body.name or "", begins_as=body.template, document=document
            )
        except UnknownTemplate as error:
            raise Refused(404, str(error)) from None
        except NoFlow as error:
            raise Refused(422, str(error), problems=shown([error.problem])) from None
        flow_id = made.document["id"]
        return ok(Created(flow_id), status=201, headers={"Location": f"/api/flows/{flow_id}/draft"})

    async def remove(self, request: web.Request) -> web.Response:
        await delete(self._store.flows, request.match_info["id"])
        return done()


def _shown(row: FlowRow, figures: Figures, calls_today: int) -> FlowShown:
    return FlowShown(
        id=row.id,
        name=row.name,
        description=figures.description,
        revision=row.revision,
        numbers=row.numbers,
        updated_at=row.updated_at,
        triggers=figures.triggers,
        errors=figures.errors,
        warnings=figures.warnings,
        changed=figures.changed,
        calls_today=calls_today,
    )


def routes(context: Context) -> Sequence[Route]:
    flows = Flows(context)
    return (
        Route(
            method="GET",
            path="/api/flows",
            role="viewer",
            summary="Every flow, with what its draft tells of itself",
            handle=flows.show,
            answer=list[FlowShown],
            query={"zone": "The time zone in which calls are those of today; without it, UTC."},
            errors={422: "There is no such time zone."},
        ),
        Route(
            method="POST",
            path="/api/flows",
            role="editor",
            summary="A new flow: empty, from a template, or a document that is brought in",
            handle=flows.create,
            body=NewFlow,
            answer=Created,
            status=201,
            errors={404: "There is no such template.", 409: "The id is taken.", 422: "The file is no flow."},
            largest=LARGEST_DOCUMENT,
        ),
        Route(
            method="DELETE",
            path="/api/flows/{id}",
            role="publisher",
            summary="Put a flow away; calls that are on it end as they would",
            handle=flows.remove,
            status=204,
            errors=NO_FLOW | {409: "It answers numbers."},
        ),
    )

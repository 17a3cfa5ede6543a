"""The list of flows; new ones; putting one away."""

import asyncio
import re
import unicodedata
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from aiohttp import web
from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ivr.core.declared import type_of
from ivr.flow.checks.known import Known
from ivr.flow.templates import UnknownTemplate, template
from ivr.store.flows import FlowRow
from ivr.web.api.checking import find, known
from ivr.web.api.context import Context
from ivr.web.api.documents import NO_FLOW, Document
from ivr.web.problem import Refused
from ivr.web.route import LARGEST_DOCUMENT, Route, done, ok

DAY = 86_400_000
KEPT = 1000
"""Flows whose figures are kept in memory."""
_no_id = re.compile(r"[^a-z0-9]+")


class FlowShown(Struct, frozen=True):
    """A flow in the list. `revision` is what is live, null before the first; `changed`: the draft is another;
    `calls_today`: how many began since midnight UTC, those under way too."""

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


class Figures(Struct, frozen=True):
    """What a draft tells of itself."""

    description: str
    triggers: tuple[str, ...]
    errors: int
    warnings: int
    changed: bool


class NewFlow(BaseModel):
    """A new flow: empty by a name, from a template, or a whole document. Without an id it gets one from its name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str | None = Field(default=None, min_length=1, max_length=120)
    id: str | None = Field(default=None, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)
    template: str | None = Field(default=None, max_length=64)
    document: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _enough(self) -> "NewFlow":
        if self.document is not None and self.template is not None:
            raise ValueError("a document or a template, not both")
        if self.document is None and self.name is None:
            raise ValueError("a new flow needs a name")
        return self


class Created(Struct, frozen=True):
    """The id of a new flow."""

    id: str


class Flows:
    """The handlers of `/api/flows`."""

    def __init__(self, context: Context) -> None:
        self._store = context.store
        self._flows = context.store.flows
        self._history = context.store.history
        self._library = context.library
        self._clock = context.clock
        self._figures: OrderedDict[tuple[str, int, int | None, int], Figures] = OrderedDict()

    async def show(self, _: web.Request) -> web.Response:
        there = await known(self._store, self._library)
        midnight = self._clock.now() // DAY * DAY
        calls = await self._history.by_flow(midnight, midnight + DAY)
        return ok([await self._row(row, there, calls.get(row.id, 0)) for row in await self._flows.list()])

    async def create(self, _: web.Request, body: NewFlow) -> web.Response:
        document = _document(body)
        wanted = body.id or document.get("id") if body.document is not None else body.id
        flow_id = wanted or await self._free(str(document.get("name") or ""))
        await self._flows.save_draft({**document, "id": flow_id}, 0)
        return ok(Created(flow_id), status=201, headers={"Location": f"/api/flows/{flow_id}/draft"})

    async def remove(self, request: web.Request) -> web.Response:
        await self._flows.delete(request.match_info["id"])
        return done()

    async def _row(self, row: FlowRow, there: Known, calls_today: int) -> FlowShown:
        figures = await self._of(row, there)
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

    async def _of(self, row: FlowRow, there: Known) -> Figures:
        """A draft's figures, which stay the same as long as it does, and what it can find here."""
        draft = await self._flows.draft(row.id)
        finds = hash((there.audio, there.secrets, frozenset((there.flows or {}).items())))
        key = (row.id, draft.version, row.revision, finds)
        if key not in self._figures:
            changed = row.revision is not None and bool(await self._flows.diff(row.id))
            self._figures[key] = await asyncio.to_thread(_figures, draft.document, there, changed=changed)
            if len(self._figures) > KEPT:
                self._figures.popitem(last=False)
        return self._figures[key]

    async def _free(self, name: str) -> str:
        """An id that no flow has, made of a name."""
        taken = {row.id for row in await self._flows.list()}
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        made = _no_id.sub("-", plain)[:56].strip("-") or "flow"
        return next(each for number in range(1, 10_000) if (each := _numbered(made, number)) not in taken)


def routes(context: Context) -> Sequence[Route]:
    flows = Flows(context)
    return (
        Route(
            method="GET",
            path="/api/flows",
            summary="Every flow, with what its draft tells of itself",
            handle=flows.show,
            answer=list[FlowShown],
        ),
        Route(
            method="POST",
            path="/api/flows",
            summary="A new flow: empty, from a template, or a document that is brought in",
            handle=flows.create,
            body=NewFlow,
            answer=Created,
            status=201,
            errors={404: "There is no such template.", 409: "The id is taken."},
            changes=True,
            largest=LARGEST_DOCUMENT,
        ),
        Route(
            method="DELETE",
            path="/api/flows/{id}",
            summary="Put a flow away; calls that are on it end as they would",
            handle=flows.remove,
            status=204,
            errors=NO_FLOW | {409: "It answers numbers."},
            changes=True,
        ),
    )


def _document(new: NewFlow) -> Document:
    named = {"name": new.name} if new.name is not None else {}
    if new.document is not None:
        return {**new.document, **named}
    if new.template is None:
        return {**named, "blocks": []}
    try:
        return template(new.template).begin(new.id or "flow", new.name or "")
    except UnknownTemplate as error:
        raise Refused(404, str(error)) from None


def _figures(document: Document, there: Known, *, changed: bool) -> Figures:
    found = find(document, there)
    triggers = tuple(dict.fromkeys(type_of(type(block.action)) for block in found.flow.triggers))
    warnings = len(found.problems) - found.errors
    return Figures(found.flow.description, triggers, found.errors, warnings, changed)


def _numbered(made: str, number: int) -> str:
    return made if number == 1 else f"{made}-{number}"

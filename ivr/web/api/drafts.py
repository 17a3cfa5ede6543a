"""Drafts: what is on the board, saved as it is drawn, whatever mistakes are in it."""

from collections.abc import Sequence

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from ivr.authoring import Desk
from ivr.authoring.aside import aside
from ivr.flow.model import MOST_BLOCKS
from ivr.store import Conflict
from ivr.web.api.checking import Checked, checked
from ivr.web.api.context import Context
from ivr.web.api.documents import IF_MATCH, NO_FLOW, STALE, Document, etag, seen, stale
from ivr.web.asked import asked_in
from ivr.web.problem import Refused
from ivr.web.route import LARGEST_DOCUMENT, Route, ok, read_body, read_json


class Posted(BaseModel):
    """A flow document, with whatever mistakes. `blocks`: whose variables are asked for, if not those of all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: Document
    blocks: tuple[int, ...] | None = Field(default=None, max_length=MOST_BLOCKS)


class Saved(Checked, frozen=True, kw_only=True):
    """A draft that was saved: its new version, and all that is to be said about it."""

    version: int


class Drafts:
    """The handlers of drafts."""

    def __init__(self, context: Context) -> None:
        self._desk = Desk(context.store, context.library.shipped)
        self._flows = context.store.flows
        self._language = context.settings.language

    async def show(self, request: web.Request) -> web.Response:
        draft = await self._flows.draft(request.match_info["id"])
        return ok(draft.shown, headers=etag(draft.version))

    async def save(self, request: web.Request) -> web.Response:
        flow_id, version = request.match_info["id"], seen(request)
        document = read_json(await read_body(request, LARGEST_DOCUMENT))
        if not isinstance(document, dict) or document.get("id") != flow_id:
            raise Refused(422, f"The document must be an object whose id is “{flow_id}”.")
        try:
            saved = await self._desk.save(document, version)
        except Conflict as error:
            raise await stale(self._flows, flow_id, error) from None
        blocks = _numbers(request.query.getone("blocks", None))
        language = asked_in(request, self._language)
        found = await aside(checked, saved.draft.document, saved.known, blocks, language)
        answer = Saved(
            version=saved.draft.version,
            problems=found.problems,
            available=found.available,
            ports=found.ports,
            audit=found.audit,
        )
        return ok(answer, headers=etag(saved.draft.version))

    async def check(self, request: web.Request, body: Posted) -> web.Response:
        document = await self._desk.filled_in(str(body.document.get("id", "")), body.document)
        language = asked_in(request, self._language)
        return ok(await aside(checked, document, await self._desk.known(document), body.blocks, language))


def routes(context: Context) -> Sequence[Route]:
    drafts = Drafts(context)
    path = "/api/flows/{id}/draft"
    return (
        Route(
            method="GET",
            path=path,
            role="viewer",
            summary="The draft of a flow; secrets only say that they are set",
            handle=drafts.show,
            answer=Document,
            errors=NO_FLOW,
        ),
        Route(
            method="PUT",
            path=path,
            role="editor",
            summary="Save the draft, a flow document with or without mistakes, unless another user saved it meanwhile",
            handle=drafts.save,
            takes="application/json",
            answer=Saved,
            headers=IF_MATCH,
            query={"blocks": "Whose variables are asked for, such as 3,4; without it, those of all blocks."},
            errors=NO_FLOW | STALE,
            document=True,
        ),
        Route(
            method="POST",
            path="/api/check",
            role="viewer",
            reads=True,
            summary="What is wrong with a flow, and which variables and ports its blocks have",
            handle=drafts.check,
            body=Posted,
            answer=Checked,
            largest=LARGEST_DOCUMENT,
        ),
    )


def _numbers(text: str | None) -> list[int] | None:
    """Numbers of blocks with commas between them; what is none is left out."""
    if text is None:
        return None
    return [int(each) for each in text.split(",") if each.isascii() and each.isdecimal() and len(each) < 6]

"""Publishing, and what was published: revisions, what is different between them, going back to one."""

import asyncio
from collections.abc import Sequence

from aiohttp import web
from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field

from ivr.flow.diff import Change
from ivr.store import Conflict
from ivr.store.flows import RevisionRow, Version
from ivr.web.api.checking import find, known
from ivr.web.api.context import Context
from ivr.web.api.documents import IF_MATCH, NO_FLOW, STALE, Document, etag, seen
from ivr.web.api.drafts import stale
from ivr.web.api.session import USER
from ivr.web.problem import Refused, shown
from ivr.web.route import Route, ok

NO_REVISION = {404: "There is no such flow, or no such revision of it."}


class Publish(BaseModel):
    """What changed, for whoever looks back, and perhaps a name for the version."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    note: str = Field(default="", max_length=1000)
    name: str = Field(default="", max_length=120)


class Published(Struct, frozen=True):
    """The revision that is live now."""

    revision: int


class Restored(Struct, frozen=True):
    """The version of the draft from now on."""

    version: int


class Differences(Struct, frozen=True):
    """What is different, in words; `block` is where, 0 for the flow itself."""

    changes: list[Change]


class Revisions:
    """The handlers of revisions."""

    def __init__(self, context: Context) -> None:
        self._store = context.store
        self._flows = context.store.flows
        self._library = context.library

    async def publish(self, request: web.Request, body: Publish) -> web.Response:
        flow_id, version = request.match_info["id"], seen(request)
        draft = await self._flows.draft(flow_id)
        version = draft.version if version is None else version
        if version == draft.version:
            await self._refuse_mistakes(flow_id, draft.document)
        try:
            number = await self._flows.publish(flow_id, version, author=USER, note=body.note, name=body.name)
        except Conflict as error:
            if (await self._flows.draft(flow_id)).version != version:
                raise await stale(self._flows, flow_id, error) from None
            raise
        return ok(Published(number))

    async def show(self, request: web.Request) -> web.Response:
        return ok(await self._flows.revisions(request.match_info["id"]))

    async def document(self, request: web.Request) -> web.Response:
        return ok(await self._flows.revision_document(request.match_info["id"], _number(request)))

    async def diff(self, request: web.Request) -> web.Response:
        old, new = (_version(request.query.get(name, usual)) for name, usual in (("from", "live"), ("to", "draft")))
        return ok(Differences(await self._flows.diff(request.match_info["id"], old, new)))

    async def restore(self, request: web.Request) -> web.Response:
        version = await self._flows.restore(request.match_info["id"], _number(request))
        return ok(Restored(version), headers=etag(version))

    async def roll_back(self, request: web.Request) -> web.Response:
        number = _number(request)
        await self._flows.roll_back(request.match_info["id"], number, author=USER)
        return ok(Published(number))

    async def _refuse_mistakes(self, flow_id: str, document: Document) -> None:
        found = await asyncio.to_thread(find, document, await known(self._store, self._library))
        if found.errors:
            count = "a mistake" if found.errors == 1 else f"{found.errors} mistakes"
            sentence = f"The draft of “{flow_id}” has {count}; mend them first."
            raise Refused(422, sentence, problems=shown(found.problems))


def routes(context: Context) -> Sequence[Route]:
    revisions = Revisions(context)
    one = "/api/flows/{id}/revisions/{number}"
    return (
        Route(
            method="POST",
            path="/api/flows/{id}/publish",
            summary="Make the draft live; calls under way end on the revision they began on",
            handle=revisions.publish,
            body=Publish,
            answer=Published,
            headers=IF_MATCH,
            errors=NO_FLOW | STALE | {409: "This version is live already.", 422: "The draft has mistakes."},
            changes=True,
        ),
        Route(
            method="GET",
            path="/api/flows/{id}/revisions",
            summary="What was published, the last first",
            handle=revisions.show,
            answer=list[RevisionRow],
            errors=NO_FLOW,
        ),
        Route(
            method="GET",
            path=one,
            summary="A revision; secrets only say that they are set",
            handle=revisions.document,
            answer=Document,
            errors=NO_REVISION,
        ),
        Route(
            method="GET",
            path="/api/flows/{id}/diff",
            summary="What is different between two versions, in words",
            handle=revisions.diff,
            answer=Differences,
            query={
                "from": "live (as it is without this), draft, or a revision's number",
                "to": "draft (as it is without this), live, or a revision's number",
            },
            errors=NO_REVISION,
        ),
        Route(
            method="POST",
            path=f"{one}/restore",
            summary="Copy a revision into the draft",
            handle=revisions.restore,
            answer=Restored,
            errors=NO_REVISION,
            changes=True,
        ),
        Route(
            method="POST",
            path=f"{one}/roll-back",
            summary="Make an older revision live again",
            handle=revisions.roll_back,
            answer=Published,
            errors=NO_REVISION | {409: "It is live already."},
            changes=True,
        ),
    )


def _number(request: web.Request) -> int:
    number = _version(request.match_info["number"])
    if not isinstance(number, int):
        raise Refused(404, "A revision has a number.")
    return number


def _version(text: str) -> Version:
    if text == "draft":
        return "draft"
    if text == "live":
        return "live"
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return int(text)
    raise Refused(422, "A version is draft, live, or the number of a revision.")

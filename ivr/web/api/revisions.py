"""Publishing, and what was published: revisions, what is different between them, going back to one."""

from collections.abc import Sequence

from aiohttp import web
from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field

from ivr.authoring import Desk, NotReady
from ivr.flow.diff import Change
from ivr.store import RevisionRow, Stale
from ivr.store.flow_rows import Version
from ivr.web.api.context import Context
from ivr.web.api.documents import IF_MATCH, NO_FLOW, STALE, Document, etag, seen, stale
from ivr.web.problem import Refused, Shown, shown
from ivr.web.route import Route, ok

NO_REVISION = {404: "There is no such flow, or no such revision of it."}


class Publish(BaseModel):
    """What changed, for later readers, and perhaps a name for the version."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    note: str = Field(default="", max_length=1000)
    name: str = Field(default="", max_length=120)


class Published(Struct, frozen=True):
    """The revision that is live now, and what is left to do before calls can come, as warnings."""

    revision: int
    left: list[Shown]


class LiveAgain(Struct, frozen=True):
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
        self._flows = context.store.flows
        self._desk = Desk(context.store, context.library.shipped)

    async def publish(self, request: web.Request, body: Publish) -> web.Response:
        flow_id, version = request.match_info["id"], seen(request)
        try:
            done = await self._desk.publish(flow_id, version, note=body.note, name=body.name)
        except NotReady as error:
            raise Refused(422, str(error), problems=shown(error.problems)) from None
        except Stale as error:
            raise await stale(self._flows, flow_id, error) from None
        return ok(Published(done.revision, shown(done.left)))

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
        await self._flows.roll_back(request.match_info["id"], number)
        return ok(LiveAgain(number))


def routes(context: Context) -> Sequence[Route]:
    revisions = Revisions(context)
    one = "/api/flows/{id}/revisions/{number}"
    return (
        Route(
            method="POST",
            path="/api/flows/{id}/publish",
            role="publisher",
            summary="Make the draft live; calls under way end on the revision they began on",
            handle=revisions.publish,
            body=Publish,
            answer=Published,
            headers=IF_MATCH,
            errors=NO_FLOW | STALE | {409: "This version is live already.", 422: "The draft has mistakes."},
        ),
        Route(
            method="GET",
            path="/api/flows/{id}/revisions",
            role="viewer",
            summary="What was published, the last first",
            handle=revisions.show,
            answer=list[RevisionRow],
            errors=NO_FLOW,
        ),
        Route(
            method="GET",
            path=one,
            role="viewer",
            summary="A revision; secrets only say that they are set",
            handle=revisions.document,
            answer=Document,
            errors=NO_REVISION,
        ),
        Route(
            method="GET",
            path="/api/flows/{id}/diff",
            role="viewer",
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
            role="editor",
            summary="Copy a revision into the draft",
            handle=revisions.restore,
            answer=Restored,
            errors=NO_REVISION,
        ),
        Route(
            method="POST",
            path=f"{one}/roll-back",
            role="publisher",
            summary="Make an older revision live again",
            handle=revisions.roll_back,
            answer=LiveAgain,
            errors=NO_REVISION | {409: "It is live already."},
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

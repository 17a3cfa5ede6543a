"""curl commands, both ways: one that was pasted as the fields of a block, and a block's request as one to copy."""

from collections.abc import Sequence
from typing import Any

from aiohttp import web
from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field

from ivr.authoring import Desk
from ivr.authoring.aside import aside
from ivr.authoring.curl import NotCurl, curl_command, read_curl
from ivr.authoring.curl.reading import LONGEST
from ivr.web.api.context import Context
from ivr.web.api.documents import runnable
from ivr.web.api.trial import TestRequest
from ivr.web.problem import Refused
from ivr.web.route import LARGEST_DOCUMENT, Route, ok
from ivr.webcall.trial import NotAWebCall, prepare


class PastedCommand(BaseModel):
    """A curl command as it was copied, for bash, PowerShell or cmd."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: str = Field(max_length=LONGEST)


class PastedFields(Struct, frozen=True):
    """What a command sets of an External Web Call. A password or key that stood in the command is among the fields, for
    the one who just sent it: it is sealed when the flow is saved. `notes`: what was not taken over, in sentences.
    """

    fields: dict[str, Any]
    notes: tuple[str, ...]


class CopiedCommand(Struct, frozen=True):
    """A curl command for bash, dots in place of secrets, and the variables that had no sample value."""

    command: str
    unset: tuple[str, ...]


def routes(context: Context) -> Sequence[Route]:
    desk = Desk(context.store, context.library.shipped)

    async def read(_: web.Request, body: PastedCommand) -> web.Response:
        try:
            pasted = await aside(read_curl, body.command)
        except NotCurl as error:
            raise Refused(422, str(error)) from None
        return ok(PastedFields(pasted.fields, pasted.notes))

    async def copy(request: web.Request, body: TestRequest) -> web.Response:
        flow = await runnable(desk, request.match_info["id"], body.document, body.block)
        try:
            ready = prepare(flow, body.block, dict(body.values), context.clock.now())
        except NotAWebCall as error:
            raise Refused(422, str(error)) from None
        return ok(CopiedCommand(curl_command(ready.fetch), tuple(map(str, ready.unset))))

    return (
        Route(
            method="POST",
            path="/api/curl",
            role="viewer",
            reads=True,
            summary="The fields of an External Web Call that a curl command sets",
            handle=read,
            body=PastedCommand,
            answer=PastedFields,
            largest=LARGEST_DOCUMENT,
        ),
        Route(
            method="POST",
            path="/api/flows/{id}/curl",
            role="viewer",
            reads=True,
            summary="A block's request as a curl command, without its secrets",
            handle=copy,
            body=TestRequest,
            answer=CopiedCommand,
            largest=LARGEST_DOCUMENT,
        ),
    )

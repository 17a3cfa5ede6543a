"""Flow documents as they come in: the version that was seen, and what can be run of them."""

import re
from typing import Annotated, Any

import msgspec
from aiohttp import web
from pydantic import WithJsonSchema

from ivr.authoring import Desk
from ivr.authoring.aside import aside
from ivr.core.problem import Problem
from ivr.flow.model import Flow
from ivr.flow.read import read_document, readable
from ivr.store import Conflict
from ivr.store.flows import FlowStore
from ivr.web.problem import Refused, shown

DOCUMENT = "FlowDocument"
"""What the OpenAPI document calls a flow document."""
_described: dict[str, Any] = {"type": "object", "x-component": DOCUMENT}
Document = Annotated[dict[str, Any], msgspec.Meta(extra_json_schema=_described), WithJsonSchema(_described)]
"""A flow document as it comes and goes, with whatever mistakes."""
NEW_DOCUMENT = "NewFlowDocument"
NewDocument = Annotated[dict[str, Any], WithJsonSchema({"type": "object", "x-component": NEW_DOCUMENT})]
"""A flow document that may lack its id and its name."""
_etag = re.compile(r'"?(\d{1,9})"?', re.ASCII)
IF_MATCH = {"If-Match": "The version that was seen, as the draft's ETag has it; * for whatever is there."}
STALE = {
    412: "It is at another version by now; `version` and `document` are what is there.",
    428: "The header If-Match is missing.",
}
NO_FLOW = {404: "There is no such flow."}


def seen(request: web.Request) -> int | None:
    """The version of the draft that the request is about; None for whatever is there. Raises Refused."""
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise Refused(428, "Say which version you have seen: If-Match, with the ETag of the draft.")
    if header == "*":
        return None
    match = _etag.fullmatch(header)
    if match is None:
        raise Refused(412, "The version in If-Match is none of this flow's.")
    return int(match[1])


def etag(version: int) -> dict[str, str]:
    """The header that tells a draft's version."""
    return {"ETag": f'"{version}"'}


async def stale(flows: FlowStore, flow_id: str, error: Conflict) -> Refused:
    """The refusal of a change that was made to another version than the one there is, with that one."""
    draft = await flows.draft(flow_id)
    return Refused(412, str(error), version=draft.version, document=draft.shown)


async def runnable(desk: Desk, flow_id: str, document: Document, number: int) -> Flow:
    """What can be run of a document, among it the block of this number. Raises Refused with that block's mistakes."""
    return await aside(_runnable, await desk.filled_in(flow_id, document), number)


def _runnable(document: Document, number: int) -> Flow:
    _, problems = read_document(document)
    mistakes = [each for each in problems if each.block == number and _in_the_way(each)]
    if mistakes:
        raise Refused(422, f"Block {number} can't be tried yet: {mistakes[0].message}", problems=shown(mistakes))
    return readable(document)


def _in_the_way(problem: Problem) -> bool:
    """Whether it is in what the block does, and not only in where it leads."""
    return problem.level == "error" and not problem.path.startswith("exits")

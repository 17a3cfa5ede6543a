"""Flow documents as they come in: their secrets filled in from what is stored, and their versions."""

import re
from typing import Any

from aiohttp import web

from ivr.core.problem import Problem
from ivr.flow.model import Flow
from ivr.flow.read import read_document, readable
from ivr.flow.typed_secrets import keep_secrets, seal_secrets
from ivr.store import Store, UnknownFlow
from ivr.web.problem import Refused, shown

Document = dict[str, Any]
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


async def filled_in(store: Store, flow_id: str, document: Document) -> Document:
    """The document with its secrets sealed, those that only say that they are set taken from the stored draft."""
    try:
        former = (await store.flows.draft(flow_id)).document
    except UnknownFlow:
        former = {}
    sealed = seal_secrets(document, store.vault.seal_text, store.vault.is_sealed)
    filled: Document = keep_secrets(sealed, former)
    return filled


async def runnable(store: Store, flow_id: str, document: Document, number: int) -> Flow:
    """What can be run of a document, among it the block of this number. Raises Refused with that block's mistakes."""
    filled = await filled_in(store, flow_id, document)
    _, problems = read_document(filled)
    mistakes = [each for each in problems if each.block == number and _in_the_way(each)]
    if mistakes:
        raise Refused(422, f"Block {number} can't be tried yet: {mistakes[0].message}", problems=shown(mistakes))
    return readable(filled)


def _in_the_way(problem: Problem) -> bool:
    """Whether it is in what the block does, and not only in where it leads."""
    return problem.level == "error" and not problem.path.startswith("exits")

"""The audit trail, to read. Nothing here changes it."""

from collections.abc import Sequence

from aiohttp import web
from msgspec import Struct

from ivr.store.audit_trail import KINDS, AuditEntry
from ivr.web.api.context import Context
from ivr.web.problem import Refused
from ivr.web.route import Route, ok

LAST = 2**62
"""No entry has a number as high."""


class AuditPage(Struct, frozen=True):
    """At most 200 entries, the last first; everyone who has any, and the kinds there are."""

    entries: list[AuditEntry]
    people: list[str]
    kinds: tuple[str, ...]


def routes(context: Context) -> Sequence[Route]:
    trail = context.store.audit_trail

    async def show(request: web.Request) -> web.Response:
        query = request.query
        before = _before(query.get("before", ""))
        entries = await trail.entries(query.get("author", "")[:100], query.get("kind", "")[:40], before)
        return ok(AuditPage(entries, await trail.people(), KINDS))

    return (
        Route(
            method="GET",
            path="/api/audit",
            role="viewer",
            summary="Who changed what, and when, in words; the last first",
            handle=show,
            answer=AuditPage,
            query={
                "author": "Of one person only.",
                "kind": f"Of one kind only: {', '.join(KINDS)}.",
                "before": "The number of the last entry of the page before.",
            },
            errors={422: "The number is none."},
        ),
    )


def _before(text: str) -> int:
    """The number of an entry. Raises Refused."""
    if not text:
        return LAST
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise Refused(422, "“before” must be the number of an entry.")
    return int(text)

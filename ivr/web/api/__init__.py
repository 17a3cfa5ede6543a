"""The board's API: one file per topic, one declaration per route."""

from collections.abc import Sequence

from ivr.web.api import (
    alerts,
    audio,
    audit_trail,
    bootstrap,
    call_file,
    callers,
    calls,
    curl,
    drafts,
    flows,
    live,
    metrics,
    numbers,
    openapi,
    operations,
    revisions,
    secrets,
    session,
    stats,
    testcalls,
    trial,
    users,
    voices,
)
from ivr.web.api import help as help_pages
from ivr.web.api.context import Context
from ivr.web.route import Route

TOPICS = (
    session,
    bootstrap,
    flows,
    drafts,
    revisions,
    numbers,
    audio,
    secrets,
    trial,
    curl,
    operations,
    testcalls,
    call_file,
    calls,
    callers,
    live,
    stats,
    alerts,
    metrics,
    help_pages,
    users,
    audit_trail,
    voices,
)
"""Each has `routes(context)`."""


def routes(context: Context, more: Sequence[Route] = ()) -> Sequence[Route]:
    """Every route of the private listener but those of the page; the document of them all is the last."""
    declared = [*(route for topic in TOPICS for route in topic.routes(context)), *more]
    return (*declared, *openapi.routes(declared))

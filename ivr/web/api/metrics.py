"""A sign of life, and numbers for monitoring: how many calls and jobs, never whose."""

from collections.abc import Iterable, Sequence

from aiohttp import web

from ivr.store.figures import Figures, figures
from ivr.version import __version__
from ivr.web.api.context import Context
from ivr.web.readiness import healthz
from ivr.web.route import Route

TEXT = "text/plain"
"""What Prometheus reads, in its version 0.0.4."""


def routes(context: Context) -> Sequence[Route]:
    async def show(_: web.Request) -> web.Response:
        text = "\n".join(_lines(await figures(context.store.database))) + "\n"
        return web.Response(text=text, headers={"Content-Type": f"{TEXT}; version=0.0.4; charset=utf-8"})

    return (
        Route(method="GET", path="/healthz", summary="A sign of life", handle=healthz, media=TEXT, door="open"),
        Route(
            method="GET",
            path="/readyz",
            summary="Whether calls are taken",
            handle=context.readiness.answer,
            media=TEXT,
            door="open",
        ),
        Route(
            method="GET",
            path="/metrics",
            summary="Figures for Prometheus; takes a session, or a token for “metrics”",
            handle=show,
            media=TEXT,
            role="viewer",
            scope="metrics",
        ),
    )


def _lines(found: Figures) -> Iterable[str]:
    yield "# HELP ivr_info The version that runs."
    yield "# TYPE ivr_info gauge"
    yield f'ivr_info{{version="{__version__}"}} 1'
    yield "# HELP ivr_calls_under_way Calls that are not over."
    yield "# TYPE ivr_calls_under_way gauge"
    yield f"ivr_calls_under_way {found.under_way}"
    yield "# HELP ivr_calls_over Calls that are over and still kept, by how they ended."
    yield "# TYPE ivr_calls_over gauge"
    for status, count in found.over.items():
        yield f'ivr_calls_over{{status="{status}"}} {count}'
    yield "# HELP ivr_jobs_under_way Web calls (fetch) and texts (text) that are being made."
    yield "# TYPE ivr_jobs_under_way gauge"
    for kind, count in found.jobs.items():
        yield f'ivr_jobs_under_way{{kind="{kind}"}} {count}'
    yield "# HELP ivr_refused_total Calls and texts that were not made, as they were not allowed or too many."
    yield "# TYPE ivr_refused_total counter"
    for (kind, cause), count in found.refused.items():
        yield f'ivr_refused_total{{kind="{kind}",cause="{cause}"}} {count}'

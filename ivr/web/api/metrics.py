"""A sign of life, and numbers for monitoring: how many calls and jobs, never whose."""

from collections.abc import Sequence

from aiohttp import web

from ivr.store.figures import figures
from ivr.web.api.context import Context
from ivr.web.readiness import healthz
from ivr.web.route import Route

TEXT = "text/plain"
"""What Prometheus reads, in its version 0.0.4."""


def routes(context: Context) -> Sequence[Route]:
    async def show(_: web.Request) -> web.Response:
        store = context.store
        text = context.meters.text(await figures(store.database), await store.starts.waiting())
        return web.Response(body=text, headers={"Content-Type": f"{TEXT}; version=0.0.4; charset=utf-8"})

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

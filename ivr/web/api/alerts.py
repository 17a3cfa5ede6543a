"""Alerts and service levels: how they stand."""

from collections.abc import Sequence

from aiohttp import web
from msgspec import Struct

from ivr.operation.alerts.judging import Level
from ivr.web.api.context import Context
from ivr.web.route import Route, ok


class AlertShown(Struct, frozen=True):
    """A rule of `IVR_ALERTS`. `holds`: whether it does just now, by what `says` measured; `since`: when it began to, in
    milliseconds since 1970, and `told_at`: when it was last told; each 0 for never, as of the last look."""

    name: str
    when: str
    flow: str
    block: int
    holds: bool
    says: str
    since: int
    told_at: int


class AlertsShown(Struct, frozen=True):
    """All of them, as they stand in the file."""

    alerts: list[AlertShown]
    service_levels: list[Level]


def routes(context: Context) -> Sequence[Route]:
    async def show(_: web.Request) -> web.Response:
        shown = [
            AlertShown(
                each.rule.name,
                each.rule.when,
                getattr(each.rule, "flow", ""),
                getattr(each.rule, "block", 0),
                each.verdict.holds,
                each.verdict.says,
                each.standing.since,
                each.standing.told_at,
            )
            for each in await context.alerts.all()
        ]
        return ok(AlertsShown(shown, list(await context.alerts.levels())))

    return (
        Route(
            method="GET",
            path="/api/alerts",
            role="viewer",
            summary="Alerts and service levels, and how each stands now",
            handle=show,
            answer=AlertsShown,
        ),
    )

"""The private listener: the board, and its API. Every error is a sentence, and every answer says how to treat it."""

import logging
import secrets
from collections.abc import Sequence

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from msgspec import Struct

from ivr.store.errors import (
    BadClip,
    BadDraft,
    BadSecret,
    BadUser,
    ClipExists,
    Conflict,
    Damaged,
    FlowInUse,
    InUse,
    KeyMissing,
    LastAdmin,
    StoreError,
    UnknownClip,
    UnknownFlow,
    UnknownSecret,
    UnknownUser,
    UserExists,
)
from ivr.web.closed import closed
from ivr.web.doors import Doors
from ivr.web.problem import Refused, answered
from ivr.web.route import Route, mounted
from ivr.web.socket import HEARTBEAT, OPEN, Open, close_all
from ivr.web.sparing import Sparing

log = logging.getLogger(__name__)

GUARDED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
}
"""On every answer that does not say otherwise itself, as the page does."""
STATUSES: Sequence[tuple[tuple[type[Exception], ...], int]] = (
    ((UnknownFlow, UnknownSecret, UnknownClip, UnknownUser), 404),
    ((Conflict, InUse, FlowInUse, ClipExists, UserExists, LastAdmin), 409),
    ((BadSecret, BadClip, BadDraft, BadUser), 422),
)
"""What the store says in a sentence for people, and the status that goes with it."""
UNREADABLE = "What is stored can't be read now. The server's log says why."


class Board(Struct, frozen=True):
    """What the private listener serves: the routes of the API, and those of the page, which come last. `recheck`:
    seconds between looks whether the session of a WebSocket still lasts.
    """

    api: Sequence[Route]
    page: Sequence[web.RouteDef]
    read_only: bool = False
    recheck: float = HEARTBEAT


def private(board: Board, doors: Doors) -> web.Application:
    """The application of the private listener."""

    async def admit(request: web.Request, route: Route) -> None:
        await doors.admit(request, route.gate)
        if board.read_only and route.changes:
            raise Refused(403, "This board is only to look at: IVR_READ_ONLY is set.")

    def public(handler: Handler) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            visitor = await doors.visitor(request)
            if not visitor.needed and not visitor.signed_in:
                return closed("This board has no users yet. Open it with the link that “ivr serve” has printed.")
            return await handler(request)

        return handle

    app = web.Application(middlewares=[_telling(Sparing(log))])
    app[OPEN] = Open(board.recheck)
    app.on_shutdown.append(close_all)
    app.on_response_prepare.append(_guard)
    app.on_response_prepare.append(doors.set_cookie)
    app.add_routes([mounted(route, admit) for route in board.api])
    app.add_routes([web.RouteDef(each.method, each.path, public(each.handler), each.kwargs) for each in board.page])
    return app


async def _guard(_: web.Request, response: web.StreamResponse) -> None:
    response.headers["Server"] = "ivr"
    for name, value in GUARDED.items():
        response.headers.setdefault(name, value)


def _telling(sparing: Sparing) -> Middleware:
    @web.middleware
    async def told(request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer every error as a problem."""
        try:
            return await handler(request)
        except Refused as refused:
            return answered(refused)
        except ConnectionError:
            raise  # the client is gone
        except web.RequestPayloadError:
            return answered(Refused(400, "The body of the request can't be read."))
        except web.HTTPException as error:
            if error.status < 400:
                raise
            return answered(_worded(error))
        except Exception as error:
            return answered(_refusal(error, sparing))

    return told


def _refusal(error: Exception, sparing: Sparing) -> Refused:
    for kinds, status in STATUSES:
        if isinstance(error, kinds):
            return Refused(status, str(error.args[0]) if error.args else str(error))
    if isinstance(error, StoreError | KeyMissing | Damaged):
        sparing.error("the store could not be read: %s", error)
        refused = Refused(503, UNREADABLE)
        refused.headers = {"Retry-After": "5"}
        return refused
    reference = secrets.token_hex(4)
    log.error("a request to the board could not be answered (%s)", reference, exc_info=error)
    return Refused(500, f"Something went wrong here. The server's log has more under {reference}.", reference=reference)


def _worded(error: web.HTTPException) -> Refused:
    """What the framework refuses, in our words."""
    refused = Refused(error.status, _sentence(error))
    refused.headers = {name: error.headers[name] for name in ("Allow", "Retry-After") if name in error.headers}
    return refused


def _sentence(error: web.HTTPException) -> str:
    match error.status:
        case 404:
            return "There is nothing here."
        case 405:
            return "This address takes other methods; the header Allow has them."
        case 413:
            return "The request is too large."
    return f"{error.reason}."

"""Who is here, signing in and signing out; and the one-time link that opens a board without users."""

from collections.abc import Sequence

from aiohttp import web
from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from ivr.store.users import Role
from ivr.web.api.context import Context
from ivr.web.closed import closed
from ivr.web.doors import Visitor
from ivr.web.login import LONGEST
from ivr.web.problem import Refused
from ivr.web.route import Route, done, ok

LARGEST_LOGIN = 16 * 1024
"""Bytes of a request to sign in, which a stranger may send."""


class Session(Struct, frozen=True):
    """`needed`: there are users, and so names and passwords to sign in with. `user` and `role` are null for a
    visitor who has not signed in. `csrf` goes into X-CSRF-Token."""

    needed: bool
    user: str | None
    role: Role | None
    csrf: str


class Credentials(BaseModel):
    """What signs in."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    user: str = Field(max_length=64)
    password: SecretStr = Field(max_length=LONGEST)


def routes(context: Context) -> Sequence[Route]:
    doors = context.doors

    async def show(request: web.Request) -> web.Response:
        return _answer(doors.introduced(request, await doors.visitor(request)))

    async def sign_in(request: web.Request, body: Credentials) -> web.Response:
        visitor = await doors.visitor(request)
        if not visitor.needed:
            raise Refused(401, "This board has no users: it opens by a link. Make one with: ivr board open")
        return _answer(await doors.sign_in(request, body.user, body.password.get_secret_value()))

    async def sign_out(request: web.Request) -> web.Response:
        await doors.close(request)
        return done()

    async def enter(request: web.Request) -> web.Response:
        try:
            await doors.enter(request, request.query.get("link", "")[:200])
        except Refused as refused:
            if refused.status != 401:
                raise
            return closed(str(refused))
        return web.Response(status=303, headers={"Location": "/", "Cache-Control": "no-store"})

    wrong = {401: "Name or password is wrong.", 429: "Too many wrong guesses; Retry-After says when to try again."}
    return (
        Route(
            method="GET",
            path="/api/session",
            summary="Who is here, and the token that requests which change something carry",
            handle=show,
            answer=Session,
            door="anyone",
        ),
        Route(
            method="POST",
            path="/api/session",
            summary="Sign in: the answer sets the session's cookie",
            handle=sign_in,
            body=Credentials,
            answer=Session,
            errors=wrong,
            door="anyone",
            reads=True,
            largest=LARGEST_LOGIN,
        ),
        Route(
            method="DELETE",
            path="/api/session",
            summary="Sign out",
            handle=sign_out,
            status=204,
            door="anyone",
            reads=True,
        ),
        Route(
            method="GET",
            path="/open",
            summary="The one-time link that opens a board without users",
            handle=enter,
            status=303,
            media="text/html",
            query={"link": "The link's token."},
            door="open",
        ),
    )


def _answer(visitor: Visitor) -> web.Response:
    return ok(Session(visitor.needed, visitor.user or None, visitor.role, visitor.csrf))

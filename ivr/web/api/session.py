"""Who is here, signing in and signing out."""

from collections.abc import Sequence

from aiohttp import web
from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from ivr.web.api.context import Context
from ivr.web.doors import Visitor
from ivr.web.login import LONGEST, Login, TooOften
from ivr.web.problem import Refused
from ivr.web.route import Route, done, ok

LARGEST_LOGIN = 16 * 1024
"""Bytes of a request to sign in, which anybody may send."""
USER = "operator"
"""There is one password, and so one user."""


class Session(Struct, frozen=True):
    """`needed`: a password is set. `user` is null for whoever has not signed in. `csrf` goes into X-CSRF-Token."""

    needed: bool
    user: str | None
    csrf: str


class Credentials(BaseModel):
    """What signs in."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    password: SecretStr = Field(max_length=LONGEST)


def routes(context: Context) -> Sequence[Route]:
    doors, login = context.doors, Login(context.store.access, context.clock)

    async def show(request: web.Request) -> web.Response:
        return _answer(doors.introduced(request, await doors.visitor(request)))

    async def sign_in(request: web.Request, body: Credentials) -> web.Response:
        visitor = await doors.visitor(request)
        if not visitor.needed:
            return _answer(visitor)
        try:
            right = await login.is_right(body.password.get_secret_value(), doors.address(request))
        except TooOften as error:
            refused = Refused(429, str(error))
            refused.headers = {"Retry-After": str(error.seconds)}
            raise refused from None
        if not right:
            raise Refused(401, "That is not the password.")
        return _answer(await doors.open(request))

    async def sign_out(request: web.Request) -> web.Response:
        await doors.close(request)
        return done()

    wrong = {401: "The password is wrong.", 429: "Too many wrong passwords; Retry-After says when to try again."}
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
            largest=LARGEST_LOGIN,
        ),
        Route(
            method="DELETE",
            path="/api/session",
            summary="Sign out",
            handle=sign_out,
            status=204,
            door="anyone",
        ),
    )


def _answer(visitor: Visitor) -> web.Response:
    return ok(Session(visitor.needed, USER if visitor.signed_in else None, visitor.csrf))

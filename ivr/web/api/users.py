"""Users: who may open the board, and with which role."""

import asyncio
from collections.abc import Sequence

from aiohttp import web
from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from ivr.store.users import Role
from ivr.web.api.context import Context
from ivr.web.login import LONGEST, BadPassword, hash_password
from ivr.web.problem import Refused
from ivr.web.route import Route, done, ok

NO_USER = {404: "There is no such user."}
LAST = {409: "It is the last admin."}


class UserRow(Struct, frozen=True):
    """A user. `created_at` in ms."""

    name: str
    role: Role
    created_at: int


class NewUser(BaseModel):
    """A user to add."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    role: Role
    password: SecretStr = Field(max_length=LONGEST)


class NewRole(BaseModel):
    """Another role."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Role


class NewPassword(BaseModel):
    """Another password."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    password: SecretStr = Field(max_length=LONGEST)


def routes(context: Context) -> Sequence[Route]:
    users = context.store.users

    async def show(_: web.Request) -> web.Response:
        return ok([UserRow(each.name, each.role, each.created_at) for each in await users.list()])

    async def add(request: web.Request, body: NewUser) -> web.Response:
        hashed = await _hashed(body.password)
        await users.add(request.match_info["name"], body.role, hashed)
        return done()

    async def set_role(request: web.Request, body: NewRole) -> web.Response:
        await users.set_role(request.match_info["name"], body.role)
        return done()

    async def set_password(request: web.Request, body: NewPassword) -> web.Response:
        await users.set_password(request.match_info["name"], await _hashed(body.password))
        return done()

    async def remove(request: web.Request) -> web.Response:
        await users.remove(request.match_info["name"])
        return done()

    path = "/api/users/{name}"
    return (
        Route(
            method="GET",
            path="/api/users",
            role="admin",
            summary="Who may open the board, and with which role",
            handle=show,
            answer=list[UserRow],
        ),
        Route(
            method="POST",
            path=path,
            role="admin",
            summary="Add a user; the first one ends all sessions that came by a link",
            handle=add,
            body=NewUser,
            status=204,
            errors={409: "The name is taken, or the first user is no admin."},
        ),
        Route(
            method="PUT",
            path=f"{path}/role",
            role="admin",
            summary="Give a user another role, at once",
            handle=set_role,
            body=NewRole,
            status=204,
            errors=NO_USER | LAST,
        ),
        Route(
            method="PUT",
            path=f"{path}/password",
            role="admin",
            summary="Give a user another password; their sessions end",
            handle=set_password,
            body=NewPassword,
            status=204,
            errors=NO_USER,
        ),
        Route(
            method="DELETE",
            path=path,
            role="admin",
            summary="Let a user in no more; their sessions end",
            handle=remove,
            status=204,
            errors=NO_USER | LAST,
        ),
    )


async def _hashed(password: SecretStr) -> str:
    try:
        return await asyncio.to_thread(hash_password, password.get_secret_value())
    except BadPassword as error:
        raise Refused(422, str(error)) from None

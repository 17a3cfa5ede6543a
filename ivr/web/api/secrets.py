"""Named secrets. They come in, and never go out again."""

from collections.abc import Sequence

from aiohttp import web
from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from ivr.authoring.uses import users_of_secrets
from ivr.store.secrets import LONGEST
from ivr.web.api.context import Context
from ivr.web.route import Route, done, ok


class NamedSecret(Struct, frozen=True):
    """A secret without its value: where it may be sent, and the flows that refer to it."""

    name: str
    hosts: tuple[str, ...]
    updated_at: int
    used_by: list[str]


class Given(BaseModel):
    """A secret's value, and the hosts that it may be sent to."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    value: SecretStr = Field(max_length=LONGEST)
    hosts: tuple[str, ...] = Field(min_length=1, max_length=50)


def routes(context: Context) -> Sequence[Route]:
    secrets = context.store.secrets

    async def show(_: web.Request) -> web.Response:
        users = await users_of_secrets(context.store.flows)
        rows = await secrets.list()
        return ok([NamedSecret(row.name, row.hosts, row.updated_at, users.get(row.name, [])) for row in rows])

    async def put(request: web.Request, body: Given) -> web.Response:
        await secrets.set(request.match_info["name"], body.value.get_secret_value(), body.hosts)
        return done()

    async def remove(request: web.Request) -> web.Response:
        await secrets.remove(request.match_info["name"])
        return done()

    path = "/api/secrets/{name}"
    return (
        Route(
            method="GET",
            path="/api/secrets",
            role="viewer",
            summary="The named secrets, without their values",
            handle=show,
            answer=list[NamedSecret],
        ),
        Route(
            method="PUT",
            path=path,
            role="admin",
            summary="Store a secret, or change it; it is never read back",
            handle=put,
            body=Given,
            status=204,
        ),
        Route(
            method="DELETE",
            path=path,
            role="admin",
            summary="Forget a secret",
            handle=remove,
            status=204,
            errors={404: "There is no such secret.", 409: "Flows use it."},
        ),
    )

"""One declaration per route: what answers, who may ask, and what the OpenAPI document tells of it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal

import msgspec
from aiohttp import web
from msgspec import Struct
from pydantic import BaseModel, ValidationError

from ivr.core.problem import Problem
from ivr.core.values import DEEPEST, to_json, too_deep
from ivr.store.tokens import Scope
from ivr.store.users import Role
from ivr.web.body import kind_of, read_bytes
from ivr.web.doors import SAFE
from ivr.web.gate import Door, Gate
from ivr.web.problem import Refused, shown

LARGEST_JSON = 64 * 1024
"""Bytes of a request, where a route says nothing else."""
LARGEST_DOCUMENT = 4 * 1024 * 1024
"""Bytes of a request with a whole flow in it."""
MOST_PROBLEMS = 50
"""Mistakes that an answer lists at most, so that it is never far longer than the request."""
MOST_MEMBERS = 10_000
"""Members of a list or an object in a request, and mistakes that are looked at; a flow has fewer blocks."""
LEVELS = 4
"""In which members are counted."""
LONGEST_PATH = 200
"""Characters of the place of a mistake; some of them are names that were sent."""
Handler = Callable[..., Awaitable[web.StreamResponse]]
"""Takes the request and, where the route has a body, the body's model."""


class Route(Struct, frozen=True, kw_only=True):
    """A method of an address. `path` as aiohttp writes it, `/api/flows/{id}`.

    `body` is the model of the JSON that is sent, `answer` the type of the JSON that comes back with `status`: None for
    an answer without content, or one that is no JSON, whose kind `media` tells. `document`: the handler reads a JSON
    object of its own from the request. `query` has what may stand behind the question mark, `headers` what may be
    sent; `errors` the statuses of this route alone, with when they come.

    `role` is the least role that it takes: a route that does not say is for admins only. `scope`: a token for that
    will do too. `reads`: it changes nothing and sends nothing, although its method is one of those that do; all others
    with these methods are not for boards that are only looked at.
    """

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    summary: str
    handle: Handler
    body: type[BaseModel] | None = None
    takes: str = "application/json"
    answer: Any = None
    status: int = 200
    media: str = "application/json"
    query: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    errors: Mapping[int, str] = {}
    door: Door = "session"
    role: Role = "admin"
    scope: Scope | None = None
    reads: bool = False
    largest: int = LARGEST_JSON
    document: bool = False

    @property
    def gate(self) -> Gate:
        """What it asks of its clients."""
        return Gate(self.door, self.role, self.scope)

    @property
    def changes(self) -> bool:
        """Whether it changes or sends something."""
        return not (is_safe(self) or self.reads)


def ok(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """A value as JSON: structs, lists, decimals with all their digits."""
    return web.Response(
        text=to_json(value),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def done() -> web.Response:
    """It was done, and there is nothing to tell."""
    return web.Response(status=204)


def mounted(route: Route, admit: Callable[[web.Request, Route], Awaitable[None]]) -> web.RouteDef:
    """The route for an application: an admitted request gets to its handler, with the body read and checked."""

    async def handle(request: web.Request) -> web.StreamResponse:
        await admit(request, route)
        if route.body is None:
            return await route.handle(request)
        return await route.handle(request, read_model(route.body, await read_body(request, route.largest)))

    return web.RouteDef(route.method, route.path, handle, {})


async def read_body(request: web.Request, largest: int) -> bytes:
    """The body of a request that says it is JSON. Raises Refused."""
    if kind_of(request) != "application/json":
        raise Refused(415, "Send JSON, with the header Content-Type: application/json.")
    return await read_bytes(request, largest)


def read_model(model: type[BaseModel], body: bytes) -> Any:
    """The body as its model. Raises Refused with every mistake in it."""
    value = read_json(body)
    if isinstance(value, dict) and len(value) > len(model.model_fields) + MOST_PROBLEMS:
        raise Refused(422, f"The request can't be understood: it has {len(value)} members.")
    _check_members(value)
    try:
        return model.model_validate(value)
    except ValidationError as error:
        if error.error_count() > MOST_MEMBERS:  # listing them takes far longer than finding them
            raise Refused(422, f"The request can't be understood: it has {error.error_count()} mistakes.") from None
        problems = [
            Problem(each["type"], _sentence(each["msg"]), path=".".join(map(str, each["loc"]))[:LONGEST_PATH])
            for each in error.errors(include_url=False, include_context=False, include_input=False)[:MOST_PROBLEMS]
        ]
        sentence = "; ".join(f"{each.path or 'the request'}: {each.message}" for each in problems[:3])
        raise Refused(422, f"The request can't be understood: {sentence}", problems=shown(problems)) from None


def _check_members(value: Any) -> None:
    """Raises Refused for a list or an object with far too many members, down to the blocks of a flow in it: each of
    them could be a mistake."""
    level = [value]
    for _ in range(LEVELS):
        level = [each for each in level if isinstance(each, dict | list)]
        if (most := max(map(len, level), default=0)) > MOST_MEMBERS:
            raise Refused(422, f"The request can't be understood: a part of it has {most} members.")
        level = [inner for each in level for inner in (each.values() if isinstance(each, dict) else each)]


def read_json(body: bytes) -> Any:
    """The body as a JSON value. Raises Refused."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise Refused(400, f"This is not JSON: {error}.") from None
    if too_deep(value):
        raise Refused(422, f"The request is nested too deeply; {DEEPEST} levels are the most.")
    return value


def is_safe(route: Route) -> bool:
    """Whether it changes nothing, by its method."""
    return route.method in SAFE


def _sentence(text: str) -> str:
    text = text.removeprefix("Value error, ").replace("Input should", "Must").rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."

"""OpenAPI documents of other APIs: their operations, and the fields of a block that sends one."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from ivr.authoring.aside import aside
from ivr.authoring.openapi import LONGEST, Document, NotOpenApi, Operations, Picked, operations, pick, read_document
from ivr.web.api.context import Context
from ivr.web.problem import Refused
from ivr.web.route import Route, ok
from ivr.webcall.fetching import NotFetched, fetch_text

LARGEST = 2 * LONGEST
"""Bytes of a request with a document in it, as JSON writes it."""
Used = TypeVar("Used")
MOST_AT_ONCE = 2
"""Documents that are read at once; further ones wait."""


class ApiDocument(BaseModel):
    """An OpenAPI 3 document, JSON or YAML: its text, or the address to get it from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(default="", max_length=LONGEST)
    address: str = Field(default="", max_length=2000)


class ChosenOperation(ApiDocument):
    """An operation of an OpenAPI document, such as `GET /pets/{petId}`."""

    operation: str = Field(min_length=1, max_length=2000)


def routes(context: Context) -> Sequence[Route]:
    reading = asyncio.Semaphore(MOST_AT_ONCE)

    async def document(body: ApiDocument) -> tuple[str, str]:
        if bool(body.text) == bool(body.address.strip()):
            raise Refused(422, "Give either the text of the document or its address.")
        if body.text:
            return body.text, ""
        try:
            return await fetch_text(context.web_calls, body.address.strip(), context.clock, LONGEST)
        except NotFetched as error:
            raise Refused(422, str(error)) from None

    async def listed(_: web.Request, body: ApiDocument) -> web.Response:
        async with reading:
            return ok(await _read(operations, *await document(body)))

    async def chosen(_: web.Request, body: ChosenOperation) -> web.Response:
        async with reading:
            return ok(await _read(lambda found: pick(found, body.operation), *await document(body)))

    return (
        Route(
            method="POST",
            path="/api/operations",
            role="editor",
            summary="The operations of an OpenAPI 3 document of another API",
            handle=listed,
            body=ApiDocument,
            answer=Operations,
            largest=LARGEST,
        ),
        Route(
            method="POST",
            path="/api/operations/fields",
            role="editor",
            summary="The fields of an External Web Call that sends an operation of an OpenAPI 3 document",
            handle=chosen,
            body=ChosenOperation,
            answer=Picked,
            largest=LARGEST,
        ),
    )


async def _read(use: Callable[[Document], Used], text: str, address: str) -> Used:
    """What is made of a document, in a thread. Raises Refused."""
    try:
        return await aside(lambda: use(read_document(text, address)))
    except NotOpenApi as error:
        raise Refused(422, str(error)) from None

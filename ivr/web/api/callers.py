"""Callers: erase one, and who wants no texts."""

from collections.abc import Awaitable, Sequence
from typing import Annotated

from aiohttp import web
from msgspec import Struct, structs
from pydantic import BaseModel, StringConstraints

from ivr.core.phone_numbers import LONGEST, NotANumber
from ivr.operation.erasure import erase
from ivr.operation.opting import opt_in, opt_out
from ivr.web.api.context import Context
from ivr.web.problem import Refused
from ivr.web.route import Route, done, ok


class Caller(BaseModel):
    """A caller's number, however it is written."""

    number: Annotated[str, StringConstraints(max_length=LONGEST)]


class Erased(Struct, frozen=True):
    """What was erased. `under_way`: calls that go on, and `kept`: calls whose recording could not be deleted, for the
    reason in `reason`; `complete` when nothing is left. `mark` stands for the number in the audit trail."""

    mark: str
    calls: int
    recordings: int
    starts: int
    texts: int
    under_way: int
    kept: int
    reason: str
    complete: bool


class OptedOut(Struct, frozen=True):
    """A number that gets no texts, with the channel before it where that is not SMS, and since when."""

    number: str
    at: int


def routes(context: Context) -> Sequence[Route]:
    """Numbers are in bodies only: an address may be noted anywhere."""
    return (*_erasing(context), *_opting(context))


def _erasing(context: Context) -> Sequence[Route]:
    async def erase_caller(_: web.Request, body: Caller) -> web.Response:
        try:
            receipt = await erase(
                context.store.erasure, context.delete_recording, body.number, context.settings.country
            )
        except NotANumber as error:
            raise Refused(422, str(error)) from None
        return ok(Erased(**structs.asdict(receipt), complete=receipt.complete))

    return (
        Route(
            method="POST",
            path="/api/callers/erase",
            role="admin",
            summary="Erase all that is kept of a caller; a receipt stands in the audit trail",
            handle=erase_caller,
            body=Caller,
            answer=Erased,
            errors={422: "It is no number, or does not say its country."},
        ),
    )


def _opting(context: Context) -> Sequence[Route]:
    opt_outs, trail, country = context.store.opt_outs, context.store.erasure, context.settings.country

    async def show(_: web.Request) -> web.Response:
        return ok([OptedOut(each.number, each.at) for each in await opt_outs.list()])

    async def add(_: web.Request, body: Caller) -> web.Response:
        return await changed(opt_out(opt_outs, trail, body.number, country))

    async def remove(_: web.Request, body: Caller) -> web.Response:
        return await changed(opt_in(opt_outs, trail, body.number, country))

    async def changed(change: Awaitable[str]) -> web.Response:
        try:
            await change
        except NotANumber as error:
            raise Refused(422, str(error)) from None
        return done()

    errors = {422: "It is no number, or does not say its country."}
    return (
        Route(
            method="GET",
            path="/api/opt-outs",
            role="admin",
            summary="Numbers that get no texts, the latest first",
            handle=show,
            answer=list[OptedOut],
        ),
        Route(
            method="POST",
            path="/api/opt-outs",
            role="admin",
            summary="Send no more texts to a number",
            handle=add,
            body=Caller,
            status=204,
            errors=errors,
        ),
        Route(
            method="POST",
            path="/api/opt-outs/remove",
            role="admin",
            summary="Send texts to a number again",
            handle=remove,
            body=Caller,
            status=204,
            errors=errors,
        ),
    )

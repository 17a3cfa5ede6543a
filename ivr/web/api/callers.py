"""Callers: erase one."""

from collections.abc import Sequence
from typing import Annotated

from aiohttp import web
from msgspec import Struct, structs
from pydantic import BaseModel, StringConstraints

from ivr.core.phone_numbers import LONGEST, NotANumber
from ivr.operation.erasure import erase
from ivr.web.api.context import Context
from ivr.web.problem import Refused
from ivr.web.route import Route, ok


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


def routes(context: Context) -> Sequence[Route]:
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

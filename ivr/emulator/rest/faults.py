"""REST requests that the carrier refuses for a while, or carries out without an answer."""

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from ivr.emulator.account import Account
from ivr.emulator.errors.api_error import ApiError


def disturb(account: Account) -> Middleware:
    """A middleware for the faults of the moment. A refused request changes nothing; a cut one is carried out."""

    @web.middleware
    async def disturbed(request: web.Request, handler: Handler) -> web.StreamResponse:
        fault = account.exchange.faults.of_request(request.method, request.path)
        if fault == "busy":
            raise ApiError(20429)
        if fault == "unavailable":
            raise ApiError(20503)
        answer = await handler(request)
        if fault == "cut" and request.transport is not None:
            request.transport.abort()  # what is written to it from now on goes nowhere
        return answer

    return disturbed

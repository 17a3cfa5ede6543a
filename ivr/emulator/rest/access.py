"""Who may ask, and how a refusal looks."""

import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Middleware

from ivr.emulator.account import Account
from ivr.emulator.errors.api_error import ApiError
from ivr.emulator.errors.debugger import entry

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def guard(account: Account) -> Middleware:
    """A middleware that checks credentials and answers every refusal as JSON."""

    @web.middleware
    async def checked(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            _authenticate(account, request)
            _maybe_refuse(account)
            return await handler(request)
        except ApiError as error:
            return web.json_response(error.as_json(), status=error.status)
        except web.HTTPException as error:
            other = ApiError(20404 if error.status in {404, 405} else 20001, error.reason)
            return web.json_response({**other.as_json(), "status": error.status}, status=error.status)
        except Exception as error:  # a client cannot read a traceback; the debugger keeps what happened
            now = account.exchange.clock.now()
            account.exchange.log.append(entry(now, 20500, "", f"{type(error).__name__}: {error}"))
            return web.json_response(ApiError(20500).as_json(), status=500)

    return checked


def _authenticate(account: Account, request: web.Request) -> None:
    expected = f"{account.account_sid}:{account.auth_token}".encode()
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        given = base64.b64decode(token.strip(), validate=True)
    except (binascii.Error, ValueError):
        given = b""
    if scheme.lower() != "basic" or not hmac.compare_digest(given, expected):
        raise ApiError(20003)
    if request.match_info.get("account", account.account_sid) != account.account_sid:
        raise ApiError(20404)


def _maybe_refuse(account: Account) -> None:
    faults = account.exchange.faults
    if faults.strikes(faults.refuse_requests):
        raise ApiError(20429)

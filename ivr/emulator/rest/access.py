"""Who may ask, and how a refusal looks."""

import base64
import binascii
import hmac
import math

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from ivr.emulator.account import Account
from ivr.emulator.errors.api_error import ApiError
from ivr.emulator.errors.debugger import entry


def guard(account: Account) -> Middleware:
    """A middleware that checks credentials and answers every refusal as JSON."""

    @web.middleware
    async def checked(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            _authenticate(account, request)
            return await handler(request)
        except ApiError as error:
            return web.json_response(error.as_json(), status=error.status, headers=_patience(account, error.status))
        except web.HTTPException as error:
            other = ApiError({404: 20404, 405: 20004}.get(error.status, 20001), error.reason)
            allowed = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
            return web.json_response({**other.as_json(), "status": error.status}, status=error.status, headers=allowed)
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


def _patience(account: Account, status: int) -> dict[str, str]:
    """When to come again, in whole seconds."""
    seconds = account.exchange.faults.retry_after
    return {"Retry-After": str(math.ceil(seconds))} if status in {429, 503} and seconds else {}

"""Reading what a client sends."""

from aiohttp import web
from multidict import MultiDict

from ivr.emulator.errors.api_error import ApiError


async def form_of(request: web.Request) -> MultiDict[str]:
    """The fields of a form body. Raises ApiError 20001 when the body is none."""
    try:
        sent = await request.post()
    except (ValueError, LookupError) as error:
        raise ApiError(20001, "the body is not a form") from error
    return MultiDict((name, value) for name, value in sent.items() if isinstance(value, str))

"""What a request asks for besides its address."""

from aiohttp import web

from ivr.language import Language, Setting, spoken


def asked_in(request: web.Request, setting: Setting) -> Language:
    """The language to answer in, where the server is set to one or leaves it to browsers."""
    return spoken(setting, request.headers.get("Accept-Language", ""))

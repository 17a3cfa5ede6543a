"""Where APIs post the answers of calls that wait for them.

Whoever does not know an address that a call has given out gets 403 before anything of the body is read; who comes too
late 410; who comes twice 200, and nothing changes.
"""

import logging

from aiohttp import web

from ivr.runtime.ports import Reader, Unavailable
from ivr.runtime.resuming import Resuming
from ivr.store import Damaged, KeyMissing
from ivr.web.body import read_bytes
from ivr.web.connection import vouch
from ivr.web.problem import Refused, answered
from ivr.web.sparing import Sparing
from ivr.webcall.charset import LONGEST_KIND
from ivr.webcall.errors import Unreadable

log = logging.getLogger(__name__)

LARGEST = 1_048_576
"""Bytes of an answer."""
ADDRESS = r"/resume/{call:[A-Za-z0-9:_.-]{1,160}}/{token:\d{1,9}\.\d{1,9}}/{signature:[A-Za-z0-9_-]{43}}"


class Resume:
    """The handler of `/resume/…`. `read` makes an answer of what is posted."""

    def __init__(self, resuming: Resuming, read: Reader) -> None:
        self._resuming = resuming
        self._read = read
        self._sparing = Sparing(log)

    def routes(self) -> list[web.RouteDef]:
        return [web.post(ADDRESS, self._handle)]

    async def _handle(self, request: web.Request) -> web.Response:
        try:
            return await self._answer(request)
        except Refused as refused:
            return answered(refused)
        except (Unavailable, KeyMissing, Damaged) as error:
            self._sparing.warning("a posted answer could not be taken: %s", error)
            return web.Response(status=503, text="Try again in a moment.\n", headers={"Retry-After": "1"})

    async def _answer(self, request: web.Request) -> web.Response:
        call, token, signature = (request.match_info[name] for name in ("call", "token", "signature"))
        state = await self._resuming.state(call, token, signature)
        if state == "forged":
            raise Refused(403, "No call has given out this address.")
        vouch(request)
        if state == "gone":
            raise Refused(410, "This answer is waited for no longer.")
        body = await read_bytes(request, LARGEST)
        if state == "open" and not await self._taken(call, token, body, request.headers.get("Content-Type", "")):
            raise Refused(410, "This answer is waited for no longer.")
        return web.Response(text="{}", content_type="application/json")

    async def _taken(self, call: str, token: str, body: bytes, kind: str) -> bool:
        """Whether it was still waited for. Raises Refused for one that is not what it says it is, so that it can be
        posted again."""
        asked = await self._resuming.request(call, token)
        if asked is None:
            return False
        try:
            reply = await self._read(asked, token, body, kind[:LONGEST_KIND])
        except Unreadable as error:
            raise Refused(400, str(error)) from None
        return await self._resuming.answer(call, token, reply)

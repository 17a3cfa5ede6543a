"""Where APIs post the answers of calls that wait for them.

Whoever does not know an address that a call has given out gets 403 before anything of the body is read; who comes too
late 410; who comes twice 200, and nothing changes.
"""

import asyncio
import logging

from aiohttp import web
from msgspec.structs import replace

from ivr.core.events import Fetched
from ivr.runtime.resuming import Resuming
from ivr.store import Damaged, KeyMissing, StoreError
from ivr.web.body import LONGEST_KIND, read_bytes
from ivr.web.connection import vouch
from ivr.web.problem import Refused, answered
from ivr.web.sparing import Sparing
from ivr.webcall.answer import understand
from ivr.webcall.charset import read_text
from ivr.webcall.errors import Unreadable

log = logging.getLogger(__name__)

LARGEST = 1_048_576
"""Bytes of an answer."""
IN_THE_LOOP = 4_000
"""Bytes that are read at once; longer ones in a thread."""
ADDRESS = r"/resume/{call:[A-Za-z0-9:_.-]{1,160}}/{token:\d{1,9}\.\d{1,9}}/{signature:[A-Za-z0-9_-]{43}}"


class Resume:
    """The handler of `/resume/…`."""

    def __init__(self, resuming: Resuming) -> None:
        self._resuming = resuming
        self._sparing = Sparing(log)

    def routes(self) -> list[web.RouteDef]:
        return [web.post(ADDRESS, self._handle)]

    async def _handle(self, request: web.Request) -> web.Response:
        try:
            return await self._answer(request)
        except Refused as refused:
            return answered(refused)
        except (StoreError, KeyMissing, Damaged) as error:
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
        if state == "open":
            reply = await _read(body, request.headers.get("Content-Type", "")[:LONGEST_KIND], token)
            if not await self._resuming.answer(call, token, reply):
                raise Refused(410, "This answer is waited for no longer.")
        return web.Response(text="{}", content_type="application/json")


async def _read(body: bytes, kind: str, token: str) -> Fetched:
    """The answer. Raises Refused for one that is not what it says it is, so that it can be posted again."""
    try:
        if len(body) <= IN_THE_LOOP and "xml" not in kind.lower():
            return _reply(body, kind, token)
        return await asyncio.to_thread(_reply, body, kind, token)
    except Unreadable as error:
        raise Refused(400, str(error)) from None


def _reply(body: bytes, kind: str, token: str) -> Fetched:
    text, note = read_text(body, kind)
    found = understand(text, kind, None, lambda value: value)
    read = Fetched(at=0, token=token, cause="ok", status=200, body=text, value=found.value, called_back=True)
    return replace(read, notes=((note,) if note else ()) + found.notes)

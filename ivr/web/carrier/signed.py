"""Requests that the carrier has signed, and documents for answers.

Whoever does not sign with the account's token is a stranger and gets 403. After that there are only callers: any
mistake, theirs or ours, is answered with spoken words and a hang-up.
"""

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from ivr.core.effects import Hangup, Say
from ivr.core.mailbox import Page
from ivr.runtime.runner import UnknownCall, UnknownNumber
from ivr.twilio.signature import SETTINGS, SIGNATURE, Signature
from ivr.twilio.twiml import Addresses, document
from ivr.twilio.webhook import Malformed, Pairs, Webhook, read_form, read_webhook
from ivr.web.body import read_bytes
from ivr.web.connection import vouch
from ivr.web.problem import Refused

log = logging.getLogger(__name__)

APOLOGY = Page((Say("We are sorry, something went wrong. Please call again later. Goodbye."), Hangup()), None)
NOT_IN_USE = Page((Say("This number is not in use. Goodbye."), Hangup()), None)
FORM = "application/x-www-form-urlencoded"
LARGEST_FORM = 64 * 1024
"""Bytes of a request."""
LONGEST_SIGNATURE = 100
"""Characters; the longest that is known has 44."""
NOT_SIGNED = "This address is for the carrier only: the request is not signed by it.\n"
Handler = Callable[[web.Request], Awaitable[web.Response]]


class Signed:
    """Knows the carrier's signature, and writes documents with our addresses."""

    def __init__(self, signature: Signature, addresses: Addresses) -> None:
        self._signature = signature
        self.addresses = addresses

    async def form(self, request: web.Request) -> Pairs:
        """The form of a request that the carrier has signed. Raises HTTPForbidden for anybody else's."""
        headers = request.headers
        given, settings = headers.getall(SIGNATURE, []), headers.getall(SETTINGS, [""])
        # Before anything of the body is read.
        if len(given) != 1 or not 0 < len(given[0]) <= LONGEST_SIGNATURE or len(settings) != 1:
            raise web.HTTPForbidden(text=NOT_SIGNED)
        body = await _read(request)
        try:
            pairs = read_form(body) if headers.get("Content-Type", FORM).startswith(FORM) else []
            signed = pairs if pairs or not body else body
        except Malformed:
            signed = body
            pairs = []
        if not self._signature.genuine(request.raw_path, signed, given[0], settings[0]):
            raise web.HTTPForbidden(text=NOT_SIGNED)
        vouch(request)
        return pairs

    def page(self, find: Callable[[Webhook, web.Request], Awaitable[Page]]) -> Handler:
        """A handler that answers with the page `find` finds, or with an apology."""

        async def handle(request: web.Request) -> web.Response:
            pairs = await self.form(request)
            try:
                page = await find(read_webhook(pairs), request)
            except UnknownNumber as error:
                log.warning("no flow is assigned to the number that was called: %r", str(error)[:40])
                page = NOT_IN_USE
            except (UnknownCall, Malformed) as error:
                log.warning("a request that fits no call: %r", str(error)[:200])
                page = APOLOGY
            except Exception:
                log.exception("a webhook could not be answered")
                page = APOLOGY
            return web.Response(text=document(page, self.addresses), content_type="text/xml")

        return handle


async def _read(request: web.Request) -> bytes:
    """The body of a request. Raises an HTTPException with the sentence that says what is wrong with it."""
    try:
        return await read_bytes(request, LARGEST_FORM)
    except Refused as refused:
        sentence = f"{refused}\n"
        if refused.status == 413:
            raise web.HTTPRequestEntityTooLarge(
                max_size=LARGEST_FORM, actual_size=LARGEST_FORM, text=sentence
            ) from None
        kind = web.HTTPUnsupportedMediaType if refused.status == 415 else web.HTTPBadRequest
        raise kind(text=sentence) from None

"""Requests that the carrier has signed, and documents for answers.

A client who does not sign with the account's token is a stranger and gets 403. After that there are only callers: any
mistake, theirs or ours, is answered with spoken words and a hang-up; a store that is away, with a way back.
"""

import logging
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine
from typing import Any

from aiohttp import web

from ivr.core.effects import Hangup, Say
from ivr.core.mailbox import Page
from ivr.operation.meters import Meters
from ivr.runtime.clock import WallClock
from ivr.runtime.numbers import UnknownNumber
from ivr.runtime.runner import UnknownCall
from ivr.runtime.tracing import page_step
from ivr.twilio.signature import SETTINGS, SIGNATURE, Signature
from ivr.twilio.twiml import Addresses, again, document
from ivr.twilio.webhook import Malformed, Pairs, Webhook, read_form, read_webhook
from ivr.web.body import read_bytes
from ivr.web.carrier.budget import Budget
from ivr.web.carrier.refusals import Refusals
from ivr.web.carrier.rounds import PAUSE, Rounds, Seal, round_of
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
Find = Callable[[Webhook, web.Request], Coroutine[Any, Any, Page]]


class Signed:
    """Knows the carrier's signature, and writes documents with our addresses."""

    def __init__(
        self,
        signature: Signature,
        addresses: Addresses,
        budget: Budget | None = None,
        seal: Seal | None = None,
        meters: Meters | None = None,
    ) -> None:
        self._signature = signature
        self._meters = meters or Meters()
        self.refusals = Refusals(signature, addresses.public_url, self._meters.refused)
        self.addresses = addresses
        self._rounds = Rounds(addresses.public_url, seal)
        self.budget = budget or Budget(WallClock())

    async def form(self, request: web.Request) -> Pairs:
        """The form of a request that the carrier has signed. Raises HTTPForbidden for a stranger's."""
        headers = request.headers
        given, settings = headers.getall(SIGNATURE, []), headers.getall(SETTINGS, [""])
        # Before anything of the body is read.
        if len(given) != 1 or not 0 < len(given[0]) <= LONGEST_SIGNATURE or len(settings) != 1:
            self.refusals.unsigned(request)
            raise web.HTTPForbidden(text=NOT_SIGNED)
        try:
            body = await _read(request)
        except web.HTTPException:
            self.refusals.unreadable(request)
            raise
        try:
            pairs = read_form(body) if headers.get("Content-Type", FORM).startswith(FORM) else []
            signed = pairs if pairs or not body else body
        except Malformed:
            signed = body
            pairs = []
        if not self._signature.genuine(request.raw_path, signed, given[0], settings[0]):
            self.refusals.not_genuine(request, signed, given[0], settings[0])
            raise web.HTTPForbidden(text=NOT_SIGNED)
        vouch(request)
        return pairs

    def page(self, find: Find, otherwise: Find | None = None, *, needs: Collection[str] | None = None) -> Handler:
        """A handler that answers with the page `find` finds, with a way back when it finds none in time, or with an
        apology. `otherwise` finds one where the answer of a caller who was sent back is lost. `needs`: the fields that
        they read, None for all; others are not kept, as thousands of requests may wait at once.
        """

        async def handle(request: web.Request) -> web.Response:
            began = time.perf_counter()
            webhook = await self._about(request, needs)
            if webhook is None:
                return web.Response(text=document(APOLOGY, self.addresses), content_type="text/xml")
            try:
                return await answer(request, webhook)
            finally:
                self._measure(request, webhook.call_id, time.perf_counter() - began)

        async def answer(request: web.Request, webhook: Webhook) -> web.Response:
            try:
                page = await self._page(find, otherwise or find, webhook, request)
                if page is None and (back := self._rounds.again(request, webhook)) is not None:
                    return web.Response(text=again(back, PAUSE), content_type="text/xml")
            except UnknownNumber as error:
                log.warning("%s", error.why("called"))
                self._meters.unassigned()
                page = NOT_IN_USE
            except (UnknownCall, Malformed) as error:
                log.warning("a request that fits no call: %r", str(error)[:200])
                page = APOLOGY
            except Exception:
                log.exception("a webhook could not be answered")
                page = APOLOGY
            return web.Response(text=document(page or APOLOGY, self.addresses), content_type="text/xml")

        return handle

    async def _page(self, find: Find, otherwise: Find, webhook: Webhook, request: web.Request) -> Page | None:
        # The same for each round, and different for each page of each call.
        asked = f"{webhook.call_id} {request.path}"
        restored = self._rounds.restored(request, webhook)
        found = otherwise if restored is None else find
        return await self.budget.page(asked, lambda: found(restored or webhook, request), again=bool(round_of(request)))

    async def _about(self, request: web.Request, needs: Collection[str] | None) -> Webhook | None:
        """What a signed request is about, with the fields that are needed; None for nothing that we know."""
        pairs = await self.form(request)
        try:
            webhook = read_webhook(pairs)
            return webhook if needs is None else webhook.only(needs)
        except Malformed as error:
            log.warning("a request that fits no call: %r", str(error)[:200])
            return None

    def _measure(self, request: web.Request, call_id: str, seconds: float) -> None:
        kind = request.path.split("/")[2]
        self._meters.page(kind, seconds)
        if self._meters.tracer is not None:
            self._meters.tracer.step(page_step(call_id, kind, seconds))


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

"""The carrier's webhooks. Each request is checked, understood, and answered with a document, whatever happens.

Whoever does not sign with the account's token is a stranger and gets 403. After that there are only callers: any
mistake, theirs or ours, is answered with spoken words and a hang-up.
"""

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from ivr.core.effects import Hangup, Say
from ivr.core.mailbox import Page
from ivr.runtime.ports import Clock
from ivr.runtime.runner import Runner, UnknownCall, UnknownNumber
from ivr.twilio.signature import SETTINGS, SIGNATURE, Signature
from ivr.twilio.twiml import Addresses, document
from ivr.twilio.webhook import ENDED, Malformed, Pairs, Webhook, read_form, read_webhook

log = logging.getLogger(__name__)

APOLOGY = Page((Say("We are sorry, something went wrong. Please call again later. Goodbye."), Hangup()), None)
NOT_IN_USE = Page((Say("This number is not in use. Goodbye."), Hangup()), None)
IDEMPOTENCY = "I-Twilio-Idempotency-Token"
"""Header with the same value when a request is sent again."""
FORM = "application/x-www-form-urlencoded"
Handler = Callable[[web.Request], Awaitable[web.Response]]


class Voice:
    """The handlers of `/voice/…`."""

    def __init__(self, runner: Runner, signature: Signature, addresses: Addresses, clock: Clock) -> None:
        self._runner = runner
        self._signature = signature
        self._addresses = addresses
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/voice/answer", self._page(self._answer)),
            web.post(r"/voice/page/{number:\d{1,9}}", self._page(self._turn)),
            web.post("/voice/fallback", self._page(self._fallback)),
            web.post("/voice/status", self._status),
        ]

    async def _answer(self, webhook: Webhook, _: web.Request) -> Page:
        return await self._runner.answer(webhook.call_id, webhook.answered(self._clock.now()))

    async def _turn(self, webhook: Webhook, request: web.Request) -> Page:
        token = request.headers.get(IDEMPOTENCY, "")
        return await self._runner.page(webhook.call_id, int(request.match_info["number"]), token=token)

    async def _fallback(self, webhook: Webhook, _: web.Request) -> Page:
        fields = webhook.fields
        log.warning(
            "the carrier could not use a document of call %s: error %r at %r",
            webhook.call_id,
            fields.get("ErrorCode", "?")[:20],
            fields.get("ErrorUrl", "?")[:300],
        )
        return await self._runner.page_again(webhook.call_id)

    async def _status(self, request: web.Request) -> web.Response:
        try:
            webhook = read_webhook(await self._genuine(request))
            if webhook.status in ENDED:
                await self._runner.over(webhook.call_id, webhook.status)
        except Malformed as error:
            log.warning("a malformed status callback: %s", error)
        return web.Response(status=204)

    def _page(self, find: Callable[[Webhook, web.Request], Awaitable[Page]]) -> Handler:
        """A handler that answers with the page `find` finds, or with an apology."""

        async def handle(request: web.Request) -> web.Response:
            pairs = await self._genuine(request)
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
            return web.Response(text=document(page, self._addresses), content_type="text/xml")

        return handle

    async def _genuine(self, request: web.Request) -> Pairs:
        """The form of a request that the carrier has signed. Raises HTTPForbidden for anybody else's."""
        body = await request.read()
        headers = request.headers
        try:
            pairs = read_form(body) if headers.get("Content-Type", FORM).startswith(FORM) else []
            signed = pairs if pairs or not body else body
        except Malformed:
            signed = body
            pairs = []
        if not self._signature.genuine(request.raw_path, signed, headers.get(SIGNATURE, ""), headers.get(SETTINGS, "")):
            raise web.HTTPForbidden(text="This address is for the carrier only: the request is not signed by it.")
        return pairs
